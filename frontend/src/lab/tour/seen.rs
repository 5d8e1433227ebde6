//! What a step of the tour saw: the panes that it set up, since its first message.

use tidings_shared::{Interval, Mode};

use crate::lab::{
    measure::{Figures, Trace},
    table::{Delays, Summary},
};

/// A Lab as a step needs it: fresh panes in this order and no others, and a steady publisher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scene {
    /// How each pane listens, and how often it asks if it polls.
    pub panes: Vec<(Mode, Option<Interval>)>,
    /// Messages a second.
    pub rate: u32,
    /// How long the publisher sends, in seconds.
    pub seconds: u32,
}

/// A pane as a step saw it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pane {
    /// Messages that came.
    pub messages: usize,
    /// How late.
    pub delays: Option<Delays>,
    /// Arrivals that brought something.
    pub arrivals: usize,
    /// Requests that it made.
    pub requests: u32,
    /// The share of answers that held nothing, 0 to 1, where it asks.
    pub empty: Option<f64>,
}

/// All that a step saw.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seen {
    /// The panes, in the scene's order.
    pub panes: Vec<Pane>,
    /// When the first message was sent, in milliseconds of the page's clock.
    pub begun: Option<f64>,
}

impl Seen {
    /// What there is to see of a scene that was called for at `since`; `figures` answers those of a pane.
    /// Nothing while the panes are not there.
    pub fn of(
        scene: &Scene,
        since: f64,
        traces: &[Trace],
        figures: impl Fn(u32) -> Figures,
    ) -> Option<Self> {
        let modes = scene.panes.iter().map(|(mode, _)| *mode);
        if !modes.eq(traces.iter().map(|trace| trace.mode)) {
            return None;
        }
        let sent = traces.iter().flat_map(|trace| trace.samples.iter().map(|sample| sample.sent));
        let begun = sent.filter(|sent| *sent >= since).min_by(f64::total_cmp);
        let panes = traces.iter().map(|trace| {
            let samples = trace.samples.iter().filter(|sample| sample.sent >= since);
            let Summary { messages, delays, arrivals, .. } = Summary::over(samples);
            let figures = figures(trace.pane);
            let (requests, empty) = (figures.requests, figures.empty_share());
            Pane { messages, delays, arrivals, requests, empty }
        });
        Some(Self { panes: panes.collect(), begun })
    }

    /// The median delay of a pane, in milliseconds.
    #[must_use]
    pub fn median(&self, pane: usize) -> Option<f64> {
        self.panes.get(pane)?.delays.map(|delays| delays.median)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::lab::measure::{Clock, Sample};

    fn trace(pane: u32, mode: Mode, sent: &[f64]) -> Trace {
        let sample = |(n, sent): (usize, &f64)| Sample {
            seq: n as u64,
            sent: *sent,
            shown: sent + 10.0 * (n + 1) as f64,
            arrival: n as u32,
            clock: Clock::Own,
        };
        let samples = sent.iter().enumerate().map(sample).collect();
        Trace { pane, name: mode.to_string(), mode, samples: Rc::new(samples) }
    }

    #[test]
    fn only_the_scenes_own_panes_are_seen_and_only_what_was_sent_in_it() {
        let scene =
            Scene { panes: vec![(Mode::Sse, None), (Mode::Poll, None)], rate: 1, seconds: 10 };
        let traces =
            [trace(7, Mode::Sse, &[100.0, 900.0, 1_200.0, 1_300.0]), trace(8, Mode::Poll, &[])];
        let figures =
            |pane| Figures { requests: pane * 2, answers: 4, empty: 3, ..Figures::default() };
        let seen = Seen::of(&scene, 1_000.0, &traces, figures).unwrap();
        assert_eq!(seen.begun, Some(1_200.0));
        let stream = &seen.panes[0];
        assert_eq!((stream.messages, stream.arrivals, stream.requests), (2, 2, 14));
        assert_eq!(stream.empty, Some(0.75));
        assert_eq!((seen.median(0), seen.median(1), seen.median(2)), (Some(30.0), None, None));
        assert_eq!(Seen::of(&scene, 0.0, &traces[..1], |_| Figures::default()), None);
        let [one, other] = traces;
        assert_eq!(Seen::of(&scene, 0.0, &[other, one], |_| Figures::default()), None);
    }
}
