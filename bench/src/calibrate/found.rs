//! What the rounds found, each figure as often as it was measured.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use tidings_shared::plan::Range;

use crate::Mode;

/// Numbers by mode and name; those of no mode are the server's.
#[derive(Default)]
pub(super) struct Found {
    figures: BTreeMap<(Option<Mode>, &'static str), Vec<f64>>,
    events: f64,
}

impl Found {
    /// One more measurement. What came out below zero, which noise can do where little is measured,
    /// is zero.
    pub(super) fn add(&mut self, mode: Option<Mode>, name: &'static str, value: f64) {
        if value.is_finite() {
            self.figures.entry((mode, name)).or_default().push(tidy(value.max(0.0)));
        }
    }

    /// So many deliveries or polls a second were measured.
    pub(super) fn events(&mut self, a_second: f64) {
        self.events = self.events.max(a_second);
    }

    /// The most that were.
    pub(super) fn most_events(&self) -> u32 {
        self.events as u32
    }

    /// The bounds and the middle of what was measured.
    ///
    /// # Errors
    ///
    /// When it wasn't.
    pub(super) fn range(&self, mode: Option<Mode>, name: &'static str) -> Result<Range> {
        let measured = self.figures.get(&(mode, name)).cloned().unwrap_or_default();
        Range::of(measured).with_context(|| match mode {
            Some(mode) => format!("{name} of {mode} could not be measured"),
            None => format!("{name} could not be measured"),
        })
    }

    /// The middle of what was measured so far.
    ///
    /// # Errors
    ///
    /// When it wasn't.
    pub(super) fn mid(&self, mode: Option<Mode>, name: &'static str) -> Result<f64> {
        Ok(self.range(mode, name)?.mid)
    }
}

/// To four digits: more of them say nothing.
fn tidy(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_noise_made_negative_is_zero_and_digits_that_say_nothing_are_dropped() {
        let mut found = Found::default();
        for value in [-0.2, 1234.5678, 0.000_123_456] {
            found.add(None, "x", value);
        }
        let range = Range { low: 0.0, mid: 0.000_123_5, high: 1235.0 };
        assert_eq!(found.range(None, "x").unwrap(), range);
        let why = found.range(Some(Mode::Sse), "y").unwrap_err().to_string();
        assert_eq!(why, "y of sse could not be measured");
    }
}
