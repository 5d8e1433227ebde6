//! How an event stands on the wire: a line, a server-sent event, a page's entry.

use std::{borrow::Cow, io};

use serde_json::value::RawValue;
use tidings_shared::Gap;

use crate::common::http::Connection;

/// One event of a stream as it stood on the wire.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The SSE `id:`.
    pub id: Option<String>,
    /// The SSE `retry:`.
    pub retry: Option<String>,
    /// The JSON; in raw mode the line.
    pub wire: String,
}

/// A body, line by line.
pub struct Lines {
    pub connection: Connection,
    buffer: Vec<u8>,
    read: usize,
}

impl Lines {
    pub fn new(connection: Connection) -> Self {
        Self { connection, buffer: Vec::new(), read: 0 }
    }

    /// The next line without its end; `None` at the end of the body.
    pub async fn next(&mut self) -> io::Result<Option<String>> {
        loop {
            let unread = &self.buffer[self.read..];
            if let Some(length) = unread.iter().position(|&b| b == b'\n') {
                let line = std::str::from_utf8(&unread[..length]).expect("UTF-8").to_owned();
                self.read += length + 1;
                return Ok(Some(line));
            }
            self.buffer.drain(..self.read);
            self.read = 0;
            if !self.connection.piece(&mut self.buffer).await? {
                assert!(self.buffer.is_empty(), "a stream ends at the end of a line");
                return Ok(None);
            }
        }
    }
}

/// How every message begins.
pub(super) const MESSAGE: &str = r#"{"type":"message","#;

/// What a test compares; a million of them are read where hundreds of readers follow.
#[derive(serde::Deserialize)]
pub(super) struct MessageOnTheWire<'a> {
    pub(super) seq: u64,
    #[serde(borrow)]
    pub(super) username: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) text: Cow<'a, str>,
}

/// A poll's answer.
#[derive(serde::Deserialize)]
pub(super) struct PageOnTheWire<'a> {
    #[serde(borrow)]
    pub(super) messages: Vec<&'a RawValue>,
    pub(super) cursor: String,
    pub(super) gap: Option<Gap>,
}

/// The next server-sent event.
pub(super) async fn sse_event(lines: &mut Lines) -> io::Result<Option<Heard>> {
    let mut heard = Heard { id: None, retry: None, wire: String::new() };
    let mut fields = 0;
    while let Some(line) = lines.next().await? {
        if line.is_empty() {
            assert!(!heard.wire.is_empty(), "every event has data");
            return Ok(Some(heard));
        }
        fields += 1;
        match line.split_once(": ").expect("a field") {
            ("id", id) => heard.id = Some(id.to_owned()),
            ("retry", ms) => heard.retry = Some(ms.to_owned()),
            ("data", data) => heard.wire = data.to_owned(),
            other => panic!("no such field is promised: {other:?}"),
        }
    }
    assert_eq!(fields, 0, "a stream ends at the end of an event");
    Ok(None)
}
