//! What this page knows of the log: what its publisher sent, when, and where the log took it; and how
//! the server's clock stands to the page's.

use tidings_shared::MessageId;

use super::{measure::Clock, seqs::Seqs};

/// What is known of one room's log.
#[derive(Clone, Debug)]
pub struct Book {
    /// What the ids of this page's messages begin with.
    prefix: String,
    /// When each of them was sent, by the page's clock.
    sent: Vec<f64>,
    known: Seqs,
    stored: u64,
    /// By how much the server's time is ahead of the page's clock, and how wrong that may be.
    ahead: Option<(f64, f64)>,
}

impl Book {
    /// An empty one; `prefix` is this page's alone.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        let (sent, known) = Default::default();
        Self { prefix: format!("{prefix}-"), sent, known, stored: 0, ahead: None }
    }

    /// A message is sent now. Its number, from 1, and its id.
    pub fn send(&mut self, now: f64) -> (u64, String) {
        self.sent.push(now);
        let n = self.sent.len() as u64;
        (n, format!("{}{n}", self.prefix))
    }

    /// How many were sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.len() as u64
    }

    /// The server's word that one of them is on disk.
    pub fn store(&mut self, seq: u64) {
        self.stored += 1;
        self.known.insert(seq);
    }

    /// How many the server has taken.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Somebody saw a message in the log.
    pub fn saw(&mut self, seq: u64) {
        self.known.insert(seq);
    }

    /// What is known to be in the log.
    #[must_use]
    pub fn known(&self) -> &Seqs {
        &self.known
    }

    /// The server's clock was asked at `asked` and answered at `heard`, and said `unix_ms`. The
    /// quickest question is believed.
    pub fn observe(&mut self, asked: f64, heard: f64, unix_ms: f64) {
        // It may have been read at any moment between, and it is cut to whole milliseconds.
        let error = (heard - asked) / 2.0 + 0.5;
        if self.ahead.is_none_or(|(_, best)| error <= best) {
            self.ahead = Some((unix_ms + 0.5 - (asked + heard) / 2.0, error));
        }
    }

    /// When a message was sent, by the page's clock: exactly, if this page sent it; else when the log
    /// took it at `unix_ms`, as well as that is known. Where nothing is known of the server's clock, it is
    /// `now`, give or take everything.
    #[must_use]
    pub fn sent_at(&self, id: &MessageId, unix_ms: u64, now: f64) -> (f64, Clock) {
        if let Some(own) = self.own(id.as_str()) {
            return (own, Clock::Own);
        }
        let Some((ahead, error)) = self.ahead else {
            return (now, Clock::Estimated { error: f64::INFINITY });
        };
        // The log's time is cut to whole milliseconds too.
        (unix_ms as f64 + 0.5 - ahead, Clock::Estimated { error: error + 0.5 })
    }

    fn own(&self, id: &str) -> Option<f64> {
        let n: usize = id.strip_prefix(&*self.prefix)?.parse().ok()?;
        self.sent.get(n.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> MessageId {
        text.parse().unwrap()
    }

    #[test]
    fn an_own_message_is_timed_by_one_clock() {
        let mut book = Book::new("lab-x");
        assert_eq!(book.send(5.0), (1, "lab-x-1".into()));
        assert_eq!(book.send(7.5), (2, "lab-x-2".into()));
        assert_eq!(book.sent_at(&id("lab-x-2"), 99, 8.0), (7.5, Clock::Own));
        for foreign in ["lab-x-3", "lab-x-0", "lab-y-1", "lab-x-1b"] {
            let unknown = (8.0, Clock::Estimated { error: f64::INFINITY });
            assert_eq!(book.sent_at(&id(foreign), 99, 8.0), unknown, "{foreign}");
        }
    }

    #[test]
    fn a_foreign_message_is_timed_by_the_quickest_question() {
        let mut book = Book::new("lab-x");
        book.observe(100.0, 140.0, 5_120.0);
        book.observe(200.0, 204.0, 5_203.0);
        book.observe(300.0, 390.0, 5_999.0);
        let (sent, clock) = book.sent_at(&id("other"), 5_303, 999.0);
        assert!((sent - 302.0).abs() < 1e-6, "{sent}");
        assert_eq!(clock, Clock::Estimated { error: 3.0 });
    }
}
