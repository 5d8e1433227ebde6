//! Events as an HTTP/1.1 connection carries them, made ready once for everyone who stands at the
//! same place and listens in the same way.

use std::{io::Write, sync::Arc, time::SystemTime};

use bytes::Bytes;
use tidings_shared::{Cursor, Gap, Receipt};

use crate::{
    lab::Origin,
    room::{Batch, Place, Room, encode::Encoded},
    transport::{poll::write_page, publish::write_receipt},
};

/// How what happens is written to a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framing {
    /// Server-sent events, in chunks of the answer's body.
    Sse,
    /// Lines of JSON, in chunks.
    Ndjson,
    /// Lines for eyes, in chunks.
    Raw,
    /// WebSocket frames.
    Websocket,
    /// One answer with at most `limit` messages: a long-poll's. It is written once.
    Page {
        /// The most messages.
        limit: usize,
        /// The Lab's own page asked for it.
        origin: Option<Origin>,
    },
}

/// The first byte of a whole text frame. RFC 6455, section 5.2.
const TEXT: u8 = 0x81;

/// Every answer bears these, and its `content-type`.
const COMMON: &str = "cache-control: no-store\r\n\
    x-content-type-options: nosniff\r\n\
    referrer-policy: no-referrer\r\n\
    x-frame-options: DENY\r\n\
    cross-origin-opener-policy: same-origin\r\n";

impl Framing {
    /// Whether it is an answer of one page rather than a stream.
    #[must_use]
    pub fn is_page(self) -> bool {
        matches!(self, Framing::Page { .. })
    }

    /// Whether there is something between these places that it shows: a page has messages alone.
    #[must_use]
    pub fn is_behind(self, place: Place, end: Place) -> bool {
        if self.is_page() { place.seq != end.seq } else { place != end }
    }

    /// The events as one write, which is empty if this framing shows none of them.
    ///
    /// # Panics
    ///
    /// For [`Framing::Page`], which has no events; see [`page`].
    #[must_use]
    pub fn events(self, events: &[Arc<Encoded>]) -> Bytes {
        match self {
            Framing::Sse => chunk(events, |event| &event.sse),
            Framing::Ndjson => chunk(events, |event| &event.ndjson),
            Framing::Raw => chunk(events, |event| &event.raw),
            Framing::Websocket => {
                let size = events.iter().map(|event| event.json.len() + 10).sum();
                let mut out = Vec::with_capacity(size);
                for event in events {
                    text_frame(event.json.as_bytes(), &mut out);
                }
                out.into()
            }
            Framing::Page { .. } => unreachable!("a page holds messages, not events"),
        }
    }

    /// What lies in `batch`, for whoever stands before it, as one write; empty if there is nothing
    /// to be told.
    #[must_use]
    pub fn batch(self, room: &Room, batch: Batch, to: Place) -> Bytes {
        match self {
            Framing::Page { .. } if batch.messages.is_empty() => Bytes::new(),
            Framing::Page { origin, .. } => {
                let head = room.head();
                let cursor = Cursor::new(head.epoch, to.seq);
                page(&batch.messages, cursor, to.seq < head.seq, None, origin).into()
            }
            _ => {
                let mut events = batch.messages;
                events.extend(batch.notices);
                self.events(&events)
            }
        }
    }
}

/// One chunk of a body whose length nobody knows. RFC 9112, section 7.1.
fn chunk(events: &[Arc<Encoded>], bytes_of: fn(&Encoded) -> &Bytes) -> Bytes {
    let size: usize = events.iter().map(|event| bytes_of(event).len()).sum();
    if size == 0 {
        // An empty chunk would end the body.
        return Bytes::new();
    }
    let mut out = Vec::with_capacity(size + 20);
    write!(out, "{size:x}\r\n").expect("memory can be written");
    for event in events {
        out.extend_from_slice(bytes_of(event));
    }
    out.extend_from_slice(b"\r\n");
    out.into()
}

