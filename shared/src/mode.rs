//! The ways of listening, as both ends name them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A way of listening.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Asks every few seconds.
    Poll,
    /// Asks, and the answer waits until there is news.
    LongPoll,
    /// One endless answer of server-sent events.
    Sse,
    /// One endless answer, a JSON object a line.
    Ndjson,
    /// One endless answer, a line of text a message.
    Raw,
    /// A WebSocket, on which one may post as well.
    Websocket,
}

impl Mode {
    /// Every mode there is.
    pub const ALL: [Mode; 6] =
        [Mode::Poll, Mode::LongPoll, Mode::Sse, Mode::Ndjson, Mode::Raw, Mode::Websocket];

    /// The mode's name in URLs, flags and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Poll => "poll",
            Mode::LongPoll => "long-poll",
            Mode::Sse => "sse",
            Mode::Ndjson => "ndjson",
            Mode::Raw => "raw",
            Mode::Websocket => "websocket",
        }
    }

    /// Whether the server keeps one connection open for the whole of it.
    #[must_use]
    pub fn is_stream(self) -> bool {
        !matches!(self, Mode::Poll | Mode::LongPoll)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `stream`, the teaching demo's word, is a WebSocket; `ws` and `longpoll` are what hands type.
impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(s: &str) -> Result<Self, ModeError> {
        match s {
            "stream" | "ws" => Ok(Mode::Websocket),
            "longpoll" => Ok(Mode::LongPoll),
            _ => Mode::ALL.into_iter().find(|mode| mode.as_str() == s).ok_or(ModeError),
        }
    }
}

/// How many listen by each mode; one by which nobody does is left out. (A map would bring all of a
/// map's code into the browser app.)
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the modes are described above")]
pub struct ModeCounts {
    #[serde(skip_serializing_if = "is_zero")]
    pub poll: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub long_poll: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub sse: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub ndjson: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub raw: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub websocket: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl ModeCounts {
    /// How many listen by this mode.
    pub fn of(&mut self, mode: Mode) -> &mut u32 {
        match mode {
            Mode::Poll => &mut self.poll,
            Mode::LongPoll => &mut self.long_poll,
            Mode::Sse => &mut self.sse,
            Mode::Ndjson => &mut self.ndjson,
            Mode::Raw => &mut self.raw,
            Mode::Websocket => &mut self.websocket,
        }
    }

    /// How many listen in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.poll + self.long_poll + self.sse + self.ndjson + self.raw + self.websocket
    }
}

/// Not a way of listening.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "a mode is one of poll, long-poll, sse, ndjson, raw, websocket (or stream, which is websocket)"
)]
pub struct ModeError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_has_one_name_everywhere() {
        for mode in Mode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(mode));
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{mode}\""));
        }
        assert_eq!("stream".parse(), Ok(Mode::Websocket));
        let mut counts = ModeCounts::default();
        for mode in Mode::ALL {
            *counts.of(mode) += 1;
        }
        let json = r#"{"poll":1,"long-poll":1,"sse":1,"ndjson":1,"raw":1,"websocket":1}"#;
        assert_eq!(serde_json::to_string(&counts).unwrap(), json);
        assert_eq!(counts.total(), 6);
        assert_eq!("carrier-pigeon".parse::<Mode>(), Err(ModeError));
    }
}
