//! The loop: wait for sockets, read what publishers sent, hand it out.

use std::{io, net::SocketAddr};

use mio::{Events, Interest, Poll, Token, net::TcpListener};
use slab::Slab;

use crate::{
    Fanout,
    conn::{Conn, Framing, Gone, Published, Role},
    frames::{read_frame, ws_accept, ws_frame},
    request::{self, Wish},
};

/// The token of the socket that accepts; connections have their place in the slab.
const ACCEPT: Token = Token(usize::MAX);
/// So much is read at once, in bytes.
const SCRATCH: usize = 64 << 10;

const SSE_HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n\r\n";
const NDJSON_HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ncache-control: no-store\r\n\r\n";
const TAKEN: &[u8] = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
const UNKNOWN: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";

/// The whole server.
pub(crate) struct Server {
    poll: Poll,
    accept: TcpListener,
    conns: Slab<Conn>,
    published: Published,
    fanout: Fanout,
    scratch: Vec<u8>,
    /// Something was published and not yet handed out.
    news: bool,
}

impl Server {
    pub(crate) fn bind(addr: SocketAddr, fanout: Fanout) -> io::Result<Self> {
        let poll = Poll::new()?;
        let mut accept = TcpListener::bind(addr)?;
        poll.registry().register(&mut accept, ACCEPT, Interest::READABLE)?;
        let (conns, published) = (Slab::new(), Published::default());
        Ok(Self { poll, accept, conns, published, fanout, scratch: vec![0; SCRATCH], news: false })
    }

    pub(crate) fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(4096);
        loop {
            if let Err(error) = self.poll.poll(&mut events, None)
                && error.kind() != io::ErrorKind::Interrupted
            {
                return Err(error);
            }
            for event in &events {
                let id = event.token().0;
                if event.token() == ACCEPT {
                    self.accept();
                } else if self.conns.contains(id) {
                    let outcome = if event.is_writable() { self.go_on(id) } else { Ok(()) };
                    let outcome = outcome
                        .and_then(|()| if event.is_readable() { self.read(id) } else { Ok(()) });
                    if outcome.is_err() {
                        self.conns.try_remove(id);
                    }
                }
            }
            // All that came is in the log by now: what one socket is owed goes out in one write.
            if std::mem::take(&mut self.news) {
                self.hand_out();
            }
        }
    }

    fn accept(&mut self) {
        while let Ok((mut socket, _)) = self.accept.accept() {
            let entry = self.conns.vacant_entry();
            let interest = Interest::READABLE | Interest::WRITABLE;
            let ready = socket.set_nodelay(true).and_then(|()| {
                self.poll.registry().register(&mut socket, Token(entry.key()), interest)
            });
            if ready.is_ok() {
                entry.insert(Conn::new(socket));
            }
        }
    }

    /// A socket has room again.
    fn go_on(&mut self, id: usize) -> Result<(), Gone> {
        let conn = &mut self.conns[id];
        if conn.is_free() {
            return Ok(());
        }
        conn.unblocked()?;
        conn.push(&mut self.published, self.fanout)
    }

    fn read(&mut self, id: usize) -> Result<(), Gone> {
        self.conns[id].read(&mut self.scratch)?;
        let mut answers = Vec::new();
        let mut took = 0;
        // The input is set aside meanwhile, since publishing needs the whole server.
        let mut input = std::mem::take(&mut self.conns[id].input);
        while took < input.len() {
            let rest = &mut input[took..];
            let bytes = match self.conns.get(id).ok_or(Gone)?.role {
                Role::Streams(Framing::Ws) => self.frame(rest, &mut answers)?,
                Role::Asks => self.request(id, rest, &mut answers)?,
                // Whoever is being answered is not heard.
                Role::Waits | Role::Streams(_) => rest.len(),
            };
            if bytes == 0 {
                break;
            }
            took += bytes;
        }
        // Its own message may have been what it was too slow for.
        let conn = self.conns.get_mut(id).ok_or(Gone)?;
        conn.input = input;
        conn.consume(took);
        if answers.is_empty() { Ok(()) } else { conn.answer(&answers) }
    }

    /// Answers one frame that a listener sent; how many bytes it took.
    fn frame(&mut self, input: &mut [u8], answers: &mut Vec<u8>) -> Result<usize, Gone> {
        let Some(frame) = read_frame(input) else { return Ok(0) };
        match frame.opcode {
            1 => {
                let (took, message) = (frame.took, frame.payload.to_vec());
                self.publish(&message);
                return Ok(took);
            }
            8 => return Err(Gone),
            9 => ws_frame(10, frame.payload, answers),
            _ => {}
        }
        Ok(frame.took)
    }

    /// Does what one request asks; how many bytes it took.
    fn request(&mut self, id: usize, input: &[u8], answers: &mut Vec<u8>) -> Result<usize, Gone> {
        let Some((wish, took)) = request::read(input).map_err(|_| Gone)? else { return Ok(0) };
        let conn = &mut self.conns[id];
        match wish {
            Wish::Publish(body) => {
                answers.extend_from_slice(TAKEN);
                self.publish(&input[body]);
            }
            Wish::WebSocket(key) => {
                answers.extend_from_slice(&ws_accept(&key));
                conn.role = Role::Streams(Framing::Ws);
                conn.at = self.published.ws.end();
            }
            Wish::Sse => {
                answers.extend_from_slice(SSE_HEAD);
                conn.role = Role::Streams(Framing::Sse);
                conn.at = self.published.sse.end();
            }
            Wish::Ndjson => {
                answers.extend_from_slice(NDJSON_HEAD);
                conn.role = Role::Streams(Framing::Ndjson);
                conn.at = self.published.ndjson.end();
            }
            Wish::LongPoll(after) => {
                let end = self.published.json.end();
                conn.at = after.unwrap_or(end);
                if conn.at == end {
                    conn.role = Role::Waits;
                } else {
                    answers.extend_from_slice(self.published.page(conn.at));
                }
            }
            Wish::Poll(after) => {
                let at = after.unwrap_or(self.published.json.end());
                answers.extend_from_slice(self.published.page(at));
            }
            Wish::Unknown => answers.extend_from_slice(UNKNOWN),
        }
        Ok(took)
    }

    fn publish(&mut self, message: &[u8]) {
        self.published.append(message);
        match self.fanout {
            Fanout::Gather => self.news = true,
            Fanout::Each => self.hand_out(),
        }
    }

    /// Every listener is written to, as far as its socket has room.
    fn hand_out(&mut self) {
        let Self { conns, published, fanout, .. } = self;
        conns.retain(|_, conn| conn.push(published, *fanout).is_ok());
    }
}
