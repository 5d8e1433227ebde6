//! What moves with the time, drawn once: from one frame to the next it is moved by whole pixels, and what
//! came since is drawn beside it. A full view of a hundred messages a second in five panes is 8,400 strokes
//! (counted), and a frame 510.

use std::ops::Range;

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{canvas, paint::Pen, view::View};
use crate::lab::measure::Trace;

/// A part from `top` to `bottom`, in pixels, that these traces are drawn in.
pub struct Lane {
    /// Its top.
    pub top: f64,
    /// Its bottom.
    pub bottom: f64,
    /// Which traces.
    pub traces: Range<usize>,
}

/// How to draw what moves.
pub trait Moving {
    /// Since when a trace looks otherwise than when its first `seen` samples were drawn, which are at least
    /// one; nothing when it looks the same.
    fn since(&self, trace: &Trace, view: &View, seen: usize) -> Option<f64>;

    /// Draws what is in view of these traces from a time on. What is before it may be drawn, too.
    fn paint(&self, pen: &mut Pen<'_>, traces: &[Trace], view: &View, lane: usize, from: f64);
}

/// A canvas apart, with what is drawn of some traces.
#[derive(Default)]
pub struct Ribbon(Option<Inner>);

struct Inner {
    canvas: HtmlCanvasElement,
    to: CanvasRenderingContext2d,
    size: (f64, f64),
    view: View,
    /// The pane of each trace, and when its newest sample was shown.
    seen: Vec<(u32, Option<f64>)>,
}

impl Ribbon {
    /// Forgets what is drawn.
    pub fn clear(&mut self) {
        self.0 = None;
    }

    /// Draws all that moves onto `pen`'s canvas, which is `size` wide and high.
    pub fn draw(
        &mut self,
        pen: &mut Pen<'_>,
        size: (f64, f64),
        (view, traces): (&View, &[Trace]),
        lanes: &[Lane],
        moving: &impl Moving,
    ) -> Option<()> {
        let dense = pen.theme.dense;
        let known = self.0.take().filter(|known| known.size == size);
        let (seen, inner) = match known.and_then(|known| known.moved(view, traces, dense)) {
            Some((inner, seen)) => (Some(seen), inner),
            None => {
                let (canvas, to) = canvas::new(size, dense)?;
                (None, Inner { canvas, to, size, view: *view, seen: Vec::new() })
            }
        };
        let mut apart = Pen { to: &inner.to, theme: pen.theme, sprites: &mut *pen.sprites };
        for (n, lane) in lanes.iter().enumerate() {
            let since = |n: usize| match &seen {
                None => Some(view.from()),
                Some(seen) if seen[n] == 0 => traces[n].samples.first().map(|_| view.from()),
                Some(seen) => moving.since(&traces[n], view, seen[n]),
            };
            let Some(from) = lane.traces.clone().filter_map(since).reduce(f64::min) else {
                continue;
            };
            // On whole pixels, so that nothing is drawn twice at the edge.
            let left = (view.x(from).max(view.area.left) * dense).floor() / dense;
            let (width, height) = (size.0 - left, lane.bottom - lane.top);
            apart.to.save();
            apart.to.begin_path();
            apart.to.rect(left, lane.top, width, height);
            apart.to.clip();
            apart.to.clear_rect(left, lane.top, width, height);
            moving.paint(&mut apart, traces, view, n, from);
            apart.to.restore();
        }
        pen.to.save();
        // Pixel by pixel.
        let _ = pen.to.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        let drawn = pen.to.draw_image_with_html_canvas_element(&inner.canvas, 0.0, 0.0);
        pen.to.restore();
        let newest = |trace: &Trace| (trace.pane, trace.samples.last().map(|last| last.shown));
        self.0 = Some(Inner { view: *view, seen: traces.iter().map(newest).collect(), ..inner });
        drawn.ok()
    }
}

impl Inner {
    /// Moves what is drawn to where it stands in this view, and answers how many samples of each trace that
    /// are; nothing if it has to be drawn anew, since it looks otherwise there.
    fn moved(self, view: &View, traces: &[Trace], dense: f64) -> Option<(Self, Vec<usize>)> {
        let pixels = (view.now - self.view.now) / view.millis_per_pixel() * dense;
        let by = pixels.round();
        let same = View { now: view.now, ..self.view } == *view;
        if !same || by < 0.0 || (pixels - by).abs() > 0.01 || traces.len() != self.seen.len() {
            return None;
        }
        let seen: Option<Vec<usize>> = traces.iter().zip(&self.seen).map(seen).collect();
        let seen = seen?;
        if by > 0.0 {
            self.to.save();
            let _ = self.to.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
            let _ = self.to.set_global_composite_operation("copy");
            self.to.draw_image_with_html_canvas_element(&self.canvas, -by, 0.0).ok()?;
            self.to.restore();
            // What has left the view.
            self.to.clear_rect(0.0, 0.0, (view.area.left * dense).floor() / dense, self.size.1);
        }
        Some((self, seen))
    }
}

/// How many of a trace's samples were there when the newest was shown at this time; nothing if they are
/// others now.
fn seen((trace, (pane, newest)): (&Trace, &(u32, Option<f64>))) -> Option<usize> {
    let count = newest.map_or(0, |newest| trace.samples.partition_point(|it| it.shown <= newest));
    let last = count.checked_sub(1).map(|last| trace.samples[last].shown);
    (trace.pane == *pane && last == *newest).then_some(count)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use tidings_shared::Mode;

    use super::*;
    use crate::lab::measure::{Clock, Sample};

    #[test]
    fn samples_are_known_again_until_they_begin_anew() {
        let samples: Vec<_> = [10.0, 20.0, 20.0, 30.0]
            .iter()
            .zip(1..)
            .map(|(&shown, seq)| Sample { seq, sent: 5.0, shown, arrival: 0, clock: Clock::Own })
            .collect();
        let trace = |samples: &[Sample]| Trace {
            pane: 1,
            name: "WebSocket".into(),
            mode: Mode::Websocket,
            samples: Rc::new(samples.into()),
        };
        assert_eq!(seen((&trace(&samples), &(1, Some(20.0)))), Some(3));
        assert_eq!(
            seen((&trace(&samples[1..]), &(1, Some(20.0)))),
            Some(2),
            "the oldest are let go"
        );
        assert_eq!(seen((&trace(&samples), &(1, None))), Some(0));
        assert_eq!(seen((&trace(&[]), &(1, None))), Some(0));
        assert_eq!(seen((&trace(&samples[3..]), &(1, Some(20.0)))), None, "it began anew");
        assert_eq!(seen((&trace(&[]), &(1, Some(20.0)))), None);
        assert_eq!(seen((&trace(&samples), &(2, Some(20.0)))), None, "another pane");
    }
}
