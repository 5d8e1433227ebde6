//! The loads, one after the other: what is posted when, and from when until when it counts.

use anyhow::{Context as _, Result, bail};

use super::{Memory, Sample, Session, outcome::Findings, poster, window::Window};
use crate::{
    CatchUp, Load, Mode,
    clock::{self, MS, SECOND},
    tally::Times,
    wire::{Job, Order, Work},
};

/// After such a silence, what has not come is taken for lost.
const SILENCE: u64 = SECOND;
/// How long the end of a run may take.
const DRAIN: u64 = 60 * SECOND;
/// The posts beside a catch-up, a second.
const LIVE: u64 = 20;
/// How many posts may wait for their echo while a log is filled.
const FILLING: u64 = 256;

fn ns(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX / 4)
}

impl Session<'_> {
    /// Posts at a rate or flat out, to listeners that are all there.
    pub(super) fn deliver(&mut self) -> Result<Findings> {
        let job = self.job.clone();
        self.start(&job, self.plan.listeners)?;
        self.until_ready()?;
        self.settle()?;
        let connected = Memory::of(&self.plan.pids)?;
        self.open_poster()?;
        self.rest(50 * MS)?;

        let (first, from, until) = self.agree()?;
        let mut pace = Pace::new(self.plan.load, first, until);
        let mut begin = None;
        let mut late = Times::new();
        loop {
            let now = clock::now();
            if begin.is_none() && now >= from {
                begin = Some(self.sample());
            }
            if now >= until {
                break;
            }
            let crew = (self.crew.complete(), self.crew.received());
            let poster = self.poster.as_mut().context("it was opened")?;
            while let Some(due) = pace.due(poster.sent, crew, now) {
                poster.post(due);
                if due >= from {
                    late.add(now.saturating_sub(due));
                }
            }
            poster.flush()?;
            let next = pace.next(poster.sent, now);
            self.turn(if begin.is_none() { next.min(from) } else { next })?;
        }
        let begin = begin.context("the time before the span is over")?;
        self.drain()?;
        let end = self.sample();
        let mut findings = self.finish(begin, end, connected)?;
        findings.late = matches!(self.plan.load, Load::Rate(_)).then_some(late);
        Ok(findings)
    }

    /// Sets the time for the first post and for the span's begin and end, such that all workers know
    /// before the first comes.
    fn agree(&mut self) -> Result<(u64, u64, u64)> {
        let mut lead = 5 * MS;
        loop {
            let first = clock::now() + lead;
            let from = first + ns(self.plan.warmup);
            let until = from + ns(self.plan.duration);
            self.crew.tell(Order::Measure { from, until })?;
            while !self.crew.told() {
                self.turn(clock::now() + SECOND)?;
            }
            if clock::now() < first {
                return Ok((first, from, until));
            }
            lead *= 2;
        }
    }

    /// Waits until all listeners have all that was posted, or nothing comes any more.
    fn drain(&mut self) -> Result<()> {
        let began = clock::now();
        let pause = match self.plan.way.mode {
            Mode::Poll => ns(self.plan.way.interval),
            _ => 0,
        };
        let (mut received, mut heard) = (self.crew.received(), began);
        let sent = self.poster.as_ref().map_or(0, |poster| poster.sent);
        while self.crew.complete() < sent {
            let now = clock::now();
            if self.crew.received() != received {
                (received, heard) = (self.crew.received(), now);
            }
            if now > heard + SILENCE + pause || now > began + DRAIN {
                break;
            }
            self.turn(now + 50 * MS)?;
        }
        Ok(())
    }

    /// Nothing is posted from here: connections ask, post, or rest.
    pub(super) fn ask(&mut self, work: Work, count: usize) -> Result<Findings> {
        let job = Job { work, ..self.job.clone() };
        self.start(&job, count)?;
        self.until_ready()?;
        self.settle()?;
        let connected = Memory::of(&self.plan.pids)?;
        let from = clock::now() + ns(self.plan.warmup);
        let until = from + ns(self.plan.duration);
        self.crew.tell(Order::Measure { from, until })?;
        self.until(from)?;
        let begin = self.sample();
        self.until(until)?;
        let end = self.sample();
        self.finish(begin, end, connected)
    }

    fn until(&mut self, time: u64) -> Result<()> {
        self.rest(time.saturating_sub(clock::now()))
    }

    /// Fills a log, and has all read it at once while one listens to what is new.
    pub(super) fn catch_up(&mut self, missed: usize) -> Result<Findings> {
        let missed = u32::try_from(missed).context("so many can't be missed")?;
        self.open_poster()?;
        self.fill(missed)?;
        let there = poster::head(self.job.address, &self.job.room)?;
        let live = Job { start: Some(there), first: missed, ..self.job.clone() };
        self.start(&live, 1)?;
        self.until_ready()?;
        self.settle()?;
        let connected = Memory::of(&self.plan.pids)?;

        let from = clock::now();
        self.crew.tell(Order::Measure { from, until: u64::MAX })?;
        let begin = self.sample();
        let late = Job { keep_delays: false, from, opening: 1000, ..self.job.clone() };
        self.start(&late, self.plan.listeners)?;
        let every = SECOND / LIVE;
        let mut posted = 0;
        while self.crew.complete() < missed {
            let now = clock::now();
            if now > from + 2 * DRAIN {
                bail!("after {} s not all listeners had caught up", (now - from) / SECOND);
            }
            let poster = self.poster.as_mut().context("it was opened")?;
            while from + posted * every <= now {
                poster.post(from + posted * every);
                posted += 1;
            }
            poster.flush()?;
            self.turn(from + posted * every)?;
        }
        let seconds = (clock::now() - from) as f64 / SECOND as f64;
        self.drain()?;
        let end: Sample = self.sample();
        let mut findings = self.finish(begin, end, connected)?;
        let messages_per_s = f64::from(missed) * self.plan.listeners as f64 / seconds;
        findings.catch_up = Some(CatchUp { seconds, messages_per_s });
        Ok(findings)
    }

    /// Posts `missed` messages and waits until the server has them all.
    fn fill(&mut self, missed: u32) -> Result<()> {
        let (mut delivered, mut heard) = (0, clock::now());
        loop {
            let now = clock::now();
            let poster = self.poster.as_mut().context("it was opened")?;
            if poster.delivered != delivered {
                (delivered, heard) = (poster.delivered, now);
            }
            if now > heard + 10 * SECOND {
                bail!("the server has taken {delivered} of {missed} messages, and no more");
            }
            while poster.sent < missed && u64::from(poster.sent) < delivered + FILLING {
                poster.post(now);
            }
            poster.flush()?;
            if delivered >= u64::from(missed) {
                return Ok(());
            }
            self.turn(now + SECOND)?;
        }
    }
}

