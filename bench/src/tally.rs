//! What was received: how much, how late, and whether each listener got each message once and in
//! order. As long as all is well that is one number a listener.

use std::collections::{BTreeSet, HashMap};

use hdrhistogram::Histogram;

use crate::{Percentiles, clock::SECOND};

/// The deliveries to one process's listeners.
pub(crate) struct Tally {
    /// For each listener, one more than the highest number it has got.
    next: Vec<u32>,
    /// The numbers that a listener has passed over so far, where there are any.
    missing: HashMap<usize, BTreeSet<u32>>,
    /// Deliveries from then on count, and the delays of what was due from then on.
    pub(crate) from: u64,
    /// Whether delays are kept.
    pub(crate) keep_delays: bool,
    pub(crate) delays: Times,
    /// All deliveries.
    pub(crate) received: u64,
    /// Those since `from`.
    pub(crate) deliveries: u64,
    /// When the last one came.
    pub(crate) last: u64,
    pub(crate) twice: u64,
    pub(crate) out_of_order: u64,
}

impl Tally {
    /// Nothing received yet by these listeners, whose first message will be `first`.
    pub(crate) fn new(listeners: usize, first: u32) -> Self {
        Self {
            next: vec![first; listeners],
            missing: HashMap::new(),
            from: u64::MAX,
            keep_delays: true,
            delays: Times::new(),
            received: 0,
            deliveries: 0,
            last: 0,
            twice: 0,
            out_of_order: 0,
        }
    }

    /// `listener` got message `seq`, due at `due`, at `now`.
    pub(crate) fn take(&mut self, listener: usize, seq: u32, due: u64, now: u64) {
        self.received += 1;
        self.last = now;
        if now >= self.from {
            self.deliveries += 1;
        }
        if due >= self.from && self.keep_delays {
            self.delays.add(now.saturating_sub(due));
        }
        let next = &mut self.next[listener];
        if seq == *next {
            *next += 1;
        } else if seq > *next {
            self.missing.entry(listener).or_default().extend(*next..seq);
            *next = seq + 1;
        } else if self.missing.get_mut(&listener).is_some_and(|missing| missing.remove(&seq)) {
            self.out_of_order += 1;
        } else {
            self.twice += 1;
        }
    }

    /// How far every listener has come: all have got what is below, or something behind it.
    pub(crate) fn complete(&self) -> u32 {
        self.next.iter().copied().min().unwrap_or(u32::MAX)
    }

    /// How many of the messages below `total` were never got, summed over listeners.
    pub(crate) fn lost(&self, total: u32) -> u64 {
        let passed_over: usize = self.missing.values().map(BTreeSet::len).sum();
        let never: u64 = self.next.iter().map(|next| u64::from(total.saturating_sub(*next))).sum();
        passed_over as u64 + never
    }
}

/// A distribution of times.
pub(crate) struct Times(Histogram<u64>);

impl Times {
    /// None yet. Kept to three digits or 64 ns, whichever is coarser, up to two minutes.
    pub(crate) fn new() -> Self {
        let times = Histogram::new_with_bounds(100, 120 * SECOND, 3);
        Self(times.expect("the bounds are far enough apart"))
    }

    /// One more, in nanoseconds.
    pub(crate) fn add(&mut self, ns: u64) {
        self.0.saturating_record(ns);
    }

    /// All of them, as pairs of a time and how often.
    pub(crate) fn pairs(&self) -> Vec<(u64, u64)> {
        self.0.iter_recorded().map(|i| (i.value_iterated_to(), i.count_at_value())).collect()
    }

    /// Adds what another process has kept.
    pub(crate) fn merge(&mut self, pairs: &[(u64, u64)]) {
        for &(ns, count) in pairs {
            self.0.saturating_record_n(ns, count);
        }
    }

    /// The summary; none of nothing.
    pub(crate) fn percentiles(&self) -> Option<Percentiles> {
        let at = |quantile| us(self.0.value_at_quantile(quantile));
        (!self.0.is_empty()).then(|| Percentiles {
            count: self.0.len(),
            mean_us: self.0.mean() / 1000.0,
            p50_us: at(0.5),
            p90_us: at(0.9),
            p99_us: at(0.99),
            p999_us: at(0.999),
            max_us: us(self.0.max()),
        })
    }
}

fn us(ns: u64) -> f64 {
    ns as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(numbers: &[u32]) -> Tally {
        let mut tally = Tally::new(1, 0);
        for &seq in numbers {
            tally.take(0, seq, 0, 1);
        }
        tally
    }

    #[test]
    fn lost_twice_and_out_of_order_are_told_apart() {
        let what = |numbers: &[u32], total| {
            let tally = fed(numbers);
            (tally.lost(total), tally.twice, tally.out_of_order)
        };
        assert_eq!(what(&[0, 1, 2, 3], 4), (0, 0, 0));
        assert_eq!(what(&[0, 1], 4), (2, 0, 0), "the end is missing");
        assert_eq!(what(&[1, 3], 4), (2, 0, 0), "holes");
        assert_eq!(what(&[0, 2, 1, 3], 4), (0, 0, 1), "one came late");
        assert_eq!(what(&[0, 0, 1, 1, 2, 3], 4), (0, 2, 0), "two came again");
        assert_eq!(what(&[2, 1, 1, 3], 4), (1, 1, 1), "all of it");
        assert_eq!(what(&[], 4), (4, 0, 0));
    }

    #[test]
    fn the_slowest_listener_says_how_far_all_are() {
        let mut tally = Tally::new(3, 5);
        assert_eq!(tally.complete(), 5);
        tally.take(0, 5, 0, 1);
        tally.take(1, 5, 0, 1);
        assert_eq!(tally.complete(), 5);
        tally.take(2, 5, 0, 1);
        assert_eq!(tally.complete(), 6);
    }

    #[test]
    fn only_what_was_due_in_the_span_has_a_delay_and_only_what_came_in_it_counts() {
        let mut tally = Tally::new(1, 0);
        tally.from = 100;
        for (seq, due, now) in [(0, 50, 60), (1, 90, 110), (2, 100, 5100)] {
            tally.take(0, seq, due, now);
        }
        assert_eq!((tally.received, tally.deliveries, tally.last), (3, 2, 5100));
        let delays = tally.delays.percentiles().unwrap();
        assert_eq!(delays.count, 1);
        assert!((delays.max_us - 5.0).abs() < 0.064, "{delays:?}");
    }

    #[test]
    fn percentiles_survive_the_way_between_processes() {
        let mut here = Times::new();
        assert_eq!(here.percentiles(), None);
        for us in 1..=1000 {
            here.add(us * 1000);
        }
        let mut there = Times::new();
        there.merge(&here.pairs());
        there.merge(&here.pairs());
        let all = there.percentiles().unwrap();
        assert_eq!(all.count, 2000);
        for (is, should) in
            [(all.p50_us, 500.0), (all.p90_us, 900.0), (all.p99_us, 990.0), (all.max_us, 1000.0)]
        {
            assert!((is - should).abs() < should / 500.0, "{is} is not {should}");
        }
    }
}
