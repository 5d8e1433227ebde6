//! Reads what travels in one direction of a connection, as it travels: HTTP/1.1 heads and bodies,
//! server-sent events and lines in them, WebSocket frames. It only looks on. What it doesn't
//! understand it tells as a body of so many bytes, and every byte is told exactly once.

mod chunked;
mod frames;
mod head;
mod unit;

use std::collections::VecDeque;

use super::log::{Dir, Seen, What};
use chunked::{Chunked, Step};
use frames::Frames;
use head::{Content, Follows, Head};
use unit::{Unit, excerpt};

pub(super) use head::Asked;

/// Of an event, a line, a frame or a body, so many characters are told.
const EXCERPT: usize = 300;
/// Of a head, so many.
const HEAD_EXCERPT: usize = 4096;
/// A head that is longer than this, in bytes, is not understood.
const LONGEST_HEAD: usize = 16 << 10;
/// A body up to this size, in bytes, is told with its head; of a larger one, pieces of this size.
const WHOLE_BODY: usize = 64 << 10;
/// More requests than this that wait for answers on one connection are not understood.
const MOST_ASKED: usize = 1000;

/// One direction of a connection.
pub(super) struct Parser {
    dir: Dir,
    state: State,
    /// The head at hand, as far as it came.
    head: Vec<u8>,
    /// A head that is told with its body.
    pending: Option<Seen>,
    /// An event or a line whose chunk hasn't ended.
    ready: Option<Seen>,
    /// Bytes of chunks' framing that are told with what comes next.
    framing: usize,
    unit: Unit,
    /// For answers: which requests are to be answered, the oldest first.
    asked: VecDeque<Asked>,
    /// For requests: those whose heads ended in what was read last.
    begun: Vec<Asked>,
}

enum State {
    Head,
    Length(u64),
    Chunks(Chunked, Content),
    Rest(Content),
    Frames(Frames),
    Foreign,
}

impl Parser {
    /// For what travels in this direction: up are requests, down are answers.
    pub(super) fn new(dir: Dir) -> Self {
        Self {
            dir,
            state: State::Head,
            head: Vec::new(),
            pending: None,
            ready: None,
            framing: 0,
            unit: Unit::default(),
            asked: VecDeque::new(),
            begun: Vec::new(),
        }
    }

    /// These requests will be answered.
    pub(super) fn expect(&mut self, asked: &[Asked]) {
        self.asked.extend(asked);
        if self.asked.len() > MOST_ASKED {
            self.state = State::Foreign;
        }
    }

    /// The requests whose heads ended since this was asked last.
    pub(super) fn begun(&mut self) -> Vec<Asked> {
        std::mem::take(&mut self.begun)
    }

    /// Whether the last answer is complete, or what travels has no answers.
    pub(super) fn is_at_rest(&self) -> bool {
        match self.state {
            State::Head => self.head.is_empty(),
            State::Frames(_) | State::Foreign => true,
            State::Length(_) | State::Chunks(..) | State::Rest(_) => false,
        }
    }

    /// The other direction became what `other` is now: frames, or nothing that is understood.
    pub(super) fn follow(&mut self, other: &Self, out: &mut Vec<Seen>) {
        match (&self.state, &other.state) {
            (State::Frames(_), State::Frames(_)) | (State::Foreign, State::Foreign) => {}
            (_, State::Frames(_)) => self.turn(State::Frames(Frames::default()), out),
            (_, State::Foreign) => self.turn(State::Foreign, out),
            _ => {}
        }
    }

    /// From here on the bytes are something else; what came of the message at hand is told.
    fn turn(&mut self, state: State, out: &mut Vec<Seen>) {
        self.finish(out);
        self.state = state;
    }

