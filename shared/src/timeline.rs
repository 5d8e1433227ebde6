//! A reader's memory of one room: order, duplicates, gaps, and one's own messages on their way.
//!
//! Whatever the transport, what it yields goes in here, and what comes out is the conversation:
//! each message once, in the log's order, however often connections broke or modes changed.
//!
//! What is held are one or two [windows](Window) of the log. The one at its end grows with every message
//! that comes. A reader who follows a link far back has another one *apart* from it, and sees only that
//! one: two stretches with a hole between them are never shown as if they were one. It pages both ways,
//! and becomes one with the end when it has reached it.

use std::sync::Arc;

use crate::{Cursor, Gap, Message, MessageId, NewMessage, Page, Receipt, Timestamp};

mod outgoing;
#[cfg(test)]
mod tests;
mod window;

pub use outgoing::{Delivery, Outgoing};
pub use window::{Entry, Window};

/// A reader's memory of one room.
#[derive(Clone, PartialEq, Debug)]
pub struct Timeline {
    end: Window,
    apart: Option<Window>,
    outgoing: Vec<Outgoing>,
    cursor: Option<Cursor>,
    /// How many windows there have been.
    windows: u32,
}

impl Default for Timeline {
    fn default() -> Self {
        let (apart, outgoing, cursor) = (None, Vec::new(), None);
        Self { end: Window::new(0), apart, outgoing, cursor, windows: 0 }
    }
}

impl Timeline {
    /// What the reader sees of the log.
    #[must_use]
    pub fn shown(&self) -> &Window {
        self.apart.as_ref().unwrap_or(&self.end)
    }

    /// The newest messages, whether the reader sees them or not.
    #[must_use]
    pub fn end(&self) -> &Window {
        &self.end
    }

    /// Whether there may be messages between what is shown and the log's end.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.apart.is_some()
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
        self.confirm(&message);
        self.end.push(at.epoch, Arc::new(message));
        true
    }

    /// The log has this message: if it is one's own, it is no more on its way.
    fn confirm(&mut self, message: &Message) {
        self.outgoing
            .retain(|out| out.message.id != message.id || out.message.username != message.username);
    }

    /// The server could not honour the cursor: what follows starts at `gap.resume`, and the
    /// conversation shows that something may be missing.
    pub fn gap(&mut self, gap: Gap) {
        self.cursor = Some(gap.resume);
        self.end.push_gap(gap);
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

    /// A page of history, as `before=` the message `before` answered it; goes in front of what is
    /// shown, if that still begins there. Answers how many were new.
    pub fn older(&mut self, before: u64, page: Page) -> usize {
        let window = self.apart.as_mut().unwrap_or(&mut self.end);
        if window.oldest() != Some(before) || window.epoch() != Some(page.cursor.epoch) {
            return 0;
        }
        let older: Vec<_> = page.messages.into_iter().filter(|m| m.seq < before).collect();
        window.set_more_before(page.more);
        let new = older.len();
        window.push_front(older.into_iter());
        new
    }

    /// A page that follows what is shown apart from the log's end, as `after=` its message `after`
    /// answered it. Where it reaches the end, the two are one.
    pub fn newer(&mut self, after: u64, page: Page) {
        let Some(apart) = &mut self.apart else { return };
        if apart.newest() != Some(after) {
            return;
        }
        if page.gap.is_some() {
            // What follows is another log, and what is here of it says so itself.
            self.apart = None;
            return;
        }
        for message in page.messages.into_iter().filter(|message| message.seq > after) {
            apart.push(page.cursor.epoch, Arc::new(message));
        }
        self.meet();
    }

    /// Shows the messages around a place in the log: a page that leads up to it, and one that follows.
    /// What is shown already is left, unless it holds them.
    pub fn around(&mut self, up_to: Page, following: Page) {
        let mut messages = up_to.messages.into_iter().chain(following.messages).peekable();
        let Some(first) = messages.peek().map(|message| message.seq) else { return };
        self.windows += 1;
        let mut window = Window::new(self.windows);
        for message in messages {
            if window.newest() < Some(message.seq) {
                window.push(following.cursor.epoch, Arc::new(message));
            }
        }
        window.set_more_before(up_to.more && first > 1);
        self.apart = Some(window);
        self.meet();
    }

    /// Makes one of the two windows, if nothing is between them. It is the one that the reader sees,
    /// whose lines keep their places.
    fn meet(&mut self) {
        if let Some(mut apart) = self.apart.take_if(|apart| apart.meets(&self.end)) {
            apart.join(&self.end);
            // A page may be ahead of the stream, which then brings nothing new.
            let seen = self.end.newest().map_or(0, |seq| apart.behind(seq));
            for message in (seen..apart.places().end).filter_map(|place| apart.at(place)?.message())
            {
                self.confirm(message);
            }
            let newest = apart.epoch().zip(apart.newest());
            self.end = apart;
            if let Some((epoch, seq)) = newest {
                self.advance(Cursor::new(epoch, seq));
            }
        }
    }

    /// Shows the log's end.
    pub fn to_end(&mut self) {
        self.apart = None;
    }

    /// Lets the oldest messages go until `count` are left at the log's end: they can be had again.
    pub fn keep_newest(&mut self, count: usize) {
        self.end.keep_newest(count);
    }

    /// The reader stays where they are, and the log goes on without end: what is shown from `place` on
    /// is let go, but for the newest `count`. From now on, what is shown is apart from the end.
    pub fn part(&mut self, place: u64, count: usize) {
        if self.is_apart() {
            return;
        }
        if let Some(mut end) = self.end.split_off(place, self.windows + 1) {
            self.windows += 1;
            end.keep_newest(count);
            self.apart = Some(std::mem::replace(&mut self.end, end));
        }
    }

    /// One's own message, just written: shown at once, as pending.
    pub fn send(&mut self, message: NewMessage, at: Timestamp) {
        self.outgoing.push(Outgoing { message, at, delivery: Delivery::Pending });
    }

    /// The server has it on disk. It stays among the outgoing until the log brings it.
    pub fn sent(&mut self, receipt: Receipt) {
        if let Some(out) = self.on_its_way(&receipt.id.clone()) {
            out.delivery = Delivery::Sent(receipt);
        }
    }

    /// It was refused, or could not be sent.
    pub fn failed(&mut self, id: &MessageId, why: impl Into<String>) {
        if let Some(out) = self.on_its_way(id) {
            out.delivery = Delivery::Failed(why.into());
        }
    }

    /// Tries a failed message again, under the same id: answers what to send.
    pub fn retry(&mut self, id: &MessageId) -> Option<NewMessage> {
        let out = self.on_its_way(id)?;
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

    fn on_its_way(&mut self, id: &MessageId) -> Option<&mut Outgoing> {
        self.outgoing.iter_mut().find(|out| &out.message.id == id)
    }
}
