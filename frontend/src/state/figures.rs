//! This tab's own figures over time: what the last minute took, and how late the last messages
//! came. Beside [`super::cost`], which counts since the mode was chosen.

use std::rc::Rc;

use tidings_shared::Mode;

use super::Traffic;

/// The minute goes by in so many steps.
const STEPS: usize = 12;
const STEP_MS: f64 = 60_000.0 / STEPS as f64;
/// As many messages are looked back at.
pub const MOST: usize = 60;

/// What the last minute took, or less of it if the mode was chosen later.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Minute([(u64, Traffic); STEPS]);

impl Minute {
    /// Bytes went over the wire.
    pub fn note(&mut self, traffic: Traffic, now_ms: f64) {
        let step = step(now_ms);
        let slot = &mut self.0[step as usize % STEPS];
        if slot.0 != step {
            *slot = (step, Traffic::default());
        }
        slot.1 += traffic;
    }

    /// What it took in all.
    #[must_use]
    pub fn sum(&self, now_ms: f64) -> Traffic {
        let oldest = (step(now_ms) + 1).saturating_sub(STEPS as u64);
        let mut sum = Traffic::default();
        for (_, traffic) in self.0.iter().filter(|(step, _)| *step >= oldest) {
            sum += *traffic;
        }
        sum
    }
}

fn step(now_ms: f64) -> u64 {
    (now_ms / STEP_MS) as u64
}

/// How late the last messages came, oldest first, and by which mode.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lateness(Rc<Vec<(Mode, u64)>>);

impl Lateness {
    /// A message came so late.
    pub fn note(&mut self, mode: Mode, late_ms: u64) {
        let last = Rc::make_mut(&mut self.0);
        if last.len() == MOST {
            last.remove(0);
        }
        last.push((mode, late_ms));
    }

    /// The messages.
    #[must_use]
    pub fn last(&self) -> &[(Mode, u64)] {
        &self.0
    }

    /// Of those by this mode: the delay that half of them kept within, and the longest.
    #[must_use]
    pub fn of(&self, mode: Mode) -> Option<(u64, u64)> {
        // Few, inserted in order: sorting would weigh more in the download than it saves.
        let mut delays: Vec<u64> = Vec::new();
        for &(_, late_ms) in self.0.iter().filter(|(by, _)| *by == mode) {
            delays.insert(delays.partition_point(|&other| other <= late_ms), late_ms);
        }
        Some((delays[delays.len().checked_sub(1)? / 2], *delays.last()?))
    }
}

/// How tall a delay stands on a scale where ten times as late is `decade` higher; a millisecond and
/// less lie on the ground. Between powers of two the line is straight, which no eye sees, and saves
/// the logarithm's tables.
#[must_use]
pub fn height(late_ms: u64, decade: u32) -> u32 {
    let late_ms = late_ms.max(1);
    let octaves = late_ms.ilog2();
    let rest = late_ms as f64 / (1_u64 << octaves) as f64 - 1.0;
    ((f64::from(octaves) + rest) * f64::from(decade) / std::f64::consts::LOG2_10) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_request() -> Traffic {
        Traffic { requests: 1, sent: 10, received: 20 }
    }

    #[test]
    fn a_minute_holds_what_happened_in_it_and_nothing_older() {
        let mut minute = Minute::default();
        let start = 1_700_000_000_000.0;
        for second in 0..300 {
            minute.note(one_request(), start + f64::from(second) * 1_000.0);
        }
        let sum = minute.sum(start + 299_000.0);
        assert!((55..=60).contains(&sum.requests), "{sum:?}");
        assert_eq!(sum.received, u64::from(sum.requests) * 20);
        assert!(minute.sum(start + 329_000.0).requests < 35);
        assert_eq!(minute.sum(start + 360_000.0), Traffic::default(), "all is forgotten");
        minute.note(one_request(), start + 360_000.0);
        assert_eq!(minute.sum(start + 360_000.0), one_request());
    }

    #[test]
    fn only_the_last_messages_are_looked_back_at() {
        let mut late = Lateness::default();
        for n in 0..100 {
            late.note(Mode::Poll, n);
        }
        assert_eq!(late.last().len(), MOST);
        assert_eq!(late.last()[0], (Mode::Poll, 40));
        assert_eq!(late.of(Mode::Poll), Some((69, 99)));
        assert_eq!(late.of(Mode::Sse), None);
        late.note(Mode::Sse, 7);
        assert_eq!(late.of(Mode::Sse), Some((7, 7)));
    }

    #[test]
    fn ten_times_as_late_stands_a_decade_higher() {
        assert_eq!(height(0, 150), 0);
        assert_eq!(height(1, 150), 0);
        for (late_ms, decades) in [(10, 1), (100, 2), (1_000, 3), (10_000, 4)] {
            let off = height(late_ms, 150).abs_diff(150 * decades);
            assert!(off <= 4, "{late_ms} ms is off by {off}");
        }
        let heights: Vec<u32> = (1..5_000).map(|late_ms| height(late_ms, 150)).collect();
        assert!(heights.is_sorted());
    }
}
