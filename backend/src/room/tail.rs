//! The newest messages of a room, encoded, in memory: what nearly every listener reads from. What
//! is older is in the store.

use std::{collections::VecDeque, sync::Arc};

use super::encode::Encoded;

/// How many messages a tail holds at most.
const MESSAGES: usize = 1024;
/// How many bytes a tail holds at most (one message may exceed it).
const BYTES: usize = 1 << 20;
/// How many events beside the messages are held: whoever is further behind misses some, and the
/// next ones set it right.
const NOTICES: usize = 64;

/// The tail of one log.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    messages: VecDeque<Arc<Encoded>>,
    bytes: usize,
    /// All messages behind this seq are in `messages`.
    floor: u64,
    head: u64,
    notices: VecDeque<Arc<Encoded>>,
    /// How many notices there ever were.
    noticed: u64,
}

impl Tail {
    /// An empty tail of a log whose newest message is `head`.
    pub(super) fn new(head: u64) -> Self {
        Self { floor: head, head, ..Self::default() }
    }

    /// The newest message's seq.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    /// How many events beside the messages there have been.
    pub(super) fn noticed(&self) -> u64 {
        self.noticed
    }

    pub(crate) fn push(&mut self, seq: u64, message: Arc<Encoded>) {
        self.bytes += message.size();
        self.messages.push_back(message);
        self.head = seq;
        while self.messages.len() > MESSAGES || (self.bytes > BYTES && self.messages.len() > 1) {
            let Some(dropped) = self.messages.pop_front() else { break };
            self.bytes -= dropped.size();
            self.floor = dropped.seq.unwrap_or(self.floor);
        }
    }

    pub(super) fn push_notice(&mut self, notice: Arc<Encoded>) {
        self.notices.push_back(notice);
        self.noticed += 1;
        if self.notices.len() > NOTICES {
            self.notices.pop_front();
        }
    }

    /// The messages behind `after`, up to the bounds; `None` if some of them are in the store only.
    pub(super) fn after(
        &self,
        after: u64,
        limit: usize,
        bytes: usize,
    ) -> Option<Vec<Arc<Encoded>>> {
        if after < self.floor {
            return None;
        }
        let first = self.messages.partition_point(|m| m.seq.is_some_and(|seq| seq <= after));
        let mut taken = 0;
        let within = self.messages.range(first..).take(limit).take_while(|message| {
            let fits = taken == 0 || taken + message.sse.len() <= bytes;
            taken += message.sse.len();
            fits
        });
        Some(within.cloned().collect())
    }

    /// The seq behind which the newest `count` messages lie; `None` if the tail doesn't reach back
    /// that far.
    pub(super) fn before_newest(&self, count: usize) -> Option<u64> {
        match self.messages.len().checked_sub(count) {
            _ if count == 0 => Some(self.head),
            Some(0) => Some(self.floor),
            Some(first) => self.messages.get(first - 1)?.seq,
            None if self.floor == 0 => Some(0),
            None => None,
        }
    }

    /// The notices behind the first `seen` ones that are still held.
    pub(super) fn notices_after(&self, seen: u64) -> Vec<Arc<Encoded>> {
        let new = usize::try_from(self.noticed.saturating_sub(seen)).unwrap_or(usize::MAX);
        let skip = self.notices.len().saturating_sub(new);
        self.notices.range(skip..).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Event, Timestamp};

    use super::*;

    fn push(tail: &mut Tail, seq: u64) {
        let event = Event::Heartbeat { at: Timestamp::from_ms(seq) };
        let encoded = Encoded { seq: Some(seq), ..Encoded::event(&event) };
        tail.push(seq, Arc::new(encoded));
    }

    fn seqs(messages: &[Arc<Encoded>]) -> Vec<u64> {
        messages.iter().filter_map(|m| m.seq).collect()
    }

    #[test]
    fn a_tail_answers_only_for_what_it_holds() {
        let mut tail = Tail::new(10);
        assert!(tail.after(9, 5, 1000).is_none(), "message 10 is in the store");
        assert!(tail.after(10, 5, 1000).unwrap().is_empty());
        for seq in [11, 13, 14] {
            push(&mut tail, seq);
        }
        assert_eq!(seqs(&tail.after(11, 5, 1000).unwrap()), [13, 14]);
        assert_eq!(seqs(&tail.after(12, 1, 1000).unwrap()), [13]);
        assert_eq!(seqs(&tail.after(10, 5, 1).unwrap()), [11], "one message always fits");
        assert_eq!(tail.before_newest(2), Some(11));
        assert_eq!(tail.before_newest(3), Some(10));
        assert_eq!(tail.before_newest(4), None);
        assert_eq!(tail.before_newest(0), Some(14));
    }

    #[test]
    fn a_tail_is_bounded_and_knows_what_it_dropped() {
        let mut tail = Tail::new(0);
        assert_eq!(tail.before_newest(50), Some(0));
        for seq in 1..=MESSAGES as u64 + 5 {
            push(&mut tail, seq);
        }
        assert!(tail.after(4, 1, 1000).is_none());
        assert_eq!(seqs(&tail.after(5, 1, 1000).unwrap()), [6]);
    }

    #[test]
    fn notices_are_seen_once_and_forgotten_in_time() {
        let mut tail = Tail::new(0);
        let notice = || Arc::new(Encoded::event(&Event::Heartbeat { at: Timestamp::from_ms(0) }));
        assert!(tail.notices_after(0).is_empty());
        tail.push_notice(notice());
        assert_eq!(tail.notices_after(0).len(), 1);
        assert!(tail.notices_after(1).is_empty());
        for _ in 0..NOTICES * 2 {
            tail.push_notice(notice());
        }
        assert_eq!(tail.notices_after(1).len(), NOTICES);
    }
}
