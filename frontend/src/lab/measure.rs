//! What a pane measured: each message as it came, and the figures that follow from it.

use std::rc::Rc;

use tidings_shared::Mode;

use super::seqs::Seqs;

/// How many samples a pane keeps; the oldest are let go then, [`LET_GO`] at a time.
pub const MOST_SAMPLES: usize = 50_000;
const LET_GO: usize = 10_000;

/// What a stream brings within so many milliseconds of what it brought before is one arrival with it:
/// a browser hands over each event by itself, also those that came in one piece.
pub const ONE_ARRIVAL_MS: f64 = 1.0;

/// By which clock a delay was taken.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Clock {
    /// This page sent the message and shows it: one clock.
    Own,
    /// Another sent it: the server's time of it, by an offset that is known to so many milliseconds.
    Estimated {
        /// How far off it may be, in milliseconds.
        error: f64,
    },
}

/// A message as one pane got it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// Its place in the log.
    pub seq: u64,
    /// When it was sent, in milliseconds of the page's clock (`performance.now()`).
    pub sent: f64,
    /// When the pane showed it, in milliseconds of the same clock.
    pub shown: f64,
    /// The number of the arrival that brought it, from 0: what came in one answer or one read is one chunk.
    pub arrival: u32,
    /// The clock of its delay.
    pub clock: Clock,
}

impl Sample {
    /// From sending to showing, in milliseconds.
    #[must_use]
    pub fn delay(&self) -> f64 {
        self.shown - self.sent
    }
}

/// A pane's samples, as the chart and the table take them.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    /// The pane's number, from 1, which it keeps while others come and go.
    pub pane: u32,
    /// Its name: "Poll 3 s".
    pub name: String,
    /// How it listens now.
    pub mode: Mode,
    /// Its samples, in the order in which they were shown.
    pub samples: Rc<Vec<Sample>>,
}

/// Bytes up and down, and whether a socket counted them or the page estimates them.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Bytes {
    /// To the server.
    pub up: u64,
    /// From the server.
    pub down: u64,
    /// Counted at the socket.
    pub exact: bool,
}

/// What of the log a pane has, by what is known of the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Check {
    /// Messages shown since the pane began.
    pub shown: u64,
    /// Known to be in the log, before the newest that was shown, and not shown.
    pub lost: u64,
    /// Shown again.
    pub twice: u64,
    /// Shown behind a later one.
    pub disordered: u64,
    /// Known to be in the log, and behind the newest that was shown.
    pub waiting: u64,
}

impl Check {
    /// Whether nothing went wrong; what is on its way may still come.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.lost == 0 && self.twice == 0 && self.disordered == 0
    }
}

/// A pane's figures, of the time since it listens as it does now.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Figures {
    /// Messages shown.
    pub messages: u64,
    /// Half of the delays are at most this, in milliseconds (nearest rank).
    pub median: Option<f64>,
    /// 95 of a hundred are.
    pub p95: Option<f64>,
    /// All are.
    pub worst: Option<f64>,
    /// Requests that were made; opening a stream or a WebSocket is one.
    pub requests: u32,
    /// Answers of polls and long-polls.
    pub answers: u32,
    /// Those that held no message.
    pub empty: u32,
    /// What brought messages: an answer, or what a stream brought at once.
    pub arrivals: u32,
    /// Bytes of all.
    pub bytes: Bytes,
    /// How far the delays of others' messages may be off, in milliseconds, if there are any.
    pub error: Option<f64>,
}

impl Figures {
    /// The share of answers that held no message, 0 to 1.
    #[must_use]
    pub fn empty_share(&self) -> Option<f64> {
        (self.answers > 0).then(|| f64::from(self.empty) / f64::from(self.answers))
    }

    /// Messages in an arrival, on average.
    #[must_use]
    pub fn per_arrival(&self) -> Option<f64> {
        (self.arrivals > 0).then(|| self.messages as f64 / f64::from(self.arrivals))
    }

