//! The chart, drawn: a grid, a line and points for each pane, and its name where it ends.

use web_sys::CanvasRenderingContext2d;

use super::{
    asked::Asked,
    eyes,
    theme::{Sprites, Theme},
    view::View,
};
use crate::lab::measure::Trace;

/// What to draw on, and with.
pub struct Pen<'a> {
    /// The canvas.
    pub to: &'a CanvasRenderingContext2d,
    /// Colours and type.
    pub theme: &'a Theme,
    /// The points' shapes.
    pub sprites: &'a mut Sprites,
}

/// Names at the right may take this part of the width.
const NAMES: f64 = 0.34;

impl Pen<'_> {
    /// A line of text; `align` and colour as in CSS.
    pub fn text(&self, text: &str, x: f64, y: f64, align: &str, colour: &str) {
        self.to.set_text_align(align);
        self.to.set_fill_style_str(colour);
        let _ = self.to.fill_text(text, x, y);
    }

    fn width(&self, text: &str) -> f64 {
        self.to.measure_text(text).map_or(0.0, |text| text.width())
    }

    /// How much room the names at the right need, in a picture `width` pixels wide.
    #[must_use]
    pub fn names_width(&self, traces: &[Trace], width: f64) -> f64 {
        self.to.set_font(&self.theme.font(600, 0.8125));
        let widest = traces.iter().map(|trace| self.width(&trace.name)).fold(0.0, f64::max);
        let rem = self.theme.rem;
        (widest.max(6.0 * rem) + 2.0 * rem).min(width * NAMES)
    }

    /// A pane's shape and name at the right of what is shown, and below it what else is to be said of it.
    pub fn name(&mut self, trace: &Trace, view: &View, y: f64, below: Option<&str>) {
        let (rem, right) = (self.theme.rem, view.area.right);
        self.sprites.stamp(self.to, self.theme, (trace.pane, trace.mode), right + rem * 0.8, y);
        let (x, theme) = (right + rem * 1.4, self.theme);
        self.to.set_text_baseline("middle");
        self.to.set_font(&theme.font(600, 0.8125));
        self.text(&self.fitting(&trace.name, view.room - 1.6 * rem), x, y, "left", &theme.ink);
        if let Some(below) = below {
            self.to.set_font(&theme.font(400, 0.75));
            self.text(below, x, y + rem, "left", &theme.soft);
        }
    }

    /// As much of a text as fits.
    fn fitting(&self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut shorter = text.to_owned();
        while shorter.pop().is_some() {
            let cut = format!("{}…", shorter.trim_end());
            if self.width(&cut) <= room {
                return cut;
            }
        }
        String::new()
    }

    /// The grid: a line for each tick of delay, one for each tick of time, and what they are.
    pub fn grid(&self, view: &View, ends: &str) {
        let (area, theme, rem) = (view.area, self.theme, self.theme.rem);
        self.to.set_font(&theme.font(400, 0.75));
        self.to.set_stroke_style_str(&theme.line);
        self.to.set_line_width(1.0);
        self.to.set_text_baseline("middle");
        let wanted = ((area.bottom - area.top) / (3.0 * rem)).max(2.0) as u32;
        for tick in view.scale.ticks(wanted) {
            let y = view.y(tick).round() + 0.5;
            self.stroke(&[(area.left, y), (area.right, y)]);
            self.text(&eyes::tick(tick), area.left - 0.5 * rem, y, "right", &theme.soft);
        }
        self.to.set_text_baseline("top");
        for (ago, x) in times(view) {
            self.stroke(&[(x, area.bottom), (x, area.bottom + 0.3 * rem)]);
            let text = if ago == 0 { ends.to_owned() } else { format!("−{ago} s") };
            self.text(&text, x, area.bottom + 0.5 * rem, "center", &theme.soft);
        }
    }

    /// A line through some places.
    pub fn stroke(&self, places: &[(f64, f64)]) {
        self.to.begin_path();
        for (x, y) in places {
            self.to.line_to(*x, *y);
        }
        self.to.stroke();
    }

    /// A ring around the point that was asked, and a line down to its time.
    pub fn asked(&self, asked: &Asked, view: &View) {
        let (x, y) = (view.x(asked.sample.sent), view.y(asked.sample.delay()));
        if x < view.area.left || x > view.area.right {
            return;
        }
        self.to.set_stroke_style_str(&self.theme.ink);
        self.to.set_line_width(1.0);
        self.stroke(&[(x, y + 0.5 * self.theme.rem), (x, view.area.bottom)]);
        self.to.set_line_width(2.0);
        self.to.begin_path();
        let _ = self.to.arc(x, y, 0.5 * self.theme.rem, 0.0, std::f64::consts::TAU);
        self.to.stroke();
    }
}

/// The ticks of time: how many seconds before the right edge, and where.
pub fn times(view: &View) -> impl Iterator<Item = (u32, f64)> {
    let seconds = (view.span / 1_000.0) as u32;
    // Into so many equal parts of whole seconds.
    let wanted: &[u32] =
        if view.area.right - view.area.left < 300.0 { &[2] } else { &[4, 3, 5, 2] };
    let parts = wanted.iter().copied().find(|parts| seconds.is_multiple_of(*parts)).unwrap_or(1);
    let ticks = (0..=parts).map(move |n| seconds * n / parts);
    let view = *view;
    ticks.map(move |ago| (ago, (view.x(view.now - f64::from(ago) * 1_000.0)).round() + 0.5))
}
