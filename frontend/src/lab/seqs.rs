//! A set of places in the log. They come nearly in order and nearly without holes, so that it is a few
//! ranges, however long the log.

/// A set of seqs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seqs {
    /// First and last of each range; in order, with a hole between any two.
    ranges: Vec<(u64, u64)>,
}

impl Seqs {
    /// Puts one in. Answers whether it was not there.
    pub fn insert(&mut self, seq: u64) -> bool {
        // The ranges before this one end below the seq's neighbour.
        let at = self.ranges.partition_point(|&(_, last)| last + 1 < seq);
        match self.ranges.get_mut(at) {
            Some(&mut (first, last)) if (first..=last).contains(&seq) => return false,
            Some((_, last)) if *last + 1 == seq => {
                *last = seq;
                if let Some(&(first, after)) = self.ranges.get(at + 1)
                    && first == seq + 1
                {
                    self.ranges[at].1 = after;
                    self.ranges.remove(at + 1);
                }
            }
            Some((first, _)) if *first == seq + 1 => *first = seq,
            _ => self.ranges.insert(at, (seq, seq)),
        }
        true
    }

    /// The highest.
    #[must_use]
    pub fn newest(&self) -> Option<u64> {
        self.ranges.last().map(|&(_, last)| last)
    }

    /// How many there are above `after`, up to `until`.
    #[must_use]
    pub fn count(&self, after: u64, until: u64) -> u64 {
        let within = |&(first, last): &(u64, u64)| {
            (last.min(until) + 1).saturating_sub(first.max(after + 1))
        };
        self.ranges.iter().map(within).sum()
    }

    /// How many there are above `after`, up to `until`, that are not in `other`.
    #[must_use]
    pub fn missing_in(&self, other: &Self, after: u64, until: u64) -> u64 {
        let mut missing = self.count(after, until);
        let mut others = other.ranges.iter().peekable();
        for &(first, last) in &self.ranges {
            let (first, last) = (first.max(after + 1), last.min(until));
            while let Some(&&(from, to)) = others.peek() {
                let both = (to.min(last) + 1).saturating_sub(from.max(first));
                missing -= both;
                if to > last {
                    break;
                }
                others.next();
            }
        }
        missing
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn both(seqs: &[u64]) -> (Seqs, BTreeSet<u64>) {
        let mut set = (Seqs::default(), BTreeSet::new());
        for &seq in seqs {
            assert_eq!(set.0.insert(seq), set.1.insert(seq), "{seq} in {:?}", set.0);
        }
        set
    }

    #[test]
    fn what_comes_in_order_is_one_range() {
        let (seqs, _) = both(&(1..=100_000).collect::<Vec<_>>());
        assert_eq!(seqs.ranges, [(1, 100_000)]);
        assert_eq!(seqs.newest(), Some(100_000));
    }

    proptest! {
        #[test]
        fn it_is_a_set(
            one in proptest::collection::vec(1..40u64, 0..40),
            other in proptest::collection::vec(1..40u64, 0..40),
            after in 0..40u64,
            until in 0..40u64,
        ) {
            let ((one, set), (other, others)) = (both(&one), both(&other));
            prop_assert_eq!(one.newest(), set.last().copied());
            prop_assert!(one.ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{:?}", one);
            let within = |seq: &&u64| **seq > after && **seq <= until;
            prop_assert_eq!(one.count(after, until), set.iter().filter(within).count() as u64);
            let missing = set.difference(&others).filter(within).count() as u64;
            prop_assert_eq!(one.missing_in(&other, after, until), missing);
        }
    }
}