/// When the next message is due.
enum Pace {
    Rate { first: u64, until: u64, every: f64 },
    Flat { window: Window, first: u64, until: u64, received: u64, forgiven: u32, heard: u64 },
}

impl Pace {
    fn new(load: Load, first: u64, until: u64) -> Self {
        match load {
            Load::Rate(rate) => Self::Rate { first, until, every: SECOND as f64 / rate },
            Load::Flat { window } => {
                let window = Window(u32::try_from(window).unwrap_or(u32::MAX));
                Self::Flat { window, first, until, received: 0, forgiven: 0, heard: first }
            }
            _ => Self::Rate { first, until, every: f64::INFINITY },
        }
    }

    /// When message `seq` was due, if that is not in the future. The crew has told how far all
    /// listeners are, and how much they have received.
    fn due(&mut self, seq: u32, crew: (u32, u64), now: u64) -> Option<u64> {
        match self {
            Self::Rate { first, until, every } => {
                let due = *first + (f64::from(seq) * *every) as u64;
                (due <= now && due < *until).then_some(due)
            }
            Self::Flat { first, .. } if now < *first => None,
            Self::Flat { window, received: before, forgiven, heard, .. } => {
                let (complete, received) = crew;
                if received != *before {
                    (*before, *heard) = (received, now);
                } else if now > *heard + SILENCE {
                    // What is lost must not hold up the rest; the report will say that it is lost.
                    (*forgiven, *heard) = (seq, now);
                }
                (window.room(seq, complete.max(*forgiven)) > 0).then_some(now)
            }
        }
    }

    /// Until when nothing can be due but by a listener's word.
    fn next(&self, seq: u32, now: u64) -> u64 {
        match self {
            Self::Rate { first, until, every } => {
                (*until).min(*first + (f64::from(seq) * *every) as u64)
            }
            Self::Flat { first, .. } if now < *first => *first,
            Self::Flat { until, .. } => (*until).min(now + SILENCE / 4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_owes_what_it_could_not_send_in_time() {
        let mut pace = Pace::new(Load::Rate(100.0), 1000 * MS, 2000 * MS);
        assert_eq!(pace.due(0, (0, 0), 999 * MS), None);
        // Nobody looked for 35 ms: four are due, each at its own time.
        let dues: Vec<_> = (0..).map_while(|seq| pace.due(seq, (0, 0), 1035 * MS)).collect();
        assert_eq!(dues, [1000 * MS, 1010 * MS, 1020 * MS, 1030 * MS]);
        assert_eq!(pace.next(4, 1035 * MS), 1040 * MS);
        assert_eq!(pace.due(100, (0, 0), 3000 * MS), None, "after the end none is due");
    }

    #[test]
    fn flat_out_goes_on_after_a_loss_that_nobody_makes_good() {
        let mut pace = Pace::new(Load::Flat { window: 2 }, 3, 100 * SECOND);
        assert_eq!(pace.due(0, (0, 0), 2), None, "it has not begun");
        assert_eq!(pace.next(0, 2), 3);
        assert_eq!(pace.due(1, (0, 0), 5), Some(5));
        assert_eq!(pace.due(2, (0, 0), 6), None, "two are on their way");
        assert_eq!(pace.due(2, (1, 1), 7), Some(7), "one arrived");
        assert_eq!(pace.due(3, (1, 9), SECOND), None, "somebody got something");
        assert_eq!(pace.due(3, (1, 9), 2 * SECOND), None, "the silence is not long enough");
        assert!(pace.due(3, (1, 9), 2 * SECOND + 1).is_some(), "now it is");
    }
}
