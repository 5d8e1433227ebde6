//! One connection: a socket, what it listens for, and how far it has been written to.

use std::io::{ErrorKind, Read, Write};

use mio::net::TcpStream;

use crate::{Fanout, frames::ws_frame, log::Run};

/// What a connection is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Asks by HTTP: a publisher, or whoever has not said yet.
    Asks,
    /// Waits in a long-poll.
    Waits,
    /// Is streamed to, in this framing.
    Streams(Framing),
}

/// The framings that are streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Ws,
    Sse,
    Ndjson,
}

/// All that was published, in every framing.
#[derive(Default)]
pub(crate) struct Published {
    pub(crate) ws: Run,
    pub(crate) sse: Run,
    pub(crate) ndjson: Run,
    /// Messages with a comma behind each, for pages.
    pub(crate) json: Run,
    /// The newest page that was made, and the place it was made for: those who wait together are
    /// answered with the same bytes.
    page: Vec<u8>,
    page_for: Option<(u64, u64)>,
}

impl Published {
    /// Frames one message for all.
    pub(crate) fn append(&mut self, message: &[u8]) {
        self.ws.append(|out| ws_frame(1, message, out));
        self.sse.append(|out| wrap(out, &[b"data: ", message, b"\n\n"]));
        self.ndjson.append(|out| wrap(out, &[message, b"\n"]));
        self.json.append(|out| wrap(out, &[message, b","]));
    }

    pub(crate) fn run(&self, framing: Framing) -> &Run {
        match framing {
            Framing::Ws => &self.ws,
            Framing::Sse => &self.sse,
            Framing::Ndjson => &self.ndjson,
        }
    }

    /// The answer to a poll that has seen everything before `at`.
    pub(crate) fn page(&mut self, at: u64) -> &[u8] {
        let end = self.json.end();
        if self.page_for != Some((at, end)) {
            // Whoever is too far behind, or ahead, goes on at the end: a yardstick keeps no history.
            let messages = self.json.behind(at).unwrap_or_default();
            let messages = messages.strip_suffix(b",").unwrap_or(messages);
            let tail = format!("],\"cursor\":\"{end}\",\"more\":false}}");
            let len = b"{\"messages\":[".len() + messages.len() + tail.len();
            self.page.clear();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: no-store\r\n\
                 content-length: {len}\r\n\r\n{{\"messages\":["
            );
            wrap(&mut self.page, &[head.as_bytes(), messages, tail.as_bytes()]);
            self.page_for = Some((at, end));
        }
        &self.page
    }
}

fn wrap(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// A connection is of no more use: the other end left, broke the rules or fell too far behind.
pub(crate) struct Gone;

/// One connection.
pub(crate) struct Conn {
    socket: TcpStream,
    pub(crate) role: Role,
    /// How far it has been written to: an offset into the run of its framing, or a page's cursor.
    pub(crate) at: u64,
    /// Its socket is full; the next word is the kernel's.
    blocked: bool,
    /// The beginning of a request or frame whose end is still to come.
    pub(crate) input: Vec<u8>,
    /// Answers that the socket had no room for.
    output: Vec<u8>,
}

impl Conn {
    pub(crate) fn new(socket: TcpStream) -> Self {
        let (input, output) = (Vec::new(), Vec::new());
        Self { socket, role: Role::Asks, at: 0, blocked: false, input, output }
    }

    /// Takes in all that has come, through `scratch`.
    pub(crate) fn read(&mut self, scratch: &mut [u8]) -> Result<(), Gone> {
        loop {
            match self.socket.read(scratch) {
                Ok(0) => return Err(Gone),
                Ok(n) => {
                    self.input.extend_from_slice(&scratch[..n]);
                    // A short read emptied the socket; what comes later is a new event.
                    if n < scratch.len() {
                        return Ok(());
                    }
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Gone),
            }
        }
    }

    /// Forgets what was understood of the input; an empty buffer costs an idle listener nothing.
    pub(crate) fn consume(&mut self, bytes: usize) {
        if bytes == self.input.len() {
            self.input = Vec::new();
        } else {
            self.input.drain(..bytes);
        }
    }

    /// Sends an answer, and keeps what the socket has no room for.
    pub(crate) fn answer(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        let took = if self.blocked { 0 } else { self.write(bytes)? };
        self.output.extend_from_slice(&bytes[took..]);
        Ok(())
    }

    /// Whether an answer may be put between two messages now.
    pub(crate) fn is_free(&self) -> bool {
        !self.blocked
    }

    /// The socket has room again.
    pub(crate) fn unblocked(&mut self) -> Result<(), Gone> {
        self.blocked = false;
        let output = std::mem::take(&mut self.output);
        if output.is_empty() { Ok(()) } else { self.answer(&output) }
    }

    /// Writes what waits for this listener, as far as its socket has room.
    pub(crate) fn push(&mut self, published: &mut Published, fanout: Fanout) -> Result<(), Gone> {
        match self.role {
            Role::Asks => Ok(()),
            Role::Waits if self.at < published.json.end() => {
                self.role = Role::Asks;
                let page = published.page(self.at);
                self.answer(page)
            }
            Role::Waits => Ok(()),
            Role::Streams(framing) => self.stream(published.run(framing), fanout),
        }
    }

    fn stream(&mut self, run: &Run, fanout: Fanout) -> Result<(), Gone> {
        while !self.blocked && self.at < run.end() {
            let bytes = match fanout {
                Fanout::Gather => run.behind(self.at),
                Fanout::Each => run.one_behind(self.at),
            };
            self.at += self.write(bytes.ok_or(Gone)?)? as u64;
        }
        Ok(())
    }

    /// Writes as much as there is room for, and notes when there is no more.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Gone> {
        let took = loop {
            match self.socket.write(bytes) {
                Ok(n) => break n,
                Err(e) if e.kind() == ErrorKind::WouldBlock => break 0,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Gone),
            }
        };
        self.blocked = took < bytes.len();
        Ok(took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_what_lies_behind_its_place_and_the_next_one() {
        let mut published = Published::default();
        published.append(b"{\"a\":1}");
        let end = published.json.end();
        published.append(b"{\"b\":2}");
        let body = |page: &[u8]| {
            let text = String::from_utf8(page.to_vec()).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
            body.to_owned()
        };
        let all = r#"{"messages":[{"a":1},{"b":2}],"cursor":"16","more":false}"#;
        assert_eq!(body(published.page(0)), all);
        let rest = r#"{"messages":[{"b":2}],"cursor":"16","more":false}"#;
        assert_eq!(body(published.page(end)), rest);
        let none = r#"{"messages":[],"cursor":"16","more":false}"#;
        assert_eq!(body(published.page(published.json.end())), none);
        assert_eq!(body(published.page(9999)), none);
    }
}
