//! A figure that is only known within bounds.

use std::ops::{Add, Div, Mul, Sub};

use serde::{Deserialize, Serialize};

/// What was measured several times: the least, the middle one and the most. None is negative, and
/// arithmetic is of each with that of the other by which the bounds stay bounds.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The one in the middle.
    pub mid: f64,
    /// The most.
    pub high: f64,
}

impl Range {
    /// A figure that is known.
    #[must_use]
    pub const fn exact(value: f64) -> Self {
        Self { low: value, mid: value, high: value }
    }

    /// The least, the median and the most of what was measured; none of nothing.
    #[must_use]
    pub fn of(mut measured: Vec<f64>) -> Option<Self> {
        measured.sort_by(f64::total_cmp);
        let (low, high) = (*measured.first()?, *measured.last()?);
        let half = measured.len() / 2;
        let mid = match measured.len() % 2 {
            0 => f64::midpoint(measured[half - 1], measured[half]),
            _ => measured[half],
        };
        Some(Self { low, mid, high })
    }

    /// Whether its bounds are in their order, finite, and none below zero.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.low >= 0.0 && self.low <= self.mid && self.mid <= self.high && self.high.is_finite()
    }

    /// How far the bounds are from the middle: ± this share of it, by the one farther off.
    #[must_use]
    pub fn spread(&self) -> f64 {
        if self.mid <= 0.0 {
            return 0.0;
        }
        (self.high - self.mid).max(self.mid - self.low) / self.mid
    }

    /// What a function that grows makes of it.
    #[must_use]
    pub fn map(self, grows: impl Fn(f64) -> f64) -> Self {
        Self { low: grows(self.low), mid: grows(self.mid), high: grows(self.high) }
    }

    /// The larger of two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        self.with(other, f64::max)
    }

    fn with(self, other: Self, of: fn(f64, f64) -> f64) -> Self {
        Self {
            low: of(self.low, other.low),
            mid: of(self.mid, other.mid),
            high: of(self.high, other.high),
        }
    }

    /// The same with its bounds exchanged: what is taken away or divided by.
    fn turned(self) -> Self {
        Self { low: self.high, mid: self.mid, high: self.low }
    }

    /// e to the power of minus this.
    #[must_use]
    pub fn decay(self) -> Self {
        self.turned().map(|x| (-x).exp())
    }
}

impl Add for Range {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl Sub for Range {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.with(other.turned(), |a, b| (a - b).max(0.0))
    }
}

impl Mul for Range {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}

impl Div for Range {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self.with(other.turned(), |a, b| a / b)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any() -> impl Strategy<Value = Range> {
        [0.001..1e6_f64, 0.001..1e6_f64, 0.001..1e6_f64]
            .prop_map(|of| Range::of(of.to_vec()).unwrap())
    }

    proptest! {
        #[test]
        fn bounds_stay_bounds(a in any(), b in any()) {
            for made in [a + b, a - b, a * b, a / b, a.max(b), a.decay(), b.map(f64::sqrt)] {
                prop_assert!(made.is_sound(), "{:?} of {:?} and {:?}", made, a, b);
            }
        }
    }

    #[test]
    fn the_median_of_what_was_measured_lies_between_its_bounds() {
        assert_eq!(Range::of(vec![3.0, 1.0, 2.0]), Some(Range { low: 1.0, mid: 2.0, high: 3.0 }));
        assert_eq!(Range::of(vec![4.0, 1.0]), Some(Range { low: 1.0, mid: 2.5, high: 4.0 }));
        assert_eq!(Range::of(vec![]), None);
        assert!((Range { low: 8.0, mid: 10.0, high: 15.0 }.spread() - 0.5).abs() < 1e-12);
        assert!(!Range { low: 2.0, mid: 1.0, high: 3.0 }.is_sound());
        assert!(!Range::exact(-1.0).is_sound());
        assert!(!Range::exact(f64::NAN).is_sound());
    }
}
