//! What was published, as bytes that are ready for a socket: one growing run of bytes a framing,
//! and where each message ends in it. A listener's place is an offset into its run.

use std::collections::VecDeque;

/// So many bytes stay within reach of a slow listener; one that falls farther behind is closed.
const KEPT: usize = 16 << 20;

/// One framing's bytes. Offsets count from the first byte that was ever published.
#[derive(Default)]
pub(crate) struct Run {
    bytes: Vec<u8>,
    /// The offset of `bytes[0]`.
    base: u64,
    /// Where each message that is still here ends; the last one is the end of the run.
    ends: VecDeque<u64>,
}

impl Run {
    /// Takes one message, framed by `frame`.
    pub(crate) fn append(&mut self, frame: impl FnOnce(&mut Vec<u8>)) {
        if self.bytes.len() > 2 * KEPT {
            self.forget(self.bytes.len() - KEPT);
        }
        frame(&mut self.bytes);
        self.ends.push_back(self.end());
    }

    /// The offset behind the newest message.
    pub(crate) fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    /// All behind `at`; `None` when some of it is no longer here.
    pub(crate) fn behind(&self, at: u64) -> Option<&[u8]> {
        let from = usize::try_from(at.checked_sub(self.base)?).ok()?;
        self.bytes.get(from..)
    }

    /// What is left of the message that `at` lies in, or the next one when it lies between two.
    pub(crate) fn one_behind(&self, at: u64) -> Option<&[u8]> {
        let all = self.behind(at)?;
        let next = self.ends.partition_point(|end| *end <= at);
        let end = self.ends.get(next).map_or(all.len(), |end| (end - at) as usize);
        Some(&all[..end])
    }

    /// Drops whole messages from the front, `wanted` bytes or a little less.
    fn forget(&mut self, wanted: usize) {
        let limit = self.base + wanted as u64;
        let messages = self.ends.partition_point(|end| *end <= limit);
        let Some(end) = messages.checked_sub(1).map(|last| self.ends[last]) else { return };
        self.ends.drain(..messages);
        self.bytes.drain(..(end - self.base) as usize);
        self.base = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(messages: &[&str]) -> Run {
        let mut run = Run::default();
        for message in messages {
            run.append(|bytes| bytes.extend_from_slice(message.as_bytes()));
        }
        run
    }

    #[test]
    fn a_place_sees_all_behind_it_or_one_message() {
        let run = run(&["one", "two", "three"]);
        assert_eq!(run.behind(0), Some(&b"onetwothree"[..]));
        assert_eq!(run.one_behind(0), Some(&b"one"[..]));
        assert_eq!(run.one_behind(1), Some(&b"ne"[..]), "a message that was written in part");
        assert_eq!(run.one_behind(6), Some(&b"three"[..]));
        assert_eq!(run.behind(run.end()), Some(&b""[..]));
        assert_eq!(run.behind(run.end() + 1), None);
    }

    #[test]
    fn what_is_forgotten_is_whole_messages_and_never_served() {
        let mut run = run(&["one", "two", "three"]);
        run.forget(4);
        assert_eq!(run.behind(2), None);
        assert_eq!(run.behind(3), Some(&b"twothree"[..]));
        assert_eq!(run.one_behind(3), Some(&b"two"[..]));
        assert_eq!(run.end(), 11);
    }
}
