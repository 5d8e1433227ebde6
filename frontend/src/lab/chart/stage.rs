//! The two canvases and what is drawn on them, from one frame to the next.

use std::{cell::RefCell, rc::Rc};

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};
use yew::NodeRef;

use super::{
    asked::{Asked, Step},
    canvas,
    frames::Next,
    names::Names,
    paint::Pen,
    ribbon::{Lane, Moving, Ribbon},
    scale::{Kind, Scale},
    series::Delays,
    source::Source,
    theme::{Sprites, Theme},
    view::{Area, View},
};
use crate::{
    browser::window,
    lab::{
        measure::{Sample, Trace},
        strip,
    },
};

/// What the reader chose to see.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// How long the chart looks back, in seconds.
    pub seconds: u32,
    /// How delays are laid out.
    pub kind: Kind,
    /// Whether it stands still while the measuring goes on.
    pub paused: bool,
}

/// The canvases' contents.
pub struct Stage {
    source: Source,
    options: Options,
    running: bool,
    asked: Option<Asked>,
    chart: NodeRef,
    strip: NodeRef,
    theme: Option<Theme>,
    sprites: Sprites,
    /// Of the chart and of the strip, what moves.
    ribbons: [Ribbon; 2],
    scale: Option<Scale>,
    /// What stood there when it was told to stand still.
    frozen: Option<(f64, Rc<Vec<Trace>>)>,
    /// When the measuring ended.
    ended: Option<f64>,
    names: Names,
    view: Option<View>,
    /// How high the strip is, in pixels.
    tall: Option<f64>,
    /// Of what the chart and the strip are drawn: how many samples, and the time at the right edge.
    drawn: [Option<(usize, u64)>; 2],
    /// Whose turn it is while they move.
    turn: usize,
}

/// The chart's and the strip's place among what is drawn.
const CHART: usize = 0;
const STRIP: usize = 1;

/// Shared by those who draw and those who ask.
pub type Shared = Rc<RefCell<Stage>>;

impl Stage {
    /// An empty one, for these canvases.
    #[must_use]
    pub fn new(source: Source, options: Options, chart: NodeRef, strip: NodeRef) -> Self {
        Self {
            source,
            options,
            running: false,
            asked: None,
            chart,
            strip,
            theme: None,
            sprites: Sprites::default(),
            ribbons: Default::default(),
            scale: None,
            frozen: None,
            ended: None,
            names: Names::default(),
            view: None,
            tall: None,
            drawn: [None; 2],
            turn: CHART,
        }
    }

    /// Shows this from now on.
    pub fn set(&mut self, source: Source, options: Options, running: bool, asked: Option<Asked>) {
        if self.running && !running {
            self.ended = Some(page_time());
        }
        if options.paused && self.frozen.is_none() {
            let now = self.view.map_or_else(page_time, |view| view.now);
            self.frozen = Some((now, source.traces()));
        } else if !options.paused {
            self.frozen = None;
        }
        (self.source, self.options, self.running, self.asked) = (source, options, running, asked);
        self.names.look_again();
        self.drawn = [None; 2];
    }

    /// The page looks different: colours, size, or pixels.
    pub fn look_again(&mut self) {
        self.theme = None;
        self.sprites.clear();
        self.ribbons.iter_mut().for_each(Ribbon::clear);
        self.drawn = [None; 2];
    }

    /// Whether what is shown goes on with the time.
    fn moving(&self) -> bool {
        self.running && self.frozen.is_none()
    }

    /// What is shown: the time at the right edge, and the traces.
    fn shown(&self) -> (f64, Rc<Vec<Trace>>) {
        if let Some((now, traces)) = &self.frozen {
            return (*now, Rc::clone(traces));
        }
        let traces = self.source.traces();
        if self.running {
            return (page_time(), traces);
        }
        let newest =
            traces.iter().filter_map(|trace| trace.samples.last()).map(|sample| sample.shown);
        (newest.fold(self.ended.unwrap_or(0.0), f64::max), traces)
    }

    /// Draws, if anything has changed since. What moves is drawn when it has moved by a pixel of the
    /// screen, and the chart and the strip take turns: so a frame never has to bear both, which without a
    /// graphics processor would take half of it.
    pub fn draw(&mut self) -> Next {
        let (now, traces) = self.shown();
        let now = self.to_pixels(now);
        let moving = self.moving();
        // What came within a pixel's time is drawn with the next one.
        let count = if moving { 0 } else { traces.iter().map(|trace| trace.samples.len()).sum() };
        self.turn = STRIP - self.turn;
        for part in [CHART, STRIP] {
            let waits = moving && self.drawn[part].is_some() && part != self.turn;
            let new = Some((count, now.to_bits()));
            if !waits && self.drawn[part] != new {
                self.drawn[part] = new;
                // Without canvases there is nothing to draw on, yet.
                let _ = self.draw_now(part, now, &traces);
            }
        }
        let calm = self.theme.as_ref().is_some_and(|theme| theme.calm);
        if moving && !calm { Next::Frame } else { Next::Soon }
    }

    /// The end of the pixel of the screen that a time is in.
    fn to_pixels(&self, time: f64) -> f64 {
        let (Some(view), Some(theme)) = (&self.view, &self.theme) else { return time };
        let pixel = view.millis_per_pixel() / theme.dense;
        (time / pixel).ceil() * pixel
    }