/// The end of such a body.
pub const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// A whole text frame of a server.
pub fn text_frame(text: &[u8], out: &mut Vec<u8>) {
    out.push(TEXT);
    match u16::try_from(text.len()) {
        Ok(short @ 0..126) => out.push(u8::try_from(short).expect("it is below 126")),
        Ok(length) => {
            out.push(126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => {
            out.push(127);
            out.extend_from_slice(&(text.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(text);
}

/// The head of an answer that is a stream.
pub fn stream_head(content_type: &str, origin: Option<Origin>, out: &mut Vec<u8>) {
    let date = httpdate::fmt_http_date(SystemTime::now());
    write!(
        out,
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n{COMMON}x-accel-buffering: no\r\n\
         transfer-encoding: chunked\r\ndate: {date}\r\n"
    )
    .expect("memory can be written");
    allow(origin, out);
    out.extend_from_slice(b"\r\n");
}

/// The Lab's own page may read the answer: what the general server's CORS layer says to it.
fn allow(origin: Option<Origin>, out: &mut Vec<u8>) {
    if let Some(origin) = origin {
        write!(out, "vary: origin\r\naccess-control-allow-origin: {origin}\r\n")
            .expect("memory can be written");
    }
}

/// The head of an answer that makes the connection a WebSocket.
pub fn websocket_head(accept: &str, out: &mut Vec<u8>) {
    let date = httpdate::fmt_http_date(SystemTime::now());
    write!(
        out,
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-accept: {accept}\r\n{COMMON}date: {date}\r\n\r\n"
    )
    .expect("memory can be written");
}

/// An answer that is a page of JSON.
#[must_use]
pub fn page(
    messages: &[Arc<Encoded>],
    cursor: Cursor,
    more: bool,
    gap: Option<&Gap>,
    origin: Option<Origin>,
) -> Vec<u8> {
    answer("200 OK", origin, |out| write_page(out, messages, cursor, more, gap))
}

/// The answer to a post.
#[must_use]
pub fn receipt(fresh: bool, receipt: &Receipt, origin: Option<Origin>) -> Vec<u8> {
    let status = if fresh { "201 Created" } else { "200 OK" };
    answer(status, origin, |out| write_receipt(out, receipt))
}

/// An answer of JSON. It is written in one go: room is left for the body's length, which is known
/// when the body stands there.
fn answer(status: &str, origin: Option<Origin>, body: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    const LENGTH: &[u8] = b"content-length: ";
    /// As many digits as the largest page has; the spaces before a value mean nothing.
    const DIGITS: usize = 10;
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_bytes());
    out.extend_from_slice(b"\r\ncontent-type: application/json\r\n");
    out.extend_from_slice(COMMON.as_bytes());
    date(&mut out);
    allow(origin, &mut out);
    out.extend_from_slice(LENGTH);
    let length_at = out.len();
    out.resize(length_at + DIGITS, b' ');
    out.extend_from_slice(b"\r\n\r\n");
    let body_at = out.len();
    body(&mut out);
    let mut digits = itoa::Buffer::new();
    let length = digits.format(out.len() - body_at).as_bytes();
    out[length_at + DIGITS - length.len()..length_at + DIGITS].copy_from_slice(length);
    out
}

/// The date, which is written once a second.
fn date(out: &mut Vec<u8>) {
    thread_local! {
        static DATE: std::cell::RefCell<(u64, String)> = const { std::cell::RefCell::new((0, String::new())) };
    }
    let now = SystemTime::now();
    let second = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    DATE.with_borrow_mut(|(of, line)| {
        if *of != second {
            *of = second;
            *line = format!("date: {}\r\n", httpdate::fmt_http_date(now));
        }
        out.extend_from_slice(line.as_bytes());
    });
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Event, Timestamp};

    use super::*;

    fn event() -> Arc<Encoded> {
        Arc::new(Encoded::event(&Event::Heartbeat { at: Timestamp::from_ms(0) }))
    }

    #[test]
    fn several_events_are_one_chunk_of_the_body() {
        let one = event();
        let sse = Framing::Sse.events(&[one.clone(), one.clone()]);
        let text = String::from_utf8(sse.to_vec()).unwrap();
        let event = std::str::from_utf8(&one.sse).unwrap();
        assert_eq!(text, format!("{:x}\r\n{event}{event}\r\n", 2 * event.len()));
        assert!(Framing::Raw.events(&[one]).is_empty(), "an empty chunk would end the body");
    }

    #[test]
    fn a_frame_says_how_long_it_is() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
            let mut out = Vec::new();
            text_frame(&vec![b'x'; length], &mut out);
            let mut cursor = std::io::Cursor::new(&mut out);
            let header = tungstenite::protocol::frame::FrameHeader::parse(&mut cursor);
            let (header, said) = header.unwrap().unwrap();
            assert_eq!(said, length as u64);
            assert!(header.is_final && header.mask.is_none());
            assert_eq!(out.len() - usize::try_from(said).unwrap(), header.len(said));
        }
    }
}
