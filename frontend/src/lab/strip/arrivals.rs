//! What arrived when, and how many at once.

use crate::lab::measure::Sample;

/// An arrival: one answer to a poll, or what one read of a stream brought.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Arrival {
    /// When, in milliseconds of the page's clock.
    pub at: f64,
    /// How many messages came in it.
    pub messages: u32,
}

/// As many messages and more are drawn at full height.
const FULL: f64 = 128.0;
/// The height of one message, of the full height.
const ONE: f64 = 0.22;

impl Arrival {
    /// How tall it stands, from nothing to 1: as much for each doubling, so that one and a hundred
    /// can both be seen.
    #[must_use]
    pub fn height(&self) -> f64 {
        let doublings = f64::from(self.messages.max(1)).log2() / FULL.log2();
        ONE + (1.0 - ONE) * doublings.min(1.0)
    }
}

/// The arrivals from `from` to `to`, of those within one column of `width` milliseconds the largest:
/// what is drawn of them. The samples are in the order in which they were shown.
#[must_use]
pub fn arrivals(samples: &[Sample], from: f64, to: f64, width: f64) -> Vec<Arrival> {
    let start = samples.partition_point(|sample| sample.shown < from);
    let shown = samples[start..].iter().take_while(|sample| sample.shown <= to);
    let (mut all, mut open): (Vec<Arrival>, Option<(u32, Arrival)>) = (Vec::new(), None);
    let column = |at: f64| (at / width).floor();
    let mut close = |arrival: Arrival| match all.last_mut() {
        Some(last) if column(last.at) == column(arrival.at) => {
            if last.messages < arrival.messages {
                *last = arrival;
            }
        }
        _ => all.push(arrival),
    };
    for sample in shown {
        match &mut open {
            Some((number, arrival)) if *number == sample.arrival => arrival.messages += 1,
            _ => {
                let next = (sample.arrival, Arrival { at: sample.shown, messages: 1 });
                if let Some((_, arrival)) = open.replace(next) {
                    close(arrival);
                }
            }
        }
    }
    if let Some((_, arrival)) = open {
        close(arrival);
    }
    all
}

/// Arrivals that stand no farther from one another than `near` milliseconds and brought as many messages
/// each are one stretch: the first of them, and when the last came. They look the same, and a stream of a
/// hundred a second is drawn at once.
#[must_use]
pub fn stretches(arrivals: &[Arrival], near: f64) -> Vec<(Arrival, f64)> {
    let mut all: Vec<(Arrival, f64)> = Vec::new();
    for arrival in arrivals {
        match all.last_mut() {
            Some((first, last))
                if first.messages == arrival.messages && arrival.at - *last <= near =>
            {
                *last = arrival.at;
            }
            _ => all.push((*arrival, arrival.at)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::measure::Clock;

    fn samples(arrivals: &[(f64, u32)]) -> Vec<Sample> {
        let each = arrivals.iter().zip(0..).flat_map(|(&(at, messages), arrival)| {
            (0..messages).map(move |n| Sample {
                seq: u64::from(n),
                sent: at - 1.0,
                shown: at,
                arrival,
                clock: Clock::Own,
            })
        });
        each.collect()
    }

    #[test]
    fn what_came_together_is_one_arrival() {
        let samples = samples(&[(10.0, 3), (20.0, 1), (20.0, 2), (35.0, 7), (90.0, 1)]);
        let found = arrivals(&samples, 15.0, 80.0, 0.001);
        let found: Vec<_> = found.iter().map(|arrival| (arrival.at, arrival.messages)).collect();
        assert_eq!(found, [(20.0, 2), (35.0, 7)], "two at one moment stand on one place");
        assert!(arrivals(&samples, 100.0, 200.0, 1.0).is_empty());
    }

    #[test]
    fn of_a_column_the_largest_is_drawn() {
        let samples = samples(&[(10.0, 3), (12.0, 9), (14.0, 1), (21.0, 2)]);
        let found = arrivals(&samples, 0.0, 80.0, 10.0);
        let found: Vec<_> = found.iter().map(|arrival| arrival.messages).collect();
        assert_eq!(found, [9, 2]);
    }

    #[test]
    fn what_stands_close_and_brought_as_many_is_one_stretch() {
        let arrivals = [(1.0, 1), (2.0, 1), (3.5, 1), (6.0, 1), (7.0, 4), (8.0, 4)]
            .map(|(at, messages)| Arrival { at, messages });
        let found = stretches(&arrivals, 1.5);
        let found: Vec<_> = found.iter().map(|(it, to)| (it.at, *to, it.messages)).collect();
        assert_eq!(found, [(1.0, 3.5, 1), (6.0, 6.0, 1), (7.0, 8.0, 4)]);
        assert!(stretches(&[], 1.0).is_empty());
    }

    #[test]
    fn a_doubling_is_a_step_up_to_the_top() {
        let height = |messages| Arrival { at: 0.0, messages }.height();
        assert!((height(4) - height(2) - (height(2) - height(1))).abs() < 1e-9);
        assert_eq!((height(128), height(5_000)), (1.0, 1.0));
        assert!(height(1) > 0.2);
    }
}
