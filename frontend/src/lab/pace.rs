//! When the publisher sends: how often on average, how large, and in which pattern. The times are a
//! function of a seed and of nothing else.

use std::{fmt, str::FromStr};

/// How many a second there can be.
pub const MOST_RATE: u32 = 100;
/// How many bytes a message can have.
pub const MOST_SIZE: u32 = 4_096;

/// How messages follow one another; the rate is the same on average.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pattern {
    /// All at the same distance.
    #[default]
    Steady,
    /// Several at once, then a rest.
    Bursts,
    /// As people talk who don't wait for one another: a Poisson process.
    People,
}

impl Pattern {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Steady, Self::Bursts, Self::People];

    /// Its name in an address.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Bursts => "bursts",
            Self::People => "people",
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Pattern {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|it| it.as_str() == text).ok_or("a pattern is steady, bursts or people")
    }
}

/// How the publisher sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Messages a second, 1 to [`MOST_RATE`].
    pub rate: u32,
    /// Bytes of text in each, 1 to [`MOST_SIZE`].
    pub size: u32,
    /// How they follow one another.
    pub pattern: Pattern,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rate: 5, size: 100, pattern: Pattern::Steady }
    }
}

impl Pace {
    /// Takes a rate as it was written.
    ///
    /// # Errors
    ///
    /// The rule, in a sentence.
    pub fn set_rate(&mut self, text: &str) -> Result<(), String> {
        let rule = || format!("a rate is 1 to {MOST_RATE} messages a second");
        self.rate = within(text, MOST_RATE).ok_or_else(rule)?;
        Ok(())
    }

    /// Takes a size as it was written.
    ///
    /// # Errors
    ///
    /// The rule, in a sentence.
    pub fn set_size(&mut self, text: &str) -> Result<(), String> {
        let rule = || format!("a size is 1 to {MOST_SIZE} bytes");
        self.size = within(text, MOST_SIZE).ok_or_else(rule)?;
        Ok(())
    }
}

fn within(text: &str, most: u32) -> Option<u32> {
    text.trim().parse().ok().filter(|n| (1..=most).contains(n))
}

/// The times at which to send, without end, in milliseconds from the start.
#[derive(Clone, Debug)]
pub struct Schedule {
    pace: Pace,
    chance: u64,
    sent: u64,
    at: f64,
}

impl Schedule {
    /// The schedule of this seed.
    #[must_use]
    pub fn new(pace: Pace, seed: u64) -> Self {
        Self { pace, chance: seed, sent: 0, at: 0.0 }
    }

    /// A number in 0..1 (SplitMix64, <https://prng.di.unimi.it/splitmix64.c>).
    fn chance(&mut self) -> f64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 11) as f64 / (1u64 << 53) as f64
    }
}

impl Iterator for Schedule {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        let every = 1000.0 / f64::from(self.pace.rate);
        match self.pace.pattern {
            // By multiplication: a sum of many fractions drifts.
            Pattern::Steady => self.at = self.sent as f64 * every,
            Pattern::Bursts => {
                // As many as two seconds bring, but no burst of one.
                let burst = u64::from(self.pace.rate * 2).max(4);
                self.at = (self.sent / burst * burst) as f64 * every;
            }
            // The chance is below 1, and so its logarithm is finite.
            Pattern::People => self.at -= (1.0 - self.chance()).ln() * every,
        }
        self.sent += 1;
        Some(self.at)
    }
}

/// What the messages say, in turn.
const SAID: [&str; 8] = [
    "the tide is coming in",
    "a light in the east",
    "wind from the south, fresh",
    "two sails at the horizon",
    "the harbour bell at noon",
    "rain until the evening",
    "all boats are home",
    "calm sea tonight",
];

/// The text of the `n`th message, of exactly so many bytes.
#[must_use]
pub fn text(n: u64, size: u32) -> String {
    let from = (n % SAID.len() as u64) as usize;
    let said = SAID.iter().cycle().skip(from).flat_map(|said| said.chars().chain(". ".chars()));
    let mut text: String = said.take(size as usize).collect();
    // No text ends with a blank.
    if text.ends_with(' ') {
        text.pop();
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(pattern: Pattern, rate: u32, seed: u64) -> Vec<f64> {
        Schedule::new(Pace { rate, size: 1, pattern }, seed).take(10_000).collect()
    }

    #[test]
    fn each_pattern_keeps_the_rate_and_never_goes_back() {
        for pattern in Pattern::ALL {
            for rate in [1, 7, 100] {
                let times = times(pattern, rate, 42);
                assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "{pattern}");
                let expected = 10_000.0 * 1000.0 / f64::from(rate);
                let end = times[9_999];
                assert!((end / expected - 1.0).abs() < 0.05, "{pattern} {rate}: {end}");
            }
        }
    }

    #[test]
    fn bursts_come_at_once_and_people_by_chance() {
        assert_eq!(times(Pattern::Bursts, 1, 1)[..5], [0.0, 0.0, 0.0, 0.0, 4000.0]);
        let gaps: Vec<_> =
            times(Pattern::People, 10, 7).windows(2).map(|pair| pair[1] - pair[0]).collect();
        let longer = gaps.iter().filter(|gap| **gap > 100.0).count() as f64 / gaps.len() as f64;
        assert!((longer - (-1.0f64).exp()).abs() < 0.02, "{longer}: the mean is passed by 1/e");
    }

    #[test]
    fn a_seed_says_all() {
        assert_eq!(times(Pattern::People, 5, 9), times(Pattern::People, 5, 9));
        assert_ne!(times(Pattern::People, 5, 9), times(Pattern::People, 5, 10));
    }

    #[test]
    fn a_text_has_its_size() {
        for size in [1, 2, 5, 100, MOST_SIZE] {
            assert_eq!(text(7, size).len(), size as usize);
        }
        assert_eq!(text(0, 23), "the tide is coming in..");
    }
}
