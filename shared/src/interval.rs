//! How often a poller asks: 0.5 to 60 seconds.

use std::{fmt, str::FromStr, time::Duration};

/// The time between two polls: 0.5 to 60 s, 3 s unless told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Interval(Duration);

impl Interval {
    /// The shortest.
    pub const MIN: Self = Self(Duration::from_millis(500));
    /// The longest.
    pub const MAX: Self = Self(Duration::from_secs(60));

    /// As a duration.
    #[must_use]
    pub fn as_duration(self) -> Duration {
        self.0
    }

    /// In seconds.
    #[must_use]
    pub fn as_secs(self) -> f64 {
        self.0.as_secs_f64()
    }
}

impl Default for Interval {
    fn default() -> Self {
        Self(Duration::from_secs(3))
    }
}

impl TryFrom<Duration> for Interval {
    type Error = IntervalError;

    fn try_from(duration: Duration) -> Result<Self, IntervalError> {
        if (Self::MIN.0..=Self::MAX.0).contains(&duration) {
            Ok(Self(duration))
        } else {
            Err(IntervalError)
        }
    }
}

/// `3s`, `0.5s`, `500ms`, `1m`; a bare number is seconds. Read by whole numbers, since
/// the tables for reading floats weigh on the browser app's download.
impl FromStr for Interval {
    type Err = IntervalError;

    fn from_str(s: &str) -> Result<Self, IntervalError> {
        let (number, unit_ms) = if let Some(number) = s.strip_suffix("ms") {
            (number, 1)
        } else if let Some(number) = s.strip_suffix('m') {
            (number, 60_000)
        } else {
            (s.strip_suffix('s').unwrap_or(s), 1000)
        };
        let ms = thousandths(number).ok_or(IntervalError)? * unit_ms / 1000;
        Duration::from_millis(ms).try_into()
    }
}

/// `2.5` as 2,500; digits beyond the third behind the point are dropped. At most 7 digits before it.
fn thousandths(number: &str) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 7 {
        return None;
    }
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(whole.parse::<u64>().ok()? * 1000 + fraction.parse::<u64>().ok()?)
}

/// In the shortest form that parses back: `3s`, `0.5s`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0.as_secs(), self.0.subsec_millis());
        if ms == 0 {
            return write!(f, "{seconds}s");
        }
        let fraction = format!("{ms:03}");
        write!(f, "{seconds}.{}s", fraction.trim_end_matches('0'))
    }
}

/// Not an interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an interval is 0.5 to 60 seconds, written as 3s, 0.5s or 500ms")]
pub struct IntervalError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_read_as_people_write_it() {
        for (text, ms) in [
            ("3s", 3000),
            ("3", 3000),
            ("0.5s", 500),
            ("500ms", 500),
            ("1m", 60_000),
            ("2.5", 2500),
        ] {
            let interval: Interval = text.parse().unwrap();
            assert_eq!(interval.as_duration().as_millis(), ms, "{text}");
            assert_eq!(interval.to_string().parse(), Ok(interval));
        }
        for bad in [
            "",
            "0",
            "0.4",
            "61",
            "-3",
            "fast",
            "NaN",
            "inf",
            "s",
            "1.",
            ".5",
            "1e1",
            "99999999999999999999",
        ] {
            assert!(bad.parse::<Interval>().is_err(), "{bad:?}");
        }
    }
}
