//! Events as ready-made bytes. A message is encoded once, when the log took it; whoever listens, by
//! whatever mode, is sent shares of the same bytes.

use std::{fmt, io::Write};

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use serde::Serialize;
use tidings_shared::{Cursor, Epoch, Event, RoomName, line::line};

use crate::store::Record;

/// One event in every framing there is.
#[derive(Debug)]
pub struct Encoded {
    /// Its place in the log; `None` for an event beside the messages.
    pub seq: Option<u64>,
    /// As server-sent events: `id: …\ndata: …\n\n`.
    pub sse: Bytes,
    /// As a JSON object: a WebSocket's text frame, an element of a poll's array.
    pub json: Utf8Bytes,
    /// As a line of NDJSON.
    pub ndjson: Bytes,
    /// As a line for eyes; empty for what eyes need not see.
    pub raw: Bytes,
    /// As the teaching demo's object; empty where it has none.
    pub demo: Utf8Bytes,
}

/// What the teaching demo sends and reads.
#[derive(Serialize)]
struct Demo<'a> {
    id: &'a serde_json::value::RawValue,
    text: &'a str,
    username: &'a str,
}

/// The demo's clients draw their numbers below this; a message of anybody else is given its seq
/// above it, so that no client takes it for its own.
const DEMO_NUMBERS: u64 = 100_000;

impl Encoded {
    /// A message of the log. Only the lobby is shown to the demo's clients.
    #[must_use]
    pub fn message(epoch: Epoch, room: &RoomName, record: &Record) -> Self {
        let message = &record.message;
        let cursor = Cursor::new(epoch, message.seq);
        let event = Event::Message(message.clone());
        let mut encoded = Self::frame(format_args!("id: {cursor}\n"), &event);
        encoded.seq = Some(message.seq);
        encoded.raw = (line(message.username.as_str(), message.text.as_str()) + "\n").into();
        if room.as_str() == RoomName::LOBBY {
            encoded.demo = demo(record).into();
        }
        encoded
    }

    /// An event beside the messages: no cursor, no SSE `id:`, nothing for eyes.
    #[must_use]
    pub fn event(event: &Event) -> Self {
        Self::frame("", event)
    }

    /// An event before which an SSE stream carries `prefix`, and which eyes see as `raw`.
    #[must_use]
    pub fn event_with(prefix: &str, event: &Event, raw: String) -> Self {
        Self { raw: raw.into(), ..Self::frame(prefix, event) }
    }

    /// One buffer holds all: the JSON and its line are slices of the SSE frame.
    fn frame(prefix: impl fmt::Display, event: &Event) -> Self {
        let mut buffer = Vec::with_capacity(256);
        write!(buffer, "{prefix}data: ").expect("memory takes what is written");
        let start = buffer.len();
        serde_json::to_writer(&mut buffer, event).expect("an event is written to memory");
        let end = buffer.len();
        buffer.extend_from_slice(b"\n\n");
        let sse = Bytes::from(buffer);
        let json = Utf8Bytes::try_from(sse.slice(start..end)).expect("JSON is UTF-8");
        let ndjson = sse.slice(start..=end);
        Self { seq: None, sse, json, ndjson, raw: Bytes::new(), demo: Utf8Bytes::default() }
    }

    /// About how much memory it takes, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.sse.len() + self.raw.len() + self.demo.len() + size_of::<Self>()
    }
}

fn demo(record: &Record) -> String {
    let own = record.number.as_deref().map(str::to_owned);
    // A number that is none can only come from a damaged database.
    let own = own.and_then(|number| serde_json::value::RawValue::from_string(number).ok());
    let id = own.unwrap_or_else(|| {
        let above = DEMO_NUMBERS + record.message.seq;
        serde_json::value::to_raw_value(&above).expect("a number is JSON")
    });
    let demo = Demo {
        id: &id,
        text: record.message.text.as_str(),
        username: record.message.username.as_str(),
    };
    serde_json::to_string(&demo).expect("a message is written to memory")
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Message, Text, Timestamp, Username};

    use super::*;

    fn record(number: Option<&str>) -> Record {
        let message = Message {
            seq: 57,
            id: "x1".parse().unwrap(),
            username: Username::from_log("leandro"),
            text: Text::from_log("tudo\nbem?"),
            at: Timestamp::from_ms(0),
        };
        Record { message, number: number.map(Into::into) }
    }

    fn encode(room: &str, number: Option<&str>) -> Encoded {
        Encoded::message("k3f9a0zq".parse().unwrap(), &room.parse().unwrap(), &record(number))
    }

    #[test]
    fn every_framing_carries_the_same_bytes() {
        let encoded = encode("ops", None);
        let json = encoded.json.as_str();
        assert_eq!(encoded.sse, format!("id: k3f9a0zq:57\ndata: {json}\n\n"));
        assert_eq!(encoded.ndjson, format!("{json}\n"));
        assert_eq!(encoded.raw, "> leandro: tudo⏎bem?\n");
        assert!(encoded.demo.is_empty(), "the demo knows only the lobby");
    }

    #[test]
    fn the_demo_is_given_its_senders_own_number() {
        let text = r#""text":"tudo\nbem?","username":"leandro""#;
        assert_eq!(
            encode("lobby", Some("4711.5")).demo.as_str(),
            format!(r#"{{"id":4711.5,{text}}}"#)
        );
        assert_eq!(encode("lobby", None).demo.as_str(), format!(r#"{{"id":100057,{text}}}"#));
    }
}
