//! A connection that many listeners share: HTTP/2 in clear text, with prior knowledge. Requests are
//! all alike and answers are not looked at beyond their status and their data, so the frames are
//! read by hand. <https://www.rfc-editor.org/rfc/rfc9113>

use std::ops::Range;

use anyhow::{Context as _, Result, bail};

use super::context::Context;
use crate::{
    Dialect, Mode, clock,
    http2::{self, Frame, kind},
    socket::{Got, Wire},
};

/// So many bytes are received before the other end is allowed as many again.
const CREDIT: u32 = 1 << 20;

pub(crate) struct Shared {
    wire: Wire,
    /// Its number among the worker's links.
    at: usize,
    listeners: Range<usize>,
    /// The beginning of a frame whose end has not come.
    pending: Vec<u8>,
    connected: bool,
    settled: bool,
    streams: Vec<Stream>,
    /// Where each asker is.
    places: Vec<String>,
    ready: usize,
    credit: u32,
}

/// A request and its answer. Requests get odd numbers in turn: the stream's place in the list.
struct Stream {
    listener: usize,
    /// Bytes that can't be judged before more have come.
    carry: Vec<u8>,
    asked: u64,
    credit: u32,
}

impl Shared {
    pub(crate) fn new(wire: Wire, at: usize, listeners: Range<usize>) -> Self {
        Self {
            wire,
            at,
            listeners,
            pending: Vec::new(),
            connected: false,
            settled: false,
            streams: Vec::new(),
            places: Vec::new(),
            ready: 0,
            credit: 0,
        }
    }

    /// Something happened on it; answers whether all its listeners became ready by that.
    pub(crate) fn event(
        &mut self,
        context: &mut Context,
        buffer: &mut [u8],
        ended: bool,
    ) -> Result<bool> {
        let was_ready = self.ready;
        if !self.connected {
            if !self.wire.connected().context("a connection was refused")? {
                return Ok(false);
            }
            self.connected = true;
            http2::preface(self.wire.out());
        }
        self.wire.flush().context("a connection broke")?;
        loop {
            match self.wire.read(buffer).context("a connection broke")? {
                Got::Nothing => break,
                Got::End => bail!("the server closed a connection that should stay"),
                Got::Some(n) => {
                    context.now = clock::now();
                    context.heard(n);
                    self.frames(context, &buffer[..n])?;
                    if n < buffer.len() && !ended {
                        break;
                    }
                }
            }
        }
        self.wire.flush().context("a connection broke")?;
        Ok(self.ready == self.listeners.len() && was_ready < self.ready)
    }

    fn frames(&mut self, context: &mut Context, bytes: &[u8]) -> Result<()> {
        let mut pending = std::mem::take(&mut self.pending);
        let mut rest = bytes;
        if !pending.is_empty() {
            pending.extend_from_slice(bytes);
            rest = &pending;
        }
        while let Some((frame, took)) = http2::read(rest) {
            self.frame(context, &frame)?;
            rest = &rest[took..];
        }
        self.pending.extend_from_slice(rest);
        Ok(())
    }

    fn frame(&mut self, context: &mut Context, frame: &Frame<'_>) -> Result<()> {
        match frame.kind {
            kind::DATA => self.data(context, frame)?,
            kind::HEADERS => {
                if !http2::is_ok(frame.payload) {
                    bail!("the server answers a stream by something else than 200");
                }
                if !context.asks() {
                    self.ready += 1;
                }
            }
            kind::SETTINGS if frame.flags & http2::ACK == 0 => self.settings(context, frame)?,
            kind::PING if frame.flags & http2::ACK == 0 => {
                http2::write(kind::PING, http2::ACK, 0, frame.payload, self.wire.out());
            }
            kind::RESET => bail!("the server reset stream {}", frame.stream),
            kind::GOAWAY => bail!("the server told a connection to go away"),
            _ => {}
        }
        let open = frame.flags & http2::END_STREAM == 0 || context.asks();
        if matches!(frame.kind, kind::DATA | kind::HEADERS) && !open {
            bail!("the server ended a stream");
        }
        Ok(())
    }

    fn settings(&mut self, context: &mut Context, frame: &Frame<'_>) -> Result<()> {
        http2::write(kind::SETTINGS, http2::ACK, 0, &[], self.wire.out());
        if self.settled {
            return Ok(());
        }
        self.settled = true;
        let streams = http2::setting(frame.payload, http2::MAX_STREAMS).unwrap_or(u32::MAX);
        if (streams as usize) < self.listeners.len() {
            bail!("the server takes {streams} streams a connection; give --streams {streams}");
        }
        let websocket = context.job.plan.way.mode == Mode::Websocket;
        if websocket && http2::setting(frame.payload, http2::EXTENDED_CONNECT) != Some(1) {
            bail!("the server has no WebSocket over HTTP/2");
        }
        for listener in self.listeners.clone() {
            if context.asks() {
                self.places.push(context.ask.place.clone());
                context.ask_first(self.at, listener);
                self.ready += 1;
            } else {
                let path = context.stream.path.clone();
                self.request(context, listener, &path, websocket);
            }
        }
        Ok(())
    }

    fn request(&mut self, context: &mut Context, listener: usize, path: &str, websocket: bool) {
        let id = 2 * self.streams.len() as u32 + 1;
        let carry = Vec::new();
        self.streams.push(Stream { listener, carry, asked: context.now, credit: 0 });
        let out = self.wire.out();
        let before = out.len();
        http2::request(id, &context.host, path, websocket, out);
        let length = out.len() - before;
        context.said(length);
    }

    /// A listener asks.
    pub(crate) fn ask(&mut self, context: &mut Context, listener: usize) -> Result<()> {
        let path = context.ask.path(&self.places[listener - self.listeners.start]);
        // The suffix ends a request line, which there is none of here.
        self.request(context, listener, &path, false);
        self.wire.flush().context("a connection broke")
    }

    fn data(&mut self, context: &mut Context, frame: &Frame<'_>) -> Result<()> {
        let place = (frame.stream / 2) as usize;
        let Some(stream) = self.streams.get_mut(place) else { return Ok(()) };
        let length = frame.payload.len() as u32;
        stream.credit += length;
        self.credit += length;
        if self.credit >= CREDIT {
            http2::allow(0, std::mem::take(&mut self.credit), self.wire.out());
        }
        if !context.asks() {
            if stream.credit >= CREDIT {
                http2::allow(frame.stream, std::mem::take(&mut stream.credit), self.wire.out());
            }
            context.scan(stream.listener, &mut stream.carry, frame.payload);
            return Ok(());
        }
        stream.carry.extend_from_slice(frame.payload);
        if frame.flags & http2::END_STREAM == 0 {
            return Ok(());
        }
        let (listener, body, asked) =
            (stream.listener, std::mem::take(&mut stream.carry), stream.asked);
        context.answered(asked);
        context.scan(listener, &mut Vec::new(), &body);
        let asker = &mut self.places[listener - self.listeners.start];
        context.ask.go_on(Dialect::Tidings, &[], &body, asker);
        let more = memchr::memmem::rfind(&body, b"\"more\":true").is_some();
        if context.ask_again(self.at, listener, more) {
            self.ask(context, listener)?;
        }
        Ok(())
    }
}
