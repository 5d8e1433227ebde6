//! What a pane measured: each message as it came, and the figures that follow from it.

mod recorder;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use tidings_shared::Mode;

pub use recorder::{MOST_SAMPLES, Mark, ONE_ARRIVAL_MS, Recorder};

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
    /// How many of the messages were sent by others, and are timed by the server's clock.
    pub others: u64,
    /// How far the delays of those may be off, in milliseconds.
    pub error: Option<f64>,
}

impl Figures {
    /// All of them as they are exported: delays in milliseconds, bytes in all.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "messages": self.messages,
            "median_ms": self.median,
            "p95_ms": self.p95,
            "worst_ms": self.worst,
            "requests": self.requests,
            "answers": self.answers,
            "empty_answers": self.empty,
            "arrivals": self.arrivals,
            "bytes_down": self.bytes.down,
            "bytes_up": self.bytes.up,
            "bytes_are_exact": self.bytes.exact,
            "timed_by_the_servers_clock": self.others,
            "clock_error_ms": self.error,
        })
    }

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
