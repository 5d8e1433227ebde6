//! A pane's samples in a few figures.

use crate::lab::measure::{Clock, Sample, Trace};

/// How long messages took, in milliseconds; each figure is the delay of a message that there was.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Delays {
    /// Half of them took no longer.
    pub median: f64,
    /// Nineteen of twenty took no longer.
    pub p95: f64,
    /// None took longer.
    pub worst: f64,
}

impl Delays {
    /// The figures of some delays; nothing where there are none.
    #[must_use]
    pub fn of(mut delays: Vec<f64>) -> Option<Self> {
        let worst = delays.iter().copied().max_by(f64::total_cmp)?;
        let p95 = rank(&mut delays, 95);
        Some(Self { median: rank(&mut delays, 50), p95, worst })
    }
}

/// The least of the delays that so many hundredths of them do not exceed (the nearest rank).
fn rank(delays: &mut [f64], hundredths: usize) -> f64 {
    let place = (delays.len() * hundredths).div_ceil(100).max(1) - 1;
    *delays.select_nth_unstable_by(place, f64::total_cmp).1
}

/// What came, in how many arrivals, and how late.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Summary {
    /// Messages.
    pub messages: usize,
    /// How late; nothing before the first.
    pub delays: Option<Delays>,
    /// Arrivals that brought something.
    pub arrivals: usize,
    /// How far off the delays may be, in milliseconds, where they stand on an estimated clock.
    pub error: Option<f64>,
}

impl Summary {
    /// The figures of a trace.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        Self::over(trace.samples.iter())
    }

    /// The figures of some samples, in the order in which they were shown.
    pub fn over<'a>(samples: impl Iterator<Item = &'a Sample>) -> Self {
        let (mut arrivals, mut last, mut error) = (0, None, None::<f64>);
        let delays: Vec<f64> = samples
            .map(|sample| {
                if last.replace(sample.arrival) != Some(sample.arrival) {
                    arrivals += 1;
                }
                if let Clock::Estimated { error: more } = sample.clock {
                    error = Some(error.map_or(more, |error| error.max(more)));
                }
                sample.delay()
            })
            .collect();
        Self { messages: delays.len(), delays: Delays::of(delays), arrivals, error }
    }

    /// How many messages came at once, on average.
    #[must_use]
    pub fn messages_per_arrival(&self) -> Option<f64> {
        (self.arrivals > 0).then(|| self.messages as f64 / self.arrivals as f64)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(delay: f64, arrival: u32) -> Sample {
        Sample { seq: 1, sent: 0.0, shown: delay, arrival, clock: Clock::Own }
    }

    #[test]
    fn figures_are_delays_that_there_were() {
        assert_eq!(Delays::of(Vec::new()), None);
        assert_eq!(Delays::of(vec![7.0]), Some(Delays { median: 7.0, p95: 7.0, worst: 7.0 }));
        let hundred = (1..=100).rev().map(f64::from).collect();
        assert_eq!(Delays::of(hundred), Some(Delays { median: 50.0, p95: 95.0, worst: 100.0 }));
    }

    #[test]
    fn chunks_are_counted_by_their_numbers() {
        let samples = [(9.0, 0), (5.0, 0), (1.0, 0), (4.0, 3), (2.0, 4)];
        let mut samples: Vec<_> = samples.map(|(delay, arrival)| sample(delay, arrival)).into();
        samples[1].clock = Clock::Estimated { error: 3.5 };
        let summary = Summary::over(samples.iter());
        assert_eq!((summary.messages, summary.arrivals), (5, 3));
        assert_eq!(summary.messages_per_arrival(), Some(5.0 / 3.0));
        assert_eq!(summary.error, Some(3.5));
        assert_eq!(Summary::over([].iter()).messages_per_arrival(), None);
    }

    proptest! {
        #[test]
        fn a_rank_is_the_least_delay_that_enough_do_not_exceed(
            delays in proptest::collection::vec(-5.0..9_000.0_f64, 1..300), hundredths in 1..=100_usize,
        ) {
            let found = rank(&mut delays.clone(), hundredths);
            let within = |most: f64| delays.iter().filter(|delay| **delay <= most).count() * 100;
            let below = delays.iter().filter(|delay| **delay < found).count() * 100;
            prop_assert!(delays.contains(&found));
            prop_assert!(within(found) >= hundredths * delays.len());
            prop_assert!(below < hundredths * delays.len());
        }
    }
}
