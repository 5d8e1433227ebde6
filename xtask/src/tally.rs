//! Counting tests by what their runners say. Cargo has one line for each program that it runs, and
//! none for them all.

use std::{fmt, ops::AddAssign};

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Tally {
    /// What stands for a part that did not come to its tests: it has failed, whatever it was.
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// Reads `test result: ok. 22 passed; 0 failed; 1 ignored; …`, and what gungraun says in its
    /// place: `Gungraun result: Ok. 5 without regressions; 0 regressed; 1 filtered; …`. Another line
    /// is `None`.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let cargo = ("test result: ", ["passed", "failed", "ignored"]);
        let gungraun = ("Gungraun result: ", ["without", "regressed", "filtered"]);
        [cargo, gungraun].into_iter().find_map(|(opening, [passed, failed, skipped])| {
            let (_, result) = line.split_once(opening)?;
            let words: Vec<_> = result.split([' ', ';']).filter(|word| !word.is_empty()).collect();
            let before = |what| {
                let at = words.iter().position(|word| *word == what)?;
                words.get(at.checked_sub(1)?)?.parse().ok()
            };
            Some(Self {
                passed: before(passed)?,
                failed: before(failed)?,
                skipped: before(skipped).unwrap_or(0),
            })
        })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_lines_add_up() {
        let mut sum = Tally::default();
        for line in [
            "running 23 tests",
            "test result: ok. 22 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: \u{1b}[31mFAILED\u{1b}[0m. 3 passed; 2 failed; 0 ignored; 0 filtered out; finished in 1.2s",
            "test the_test_result_is_read ... ok",
            "test result: none of our business",
        ] {
            sum += Tally::read(line).unwrap_or_default();
        }
        assert_eq!(sum, Tally { passed: 25, failed: 2, skipped: 1 });
        assert_eq!(sum.to_string(), "25 passed, 2 failed, 1 skipped");
        assert_eq!(Tally::FAILED.to_string(), "0 passed, 1 failed");
    }

    #[test]
    fn a_count_of_instructions_is_a_test() {
        let ok = "Gungraun result: Ok. 7 without regressions; 0 regressed; 0 filtered; 7 benchmarks finished in 3.52287s";
        assert_eq!(Tally::read(ok), Some(Tally { passed: 7, ..Tally::default() }));
        let regressed = "Gungraun result: \u{1b}[91mRegressed\u{1b}[0m. 6 without regressions; 1 regressed; 0 filtered; 7 benchmarks finished in 3.57s";
        assert_eq!(Tally::read(regressed), Some(Tally { passed: 6, failed: 1, skipped: 0 }));
        assert_eq!(Tally::read("Performance has regressed: Instructions (9) exceeds limit"), None);
    }
}
