//! A reader's memory of one room: order, duplicates, gaps, and one's own messages on their way.
//!
//! Whatever the transport, what it yields goes in here, and what comes out is the conversation:
//! each message once, in the log's order, however often connections broke or modes changed.

use crate::{Cursor, Gap, Message, MessageId, NewMessage, Page, Receipt, Timestamp};

/// One line of the conversation.
#[derive(Clone, PartialEq, Debug)]
pub enum Entry {
    /// A message of the log.
    Message(Message),
    /// A place where messages may be missing.
    Gap(Gap),
}

/// One's own message on its way.
#[derive(Clone, PartialEq, Debug)]
pub struct Outgoing {
    /// The message; a retry sends it under the same id.
    pub message: NewMessage,
    /// The sender's clock when it was written.
    pub at: Timestamp,
    /// How far it got.
    pub delivery: Delivery,
}

/// How far one's own message got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// On its way, or waiting for the server to be back.
    Pending,
    /// On the server's disk; it has not come back through the log yet.
    Sent(Receipt),
    /// Refused, and why. It can be retried.
    Failed(String),
}

/// A reader's memory of one room.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Timeline {
    entries: Vec<Entry>,
    outgoing: Vec<Outgoing>,
    cursor: Option<Cursor>,
    more_before: bool,
}

impl Timeline {
    /// The conversation, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// One's own messages that have not come back through the log, in the order of writing.
    #[must_use]
    pub fn outgoing(&self) -> &[Outgoing] {
        &self.outgoing
    }

