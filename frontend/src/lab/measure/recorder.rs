//! What one pane measures, as it comes.

use std::rc::Rc;

use super::{Bytes, Check, Clock, Figures, Sample};
use crate::lab::seqs::Seqs;

/// How many samples a pane keeps; the oldest are let go then, [`LET_GO`] at a time.
pub const MOST_SAMPLES: usize = 50_000;
pub(super) const LET_GO: usize = 10_000;

/// What a stream brings within so many milliseconds of what it brought before is one arrival with it:
/// a browser hands over each event by itself, also those that came in one piece.
pub const ONE_ARRIVAL_MS: f64 = 1.0;

/// A place in what a pane measured, to look at what came since.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Mark {
    messages: u64,
    arrivals: u32,
    requests: u32,
}

impl Mark {
    /// Requests made by then.
    #[must_use]
    pub fn requests(self) -> u32 {
        self.requests
    }
}

/// What one pane measures.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    samples: Rc<Vec<Sample>>,
    run: Figures,
    last_heard: Option<f64>,
    /// Where the pane began in the log.
    from: u64,
    seen: Seqs,
    newest: u64,
    twice: u64,
    disordered: u64,
}

impl Recorder {
    /// Of a pane that begins behind this place in the log.
    #[must_use]
    pub fn new(from: u64) -> Self {
        Self { from, newest: from, ..Self::default() }
    }

    /// The pane listens otherwise from now on: figures are of one way of listening. What it has of the
    /// log is one account, however it came.
    pub fn begin_anew(&mut self) {
        (self.samples, self.run, self.last_heard) = Default::default();
    }

    /// Requests went out, and bytes both ways as far as the page can tell.
    pub fn traffic(&mut self, requests: u32, up: u64, down: u64) {
        self.run.requests += requests;
        self.run.bytes.up += up;
        self.run.bytes.down += down;
    }

    /// An answer came; with messages, it is an arrival, whose number this is.
    pub fn answer(&mut self, empty: bool) -> u32 {
        self.run.answers += 1;
        self.run.empty += u32::from(empty);
        self.run.arrivals += u32::from(!empty);
        self.run.arrivals.saturating_sub(1)
    }

    /// A stream brought a message. The number of its arrival.
    pub fn event(&mut self, now: f64) -> u32 {
        if self.last_heard.is_none_or(|last| now - last > ONE_ARRIVAL_MS) {
            self.run.arrivals += 1;
        }
        self.last_heard = Some(now);
        self.run.arrivals - 1
    }

    /// A message that nobody sent was shown: the server's own greeting. It is in the account of the log,
    /// and in no figure.
    pub fn account(&mut self, seq: u64) {
        if self.seen.insert(seq) {
            self.disordered += u64::from(seq < self.newest);
        } else {
            self.twice += 1;
        }
        self.newest = self.newest.max(seq);
    }

    /// A message was shown.
    pub fn show(&mut self, sample: Sample) {
        self.account(sample.seq);
        self.run.messages += 1;
        if let Clock::Estimated { error } = sample.clock {
            self.run.others += 1;
            self.run.error = Some(self.run.error.unwrap_or(0.0).max(error));
        }
        let samples = Rc::make_mut(&mut self.samples);
        if samples.len() == MOST_SAMPLES {
            samples.drain(..LET_GO);
        }
        samples.push(sample);
    }

    /// The samples since the pane listens as it does, the newest [`MOST_SAMPLES`] of them.
    #[must_use]
    pub fn samples(&self) -> Rc<Vec<Sample>> {
        self.samples.clone()
    }

    /// The newest place in the log that was shown; where the pane began, before any was.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// The figures. Bytes are the page's own estimate unless a socket counted them.
    #[must_use]
    pub fn figures(&self, counted: Option<Bytes>) -> Figures {
        let [median, p95, worst] = ranks(&self.samples);
        let bytes = counted.unwrap_or(self.run.bytes);
        Figures { median, p95, worst, bytes, ..self.run.clone() }
    }

    /// What the pane has of the log, of which `known` is known.
    #[must_use]
    pub fn check(&self, known: &Seqs) -> Check {
        Check {
            shown: self.seen.count(self.from, u64::MAX - 1),
            lost: known.missing_in(&self.seen, self.from, self.newest),
            twice: self.twice,
            disordered: self.disordered,
            waiting: known.count(self.newest, u64::MAX - 1),
        }
    }

    /// The place of now.
    #[must_use]
    pub fn mark(&self) -> Mark {
        let Figures { messages, arrivals, requests, .. } = self.run;
        Mark { messages, arrivals, requests }
    }

    /// The delays of the messages that were shown since this time.
    #[must_use]
    pub fn lately(&self, since: f64) -> Figures {
        let from = self.samples.partition_point(|sample| sample.shown < since);
        let [median, p95, worst] = ranks(&self.samples[from..]);
        let messages = (self.samples.len() - from) as u64;
        Figures { messages, median, p95, worst, ..Figures::default() }
    }

    /// The figures since `mark`, of delays, messages, arrivals and requests alone.
    #[must_use]
    pub fn since(&self, mark: Mark) -> Figures {
        let messages = self.run.messages.saturating_sub(mark.messages);
        let newest = usize::try_from(messages).unwrap_or(usize::MAX).min(self.samples.len());
        let [median, p95, worst] = ranks(&self.samples[self.samples.len() - newest..]);
        Figures {
            messages,
            median,
            p95,
            worst,
            arrivals: self.run.arrivals.saturating_sub(mark.arrivals),
            requests: self.run.requests.saturating_sub(mark.requests),
            ..Figures::default()
        }
    }
}

/// Median, 95th percentile and worst of the delays, by nearest rank: the smallest delay that so large a
/// share of all does not exceed.
fn ranks(samples: &[Sample]) -> [Option<f64>; 3] {
    let mut delays: Vec<_> = samples.iter().map(Sample::delay).collect();
    let at = |percent: usize| (delays.len() * percent).div_ceil(100).checked_sub(1);
    let (Some(half), Some(mostly)) = (at(50), at(95)) else { return [None; 3] };
    let worst = delays.iter().copied().max_by(f64::total_cmp);
    // What is less than the one is on its left afterwards, and the other is looked for only there.
    let (less, p95, _) = delays.select_nth_unstable_by(mostly, f64::total_cmp);
    let median = match half < mostly {
        true => *less.select_nth_unstable_by(half, f64::total_cmp).1,
        false => *p95,
    };
    [Some(median), Some(*p95), worst]
}
