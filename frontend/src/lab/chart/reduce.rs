//! What is drawn of many points: of those that fall into one column of pixels the lowest and the
//! highest, which look the same as all of them.

use crate::lab::measure::Sample;

/// How far a message may seem to come before it was sent, where its clock is estimated; in
/// milliseconds.
const SLACK: f64 = 1_000.0;

/// The samples sent from `from` to `to`, in milliseconds of the page's clock.
///
/// They are in the order in which they were shown, so what is older than the window is skipped at
/// once: nothing is shown long before it was sent.
pub fn window(samples: &[Sample], from: f64, to: f64) -> impl Iterator<Item = &Sample> {
    let start = samples.partition_point(|sample| sample.shown < from - SLACK);
    samples[start..].iter().filter(move |sample| from <= sample.sent && sample.sent <= to)
}

/// When a message was sent, and how long it took; in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// When it was sent.
    pub sent: f64,
    /// How long it took.
    pub delay: f64,
}

/// The points within one column of pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Column {
    /// The column's number since the page began: the same points are in the same column wherever
    /// the window stands, so that nothing shimmers while it moves.
    pub number: i64,
    /// The extremes, the earlier one first; the same where there is but one.
    pub ends: [Point; 2],
    /// How many points there are.
    pub count: u32,
}

impl Column {
    fn add(&mut self, point: Point) {
        let [first, second] = self.ends;
        let (low, high) =
            if first.delay <= second.delay { (first, second) } else { (second, first) };
        if point.delay < low.delay {
            self.ends = [high, point];
        } else if point.delay > high.delay {
            self.ends = [low, point];
        }
        if self.ends[1].sent < self.ends[0].sent {
            self.ends.swap(0, 1);
        }
        self.count += 1;
    }
}

/// The columns of these samples, each `width` milliseconds wide, in their order.
pub fn columns<'a>(samples: impl Iterator<Item = &'a Sample>, width: f64) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for sample in samples {
        let number = (sample.sent / width).floor() as i64;
        let point = Point { sent: sample.sent, delay: sample.delay() };
        match columns.last_mut() {
            Some(column) if column.number == number => column.add(point),
            _ => columns.push(Column { number, ends: [point; 2], count: 1 }),
        }
    }
    columns
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lab::measure::Clock;

    fn sample(seq: u64, sent: f64, delay: f64) -> Sample {
        Sample { seq, sent, shown: sent + delay, arrival: 0, clock: Clock::Own }
    }

    #[test]
    fn a_column_keeps_its_lowest_and_its_highest_in_their_order() {
        let samples = [(0.0, 5.0), (1.0, 9.0), (2.0, 1.0), (3.0, 4.0), (10.0, 7.0)];
        let samples: Vec<_> = samples
            .iter()
            .enumerate()
            .map(|(n, (sent, delay))| sample(n as u64, *sent, *delay))
            .collect();
        let columns = columns(samples.iter(), 10.0);
        let point = |sent, delay| Point { sent, delay };
        assert_eq!(
            columns,
            [
                Column { number: 0, ends: [point(1.0, 9.0), point(2.0, 1.0)], count: 4 },
                Column { number: 1, ends: [point(10.0, 7.0); 2], count: 1 },
            ]
        );
    }

    #[test]
    fn the_window_has_what_was_sent_in_it_however_late_it_came() {
        // A poll brings three at once: the oldest waited longest.
        let mut samples: Vec<_> = (0..100).map(|n| sample(n, n as f64 * 100.0, 0.0)).collect();
        for sample in &mut samples {
            sample.shown = (sample.sent / 3_000.0).ceil() * 3_000.0;
        }
        let seen: Vec<_> = window(&samples, 2_500.0, 3_500.0).map(|sample| sample.seq).collect();
        assert_eq!(seen, (25..=35).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn no_extreme_and_no_point_is_lost(
            points in proptest::collection::vec((0.0..1_000.0_f64, 0.0..5_000.0_f64), 1..400),
            width in 1.0..100.0_f64,
        ) {
            let mut points = points;
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            let samples: Vec<_> =
                points.iter().enumerate().map(|(n, (sent, delay))| sample(n as u64, *sent, *delay)).collect();
            let columns = columns(samples.iter(), width);
            prop_assert!(columns.len() <= (1_000.0 / width) as usize + 1);
            prop_assert_eq!(columns.iter().map(|column| column.count as usize).sum::<usize>(), samples.len());
            for column in &columns {
                let within: Vec<_> = samples.iter()
                    .filter(|s| (s.sent / width).floor() as i64 == column.number)
                    .map(Sample::delay)
                    .collect();
                let least = within.iter().copied().fold(f64::INFINITY, f64::min);
                let most = within.iter().copied().fold(0.0, f64::max);
                let [first, second] = column.ends;
                prop_assert_eq!(first.delay.min(second.delay), least);
                prop_assert_eq!(first.delay.max(second.delay), most);
                prop_assert!(first.sent <= second.sent);
            }
        }
    }
}
