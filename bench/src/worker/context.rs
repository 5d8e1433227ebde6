//! What all connections of a worker share: the counts, what to say, and when to ask again.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::{
    Carried, Mode,
    clock::SECOND,
    dialect::{self, Ask, Stream},
    marker::Marker,
    tally::{Tally, Times},
    wire::{Job, Work},
};

pub(crate) struct Context {
    pub(crate) job: Job,
    pub(crate) marker: Marker,
    pub(crate) tally: Tally,
    pub(crate) stream: Stream,
    pub(crate) ask: Ask,
    /// The server's name for itself, as a request tells it.
    pub(crate) host: String,
    /// The time, as of the last read.
    pub(crate) now: u64,
    /// The end of the time in which requests count.
    until: u64,
    /// What went over listeners' connections since the span's begin.
    pub(crate) carried: Carried,
    /// Requests answered in the span.
    pub(crate) requests: u64,
    pub(crate) latencies: Times,
    /// Messages posted by this worker, so that no two are the same.
    posted: u32,
    /// Who asks when: time, link, listener.
    due: BinaryHeap<Reverse<(u64, usize, usize)>>,
    /// Those who ask without a pause wait here for the start.
    waiting: Option<Vec<usize>>,
}

impl Context {
    pub(crate) fn new(job: Job) -> Self {
        let listeners = if job.work == Work::Listen { job.share } else { 0 };
        let mut tally = Tally::new(listeners, job.first);
        (tally.from, tally.keep_delays) = (job.from, job.keep_delays);
        let host = job.address.to_string();
        Self {
            marker: Marker::new(job.tag),
            tally,
            stream: dialect::stream(&job),
            ask: dialect::ask(&job, &host),
            host,
            now: 0,
            until: u64::MAX,
            carried: Carried::default(),
            requests: 0,
            latencies: Times::new(),
            posted: 0,
            due: BinaryHeap::new(),
            waiting: (job.work != Work::Listen).then(Vec::new),
            job,
        }
    }

    /// Whether this worker's connections ask, rather than be streamed to.
    pub(crate) fn asks(&self) -> bool {
        self.job.work != Work::Listen
            || matches!(self.job.plan.way.mode, Mode::Poll | Mode::LongPoll)
    }

    /// A listener is there: when does it ask first? Pollers are spread over their interval.
    pub(crate) fn ask_first(&mut self, link: usize, listener: usize) {
        if let Some(waiting) = &mut self.waiting {
            waiting.push(link);
            return;
        }
        let mut at = self.now;
        if self.job.plan.way.mode == Mode::Poll {
            at += self.interval() * listener as u64 / self.job.share as u64;
        }
        self.due.push(Reverse((at, link, listener)));
    }

    /// An answer came: when does the listener ask again? None: at once.
    pub(crate) fn ask_again(&mut self, link: usize, listener: usize, more: bool) -> bool {
        if self.job.work == Work::Listen && self.job.plan.way.mode == Mode::Poll && !more {
            self.due.push(Reverse((self.now + self.interval(), link, listener)));
            return false;
        }
        true
    }

    fn interval(&self) -> u64 {
        u64::try_from(self.job.plan.way.interval.as_nanos()).unwrap_or(60 * SECOND)
    }

    pub(crate) fn next_due(&self) -> Option<u64> {
        self.due.peek().map(|Reverse((at, ..))| *at)
    }

    /// Somebody whose time to ask has come: link and listener.
    pub(crate) fn due_now(&mut self) -> Option<(usize, usize)> {
        let now = self.now;
        self.next_due().filter(|at| *at <= now)?;
        let Reverse((_, link, listener)) = self.due.pop()?;
        Some((link, listener))
    }

    /// The span is told, and those who wait for the start may go.
    pub(crate) fn measure(&mut self, from: u64, until: u64) {
        self.tally.from = from;
        self.until = until;
        for link in self.waiting.take().unwrap_or_default() {
            self.due.push(Reverse((self.now, link, link)));
        }
    }

    /// So many bytes came over a listener's connection.
    pub(crate) fn heard(&mut self, bytes: usize) {
        if self.now >= self.tally.from {
            self.carried.down += bytes as u64;
        }
    }

    /// A listener's request of so many bytes went out.
    pub(crate) fn said(&mut self, bytes: usize) {
        if self.now >= self.tally.from {
            self.carried.up += bytes as u64;
            self.carried.asked += 1;
        }
    }

    /// A request that was sent at `asked` is answered.
    pub(crate) fn answered(&mut self, asked: u64) {
        if self.now >= self.tally.from {
            self.carried.answered += 1;
        }
        if (self.tally.from..self.until).contains(&self.now) {
            self.requests += 1;
            self.latencies.add(self.now.saturating_sub(asked));
        }
    }

    /// Whether there is no more to ask.
    pub(crate) fn over(&self) -> bool {
        self.job.work != Work::Listen && self.now >= self.until
    }

    /// Finds the deliveries to `listener` in `bytes`.
    pub(crate) fn scan(&mut self, listener: usize, carry: &mut Vec<u8>, bytes: &[u8]) {
        let (tally, now) = (&mut self.tally, self.now);
        self.marker.scan(carry, bytes, |seq, due| tally.take(listener, seq, due, now));
    }

    /// Appends the text of a post of this worker's own.
    pub(crate) fn write_post(&mut self, out: &mut Vec<u8>) {
        self.marker.write(self.posted, self.now, self.job.plan.size, out);
        self.posted += 1;
    }
}
