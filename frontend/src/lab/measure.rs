//! What a pane measured: each message as it came, and the figures that follow from it.

use tidings_shared::Mode;

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
    pub samples: std::rc::Rc<Vec<Sample>>,
}
