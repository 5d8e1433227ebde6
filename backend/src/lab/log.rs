//! What travelled on a line: totals that lose nothing, and records, the newest of which are kept
//! for whoever watches.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Serialize;
use utoipa::ToSchema;

/// So many records are kept for a watcher that is slow or away.
const RECORDS: usize = 4096;
/// And so many bytes of text in them.
const TEXT: usize = 2 << 20;

/// Which way something went.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dir {
    /// From the client to the server.
    #[default]
    Up,
    /// From the server to the client.
    Down,
}

/// What a record tells.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Nothing but the totals.
    #[default]
    Totals,
    /// A connection was opened.
    Open,
    /// A request: its head, and its body if that is at most 64 KiB long.
    Request,
    /// The same of an answer.
    Response,
    /// A server-sent event.
    Event,
    /// A line of an answer that doesn't end.
    Line,
    /// A piece of a body; or bytes that were not understood.
    Body,
    /// A WebSocket frame.
    Frame,
    /// A connection ended; with `conn` 0, the line itself.
    Close,
    /// A fault set in, or ended.
    Fault,
    /// The watcher was slow, and `count` records were dropped. Totals are not.
    Lost,
}

/// Everything that travelled since the line was opened.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, ToSchema)]
pub struct Totals {
    /// Bytes from the client, as its socket sent them.
    pub up: u64,
    /// Bytes to the client.
    pub down: u64,
    /// Connections that were opened.
    pub connections: u64,
    /// Requests.
    pub requests: u64,
    /// Answers to them.
    pub answers: u64,
}

/// What was seen on a connection.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Seen {
    pub(super) what: What,
    /// Bytes of heads and framing.
    pub(super) head: usize,
    /// Bytes of the content.
    pub(super) body: usize,
    pub(super) text: String,
    pub(super) status: Option<u16>,
}

/// One thing that happened on a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Record {
    /// The line's id.
    #[schema(example = "k3f9")]
    pub line: String,
    /// When: milliseconds since 1970-01-01T00:00:00Z, with a fraction.
    pub at: f64,
    /// On which of its connections, counted from 1; 0 for the line itself.
    pub conn: u32,
    /// What it was.
    pub what: What,
    /// Which way it went; for `close`, who ended it.
    pub dir: Dir,
    /// Bytes of heads and of framing: chunk sizes, the headers of frames.
    pub head: usize,
    /// Bytes of the content.
    pub body: usize,
    /// A head (at most 4,096 characters) and the beginning of the body behind it; the beginning of
    /// an event, a line, a frame (at most 300); or a sentence about a fault or an end.
    pub text: String,
    /// An answer's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How many records were dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Everything so far.
    pub totals: Totals,
}

impl Record {
    /// A record about the line itself.
    pub(super) fn of(line: &str, what: What, totals: Totals) -> Self {
        let line = line.to_owned();
        let text = String::new();
        let (dir, status, count) = (Dir::Down, None, None);
        Self { line, at: now(), conn: 0, what, dir, head: 0, body: 0, text, status, count, totals }
    }
}

/// Milliseconds since 1970, to the microsecond.
fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_micros() as f64 / 1000.0
}

/// A line's totals and its newest records.
pub(super) struct Log {
    line: String,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    totals: Totals,
    records: VecDeque<Record>,
    /// How many records came before the oldest that is kept.
    dropped: u64,
    /// Bytes of text in them.
    text: usize,
    /// Up to where a watcher has been told.
    told: u64,
}

impl Log {
    pub(super) fn new(line: &str) -> Self {
        Self { line: line.to_owned(), kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many bytes crossed the client's socket.
    pub(super) fn moved(&self, dir: Dir, bytes: usize) {
        let totals = &mut self.kept().totals;
        match dir {
            Dir::Up => totals.up += bytes as u64,
            Dir::Down => totals.down += bytes as u64,
        }
    }

    /// Something was seen on a connection.
    pub(super) fn tell(&self, conn: u32, dir: Dir, seen: Seen) {
        let mut kept = self.kept();
        let Seen { what, head, body, text, status } = seen;
        match what {
            What::Open => kept.totals.connections += 1,
            What::Request => kept.totals.requests += 1,
            // An interim answer is none.
            What::Response if status.is_some_and(|status| status >= 200 || status == 101) => {
                kept.totals.answers += 1;
            }
            _ => {}
        }
        kept.text += text.len();
        let record = Record::of(&self.line, what, kept.totals);
        kept.records.push_back(Record { conn, dir, head, body, text, status, ..record });
        while kept.records.len() > RECORDS || kept.text > TEXT {
            let Some(oldest) = kept.records.pop_front() else { break };
            kept.text -= oldest.text.len();
            kept.dropped += 1;
        }
    }

    /// Everything so far.
    pub(super) fn totals(&self) -> Totals {
        self.kept().totals
    }

    /// Where a new watcher begins: behind what another was told.
    pub(super) fn told(&self) -> u64 {
        self.kept().told
    }

    /// Hands over what lies behind `place`, and moves it; what was dropped there is counted.
    pub(super) fn take(&self, place: &mut u64) -> Vec<Record> {
        let mut kept = self.kept();
        let mut taken = Vec::new();
        if *place < kept.dropped {
            let lost = Record::of(&self.line, What::Lost, kept.totals);
            taken.push(Record { count: Some(kept.dropped - *place), ..lost });
            *place = kept.dropped;
        }
        let known = usize::try_from(*place - kept.dropped).unwrap_or(usize::MAX);
        taken.extend(kept.records.iter().skip(known).cloned());
        *place = kept.dropped + kept.records.len() as u64;
        kept.told = kept.told.max(*place);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Seen {
        Seen { what: What::Event, body: 1, text: text.into(), ..Seen::default() }
    }

    #[test]
    fn a_slow_watcher_is_told_how_much_it_lost_and_no_total_is_lost() {
        let log = Log::new("abcd");
        let mut place = log.told();
        for _ in 0..RECORDS + 10 {
            log.moved(Dir::Down, 1);
            log.tell(1, Dir::Down, event("x"));
        }
        let taken = log.take(&mut place);
        assert_eq!((taken[0].what, taken[0].count), (What::Lost, Some(10)));
        assert_eq!(taken.len(), 1 + RECORDS);
        assert_eq!(taken.last().unwrap().totals.down, RECORDS as u64 + 10);
        assert!(log.take(&mut place).is_empty());
        // Whoever comes next goes on there.
        log.tell(1, Dir::Down, event("y"));
        let mut next = log.told();
        assert_eq!(log.take(&mut next).len(), 1);
    }

    #[test]
    fn texts_are_kept_within_their_bound() {
        let log = Log::new("abcd");
        let text = "x".repeat(TEXT / 8);
        (0..20).for_each(|_| log.tell(1, Dir::Up, event(&text)));
        let taken = log.take(&mut 0);
        assert_eq!((taken.len(), taken[0].count), (1 + 8, Some(12)));
    }
}
