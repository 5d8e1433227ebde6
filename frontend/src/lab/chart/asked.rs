//! A point that was asked what it is: by the pointer, or by the keys.

use tidings_shared::Mode;

use super::{eyes, view::View};
use crate::lab::measure::{Clock, Sample, Trace};

/// The point, kept by what it says, since the traces go on.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Its pane's number.
    pub pane: u32,
    /// Its pane's name.
    pub name: String,
    /// Its pane's mode.
    pub mode: Mode,
    /// Itself.
    pub sample: Sample,
    /// How many other messages came in the same arrival.
    pub others: usize,
}

/// Which way to go by the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// To the message before.
    Before,
    /// To the message after.
    After,
    /// To the pane before, at about the same time.
    PaneBefore,
    /// To the pane after.
    PaneAfter,
    /// To the first message in view.
    First,
    /// To the last.
    Last,
}

impl Step {
    /// What a key means, by its name in the browser.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Before,
            "ArrowRight" => Self::After,
            "ArrowUp" => Self::PaneBefore,
            "ArrowDown" => Self::PaneAfter,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }
}

impl Asked {
    /// A sample of a trace.
    #[must_use]
    pub fn new(trace: &Trace, sample: &Sample) -> Self {
        let samples = &trace.samples;
        let from = samples.partition_point(|other| other.shown < sample.shown);
        let at =
            from + samples[from..].iter().position(|other| other.seq == sample.seq).unwrap_or(0);
        let same = |other: &&Sample| other.arrival == sample.arrival;
        let before = samples[..at].iter().rev().take_while(same).count();
        let after = samples.iter().skip(at + 1).take_while(same).count();
        Self {
            pane: trace.pane,
            name: trace.name.clone(),
            mode: trace.mode,
            sample: *sample,
            others: before + after,
        }
    }

    /// Where one gets from here by a step; from nowhere, to the last message of the first pane.
    /// Nothing where there is nothing in view.
    #[must_use]
    pub fn after(from: Option<&Self>, traces: &[Trace], view: &View, step: Step) -> Option<Self> {
        let panes: Vec<(&Trace, Vec<&Sample>)> = traces
            .iter()
            .map(|trace| (trace, view.samples(trace).collect::<Vec<_>>()))
            .filter(|(_, samples)| !samples.is_empty())
            .collect();
        let at = from.and_then(|from| panes.iter().position(|(trace, _)| trace.pane == from.pane));
        let (Some(from), Some(at)) = (from, at) else {
            let (trace, samples) = panes.first()?;
            return samples.last().map(|sample| Self::new(trace, sample));
        };
        let last_pane = panes.len() - 1;
        let to = match step {
            Step::PaneBefore => at.checked_sub(1).unwrap_or(last_pane),
            Step::PaneAfter => {
                if at == last_pane {
                    0
                } else {
                    at + 1
                }
            }
            _ => at,
        };
        let (trace, samples) = &panes[to];
        let far = |sample: &Sample| (sample.sent - from.sample.sent).abs();
        let near =
            (0..samples.len()).min_by(|a, b| far(samples[*a]).total_cmp(&far(samples[*b])))?;
        let here = match to == at {
            true => samples.iter().position(|sample| sample.seq == from.sample.seq).unwrap_or(near),
            false => near,
        };
        let last = samples.len() - 1;
        let there = match step {
            Step::Before => here.saturating_sub(1),
            Step::After => (here + 1).min(last),
            Step::First => 0,
            Step::Last => last,
            Step::PaneBefore | Step::PaneAfter => here,
        };
        Some(Self::new(trace, samples[there]))
    }

    /// What it is, in parts of a sentence.
    #[must_use]
    pub fn told(&self) -> [String; 4] {
        let sample = &self.sample;
        let alone = match self.others {
            0 => "came alone".into(),
            others => format!(
                "came with {others} {} in one arrival",
                if others == 1 { "other" } else { "others" }
            ),
        };
        let clock = match sample.clock {
            Clock::Own => "by this page’s own clock".into(),
            Clock::Estimated { error } => {
                format!("by the server’s clock, which is known to ±{}", eyes::delay(error))
            }
        };
        [
            format!("message {} took {}", sample.seq, eyes::delay(sample.delay())),
            format!("sent at {}", eyes::moment(sample.sent)),
            alone,
            clock,
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::lab::chart::{
        scale::{Kind, Scale},
        view::Area,
    };

    /// A poll that brings three at once, and a stream that brings each as it comes; one message a
    /// second from 1 to 9.
    fn traces() -> [Trace; 3] {
        let sample = |n: u64, shown: f64, arrival| Sample {
            seq: n,
            sent: n as f64 * 1_000.0,
            shown,
            arrival,
            clock: Clock::Own,
        };
        let poll = (1..10).map(|n: u64| {
            let answer = n.div_ceil(3);
            sample(n, answer as f64 * 3_000.0 + 10.0, answer as u32 - 1)
        });
        let stream = (1..10).map(|n| sample(n, n as f64 * 1_000.0 + 2.0, n as u32));
        let trace = |pane, name: &str, mode, samples| Trace {
            pane,
            name: name.into(),
            mode,
            samples: Rc::new(samples),
        };
        [
            trace(1, "Poll 3 s", Mode::Poll, poll.collect()),
            trace(2, "Empty", Mode::LongPoll, Vec::new()),
            trace(5, "Stream", Mode::Sse, stream.collect()),
        ]
    }

    fn view() -> View {
        View {
            area: Area { left: 0.0, right: 600.0, top: 0.0, bottom: 100.0 },
            now: 12_500.0,
            span: 10_000.0,
            scale: Scale::over(Kind::Linear, 0.0, 3_000.0),
            room: 100.0,
        }
    }

    fn walk(steps: &[Step]) -> (u32, u64) {
        let traces = traces();
        let mut asked = None;
        for step in steps {
            asked = Asked::after(asked.as_ref(), &traces, &view(), *step);
        }
        let asked = asked.expect("a point");
        (asked.pane, asked.sample.seq)
    }

    #[test]
    fn keys_walk_from_message_to_message_and_from_pane_to_pane() {
        use Step::{After, Before, First, Last, PaneAfter, PaneBefore};
        assert_eq!(walk(&[Before]), (1, 9), "one begins at the newest");
        assert_eq!(walk(&[Before, Before, Before]), (1, 7));
        assert_eq!(walk(&[Before, After]), (1, 9), "there is nothing after the last");
        assert_eq!(walk(&[Last, First]), (1, 3), "what is out of view is not gone to");
        assert_eq!(walk(&[Last, Before, PaneAfter]), (5, 8), "an empty pane is passed over");
        assert_eq!(walk(&[Last, Before, PaneAfter, PaneAfter]), (1, 8));
        assert_eq!(walk(&[Last, PaneBefore]), (5, 9));
        assert_eq!(Asked::after(None, &[], &view(), After), None);
    }

    #[test]
    fn a_point_says_what_it_is() {
        let [poll, ..] = traces();
        let asked = Asked::new(&poll, &poll.samples[3]);
        assert_eq!(
            asked.told(),
            [
                "message 4 took 2.01 s",
                "sent at 0:04.0",
                "came with 2 others in one arrival",
                "by this page’s own clock"
            ]
        );
        let mut sample = poll.samples[0];
        sample.clock = Clock::Estimated { error: 12.0 };
        sample.arrival = 99;
        let [_, _, together, clock] = Asked { sample, others: 1, ..asked }.told();
        assert_eq!(together, "came with 1 other in one arrival");
        assert_eq!(clock, "by the server’s clock, which is known to ±12 ms");
    }
}