    fn draw_now(&mut self, part: usize, now: f64, traces: &[Trace]) -> Option<()> {
        let (chart, strip): (HtmlCanvasElement, HtmlCanvasElement) =
            (self.chart.cast()?, self.strip.cast()?);
        if self.theme.as_ref().is_some_and(|theme| theme.dense != Theme::density()) {
            self.look_again();
        }
        let theme = match self.theme.take() {
            Some(theme) => theme,
            None => Theme::read()?,
        };
        let mut sprites = std::mem::take(&mut self.sprites);
        let mut ribbon = std::mem::take(&mut self.ribbons[part]);
        let canvas = if part == CHART { &chart } else { &strip };
        if part == STRIP {
            // Not by a style attribute, which the page's policy forbids.
            let tall = strip::height(traces.len()) * theme.rem;
            // To be set, even to the same, has the page's styles reckoned anew.
            if self.tall.replace(tall) != Some(tall) {
                let _ = strip.style().set_property("height", &format!("{tall}px"));
            }
        }
        let to = canvas::clean(canvas, theme.dense)?;
        let mut pen = Pen { to: &to, theme: &theme, sprites: &mut sprites };
        if part == CHART {
            let size = canvas::size(&chart);
            self.view = Some(self.paint(&mut pen, size, now, traces, Some(&mut ribbon)));
        } else if let Some(view) = self.view {
            let (view, size) = (View { now, ..view }, canvas::size(&strip));
            strip::paint(&mut pen, traces, &view, self.asked.as_ref(), Some((&mut ribbon, size)));
        }
        self.ribbons[part] = ribbon;
        (self.sprites, self.theme) = (sprites, Some(theme));
        Some(())
    }

    /// Draws the chart, `size` wide and high, by way of a ribbon where it will be drawn again. Answers what
    /// it shows.
    fn paint(
        &mut self,
        pen: &mut Pen<'_>,
        size: (f64, f64),
        now: f64,
        traces: &[Trace],
        ribbon: Option<&mut Ribbon>,
    ) -> View {
        let (rem, kind) = (pen.theme.rem, self.options.kind);
        let room = pen.names_width(traces, size.0);
        let area = Area {
            left: 3.4 * rem,
            right: size.0 - room,
            top: 0.6 * rem,
            bottom: size.1 - 1.7 * rem,
        };
        let span = f64::from(self.options.seconds) * 1_000.0;
        let mut view = View { area, now, span, scale: Scale::over(kind, 1.0, 100.0), room };
        self.scale = extremes(traces, &view).map(|(least, most)| match self.scale {
            Some(scale) => scale.after(kind, least, most),
            None => Scale::over(kind, least, most),
        });
        view.scale = self.scale.unwrap_or(view.scale);
        self.names.look(traces, &view, self.moving());
        let end = match (&self.frozen, self.running) {
            (Some(_), _) => "paused",
            (None, true) => "now",
            (None, false) => "the end",
        };
        pen.grid(&view, end);
        match ribbon {
            Some(ribbon) => {
                let lane = Lane { top: 0.0, bottom: size.1, traces: 0..traces.len() };
                let _ = ribbon.draw(pen, size, (&view, traces), &[lane], &Delays);
            }
            None => Delays.paint(pen, traces, &view, 0, view.from()),
        }
        self.names.paint(pen, traces, &view);
        if let Some(asked) = &self.asked {
            pen.asked(asked, &view);
        }
        view
    }

    /// Draws the same into a picture: the chart `size` wide and high from where `to` has its
    /// beginning, and the strip below it. Answers the height of both.
    pub fn picture(
        &mut self,
        theme: &Theme,
        to: &CanvasRenderingContext2d,
        size: (f64, f64),
    ) -> f64 {
        let (now, traces) = self.shown();
        let asked = self.asked.take();
        let mut pen = Pen { to, theme, sprites: &mut Sprites::default() };
        let view = self.paint(&mut pen, size, now, &traces, None);
        to.save();
        let _ = to.translate(0.0, size.1);
        strip::paint(&mut pen, &traces, &view, None, None);
        to.restore();
        self.asked = asked;
        size.1 + strip::height(traces.len()) * theme.rem
    }

    /// How high a picture is, whose chart is so high.
    #[must_use]
    pub fn picture_height(&self, theme: &Theme, chart: f64) -> f64 {
        chart + strip::height(self.shown().1.len()) * theme.rem
    }

    /// The point that is meant by a place on the chart.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> Option<Asked> {
        let traces = self.shown().1;
        let (trace, sample) = self.view?.nearest(&traces, x, y)?;
        Some(Asked::new(trace, sample))
    }

    /// The point that a step leads to.
    #[must_use]
    pub fn step(&self, step: Step) -> Option<Asked> {
        Asked::after(self.asked.as_ref(), &self.shown().1, &self.view?, step)
    }
}

/// Milliseconds of the page's clock.
#[must_use]
pub fn page_time() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// The shortest and the longest delay in view.
fn extremes(traces: &[Trace], view: &View) -> Option<(f64, f64)> {
    let delays = traces.iter().flat_map(|trace| view.samples(trace).map(Sample::delay));
    delays.fold(None, |ends, delay| match ends {
        None => Some((delay, delay)),
        Some((least, most)) => Some((delay.min(least), delay.max(most))),
    })
}
