//! The scale of delays: linear or logarithmic, with ticks at numbers that a person would choose.

/// How delays are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// As long as they are, from 0.
    #[default]
    Linear,
    /// A step for ten times as long.
    Log,
}

/// The shortest delay that a logarithmic scale begins at, in milliseconds; clocks tell no less.
const SHORTEST: f64 = 0.1;

/// A scale, in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    kind: Kind,
    low: f64,
    high: f64,
}

impl Scale {
    /// The scale that holds all from `least` to `most` and ends at round numbers.
    #[must_use]
    pub fn over(kind: Kind, least: f64, most: f64) -> Self {
        match kind {
            Kind::Linear => {
                let most = most.max(1.0);
                let step = nice_step(most, 8);
                Self { kind, low: 0.0, high: (most / step - 1e-9).ceil() * step }
            }
            Kind::Log => {
                let low = round_down(least.max(SHORTEST));
                // A round number upside down is one, too.
                let high = 1.0 / round_down(1.0 / most.max(SHORTEST));
                Self { kind, low, high: round(high.max(low * 10.0)) }
            }
        }
    }

    /// The scale for what is in view now, after this one: it grows at once, and shrinks only when
    /// most of it has stood empty, so that it does not jump about.
    #[must_use]
    pub fn after(self, kind: Kind, least: f64, most: f64) -> Self {
        let next = Self::over(kind, least, most);
        let too_small = next.low < self.low || next.high > self.high;
        let too_large = next.high < self.high * 0.5 || next.low > self.low * 4.0;
        if kind != self.kind || too_small || too_large { next } else { self }
    }

    /// Where a delay stands: 0 at the bottom, 1 at the top. What is beyond an end stands at it.
    #[must_use]
    pub fn place(&self, delay: f64) -> f64 {
        let place = match self.kind {
            Kind::Linear => delay / self.high,
            Kind::Log => {
                let (low, high) = (self.low.log10(), self.high.log10());
                (delay.max(self.low).log10() - low) / (high - low)
            }
        };
        place.clamp(0.0, 1.0)
    }

    /// The ticks, from the bottom, about `wanted` of them.
    #[must_use]
    pub fn ticks(&self, wanted: u32) -> Vec<f64> {
        match self.kind {
            Kind::Linear => {
                let step = nice_step(self.high, wanted);
                let count = (self.high / step + 1e-9).floor() as u32;
                (0..=count).map(|n| f64::from(n) * step).collect()
            }
            Kind::Log => {
                let powers = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
                let few = self.high / self.low <= 101.0;
                let within: &[f64] = if few { &[1.0, 2.0, 5.0] } else { &[1.0] };
                let all = powers.flat_map(|power| {
                    within.iter().map(move |digit| round(digit * 10f64.powi(power)))
                });
                let inside = self.low * 0.999..=self.high * 1.001;
                all.filter(|tick| inside.contains(tick)).collect()
            }
        }
    }
}

/// The largest of 1, 2, 5, 10, … (and their tenths) that is not above a value above 0.
fn round_down(value: f64) -> f64 {
    let unit = 10f64.powf((value.log10() + 1e-9).floor());
    let digit = [5.0, 2.0, 1.0].into_iter().find(|digit| digit * unit <= value * (1.0 + 1e-9));
    digit.unwrap_or(1.0) * unit
}

/// The least of 1, 2, 5, 10, 20, 50, … (and their tenths) that divides `range` into at most `parts`.
///
/// `range` is above 0; `parts` is at least 1.
#[must_use]
pub fn nice_step(range: f64, parts: u32) -> f64 {
    let rough = range / f64::from(parts.max(1));
    let power = rough.log10().floor() as i32;
    let unit = 10f64.powi(power);
    let step = [1.0, 2.0, 5.0].into_iter().map(|digit| digit * unit);
    round(step.into_iter().find(|step| *step >= rough * (1.0 - 1e-9)).unwrap_or(10.0 * unit))
}

