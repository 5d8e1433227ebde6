//! A pane's memory of the log: what a transport brings goes in, and what is new comes out, each message
//! once and in order, however often connections broke or modes changed.

use tidings_shared::{Cursor, Epoch, Event, Message, Page, Timeline};

/// So many messages are held at most.
const HELD: usize = 200;
/// And so many are left, when there are more.
const KEPT: usize = 50;

/// A reader of one room.
#[derive(Clone, Debug)]
pub struct Reader {
    timeline: Timeline,
    epoch: Epoch,
}

impl Reader {
    /// One who begins behind this place.
    #[must_use]
    pub fn new(from: Cursor) -> Self {
        let mut timeline = Timeline::default();
        timeline.advance(from);
        Self { timeline, epoch: from.epoch }
    }

    /// Where to go on.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.timeline.cursor()
    }

    /// What a stream brought, with its cursor where the transport carries one. The message, if it is a
    /// new one.
    pub fn event(&mut self, event: Event, id: Option<Cursor>) -> Option<Message> {
        match event {
            Event::Hello(hello) => self.epoch = hello.epoch,
            Event::Gap(gap) => {
                self.epoch = gap.resume.epoch;
                self.timeline.gap(gap);
            }
            Event::Message(message) => {
                let at = id.unwrap_or_else(|| Cursor::new(self.epoch, message.seq));
                return self.receive(at, message);
            }
            _ => {}
        }
        None
    }

    /// What an answer brought: the messages that are new.
    pub fn page(&mut self, page: Page) -> Vec<Message> {
        if let Some(gap) = page.gap {
            self.timeline.gap(gap);
        }
        let epoch = page.cursor.epoch;
        let messages = page.messages.into_iter();
        let new = messages
            .filter_map(|message| self.receive(Cursor::new(epoch, message.seq), message))
            .collect();
        self.timeline.advance(page.cursor);
        new
    }

    fn receive(&mut self, at: Cursor, message: Message) -> Option<Message> {
        let new = self.timeline.receive(at, message.clone()).then_some(message);
        if self.timeline.end().entries().len() > HELD {
            self.timeline.keep_newest(KEPT);
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(seq: u64) -> Message {
        let json = format!(
            r#"{{"seq":{seq},"id":"m{seq}","username":"ana","text":"x","at":"2026-11-23T15:36:09.692Z"}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn page(seqs: std::ops::RangeInclusive<u64>) -> Page {
        let cursor = format!("k3f9a0zq:{}", seqs.end()).parse().unwrap();
        Page { messages: seqs.map(message).collect(), cursor, more: false, gap: None }
    }

    #[test]
    fn each_message_comes_out_once_whatever_brought_it() {
        let mut reader = Reader::new("k3f9a0zq:2".parse().unwrap());
        let seqs =
            |new: Vec<Message>| new.into_iter().map(|message| message.seq).collect::<Vec<_>>();
        assert_eq!(seqs(reader.page(page(1..=4))), [3, 4]);
        assert!(reader.event(Event::Message(message(4)), None).is_none());
        assert!(reader.event(Event::Message(message(5)), None).is_some());
        assert_eq!(seqs(reader.page(page(4..=6))), [6]);
        assert_eq!(reader.cursor().unwrap().seq, 6);
    }

    #[test]
    fn a_long_run_is_not_held() {
        let mut reader = Reader::new("k3f9a0zq:0".parse().unwrap());
        for seq in 1..=10_000 {
            assert!(reader.event(Event::Message(message(seq)), None).is_some());
        }
        assert!(reader.timeline.end().entries().len() <= HELD);
    }
}