    /// Reads bytes, and tells what ends with them.
    pub(super) fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<Seen>) {
        while !bytes.is_empty() {
            let used = match &mut self.state {
                State::Head => self.read_head(bytes, out),
                State::Length(left) => {
                    let size = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= size as u64;
                    let ends = *left == 0;
                    self.read_body(&bytes[..size], Content::Other, out);
                    if ends {
                        self.end(out);
                    }
                    size
                }
                State::Chunks(chunked, content) => {
                    let content = *content;
                    let (step, size) = chunked.step(bytes);
                    self.read_chunks(step, &bytes[..size], content, out);
                    size
                }
                State::Rest(content) => {
                    let content = *content;
                    self.read_body(bytes, content, out);
                    bytes.len()
                }
                State::Frames(frames) => {
                    frames.feed(bytes, out);
                    bytes.len()
                }
                State::Foreign => {
                    self.unit.take(bytes);
                    self.tell_unit(What::Body, out);
                    bytes.len()
                }
            };
            bytes = &bytes[used..];
        }
    }

    /// The connection is over: tells what came of what was under way.
    pub(super) fn finish(&mut self, out: &mut Vec<Seen>) {
        if let State::Frames(frames) = &mut self.state {
            out.extend(frames.rest());
        }
        let head = std::mem::take(&mut self.head);
        self.unit.take(&head);
        self.end(out);
    }

    fn read_head(&mut self, bytes: &[u8], out: &mut Vec<Seen>) -> usize {
        let before = self.head.len();
        self.head.extend_from_slice(bytes);
        let (what, status, follows, size) = match self.dir {
            Dir::Up => match head::request(&self.head) {
                Head::Whole((asked, follows), size) => {
                    self.begun.push(asked);
                    (What::Request, None, follows, size)
                }
                Head::Partial => return self.wait_for_head(bytes.len(), out),
                Head::Other => return self.give_up(bytes.len(), out),
            },
            Dir::Down => {
                let asked = self.asked.front().copied().unwrap_or_default();
                match head::response(&self.head, asked) {
                    Head::Whole((status, follows), size) => {
                        if status >= 200 || status == 101 {
                            self.asked.pop_front();
                        }
                        (What::Response, Some(status), follows, size)
                    }
                    Head::Partial => return self.wait_for_head(bytes.len(), out),
                    Head::Other => return self.give_up(bytes.len(), out),
                }
            }
        };
        let text = excerpt(&self.head[..size], HEAD_EXCERPT);
        self.head.clear();
        let seen = Seen { what, head: size, body: 0, text, status };
        match follows {
            Follows::Length(length @ 1..) if length <= WHOLE_BODY as u64 => {
                self.pending = Some(seen);
            }
            _ => out.push(seen),
        }
        self.state = match follows {
            Follows::Length(0) => State::Head,
            Follows::Length(length) => State::Length(length),
            Follows::Chunks(content) => State::Chunks(Chunked::START, content),
            Follows::Rest(content) => State::Rest(content),
            Follows::Frames => State::Frames(Frames::default()),
            Follows::Foreign => State::Foreign,
        };
        size - before
    }

    fn wait_for_head(&mut self, came: usize, out: &mut Vec<Seen>) -> usize {
        if self.head.len() > LONGEST_HEAD { self.give_up(came, out) } else { came }
    }

    /// From here on nothing is understood.
    fn give_up(&mut self, came: usize, out: &mut Vec<Seen>) -> usize {
        self.turn(State::Foreign, out);
        came
    }

    fn read_chunks(&mut self, step: Step, bytes: &[u8], content: Content, out: &mut Vec<Seen>) {
        match step {
            Step::Data => return self.read_body(bytes, content, out),
            Step::Framing | Step::ChunkEnd if self.ready.is_some() => {
                self.ready.iter_mut().for_each(|seen| seen.head += bytes.len());
            }
            _ => self.framing += bytes.len(),
        }
        match step {
            Step::ChunkEnd => out.extend(self.ready.take()),
            Step::End => self.end(out),
            Step::Bad => self.turn(State::Foreign, out),
            Step::Framing | Step::Data => {}
        }
    }

    fn read_body(&mut self, mut bytes: &[u8], content: Content, out: &mut Vec<Seen>) {
        let what = match content {
            Content::Events => What::Event,
            Content::Lines => What::Line,
            Content::Other => {
                self.unit.take(bytes);
                if self.pending.is_none() && self.unit.size >= WHOLE_BODY {
                    self.tell_unit(What::Body, out);
                }
                return;
            }
        };
        while !bytes.is_empty() {
            out.extend(self.ready.take());
            let size = self.unit.end(bytes, content);
            self.unit.take(&bytes[..size.unwrap_or(bytes.len())]);
            let Some(size) = size else { return };
            let seen = self.told_unit(what);
            match self.state {
                State::Chunks(..) => self.ready = Some(seen),
                _ => out.push(seen),
            }
            bytes = &bytes[size..];
        }
    }

    fn told_unit(&mut self, what: What) -> Seen {
        let unit = std::mem::take(&mut self.unit);
        let head = std::mem::take(&mut self.framing);
        Seen { what, head, body: unit.size, text: excerpt(&unit.start, EXCERPT), status: None }
    }

    fn tell_unit(&mut self, what: What, out: &mut Vec<Seen>) {
        if self.unit.size + self.framing > 0 {
            let seen = self.told_unit(what);
            out.push(seen);
        }
    }

    /// The message is over.
    fn end(&mut self, out: &mut Vec<Seen>) {
        out.extend(self.ready.take());
        match self.pending.take() {
            Some(mut seen) => {
                let body = self.told_unit(What::Body);
                seen.body = body.body;
                seen.text.push_str(&body.text);
                out.push(seen);
            }
            None => self.tell_unit(What::Body, out),
        }
        if !matches!(self.state, State::Frames(_) | State::Foreign) {
            self.state = State::Head;
        }
    }
}

#[cfg(test)]
mod tests;
