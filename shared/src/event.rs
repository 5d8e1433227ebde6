//! Everything that a stream can carry: one JSON object with a `type` each.

use serde::{Deserialize, Serialize};

use crate::{
    Cursor, Epoch, Message, MessageId, Mode, ModeCounts, Problem, Receipt, Text, Timestamp,
    TopicSet, Username,
};

/// One event. Only messages move a reader's cursor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Event {
    /// A message of the log.
    Message(Message),
    /// First on every stream.
    Hello(Hello),
    /// Nothing happened, and the stream lives; every 20 s, ±20 %.
    Heartbeat {
        /// The server's clock.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        at: Timestamp,
    },
    /// The reader's cursor could not be honoured.
    Gap(Gap),
    /// Who came and went; at most once a second for a room.
    Presence(Presence),
    /// Somebody is writing; not stored.
    Typing {
        /// Who.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        username: Username,
    },
    /// The room is about something else now.
    Topic(TopicSet),
    /// The server is about to close this stream.
    Goaway(Goaway),
    /// WebSocket only: the post of this id is on disk.
    Posted(Receipt),
    /// WebSocket only: a frame was refused.
    Rejected(Rejected),
    /// A type that this program is too old to know; to be skipped.
    #[serde(other)]
    Unknown,
}

/// First on every stream: where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hello {
    /// Which log this is. On WebSocket and NDJSON a message's cursor is this, a colon, its `seq`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "k3f9a0zq"))]
    pub epoch: Epoch,
    /// The log's end when the stream began.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "k3f9a0zq:57"))]
    pub head: Cursor,
    /// The way of listening.
    pub mode: Mode,
    /// Seconds between two heartbeats, on average; after two and a half of silence, reconnect.
    pub heartbeat: u32,
}

/// The reader's cursor could not be honoured: what follows starts at `resume`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gap {
    /// What was asked for.
    pub after: String,
    /// Where the messages that follow begin.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "k3f9a0zq:0"))]
    pub resume: Cursor,
    /// Why, in a sentence.
    pub reason: String,
}

/// Somebody here, and how they listen.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Who.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub username: Username,
    /// By which mode.
    pub mode: Mode,
}

/// Who came and went since the last such event.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Presence {
    /// Who came; at most 100 are named.
    pub joined: Vec<Person>,
    /// Who went; at most 100 are named.
    pub left: Vec<Person>,
    /// How many listeners are here, the nameless included.
    pub count: u32,
    /// How many of them gave no name; 0 from a server that is too old to say.
    #[serde(default)]
    pub nameless: u32,
    /// The same by mode.
    pub modes: ModeCounts,
}

/// The server is about to close this stream: come back after `retry_ms`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Goaway {
    /// Milliseconds to wait, spread so that not all come back at once.
    pub retry_ms: u64,
    /// Why.
    pub reason: String,
}

/// A frame that a client sent was refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rejected {
    /// The id of the post, if the frame had a readable one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// As an HTTP status.
    pub status: u16,
    /// What was wrong, and what is allowed.
    pub detail: String,
}

impl Rejected {
    /// The same, as the problem that HTTP would have answered.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        Problem::new(self.status, "Rejected", self.detail)
    }
}

/// What a client may send on a WebSocket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Command {
    /// Post a message.
    Post {
        /// The sender's own name for it.
        id: MessageId,
        /// Who says it.
        username: Username,
        /// What is said.
        text: Text,
    },
    /// Somebody is writing.
    Typing {
        /// Who.
        username: Username,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_written_as_the_contract_says() {
        let json = r#"{"type":"message","seq":57,"id":"0199","username":"leandro","text":"tudo bem?","at":"2026-11-23T15:36:09.692Z"}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
    }

    #[test]
    fn a_type_from_the_future_is_skipped() {
        let event: Event =
            serde_json::from_str(r#"{"type":"reaction","seq":1,"what":["ever"]}"#).unwrap();
        assert_eq!(event, Event::Unknown);
    }

    #[test]
    fn every_event_survives_its_text() {
        for json in [
            r#"{"type":"message","seq":57,"id":"x","username":"ana","text":"a\nb","at":"2026-11-23T15:36:09.692Z"}"#,
            r#"{"type":"posted","seq":57,"id":"x","at":"2026-11-23T15:36:09.692Z","cursor":"k3f9a0zq:57"}"#,
            r#"{"type":"hello","epoch":"k3f9a0zq","head":"k3f9a0zq:9","mode":"sse","heartbeat":20}"#,
            r#"{"type":"heartbeat","at":"2026-11-23T15:36:09.692Z"}"#,
            r#"{"type":"gap","after":"aaaaaaaa:7","resume":"k3f9a0zq:0","reason":"another log"}"#,
            r#"{"type":"presence","joined":[{"username":"ana","mode":"long-poll"}],"left":[],"count":3,"nameless":2,"modes":{"long-poll":1}}"#,
            r#"{"type":"typing","username":"ana"}"#,
            r#"{"type":"topic","topic":"What runs","username":"ana","at":"2026-11-23T15:36:09.692Z"}"#,
            r#"{"type":"goaway","retry_ms":1200,"reason":"shutting down"}"#,
            r#"{"type":"rejected","id":"x","status":422,"detail":"no"}"#,
        ] {
            let event: Event = serde_json::from_str(json).unwrap();
            assert_ne!(event, Event::Unknown);
            assert_eq!(serde_json::to_string(&event).unwrap(), json);
        }
    }
}