    /// Bytes down and up for each message, on average.
    #[must_use]
    pub fn per_message(&self) -> Option<(f64, f64)> {
        let each = |bytes: u64| bytes as f64 / self.messages as f64;
        (self.messages > 0).then(|| (each(self.bytes.down), each(self.bytes.up)))
    }
}

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

    /// A message was shown.
    pub fn show(&mut self, sample: Sample) {
        if self.seen.insert(sample.seq) {
            self.disordered += u64::from(sample.seq < self.newest);
        } else {
            self.twice += 1;
        }
        self.newest = self.newest.max(sample.seq);
        self.run.messages += 1;
        if let Clock::Estimated { error } = sample.clock {
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
    [50, 95, 100].map(|percent| {
        let at = (delays.len() * percent).div_ceil(100).checked_sub(1)?;
        Some(*delays.select_nth_unstable_by(at, f64::total_cmp).1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seq: u64, sent: f64, shown: f64) -> Sample {
        Sample { seq, sent, shown, arrival: 0, clock: Clock::Own }
    }

    fn known(seqs: impl IntoIterator<Item = u64>) -> Seqs {
        let mut known = Seqs::default();
        for seq in seqs {
            known.insert(seq);
        }
        known
    }

    #[test]
    fn delays_are_ranked() {
        let mut recorder = Recorder::new(0);
        assert_eq!(recorder.figures(None).median, None);
        for n in 1..=100 {
            recorder.show(sample(n, 0.0, 101.0 - n as f64));
        }
        let figures = recorder.figures(None);
        assert_eq!([figures.median, figures.p95, figures.worst], [50.0, 95.0, 100.0].map(Some));
        let mark = recorder.mark();
        recorder.show(sample(101, 0.0, 7.0));
        assert_eq!(recorder.since(mark).median, Some(7.0));
    }

    #[test]
    fn what_is_missing_twice_or_late_is_seen() {
        let mut recorder = Recorder::new(10);
        let log = known(5..=20);
        assert_eq!(recorder.check(&log), Check { waiting: 10, ..Check::default() });
        for seq in [11, 12, 14, 13, 14, 17] {
            recorder.show(sample(seq, 0.0, 1.0));
        }
        let check = recorder.check(&log);
        let expected = Check { shown: 5, lost: 2, twice: 1, disordered: 1, waiting: 3 };
        assert_eq!(check, expected);
        assert!(!check.is_good());
        // A hole in the log itself is nobody's loss.
        let holed = known([11, 12, 13, 14, 17]);
        assert_eq!(recorder.check(&holed).lost, 0);
    }

    #[test]
    fn an_account_of_the_log_outlives_a_change_of_mode_and_figures_do_not() {
        let mut recorder = Recorder::new(0);
        recorder.traffic(3, 1000, 2000);
        recorder.show(sample(1, 0.0, 900.0));
        recorder.begin_anew();
        assert_eq!(recorder.figures(None), Figures::default());
        assert_eq!(recorder.check(&known(1..=1)).shown, 1);
        recorder.show(sample(1, 0.0, 5.0));
        assert_eq!(recorder.check(&known(1..=1)).twice, 1);
    }

    #[test]
    fn chunks_are_answers_or_what_came_at_once() {
        let mut recorder = Recorder::new(0);
        assert_eq!(
            [recorder.answer(true), recorder.answer(false), recorder.answer(false)],
            [0, 0, 1]
        );
        let figures = recorder.figures(None);
        assert_eq!((figures.answers, figures.empty, figures.arrivals), (3, 1, 2));
        let mut recorder = Recorder::new(0);
        let arrivals = [100.0, 100.4, 101.2, 103.0].map(|now| recorder.event(now));
        assert_eq!(arrivals, [0, 0, 0, 1]);
    }

    #[test]
    fn a_long_run_stays_within_bounds() {
        let mut recorder = Recorder::new(0);
        for seq in 1..=120_000 {
            recorder.show(sample(seq, 0.0, 1.0));
        }
        assert!((MOST_SAMPLES - LET_GO..=MOST_SAMPLES).contains(&recorder.samples().len()));
        assert_eq!(recorder.figures(None).messages, 120_000);
        assert!(recorder.check(&known(1..=120_000)).is_good());
    }
}
