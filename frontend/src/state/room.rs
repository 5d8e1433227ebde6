//! One room as this tab knows it: the conversation, who is here, and how far back it has been
//! read. It outlives the transport that fed it, and the tab's visit to another room.

use tidings_shared::{
    Cursor, Epoch, Event, Message, NewMessage, Page, Text, Timeline, Username,
    timeline::{Delivery, Entry},
};

use super::{People, Transcript, people::Here, transcript::DayOf};

/// How many of the newest messages a first reading asks for.
pub const FIRST: u32 = 50;

/// One room.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Room {
    timeline: Timeline,
    transcript: Transcript,
    people: People,
    /// The log that the present stream reads.
    epoch: Option<Epoch>,
    /// Messages up to here were in the log before this tab first looked: they came late to nobody.
    history: u64,
    /// How many messages have come in since the tab looked first; it only grows.
    arrived: usize,
    /// The list of people has lost touch with the server's.
    people_stale: bool,
    loading_older: bool,
    /// The transcript is behind the timeline.
    unsettled: bool,
}

/// What an event of a stream asks of the tab, beside being shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Heard {
    /// Messages that are new, and were not history when the tab first looked: by the server's
    /// clock, when the log took the last of them.
    pub last_at_ms: Option<u64>,
}

impl Room {
    /// The conversation's memory.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The conversation's memory, for one's own messages on their way.
    pub fn timeline_mut(&mut self) -> &mut Timeline {
        &mut self.timeline
    }

    /// The conversation in blocks.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Who is here and who is writing.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The same, to forget those who stopped writing.
    pub fn people_mut(&mut self) -> &mut People {
        &mut self.people
    }

    /// Whether the list of people is to be asked for anew.
    #[must_use]
    pub fn people_stale(&self) -> bool {
        self.people_stale
    }

    /// How many messages have come in since the tab looked first.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.arrived
    }

    /// Whether a page of history is under way.
    #[must_use]
    pub fn loading_older(&self) -> bool {
        self.loading_older
    }

    /// Whether the tab has heard from the log at all, be it that it is empty.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.timeline.cursor().is_some()
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.timeline.entries().is_empty() && self.timeline.outgoing().is_empty()
    }

    /// One's own first message that is still to be sent.
    #[must_use]
    pub fn next_to_send(&self) -> Option<&NewMessage> {
        let pending = |out: &&tidings_shared::timeline::Outgoing| out.delivery == Delivery::Pending;
        self.timeline.outgoing().iter().find(pending).map(|out| &out.message)
    }

    /// What `name` said last, as far as is known here.
    #[must_use]
    pub fn last_said(&self, name: &Username) -> Option<&Text> {
        let mut outgoing = self.timeline.outgoing().iter().rev().map(|out| &out.message);
        let on_its_way = outgoing.find(|message| &message.username == name);
        on_its_way.map(|message| &message.text).or_else(|| {
            self.timeline.entries().iter().rev().find_map(|entry| match entry {
                Entry::Message(message) if &message.username == name => Some(&message.text),
                _ => None,
            })
        })
    }

    /// Who said what at this place in the log, if it is known here.
    #[must_use]
    pub fn said(&self, seq: u64) -> Option<(Username, Text)> {
        self.timeline.entries().iter().rev().find_map(|entry| match entry {
            Entry::Message(message) if message.seq == seq => {
                Some((message.username.clone(), message.text.clone()))
            }
            _ => None,
        })
    }

    /// An event of a stream; `id` is its cursor where the transport carries one.
    pub fn event(&mut self, event: Event, id: Option<Cursor>, now_ms: f64) -> Heard {
        match event {
            Event::Hello(hello) => {
                self.epoch = Some(hello.epoch);
                if !self.is_known() {
                    self.history = hello.head.seq;
                    if hello.head.seq == 0 {
                        self.timeline.advance(hello.head);
                    }
                }
                self.people_stale = true;
            }
            Event::Message(message) => {
                let epoch = self.epoch;
                let Some(at) = id.or_else(|| Some(Cursor::new(epoch?, message.seq))) else {
                    return Heard::default();
                };
                let was_empty = self.timeline.entries().is_empty();
                let last_at_ms = self.receive(at, message);
                self.started(was_empty);
                return Heard { last_at_ms };
            }
            Event::Gap(gap) => {
                self.epoch = Some(gap.resume.epoch);
                self.history = 0;
                self.timeline.gap(gap);
                self.unsettled = true;
            }
            Event::Presence(presence) => self.people_stale |= self.people.change(presence),
            Event::Typing { username } => self.people.writes(username, now_ms),
            Event::Posted(receipt) => self.timeline.sent(receipt),
            Event::Heartbeat { .. } | Event::Goaway(_) | Event::Rejected(_) | Event::Unknown => {}
        }
        Heard::default()
    }

    /// A poll's answer.
    pub fn page(&mut self, page: Page) -> Heard {
        let was_known = self.is_known();
        let was_empty = self.timeline.entries().is_empty();
        if !was_known {
            self.history = page.cursor.seq;
        }
        if page.gap.is_some() {
            self.history = 0;
        }
        for message in &page.messages {
            self.people.stopped(&message.username);
        }
        let last = page.messages.last().map(|message| message.at.as_ms());
        let new = self.timeline.page(page);
        self.arrived += new;
        self.started(was_empty);
        Heard { last_at_ms: last.filter(|_| was_known && new > 0) }
    }

    /// A page of history is on its way.
    pub fn ask_older(&mut self) {
        self.loading_older = true;
    }

    /// A page of history, or none where it could not be had.
    pub fn older(&mut self, page: Option<Page>) {
        self.loading_older = false;
        if let Some(page) = page {
            self.timeline.older(page);
            self.unsettled = true;
        }
    }

    /// Brings the blocks up to the conversation. Once before they are shown, not once a message: a
    /// thousand that come in at once are cut once.
    pub fn settle(&mut self, day: DayOf) {
        if std::mem::take(&mut self.unsettled) {
            self.transcript.follow(self.timeline.entries(), day);
        }
    }

    /// The list of who is here, anew.
    pub fn here(&mut self, here: Here) {
        self.people_stale = false;
        self.people.set(here);
    }

    fn receive(&mut self, at: Cursor, message: Message) -> Option<u64> {
        self.people.stopped(&message.username);
        let (seq, at_ms) = (message.seq, message.at.as_ms());
        let new = self.timeline.receive(at, message);
        self.arrived += usize::from(new);
        (new && seq > self.history).then_some(at_ms)
    }

    /// The conversation's first message tells whether others lie before it.
    fn started(&mut self, was_empty: bool) {
        self.unsettled = true;
        if let (true, Some(Entry::Message(first))) = (was_empty, self.timeline.entries().first()) {
            let more = first.seq > 1;
            self.timeline.set_more_before(more);
        }
    }
}
