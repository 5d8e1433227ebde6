//! A connection that is one listener's, or one asker's: HTTP/1.1, and WebSocket by it.

use anyhow::{Context as _, Result, bail};

use super::context::Context;
use crate::{
    Mode, clock,
    http1::{self, Chunks},
    socket::{Got, Wire},
    wire::Work,
};

pub(crate) struct Single {
    wire: Wire,
    /// Its number among the worker's links, which is its listener's too.
    at: usize,
    stage: Stage,
    /// Bytes that can't be judged before more have come.
    carry: Vec<u8>,
    /// Where an asker is.
    place: String,
    asked: u64,
}

enum Stage {
    Connecting,
    /// The answer's head is awaited.
    Head,
    /// The server's word that it is a listener now is awaited.
    Greeted,
    Listening(Option<Chunks>),
    /// Asks or will ask.
    Asking,
}

impl Single {
    pub(crate) fn new(wire: Wire, at: usize) -> Self {
        let (carry, place) = (Vec::new(), String::new());
        Self { wire, at, stage: Stage::Connecting, carry, place, asked: 0 }
    }

    /// Something happened on it; answers whether it became ready by that.
    pub(crate) fn event(
        &mut self,
        context: &mut Context,
        buffer: &mut [u8],
        ended: bool,
    ) -> Result<bool> {
        let was_ready = self.is_ready();
        if matches!(self.stage, Stage::Connecting) {
            if !self.wire.connected().context("a connection was refused")? {
                return Ok(false);
            }
            context.now = clock::now();
            self.begin(context)?;
        }
        self.wire.flush().context("a connection broke")?;
        loop {
            match self.wire.read(buffer).context("a connection broke")? {
                Got::Nothing => break,
                Got::End => bail!("the server closed a connection that should stay"),
                Got::Some(n) => {
                    context.now = clock::now();
                    context.heard(n);
                    self.got(context, &buffer[..n])?;
                    // What comes later is told by another event.
                    if n < buffer.len() && !ended {
                        break;
                    }
                }
            }
        }
        Ok(self.is_ready() && !was_ready)
    }

    fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Listening(_) | Stage::Asking)
    }

    fn begin(&mut self, context: &mut Context) -> Result<()> {
        if context.asks() {
            self.stage = Stage::Asking;
            self.place.clone_from(&context.ask.place);
            context.ask_first(self.at, self.at);
            return Ok(());
        }
        self.stage = Stage::Head;
        let (stream, host) = (&context.stream, &context.host);
        let request =
            format!("GET {} HTTP/1.1\r\nhost: {host}\r\n{}\r\n", stream.path, stream.headers);
        self.send(request.as_bytes())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.wire.out().extend_from_slice(bytes);
        self.wire.flush().context("a connection broke")
    }

    fn got(&mut self, context: &mut Context, bytes: &[u8]) -> Result<()> {
        match &mut self.stage {
            Stage::Listening(None) => {
                if let Some((ping, pong)) = &context.stream.ping
                    && memchr::memmem::find(bytes, ping).is_some()
                {
                    self.wire.out().extend_from_slice(pong);
                    self.wire.flush()?;
                }
                context.scan(self.at, &mut self.carry, bytes);
                Ok(())
            }
            Stage::Listening(Some(chunks)) => {
                chunks.feed(bytes, |data| context.scan(self.at, &mut self.carry, data));
                if chunks.ended {
                    bail!("the server ended a stream");
                }
                Ok(())
            }
            Stage::Head => self.head(context, bytes),
            Stage::Greeted => {
                self.carry.extend_from_slice(bytes);
                if memchr::memmem::find(&self.carry, context.stream.ready).is_some() {
                    self.carry = Vec::new();
                    self.stage = Stage::Listening(None);
                }
                Ok(())
            }
            Stage::Asking => self.answer(context, bytes),
            Stage::Connecting => Ok(()),
        }
    }

    fn head(&mut self, context: &mut Context, bytes: &[u8]) -> Result<()> {
        self.carry.extend_from_slice(bytes);
        let Some(head) = http1::head(&self.carry)? else { return Ok(()) };
        let websocket = context.job.plan.way.mode == Mode::Websocket;
        if head.status != if websocket { 101 } else { 200 } {
            let body = String::from_utf8_lossy(&self.carry[head.len..]);
            bail!("a listener was answered {}: {}", head.status, body.trim());
        }
        let rest = std::mem::take(&mut self.carry).split_off(head.len);
        if !context.stream.greeting.is_empty() {
            self.send(&context.stream.greeting)?;
        }
        self.stage = if context.stream.ready.is_empty() {
            Stage::Listening(head.chunked.then(Chunks::default))
        } else {
            Stage::Greeted
        };
        self.got(context, &rest)
    }

    /// Asks, or posts.
    pub(crate) fn ask(&mut self, context: &mut Context) -> Result<()> {
        if context.over() {
            return Ok(());
        }
        self.asked = context.now;
        let out = self.wire.out();
        let before = out.len();
        for part in [&context.ask.prefix, &self.place, &context.ask.suffix] {
            out.extend_from_slice(part.as_bytes());
        }
        if context.job.work == Work::Post {
            context.write_post(out);
        }
        let length = out.len() - before;
        context.said(length);
        self.wire.flush().context("a connection broke")
    }

    fn answer(&mut self, context: &mut Context, bytes: &[u8]) -> Result<()> {
        // An answer that came as a whole is read where it lies.
        if self.carry.is_empty() {
            if !self.whole_answer(context, bytes)? {
                self.carry.extend_from_slice(bytes);
            }
            return Ok(());
        }
        self.carry.extend_from_slice(bytes);
        let carry = std::mem::take(&mut self.carry);
        if !self.whole_answer(context, &carry)? {
            self.carry = carry;
        }
        Ok(())
    }

    /// Takes the answer if it is whole, and asks again.
    fn whole_answer(&mut self, context: &mut Context, bytes: &[u8]) -> Result<bool> {
        let Some(head) = http1::head(bytes)? else { return Ok(false) };
        let (head_bytes, rest) = bytes.split_at(head.len);
        let mut unchunked = Vec::new();
        let body = if head.chunked {
            let mut chunks = Chunks::default();
            chunks.feed(rest, |data| unchunked.extend_from_slice(data));
            if !chunks.ended {
                return Ok(false);
            }
            &*unchunked
        } else {
            let Some(len) = head.body else { bail!("an answer doesn't say where it ends") };
            let Some(body) = rest.get(..len) else { return Ok(false) };
            body
        };
        let posts = context.job.work == Work::Post;
        if !(200..300).contains(&head.status) && (posts || head.status != 304) {
            let body = String::from_utf8_lossy(body);
            bail!("a request was answered {}: {}", head.status, body.trim());
        }
        context.answered(self.asked);
        let mut more = false;
        if !posts {
            context.scan(self.at, &mut Vec::new(), body);
            let dialect = context.job.plan.target.dialect;
            context.ask.go_on(dialect, head_bytes, body, &mut self.place);
            more = memchr::memmem::rfind(body, b"\"more\":true").is_some();
        }
        if context.ask_again(self.at, self.at, more) {
            self.ask(context)?;
        }
        Ok(true)
    }
}
