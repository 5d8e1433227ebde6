//! What a line does to what travels on it.

use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::Error;

/// The longest that anything is delayed, in milliseconds.
const LONGEST_DELAY: u32 = 10_000;
/// The fastest line that is slowed down.
const FASTEST: u32 = 1_000_000;
/// How long an idle connection may be kept, at least and at most, in milliseconds.
const IDLE: std::ops::RangeInclusive<u32> = 1_000..=600_000;
/// The longest cut or sleep, in milliseconds.
const LONGEST_SPELL: u32 = 600_000;

/// The lasting conditions of a line. What is left out is off.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// How much longer a round trip takes: half of it each way. 0 to 10,000 ms.
    #[schema(example = 200)]
    pub latency_ms: u32,
    /// Up to how much more, by chance; the order is kept. 0 to 10,000 ms.
    pub jitter_ms: u32,
    /// How much passes each way, in kilobit (1,000 bits) a second, for all connections together.
    /// 1 to 1,000,000; 0 is no limit.
    pub kbit_s: u32,
    /// Whether an answer is held back until 4 KiB of it are there, or it ends.
    pub buffering: bool,
    /// Whether requests for a WebSocket are answered 403.
    pub block_websocket: bool,
    /// After how long a connection that carries nothing is dropped, of which nobody is told. 1,000
    /// to 600,000 ms; 0 is never.
    pub idle_drop_ms: u32,
}

impl Faults {
    /// Whether all of it can be done.
    ///
    /// # Errors
    ///
    /// 422 with what is allowed.
    pub fn check(&self) -> Result<(), Error> {
        for (name, value) in [("latency_ms", self.latency_ms), ("jitter_ms", self.jitter_ms)] {
            if value > LONGEST_DELAY {
                return Err(Error::refused(format!("{name} is {value}; it may be 0 to 10000")));
            }
        }
        if self.kbit_s > FASTEST {
            let detail = format!("kbit_s is {}; it may be 1 to 1000000, or 0", self.kbit_s);
            return Err(Error::refused(detail));
        }
        if self.idle_drop_ms != 0 && !IDLE.contains(&self.idle_drop_ms) {
            let detail =
                format!("idle_drop_ms is {}; it may be 1000 to 600000, or 0", self.idle_drop_ms);
            return Err(Error::refused(detail));
        }
        Ok(())
    }

    /// How long something is under way in one direction.
    pub(super) fn delay(&self) -> Duration {
        let jitter = u64::from(self.jitter_ms) * 1000 / 2;
        let jitter = if jitter > 0 { fastrand::u64(0..=jitter) } else { 0 };
        Duration::from_micros(u64::from(self.latency_ms) * 1000 / 2 + jitter)
    }

    /// After how long an idle connection is dropped.
    pub(super) fn idle_drop(&self) -> Option<Duration> {
        (self.idle_drop_ms > 0).then(|| Duration::from_millis(self.idle_drop_ms.into()))
    }
}

/// For how long something lasts.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Spell {
    /// 0 to 600,000 ms.
    #[schema(example = 5000)]
    for_ms: u32,
}

impl Spell {
    /// The same as a duration.
    ///
    /// # Errors
    ///
    /// 422 for one that is too long.
    pub fn duration(self) -> Result<Duration, Error> {
        if self.for_ms > LONGEST_SPELL {
            let detail = format!("for_ms is {}; it may be 0 to 600000", self.for_ms);
            return Err(Error::refused(detail));
        }
        Ok(Duration::from_millis(self.for_ms.into()))
    }
}
