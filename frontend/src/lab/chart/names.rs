//! The panes' names at the chart's right, each at the height where its delays mostly are. They stand still
//! as long as that is true enough: medians are taken now and then, and of two that are nearly the same the
//! names don't change places.

use super::{eyes, paint::Pen, view::View};
use crate::lab::{measure::Trace, table::Summary};

/// The time between two looks at the medians, in milliseconds.
const CALM: f64 = 500.0;

/// A name keeps its place above another until it belongs so many rem below it.
const SLACK: f64 = 0.5;
/// From one name to the next, in rem: with the line below it, and without.
const GAPS: [f64; 2] = [2.3, 1.2];
/// Where names have less room than so many rem, the line below does without the word.
const WIDE: f64 = 7.5;

/// The names, and why they stand where they do.
#[derive(Debug)]
pub struct Names {
    /// When the medians were taken.
    taken: f64,
    /// Of each trace, the median of the delays in view.
    medians: Vec<Option<f64>>,
    /// The panes, from the top to the bottom.
    order: Vec<u32>,
}

impl Default for Names {
    fn default() -> Self {
        Self { taken: f64::NEG_INFINITY, medians: Vec::new(), order: Vec::new() }
    }
}

impl Names {
    /// Takes the medians with the next look, whenever that is.
    pub fn look_again(&mut self) {
        self.taken = f64::NEG_INFINITY;
    }

    /// Takes the medians of what is in view; while it is `moving`, only now and then.
    pub fn look(&mut self, traces: &[Trace], view: &View, moving: bool) {
        let waits = moving && view.now - self.taken < CALM;
        if !waits || self.medians.len() != traces.len() {
            let median =
                |trace| Summary::over(view.samples(trace)).delays.map(|delays| delays.median);
            self.medians = traces.iter().map(median).collect();
            self.taken = view.now;
        }
    }

    /// Writes all names.
    pub fn paint(&mut self, pen: &mut Pen<'_>, traces: &[Trace], view: &View) {
        let (rem, area) = (pen.theme.rem, view.area);
        let known = traces.iter().zip(&self.medians);
        let mut shown: Vec<(&Trace, f64)> =
            known.filter_map(|(trace, median)| Some((trace, (*median)?))).collect();
        let wanted = |median: f64| view.y(median) - 0.5 * rem;
        let heights: Vec<_> =
            shown.iter().map(|(trace, median)| (trace.pane, wanted(*median))).collect();
        settle(&mut self.order, &heights, SLACK * rem);
        shown.sort_by_key(|(trace, _)| self.order.iter().position(|pane| *pane == trace.pane));
        // Two lines each, as long as there is room for them.
        let two = GAPS[0] * rem * (shown.len() as f64 - 1.0) <= area.bottom - area.top;
        let (gap, bottom) = if two { (GAPS[0], area.bottom - rem) } else { (GAPS[1], area.bottom) };
        let heights: Vec<_> = shown.iter().map(|(_, median)| wanted(*median)).collect();
        let places = spread(&heights, gap * rem, area.top, bottom);
        for ((trace, median), y) in shown.into_iter().zip(places) {
            let word = if view.room > WIDE * rem { "median " } else { "" };
            let below = two.then(|| format!("{word}{}", eyes::delay(median)));
            pen.name(trace, view, y, below.as_deref());
        }
    }
}

/// Brings the panes into the order of the heights that they are wanted at, but for two that are nearer than
/// `slack`: they stay as they were.
fn settle(order: &mut Vec<u32>, wanted: &[(u32, f64)], slack: f64) {
    let height = |pane: u32| wanted.iter().find(|(of, _)| *of == pane).map(|(_, height)| *height);
    order.retain(|pane| height(*pane).is_some());
    let new = wanted.iter().map(|(pane, _)| *pane).filter(|pane| !order.contains(pane));
    order.extend(new.collect::<Vec<_>>());
    for end in 1..order.len() {
        let above = |pair: &[u32]| match (height(pair[0]), height(pair[1])) {
            (Some(upper), Some(lower)) => upper <= lower + slack,
            _ => true,
        };
        for at in (0..end).rev() {
            if above(&order[at..at + 2]) {
                break;
            }
            order.swap(at, at + 1);
        }
    }
}

/// Moves labels apart, which are given from the top to the bottom: each at least `gap` from the next, as near
/// as may be to where it is wanted, and between `top` and `bottom` as long as there is room.
fn spread(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut places = wanted.to_vec();
    let mut free = top;
    for place in &mut places {
        *place = place.max(free);
        free = *place + gap;
    }
    let mut free = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(free);
        free = *place - gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_places_only_when_they_stand_wrong_by_more_than_the_slack() {
        let mut order = Vec::new();
        settle(&mut order, &[(1, 50.0), (2, 90.5), (3, 90.0)], 8.0);
        assert_eq!(order, [1, 2, 3], "nearly the same stand as the panes do");
        settle(&mut order, &[(1, 50.0), (2, 99.0), (3, 90.0)], 8.0);
        assert_eq!(order, [1, 3, 2]);
        settle(&mut order, &[(1, 50.0), (2, 85.0), (3, 90.0)], 8.0);
        assert_eq!(order, [1, 3, 2], "and stay so");
        settle(&mut order, &[(4, 10.0), (1, 50.0), (2, 85.0)], 8.0);
        assert_eq!(order, [4, 1, 2], "one went, and one came");
        settle(&mut order, &[(4, 10.0), (1, 50.0), (2, 1.0)], 8.0);
        assert_eq!(order, [2, 4, 1], "over two of them");
    }

    #[test]
    fn labels_keep_their_distance() {
        assert_eq!(spread(&[20.0, 100.0], 15.0, 0.0, 200.0), [20.0, 100.0]);
        assert_eq!(spread(&[197.0, 198.0, 199.0], 15.0, 0.0, 200.0), [170.0, 185.0, 200.0]);
        assert_eq!(spread(&[-4.0, 3.0], 15.0, 0.0, 200.0), [0.0, 15.0]);
        assert_eq!(spread(&[90.5, 90.0], 15.0, 0.0, 200.0), [90.5, 105.5]);
        assert!(spread(&[], 15.0, 0.0, 200.0).is_empty());
    }
}
