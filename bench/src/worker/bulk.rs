//! A poster whose posts are the lines of one request that does not end, with so many of them
//! unanswered.

use std::collections::VecDeque;

use anyhow::{Context as _, Result, bail};
use memchr::memmem;

use super::context::Context;
use crate::{
    clock,
    http1::{self, Chunks},
    socket::{Got, Wire},
};

pub(crate) struct Bulk {
    wire: Wire,
    /// Its number among the worker's links.
    at: usize,
    connected: bool,
    /// The answer's body, once its head has come.
    answer: Option<Chunks>,
    carry: Vec<u8>,
    window: usize,
    /// When each line was sent that is not answered, oldest first.
    sent: VecDeque<u64>,
    answered: usize,
    lines: Vec<u8>,
}

impl Bulk {
    pub(crate) fn new(wire: Wire, at: usize, window: usize) -> Self {
        Self {
            wire,
            at,
            connected: false,
            answer: None,
            carry: Vec::new(),
            window,
            sent: VecDeque::with_capacity(window),
            answered: 0,
            lines: Vec::new(),
        }
    }

    /// Something happened on it; answers whether it became ready by that.
    pub(crate) fn event(
        &mut self,
        context: &mut Context,
        buffer: &mut [u8],
        ended: bool,
    ) -> Result<bool> {
        let was_ready = self.connected;
        if !self.connected {
            if !self.wire.connected().context("a connection was refused")? {
                return Ok(false);
            }
            self.connected = true;
            self.wire.out().extend_from_slice(context.ask.prefix.as_bytes());
            context.ask_first(self.at, self.at);
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
        Ok(!was_ready)
    }

    /// Posts as many as may be unanswered.
    pub(crate) fn ask(&mut self, context: &mut Context) -> Result<()> {
        if context.over() || self.sent.len() == self.window {
            return Ok(());
        }
        self.lines.clear();
        while self.sent.len() < self.window {
            context.write_post(&mut self.lines);
            self.lines.push(b'\n');
            self.sent.push_back(context.now);
        }
        let out = self.wire.out();
        out.extend_from_slice(format!("{:x}\r\n", self.lines.len()).as_bytes());
        out.extend_from_slice(&self.lines);
        out.extend_from_slice(b"\r\n");
        context.said(self.lines.len());
        self.wire.flush().context("a connection broke")
    }

    fn got(&mut self, context: &mut Context, bytes: &[u8]) -> Result<()> {
        let Some(chunks) = &mut self.answer else {
            self.carry.extend_from_slice(bytes);
            let Some(head) = http1::head(&self.carry)? else { return Ok(()) };
            let rest = self.carry.split_off(head.len);
            if head.status != 200 || !head.chunked {
                let body = String::from_utf8_lossy(&rest);
                bail!("posts were answered {}: {}", head.status, body.trim());
            }
            self.carry.clear();
            self.answer = Some(Chunks::default());
            return self.got(context, &rest);
        };
        chunks.feed(bytes, |data| self.carry.extend_from_slice(data));
        while let Some(end) = memchr::memchr(b'\n', &self.carry) {
            let line: Vec<u8> = self.carry.drain(..=end).collect();
            let Some(lines) = dealt_with(&line) else {
                bail!("posts were answered: {}", String::from_utf8_lossy(&line).trim());
            };
            for _ in self.answered..lines {
                let sent = self.sent.pop_front().context("more lines were answered than sent")?;
                context.answered(sent);
            }
            self.answered = lines;
        }
        self.ask(context)
    }
}

/// How many lines are on disk, by a line of the answer; `None` if it says something else.
fn dealt_with(line: &[u8]) -> Option<usize> {
    const LINES: &[u8] = b"\"lines\":";
    memmem::find(line, b"\"rejected\":0")?;
    let number = &line[memmem::find(line, LINES)? + LINES.len()..];
    let end = number.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&number[..end]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_disk_counts_as_answered() {
        let count = |rejected| {
            format!(r#"{{"type":"progress","lines":1024,"posted":1024,"rejected":{rejected}}}"#)
        };
        assert_eq!(dealt_with(count(0).as_bytes()), Some(1024));
        assert_eq!(dealt_with(count(1).as_bytes()), None);
        assert_eq!(dealt_with(br#"{"type":"rejected","line":3,"status":422}"#), None);
        assert_eq!(dealt_with(br#"{"type":"goaway","retry_ms":900}"#), None);
    }
}
