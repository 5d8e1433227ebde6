//! What several rounds say together: a median, a range, a ratio of two, and whether a bound holds.

use serde::{Deserialize, Serialize};

/// The same figure from several rounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) rounds: usize,
}

impl Spread {
    /// `None` when there is no round.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let (min, max) = (*figures.first()?, *figures.last()?);
        let middle = figures.len() / 2;
        let median = if figures.len() % 2 == 1 {
            figures[middle]
        } else {
            f64::midpoint(figures[middle - 1], figures[middle])
        };
        Some(Self { median, min, max, rounds: figures.len() })
    }

    /// How many times `other` this is: the ratio of the medians, and the range of the ratios of
    /// the rounds that both took part in. `pairs` are those rounds' figures.
    ///
    /// Rounds are interleaved, so a round's own ratio is freer of the machine's moods than either
    /// figure. With the same rounds on both sides the first always lies within the second.
    pub(crate) fn ratio(pairs: &[(f64, f64)]) -> Option<Self> {
        let ours = Self::of(pairs.iter().map(|(ours, _)| *ours))?;
        let theirs = Self::of(pairs.iter().map(|(_, theirs)| *theirs))?;
        let ratios = Self::of(pairs.iter().map(|(ours, theirs)| ours / theirs))?;
        Some(Self { median: ours.median / theirs.median, ..ratios })
    }
}

/// Which side of a bound is the good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    AtMost,
    AtLeast,
}

impl Bound {
    pub(crate) fn holds(self, figure: f64, limit: f64) -> bool {
        match self {
            Self::AtMost => figure <= limit,
            Self::AtLeast => figure >= limit,
        }
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "≤",
            Self::AtLeast => "≥",
        }
    }
}

/// A figure for eyes: three digits that matter, thousands with commas.
pub(crate) fn shown(figure: f64) -> String {
    if !figure.is_finite() {
        return "–".into();
    }
    let decimals = match figure.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 => 2,
        _ => 3,
    };
    let text = format!("{figure:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// A whole number for eyes, thousands with commas.
pub(crate) fn count(number: usize) -> String {
    if number < 100 { number.to_string() } else { shown(number as f64) }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}–{})", shown(self.median), shown(self.min), shown(self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_or_between_the_two_middles() {
        let spread = Spread::of([5.0, 1.0, 9.0]).unwrap();
        assert_eq!((spread.median, spread.min, spread.max, spread.rounds), (5.0, 1.0, 9.0, 3));
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 9.0]).unwrap().median, 3.0);
        assert_eq!(Spread::of([7.0]).unwrap().median, 7.0);
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_ratio_is_of_the_medians_and_its_range_is_of_the_rounds() {
        // Round by round 0.5, 1.0, 0.25; the medians are 2 and 4.
        let ratio = Spread::ratio(&[(1.0, 2.0), (4.0, 4.0), (2.0, 8.0)]).unwrap();
        assert_eq!((ratio.median, ratio.min, ratio.max, ratio.rounds), (0.5, 0.25, 1.0, 3));
        assert_eq!(Spread::ratio(&[]), None);
    }

    #[test]
    fn the_ratio_of_the_medians_lies_within_the_range_of_the_ratios() {
        let mut state = 7_u64;
        let mut figure = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            1.0 + (state >> 40) as f64
        };
        for rounds in 1..8 {
            for _ in 0..200 {
                let pairs: Vec<_> = (0..rounds).map(|_| (figure(), figure())).collect();
                let ratio = Spread::ratio(&pairs).unwrap();
                // Up to rounding; with an even number the middle is itself a mean.
                let slack = 1.0 + 1e-9;
                assert!(ratio.min <= ratio.median * slack && ratio.median <= ratio.max * slack);
            }
        }
    }

    #[test]
    fn a_bound_holds_on_its_good_side_and_at_itself() {
        assert!(Bound::AtMost.holds(1.0, 1.0) && !Bound::AtMost.holds(1.01, 1.0));
        assert!(Bound::AtLeast.holds(20.0, 20.0) && !Bound::AtLeast.holds(19.9, 20.0));
        assert!(!Bound::AtMost.holds(f64::NAN, 1.0), "what was not measured holds nothing");
    }

    #[test]
    fn figures_have_the_digits_that_matter() {
        let cases = [
            (0.0, "0"),
            (0.0123, "0.012"),
            (0.5, "0.50"),
            (9.456, "9.46"),
            (12.34, "12.3"),
            (138.4, "138"),
            (1_234_567.0, "1,234,567"),
            (999.6, "1,000"),
            (-1234.0, "-1,234"),
            (f64::NAN, "–"),
        ];
        for (figure, text) in cases {
            assert_eq!(shown(figure), text);
        }
    }
}
