//! What passes on a connection: reading at both ends, writing what is due there, and telling it.

use std::io;

use tokio::time::Instant;

use super::{Carrier, End, Goes};
use crate::lab::log::{Dir, What};

/// So much of an answer is let go by a line that buffers.
const BUFFER: usize = 4 << 10;
/// The answer to a WebSocket's request that is blocked.
const BLOCKED: &[u8] = b"HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain; charset=utf-8\r\n\
    content-length: 36\r\nconnection: close\r\n\r\nWebSockets are blocked on this line.";

impl Carrier {
    /// What the client sends is counted, and goes on its way.
    pub(super) fn read_client(&mut self, scratch: &mut [u8]) -> Goes {
        let size = match self.client.try_read(scratch) {
            Ok(0) if self.silent => return Goes::Break(End::Client),
            Ok(0) => {
                self.up.end(Instant::now(), self.faults.delay());
                return Goes::Continue(());
            }
            Ok(size) => size,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Goes::Continue(()),
            Err(_) => return Goes::Break(End::Client),
        };
        let (bytes, mut seen) = (&scratch[..size], Vec::new());
        self.line.log.moved(Dir::Up, size);
        self.requests.feed(bytes, &mut seen);
        self.tell_all(Dir::Up, seen);
        let begun = self.requests.begun();
        self.answers.expect(&begun);
        self.ahead.expect(&begun);
        if self.silent {
            return Goes::Continue(());
        }
        self.last = Instant::now();
        if self.faults.block_websocket && begun.iter().any(|asked| asked.websocket) {
            self.block();
        } else {
            self.up.push(bytes, self.last, self.faults.delay());
        }
        Goes::Continue(())
    }

    /// Answers in the server's place, which hears nothing of it.
    fn block(&mut self) {
        self.tell(Dir::Down, What::Fault, "a WebSocket is blocked");
        self.server = None;
        self.up.abandon();
        self.let_go(self.last);
        self.down.push(BLOCKED, self.last, self.faults.delay());
        self.down.end(self.last, self.faults.delay());
    }

    /// What the server sends goes on its way, or is held back.
    pub(super) fn read_server(&mut self, scratch: &mut [u8]) -> Goes {
        let Some(server) = &self.server else { return Goes::Continue(()) };
        let now = Instant::now();
        match server.try_read(scratch) {
            Ok(0) => {
                self.let_go(now);
                self.down.end(now, self.faults.delay());
            }
            Ok(size) => {
                self.last = now;
                self.ahead.feed(&scratch[..size], &mut Vec::new());
                self.held.extend_from_slice(&scratch[..size]);
                let holds = self.faults.buffering && !self.ahead.is_at_rest();
                if !holds || self.held.len() >= BUFFER {
                    self.let_go(now);
                }
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Goes::Break(End::Server),
        }
        Goes::Continue(())
    }

    /// What was held back goes on its way.
    pub(super) fn let_go(&mut self, now: Instant) {
        if !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            self.down.push(&held, now, self.faults.delay());
        }
    }

    /// Writes what is due at both ends.
    pub(super) fn write(&mut self) -> Goes {
        if self.silent {
            return Goes::Continue(());
        }
        let now = Instant::now();
        let (line, kbit_s, last) = (&self.line, self.faults.kbit_s, &mut self.last);
        if let Some(server) = &self.server {
            let wrote = self.up.write(server, (&line.up, kbit_s), now, |_| *last = now);
            if wrote.is_err() {
                return Goes::Break(End::Server);
            }
        }
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let wrote = self.down.write(&self.client, (&line.down, kbit_s), now, |bytes| {
            *last = now;
            line.log.moved(Dir::Down, bytes.len());
            self.answers.feed(bytes, &mut down);
        });
        // After a 101, and after what isn't understood, both directions are something else.
        self.requests.follow(&self.answers, &mut up);
        self.answers.follow(&self.requests, &mut down);
        self.tell_all(Dir::Up, up);
        self.tell_all(Dir::Down, down);
        match wrote {
            Err(_) => Goes::Break(End::Client),
            Ok(()) if self.up.has_ended() && self.down.has_ended() => Goes::Break(End::Done),
            Ok(()) => Goes::Continue(()),
        }
    }
}
