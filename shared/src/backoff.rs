//! When to try again: exponential backoff with full jitter, so that a thousand clients that lost
//! the same server do not come back at the same moment.
//!
//! After <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.

use std::time::Duration;

/// How many times in a row it failed, and so how long to wait.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The ceiling after the first failure.
    pub const BASE: Duration = Duration::from_millis(500);
    /// The ceiling that is never passed.
    pub const MAX: Duration = Duration::from_secs(15);
    /// The shortest wait, so that a refused connection is not asked for in a tight loop.
    pub const MIN: Duration = Duration::from_millis(50);

    /// It failed (again): how long to wait, `MIN` to 0.5, 1, 2, … 15 s, drawn by `random`, which
    /// is in 0..1.
    pub fn fail(&mut self, random: f64) -> Duration {
        let ceiling = (Self::BASE * 2u32.pow(self.failures.min(10))).min(Self::MAX);
        self.failures += 1;
        ceiling.mul_f64(random.clamp(0.0, 1.0)).max(Self::MIN)
    }

    /// It worked: the next failure is the first again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_ceiling_and_begin_anew() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.fail(1.0).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
        assert_eq!(backoff.fail(0.0), Backoff::MIN);
        backoff.reset();
        assert_eq!(backoff.fail(1.0), Backoff::BASE);
    }
}