/// Without the last digits' noise.
fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_linear_scale_begins_at_nothing_and_ends_at_a_round_number() {
        for (most, high, ticks) in [
            (2_970.0, 3_000.0, vec![0.0, 1_000.0, 2_000.0, 3_000.0]),
            (3_000.0, 3_000.0, vec![0.0, 1_000.0, 2_000.0, 3_000.0]),
            (3_010.0, 3_500.0, vec![0.0, 1_000.0, 2_000.0, 3_000.0]),
            (7.3, 8.0, vec![0.0, 2.0, 4.0, 6.0, 8.0]),
            (0.0, 1.0, vec![0.0, 0.5, 1.0]),
            (10_100.0, 12_000.0, vec![0.0, 5_000.0, 10_000.0]),
        ] {
            let scale = Scale::over(Kind::Linear, 0.0, most);
            assert_eq!(scale.high, high, "{most}");
            assert_eq!(scale.ticks(4), ticks, "{most}");
        }
    }

    #[test]
    fn a_logarithmic_scale_ends_at_round_numbers() {
        let scale = Scale::over(Kind::Log, 1.7, 9_900.0);
        assert_eq!(scale.ticks(4), [1.0, 10.0, 100.0, 1_000.0, 10_000.0]);
        assert!((scale.place(100.0) - 0.5).abs() < 1e-9);
        let scale = Scale::over(Kind::Log, 12.0, 40.0);
        assert_eq!(scale.ticks(4), [10.0, 20.0, 50.0, 100.0]);
        let scale = Scale::over(Kind::Log, 3.0, 10_010.0);
        assert_eq!((scale.low, scale.high), (2.0, 20_000.0));
        assert_eq!(scale.ticks(4), [10.0, 100.0, 1_000.0, 10_000.0]);
        // A clock that is estimated may say that a message came before it was sent.
        let scale = Scale::over(Kind::Log, -3.0, 40.0);
        assert_eq!(scale.place(-3.0), 0.0);
        assert_eq!(scale.ticks(4), [0.1, 1.0, 10.0]);
    }

    #[test]
    fn a_scale_grows_at_once_and_shrinks_late() {
        let scale = Scale::over(Kind::Linear, 0.0, 2_900.0);
        assert_eq!(scale.after(Kind::Linear, 0.0, 1_600.0), scale);
        assert_eq!(scale.after(Kind::Linear, 0.0, 3_100.0).high, 3_500.0);
        assert_eq!(scale.after(Kind::Linear, 0.0, 90.0).high, 100.0);
        assert_eq!(scale.after(Kind::Log, 1.0, 90.0).kind, Kind::Log);
    }

    proptest! {
        #[test]
        fn every_scale_holds_what_it_is_for(
            least in -10.0..1e6_f64, more in 0.0..1e6_f64, log in any::<bool>(),
        ) {
            let kind = if log { Kind::Log } else { Kind::Linear };
            let most = least + more;
            let scale = Scale::over(kind, least, most);
            prop_assert!(scale.high >= most * (1.0 - 1e-6), "{scale:?}");
            prop_assert!(log || scale.high <= 1.0_f64.max(most * 1.7), "{scale:?} is too large for {most}");
            let ticks = scale.ticks(4);
            prop_assert!((2..=12).contains(&ticks.len()), "{ticks:?}");
            prop_assert!(ticks.windows(2).all(|pair| scale.place(pair[0]) < scale.place(pair[1])));
            prop_assert!(scale.place(least) <= scale.place(most));
        }

        #[test]
        fn a_step_is_a_round_number_and_divides_into_few_parts(range in 0.01..1e7_f64, parts in 1..9_u32) {
            let step = nice_step(range, parts);
            prop_assert!(range / step <= f64::from(parts) * (1.0 + 1e-6), "{step}");
            prop_assert!(range / step >= f64::from(parts) / 2.6, "{step}");
        }
    }
}
