//! Where things stand on the chart: from time and delay to pixels, and back to the point that is
//! meant.

use super::{reduce, scale::Scale};
use crate::lab::measure::{Sample, Trace};

/// Nothing farther from the pointer than this is meant by it, in pixels.
const REACH: f64 = 28.0;

/// The part of a canvas that the points stand in, in CSS pixels from its top left corner.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Area {
    /// The left edge.
    pub left: f64,
    /// The right edge: now.
    pub right: f64,
    /// The top.
    pub top: f64,
    /// The bottom.
    pub bottom: f64,
}

/// What the chart shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct View {
    /// Where.
    pub area: Area,
    /// The time at its right edge, in milliseconds of the page's clock.
    pub now: f64,
    /// How long it looks back, in milliseconds.
    pub span: f64,
    /// Its scale of delays.
    pub scale: Scale,
    /// How wide the room is that the names have at its right, in pixels.
    pub room: f64,
}

impl View {
    /// The time at its left edge.
    #[must_use]
    pub fn from(&self) -> f64 {
        self.now - self.span
    }

    /// Where a time stands.
    #[must_use]
    pub fn x(&self, time: f64) -> f64 {
        self.area.right - (self.now - time) / self.millis_per_pixel()
    }

    /// Where a delay stands.
    #[must_use]
    pub fn y(&self, delay: f64) -> f64 {
        self.area.bottom - self.scale.place(delay) * (self.area.bottom - self.area.top)
    }

    /// How much time a pixel is.
    #[must_use]
    pub fn millis_per_pixel(&self) -> f64 {
        self.span / (self.area.right - self.area.left).max(1.0)
    }

    /// The samples of a trace that were sent in view.
    pub fn samples<'a>(&self, trace: &'a Trace) -> impl Iterator<Item = &'a Sample> {
        reduce::window(&trace.samples, self.from(), self.now)
    }

    /// The point nearest to a place on the canvas: the trace it is of, and itself.
    #[must_use]
    pub fn nearest<'a>(
        &self,
        traces: &'a [Trace],
        x: f64,
        y: f64,
    ) -> Option<(&'a Trace, &'a Sample)> {
        let mut best = (REACH * REACH, None);
        for trace in traces {
            for sample in self.samples(trace) {
                let (dx, dy) = (self.x(sample.sent) - x, self.y(sample.delay()) - y);
                let far = dx * dx + dy * dy;
                if far < best.0 {
                    best = (far, Some((trace, sample)));
                }
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use tidings_shared::Mode;

    use super::*;
    use crate::lab::{chart::scale::Kind, measure::Clock};

    fn view() -> View {
        View {
            area: Area { left: 50.0, right: 650.0, top: 10.0, bottom: 310.0 },
            now: 100_000.0,
            span: 60_000.0,
            scale: Scale::over(Kind::Linear, 0.0, 3_000.0),
            room: 100.0,
        }
    }

    #[test]
    fn now_is_at_the_right_and_no_delay_at_the_bottom() {
        let view = view();
        assert_eq!((view.x(100_000.0), view.x(40_000.0), view.x(70_000.0)), (650.0, 50.0, 350.0));
        assert_eq!((view.y(0.0), view.y(3_000.0), view.y(1_500.0)), (310.0, 10.0, 160.0));
    }

    #[test]
    fn the_nearest_point_is_meant_unless_none_is_near() {
        let samples = [(70_000.0, 1_500.0), (70_500.0, 1_500.0), (71_000.0, 2_900.0)];
        let samples = samples.map(|(sent, delay)| Sample {
            seq: sent as u64,
            sent,
            shown: sent + delay,
            arrival: 0,
            clock: Clock::Own,
        });
        let trace = Trace {
            pane: 1,
            name: "Poll 3 s".into(),
            mode: Mode::Poll,
            samples: Rc::new(samples.into()),
        };
        let traces = [trace];
        let found = |x, y| view().nearest(&traces, x, y).map(|(_, sample)| sample.seq);
        assert_eq!(found(351.0, 158.0), Some(70_000));
        assert_eq!(found(354.0, 158.0), Some(70_500));
        assert_eq!(found(360.0, 30.0), Some(71_000));
        assert_eq!(found(500.0, 158.0), None);
    }
}