    /// Where to go on reading; `None` before anything was read.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.cursor
    }

    /// Moves to where a server's answer says one now stands: a `hello`'s head on an empty room, a
    /// page's `cursor`. It never goes back in one epoch.
    pub fn advance(&mut self, to: Cursor) {
        match self.cursor {
            Some(at) if at.epoch == to.epoch && at.seq >= to.seq => {}
            _ => self.cursor = Some(to),
        }
    }

    /// A message that lies at `at`. Answers whether it was new; one seen before changes nothing.
    pub fn receive(&mut self, at: Cursor, message: Message) -> bool {
        if self.cursor.is_some_and(|seen| seen.epoch == at.epoch && at.seq <= seen.seq) {
            return false;
        }
        self.cursor = Some(at);
        self.outgoing
            .retain(|out| out.message.id != message.id || out.message.username != message.username);
        self.entries.push(Entry::Message(message));
        true
    }

    /// The server could not honour the cursor: what follows starts at `gap.resume`, and the
    /// conversation shows that something may be missing.
    pub fn gap(&mut self, gap: Gap) {
        self.cursor = Some(gap.resume);
        self.entries.push(Entry::Gap(gap));
    }

    /// A poll's answer: its gap, its messages, its cursor. Answers how many messages were new.
    pub fn page(&mut self, page: Page) -> usize {
        if let Some(gap) = page.gap {
            self.gap(gap);
        }
        let epoch = page.cursor.epoch;
        let new = page
            .messages
            .into_iter()
            .filter_map(|message| {
                self.receive(Cursor::new(epoch, message.seq), message).then_some(())
            })
            .count();
        self.advance(page.cursor);
        new
    }

    /// The oldest message shown, which history pages back from with `before=`. `None` when there
    /// is none, or when what comes before is of another log.
    #[must_use]
    pub fn oldest(&self) -> Option<u64> {
        match self.entries.first()? {
            Entry::Message(message) if !self.entries.iter().any(|e| matches!(e, Entry::Gap(_))) => {
                Some(message.seq)
            }
            _ => None,
        }
    }

    /// Whether older messages are known to lie before the oldest one shown.
    #[must_use]
    pub fn has_more_before(&self) -> bool {
        self.more_before && self.oldest().is_some()
    }

    /// Says whether older messages lie before what is shown: a start with fewer messages than it
    /// asked for has shown the log's beginning.
    pub fn set_more_before(&mut self, more: bool) {
        self.more_before = more;
    }

    /// A page of history, as `before=` answered it; goes in front. Answers how many were new.
    pub fn older(&mut self, page: Page) -> usize {
        let Some(oldest) = self.oldest() else { return 0 };
        let older: Vec<_> =
            page.messages.into_iter().filter(|m| m.seq < oldest).map(Entry::Message).collect();
        self.more_before = page.more;
        let new = older.len();
        self.entries.splice(0..0, older);
        new
    }

    /// One's own message, just written: shown at once, as pending.
    pub fn send(&mut self, message: NewMessage, at: Timestamp) {
        self.outgoing.push(Outgoing { message, at, delivery: Delivery::Pending });
    }

    /// The server has it on disk. It stays among the outgoing until the log brings it.
    pub fn sent(&mut self, receipt: Receipt) {
        if let Some(out) = self.find(&receipt.id.clone()) {
            out.delivery = Delivery::Sent(receipt);
        }
    }

    /// It was refused, or could not be sent.
    pub fn failed(&mut self, id: &MessageId, why: impl Into<String>) {
        if let Some(out) = self.find(id) {
            out.delivery = Delivery::Failed(why.into());
        }
    }

    /// Tries a failed message again, under the same id: answers what to send.
    pub fn retry(&mut self, id: &MessageId) -> Option<NewMessage> {
        let out = self.find(id)?;
        if !matches!(out.delivery, Delivery::Failed(_)) {
            return None;
        }
        out.delivery = Delivery::Pending;
        Some(out.message.clone())
    }

    /// Gives up a failed message: answers it, so that its text can be edited.
    pub fn discard(&mut self, id: &MessageId) -> Option<NewMessage> {
        let place = self
            .outgoing
            .iter()
            .position(|out| &out.message.id == id && matches!(out.delivery, Delivery::Failed(_)))?;
        Some(self.outgoing.remove(place).message)
    }

    fn find(&mut self, id: &MessageId) -> Option<&mut Outgoing> {
        self.outgoing.iter_mut().find(|out| &out.message.id == id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Epoch, Text, Username};

    fn epoch(name: &str) -> Epoch {
        name.parse().unwrap()
    }

    fn message(seq: u64) -> Message {
        Message {
            seq,
            id: format!("m{seq}").parse().unwrap(),
            username: Username::from_log("ana"),
            text: Text::from_log("oi"),
            at: Timestamp::from_ms(seq),
        }
    }

    fn at(seq: u64) -> Cursor {
        Cursor::new(epoch("aaaaaaaa"), seq)
    }

    fn seqs(timeline: &Timeline) -> Vec<u64> {
        timeline
            .entries()
            .iter()
            .filter_map(|e| if let Entry::Message(m) = e { Some(m.seq) } else { None })
            .collect()
    }

    fn own(id: &str) -> NewMessage {
        NewMessage {
            id: id.parse().unwrap(),
            username: Username::from_log("ana"),
            text: Text::from_log("oi"),
        }
    }

    proptest! {
        /// However a connection breaks and repeats, each message shows once and in order.
        #[test]
        fn replays_show_each_message_once(starts in prop::collection::vec((0u64..40, 1u64..20), 1..20)) {
            let mut timeline = Timeline::default();
            let mut reached = 0;
            for (back, length) in starts {
                // A transport may replay from before the cursor, never from beyond it.
                let from = reached.min(back);
                for seq in from + 1..=from + length {
                    timeline.receive(at(seq), message(seq));
                }
                reached = reached.max(from + length);
            }
            prop_assert_eq!(seqs(&timeline), (1..=reached).collect::<Vec<_>>());
            prop_assert_eq!(timeline.cursor(), Some(at(reached)));
        }
    }

    #[test]
    fn another_epoch_is_shown_as_a_gap_and_starts_anew() {
        let mut timeline = Timeline::default();
        timeline.receive(at(5), message(5));
        let resume = Cursor::new(epoch("bbbbbbbb"), 0);
        timeline.gap(Gap { after: at(5).to_string(), resume, reason: "another log".into() });
        assert!(timeline.receive(Cursor::new(resume.epoch, 1), message(1)));
        assert_eq!(seqs(&timeline), [5, 1]);
        assert_eq!(timeline.oldest(), None);
    }

    #[test]
    fn an_own_message_is_pending_then_sent_then_part_of_the_log() {
        let mut timeline = Timeline::default();
        timeline.send(own("m7"), Timestamp::from_ms(0));
        assert_eq!(timeline.outgoing()[0].delivery, Delivery::Pending);
        let receipt =
            Receipt { seq: 7, id: "m7".parse().unwrap(), at: Timestamp::from_ms(7), cursor: at(7) };
        timeline.sent(receipt.clone());
        assert_eq!(timeline.outgoing()[0].delivery, Delivery::Sent(receipt.clone()));
        assert!(timeline.receive(at(7), message(7)));
        assert!(timeline.outgoing().is_empty());
        timeline.sent(receipt);
        assert!(timeline.outgoing().is_empty(), "a receipt that comes late changes nothing");
    }

    #[test]
    fn a_failed_message_stays_and_is_retried_under_its_id() {
        let mut timeline = Timeline::default();
        timeline.send(own("m7"), Timestamp::from_ms(0));
        let id = "m7".parse().unwrap();
        assert_eq!(timeline.retry(&id), None, "what is pending is not sent twice");
        timeline.failed(&id, "offline");
        assert_eq!(timeline.retry(&id), Some(own("m7")));
        assert_eq!(timeline.outgoing()[0].delivery, Delivery::Pending);
        assert_eq!(timeline.discard(&id), None);
        timeline.failed(&id, "offline");
        assert_eq!(timeline.discard(&id), Some(own("m7")));
    }

    #[test]
    fn history_goes_in_front_once() {
        let mut timeline = Timeline::default();
        timeline.receive(at(5), message(5));
        let page = Page {
            messages: vec![message(3), message(4), message(5)],
            cursor: at(5),
            more: true,
            gap: None,
        };
        assert_eq!(timeline.older(page), 2);
        assert_eq!(seqs(&timeline), [3, 4, 5]);
        assert!(timeline.has_more_before());
        assert_eq!(timeline.cursor(), Some(at(5)));
    }

    #[test]
    fn an_empty_page_still_moves_the_cursor() {
        let mut timeline = Timeline::default();
        let page = Page { messages: vec![], cursor: at(9), more: false, gap: None };
        assert_eq!(timeline.page(page), 0);
        assert_eq!(timeline.cursor(), Some(at(9)));
    }
}
