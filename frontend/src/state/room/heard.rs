//! What a room hears from the server, by stream or poll: messages as they come, who is here, what was
//! missed. What is held of it stays within bounds.

use tidings_shared::{Cursor, Event, Message, Page};

use super::Room;
use crate::state::people::Here;

/// At the log's end, so many messages are held at most; the oldest are let go then, down to
/// [`KEPT`]. A tab that listens for a day must not grow, and they can be had again.
pub(super) const HELD: u64 = 4_000;
/// How many are left.
const KEPT: usize = 2_000;
/// With so many messages come since the reader left the log's end, it goes on without them.
pub(super) const FAR: u64 = 6_000;

/// What an event of a stream asks of the tab, beside being shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Heard {
    /// Messages that are new, and were not history when the tab first looked: by the server's
    /// clock, when the log took each of them.
    pub at_ms: Vec<u64>,
}

impl Room {
    /// An event of a stream; `id` is its cursor where the transport carries one.
    pub fn event(&mut self, event: Event, id: Option<Cursor>, now_ms: f64) -> Heard {
        match event {
            Event::Hello(hello) => {
                self.epoch = Some(hello.epoch);
                self.live_from = Some(hello.head.seq);
                if std::mem::take(&mut self.was_away) {
                    self.away_until = hello.head.seq;
                }
                if self.timeline.cursor().is_some_and(|at| at.seq < hello.head.seq) {
                    // The line was broken: what was missed is new to the reader.
                    self.reading.come(None);
                }
                if !self.is_known() {
                    self.history = hello.head.seq;
                    if hello.head.seq == 0 {
                        self.timeline.advance(hello.head);
                        self.version += 1;
                    }
                }
                self.people_stale = true;
            }
            Event::Message(message) => {
                let epoch = self.epoch;
                let Some(at) = id.or_else(|| Some(Cursor::new(epoch?, message.seq))) else {
                    return Heard::default();
                };
                return Heard { at_ms: self.receive(at, message).into_iter().collect() };
            }
            Event::Gap(gap) => {
                self.epoch = Some(gap.resume.epoch);
                self.lost(gap.resume);
                self.timeline.gap(gap);
                self.version += 1;
            }
            Event::Presence(presence) => self.people_stale |= self.people.change(presence),
            Event::Typing { username } => self.people.writes(username, now_ms),
            Event::Topic(set) => self.set_topic(set),
            Event::Posted(receipt) => self.timeline.sent(receipt),
            Event::Heartbeat { .. } | Event::Goaway(_) | Event::Rejected(_) | Event::Unknown => {}
        }
        Heard::default()
    }

    /// A poll's answer.
    pub fn page(&mut self, page: Page) -> Heard {
        let was_known = self.is_known();
        if !was_known {
            self.history = page.cursor.seq;
        }
        if let Some(gap) = &page.gap {
            self.lost(gap.resume);
        }
        for message in &page.messages {
            self.people.stopped(&message.username);
        }
        let mut at_ms: Vec<_> = page.messages.iter().map(|message| message.at.as_ms()).collect();
        let (end, more) = (page.cursor, page.more);
        let on_their_way = self.timeline.outgoing().len();
        let new = self.timeline.page(page);
        let own = on_their_way - self.timeline.outgoing().len();
        let was_away = self.was_away;
        self.was_away &= more;
        // What was known already stands in front.
        at_ms.drain(..at_ms.len() - if was_known && !was_away { new } else { 0 });
        self.came(end, new, own, self.live_from.is_some());
        if !more {
            self.live_from = Some(end.seq);
        }
        Heard { at_ms }
    }

    /// The list of who is here, anew.
    pub fn here(&mut self, here: Here) {
        self.people_stale = false;
        self.people.set(here);
    }

    /// Messages may be missing, and what follows is no history. With another log in place of the one that
    /// was read, its topic is gone too.
    fn lost(&mut self, resume: Cursor) {
        self.history = 0;
        if self.timeline.cursor().is_some_and(|at| at.epoch != resume.epoch) {
            self.topic = None;
        }
    }

    fn receive(&mut self, at: Cursor, message: Message) -> Option<u64> {
        self.people.stopped(&message.username);
        let (seq, at_ms) = (message.seq, message.at.as_ms());
        let on_their_way = self.timeline.outgoing().len();
        let new = self.timeline.receive(at, message);
        let own = on_their_way - self.timeline.outgoing().len();
        self.came(at, new.into(), own, self.live_from.is_some_and(|from| from < seq));
        (new && seq > self.history.max(self.away_until)).then_some(at_ms)
    }

    /// The transport is another one; it begins with what was missed.
    pub fn listens_anew(&mut self) {
        self.live_from = None;
    }

    /// So many new messages have come, the last of them at `at`, as they were said or late; so many of them
    /// were one's own on their way. What is held stays within bounds, and nothing that the reader looks at
    /// is let go.
    fn came(&mut self, at: Cursor, new: usize, own: usize, live: bool) {
        self.version += 1;
        if new == 0 {
            return;
        }
        // What the log held when the tab came to it has not come in.
        if at.seq > self.history {
            self.arrived += new;
            self.own += own.min(new);
        }
        if live {
            self.reading.arrived(at);
        }
        let (look, places) = (self.reading.look(), self.timeline.end().places());
        if self.timeline.is_apart() || look.at_end {
            if places.end - places.start > HELD {
                self.timeline.keep_newest(KEPT);
            }
            return;
        }
        self.missed += new as u64;
        if self.missed > FAR {
            // What was there when the reader left the end stays, however much it is.
            let from = (places.end - self.missed).max(look.end + KEPT as u64);
            self.timeline.part(from, KEPT);
            if self.timeline.is_apart() {
                self.missed = 0;
            }
        }
    }
}
