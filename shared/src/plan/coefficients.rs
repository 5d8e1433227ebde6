//! What was measured on a server, and where: what the model multiplies by.

use serde::{Deserialize, Serialize};

use super::Range;
use crate::Mode;

/// The modes that are compared. Lines (`ndjson`, `raw`) cost what `sse` does, less some bytes.
pub const MODES: [Mode; 4] = [Mode::Poll, Mode::LongPoll, Mode::Sse, Mode::Websocket];

/// A set of coefficients, as `tidings bench --calibrate` writes it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficients {
    /// Of this form: [`Coefficients::VERSION`].
    pub version: u32,
    /// Where and when.
    pub measured: Measured,
    /// CPU time of a post until it is on disk and in the room, in µs.
    pub post_us: Range,
    /// Memory of the server when nobody listens, in bytes.
    pub process_bytes: Range,
    /// By polls.
    pub poll: Costs,
    /// By polls that wait.
    pub long_poll: Costs,
    /// By server-sent events.
    pub sse: Costs,
    /// By WebSocket.
    pub websocket: Costs,
}

/// Where, when and how far it was measured.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The day, as `2026-11-25`.
    pub date: String,
    /// The server: `tidings 0.1.0`.
    pub server: String,
    /// The machine: `2 cores of …`.
    pub machine: String,
    /// Its system: `Linux 6.18`.
    pub system: String,
    /// Its cores.
    pub cores: u32,
    /// How often each was measured.
    pub rounds: u32,
    /// The most that listened at a time.
    pub listeners: u32,
    /// The most deliveries, or polls, a second.
    pub events_per_s: u32,
}

/// What one mode costs. An *arrival* is an answer that holds news, or a write to a stream.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// CPU time of what brings nothing: an empty answer, a heartbeat; in µs.
    pub idle_us: Range,
    /// CPU time of an arrival, in µs.
    pub arrival_us: Range,
    /// CPU time of each further message in an arrival, in µs.
    pub message_us: Range,
    /// A request's bytes; 0 where nothing is asked.
    pub request_bytes: Range,
    /// Bytes of what brings nothing.
    pub idle_bytes: Range,
    /// Bytes of an arrival beside its messages.
    pub arrival_bytes: Range,
    /// Bytes of a message beside its text.
    pub message_bytes: Range,
    /// The server's memory for a listener that waits, in bytes.
    pub memory_bytes: Range,
    /// The kernel's memory for the server's end of its connection, in bytes.
    pub kernel_bytes: Range,
    /// From posting until a lone listener on the same machine has it, on average, in ms.
    pub delay_ms: Range,
    /// The same for 99 of 100, in ms.
    pub late_ms: Range,
    /// What each listener more adds to the mean delay of all, in µs: they are written to in turn.
    pub fan_us: Range,
}

/// Why a set can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CoefficientsError {
    /// It isn't one.
    #[error("it is no set of coefficients: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Another program's.
    #[error("its version is {0}, and this program reads version {version}; measure anew with `tidings bench --calibrate`", version = Coefficients::VERSION)]
    Version(u32),
    /// A figure that can't be.
    #[error("{0} is no measured range: low, mid and high must not be negative, and in this order")]
    Unsound(String),
}

/// The set that comes along.
const INCLUDED: &str = include_str!("coefficients.json");

impl Coefficients {
    /// The version of the form.
    pub const VERSION: u32 = 1;

    /// Reads a set and looks whether its figures can be.
    ///
    /// # Errors
    ///
    /// Why it can't be used, in a sentence.
    pub fn parse(json: &str) -> Result<Self, CoefficientsError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_str(json)?;
        if version != Self::VERSION {
            return Err(CoefficientsError::Version(version));
        }
        let set: Self = serde_json::from_str(json)?;
        set.check()?;
        Ok(set)
    }

    /// The set that comes along: measured by us.
    ///
    /// # Panics
    ///
    /// Never: a test reads it.
    #[must_use]
    pub fn included() -> Self {
        Self::parse(INCLUDED).expect("the set that comes along is sound")
    }

    /// As it is kept in a file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect("it is written to memory");
        json.push('\n');
        json
    }

    /// What a mode costs; lines cost what `sse` does.
    #[must_use]
    pub fn of(&self, mode: Mode) -> &Costs {
        match mode {
            Mode::Poll => &self.poll,
            Mode::LongPoll => &self.long_poll,
            Mode::Sse | Mode::Ndjson | Mode::Raw => &self.sse,
            Mode::Websocket => &self.websocket,
        }
    }

    fn check(&self) -> Result<(), CoefficientsError> {
        let unsound = |name: String| Err(CoefficientsError::Unsound(name));
        for (name, range) in [("post_us", self.post_us), ("process_bytes", self.process_bytes)] {
            if !range.is_sound() {
                return unsound(name.into());
            }
        }
        for mode in MODES {
            for (name, range) in self.of(mode).named() {
                if !range.is_sound() {
                    return unsound(format!("{mode}'s {name}"));
                }
            }
        }
        if self.measured.cores == 0 || self.measured.listeners == 0 {
            return unsound("the number of cores or of listeners".into());
        }
        Ok(())
    }
}

impl Costs {
    /// Each figure with its name.
    #[must_use]
    pub fn named(&self) -> [(&'static str, Range); 12] {
        [
            ("idle_us", self.idle_us),
            ("arrival_us", self.arrival_us),
            ("message_us", self.message_us),
            ("request_bytes", self.request_bytes),
            ("idle_bytes", self.idle_bytes),
            ("arrival_bytes", self.arrival_bytes),
            ("message_bytes", self.message_bytes),
            ("memory_bytes", self.memory_bytes),
            ("kernel_bytes", self.kernel_bytes),
            ("delay_ms", self.delay_ms),
            ("late_ms", self.late_ms),
            ("fan_us", self.fan_us),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_that_comes_along_is_read_and_written_as_it_is() {
        let set = Coefficients::included();
        assert_eq!(Coefficients::parse(&set.to_json()).unwrap(), set);
        assert!(set.measured.rounds >= 3, "measured but once, nobody knows how far to trust it");
    }

    #[test]
    fn what_can_not_be_is_refused_with_its_name() {
        let with = |what: &dyn Fn(&mut Coefficients)| {
            let mut set = Coefficients::included();
            what(&mut set);
            Coefficients::parse(&set.to_json()).unwrap_err().to_string()
        };
        let says = with(&|set| set.sse.fan_us.low = -1.0);
        assert!(says.starts_with("sse's fan_us is no measured range"), "{says}");
        let says = with(&|set| set.post_us.mid = set.post_us.high * 2.0);
        assert!(says.starts_with("post_us is no measured range"), "{says}");
        let says = with(&|set| set.version = 9);
        assert!(says.starts_with("its version is 9"), "{says}");
        assert!(Coefficients::parse("{}").unwrap_err().to_string().contains("version"));
        let more = Coefficients::included().to_json().replacen('{', "{\"more\":1,", 1);
        assert!(Coefficients::parse(&more).unwrap_err().to_string().contains("more"));
    }
}
