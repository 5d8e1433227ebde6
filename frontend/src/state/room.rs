//! One room as this tab knows it: the conversation, who is here, and how far it has been read. It
//! outlives the transport that fed it, and the tab's visit to another room.

use tidings_shared::{
    Cursor, Epoch, Event, Message, NewMessage, Page, Text, Timeline, TopicSet, Username,
    timeline::{Delivery, Entry, Outgoing, Window},
};

use super::{
    Loading, Look, People, Reading, Seek, Side, Sought,
    people::Here,
    transcript::{DayOf, Row, rows},
};

/// How many of the newest messages a first reading asks for.
pub const FIRST: u32 = 50;
/// At the log's end, so many messages are held at most; the oldest are let go then, down to
/// [`KEPT`]. A tab that listens for a day must not grow, and they can be had again.
pub const HELD: u64 = 4_000;
/// How many are left.
pub const KEPT: usize = 2_000;
/// A room that one is not in needs no more than a view or two.
const KEPT_AWAY: usize = 200;
/// With so many messages behind what the reader looks at, the log's end goes on without them.
const FAR: u64 = 6_000;

/// One room.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Room {
    timeline: Timeline,
    people: People,
    reading: Reading,
    seek: Option<Seek>,
    older: Loading,
    newer: Loading,
    /// How many had arrived when nothing newer was there.
    newer_done: Option<usize>,
    /// Another number whenever the conversation is to be drawn anew.
    version: u32,
    topic: Option<TopicSet>,
    /// The log that the present stream reads.
    epoch: Option<Epoch>,
    /// Messages up to here were in the log before this tab first looked: they came late to nobody.
    history: u64,
    /// How many messages have come in since the tab looked first; it only grows.
    arrived: usize,
    /// The list of people has lost touch with the server's.
    people_stale: bool,
}

/// What the reader of a room does, and what the server answers to that.
#[derive(Clone, PartialEq, Debug)]
pub enum Reader {
    /// Comes to the room, or back to the tab; how far it was read, by the browser's memory.
    Comes(Option<Cursor>),
    /// Goes to another room.
    Leaves,
    /// Looks at a part of the conversation.
    Looks(Look),
    /// Has read it all.
    ReadAll,
    /// Comes near this end of what is shown, and the server is asked for more.
    Asks(Side),
    /// What lies before this message, if the server has answered.
    Older(u64, Option<Page>),
    /// What lies behind this message, if the server has answered.
    Newer(u64, Option<Page>),
    /// Wants to see this message, and have it marked if that is said.
    Seeks(u64, bool),
    /// What leads up to the message sought and what follows it, if the server has answered to this
    /// [question](Seek::nth). Nothing follows where there is no such message.
    Around(u32, Option<(Page, Option<Page>)>),
    /// Wants no message marked.
    SeeksNone,
    /// Goes to the newest message.
    ToEnd,
}

/// What an event of a stream asks of the tab, beside being shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Heard {
    /// Messages that are new, and were not history when the tab first looked: by the server's
    /// clock, when the log took each of them.
    pub at_ms: Vec<u64>,
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

    /// What is shown of the conversation.
    #[must_use]
    pub fn shown(&self) -> &Window {
        self.timeline.shown()
    }

    /// The lines at these places.
    #[must_use]
    pub fn rows(&self, places: std::ops::Range<u64>, day: DayOf) -> Vec<Row> {
        rows(self.shown(), places, self.reading.line_in(self.shown()), day)
    }

    /// Another number whenever the conversation is to be drawn anew.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Messages up to here were in the log before this tab first looked.
    #[must_use]
    pub fn history(&self) -> u64 {
        self.history
    }

    /// How far it has been read.
    #[must_use]
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// What is worth remembering of that: of a room with nothing in it, that one has been there.
    #[must_use]
    pub fn read(&self) -> Option<Cursor> {
        let empty = self.timeline.end().entries().is_empty();
        self.reading.read().or_else(|| self.timeline.cursor().filter(|_| empty))
    }

    /// The message that was asked for by its number.
    #[must_use]
    pub fn seek(&self) -> Option<Seek> {
        self.seek
    }

    /// How it stands with what follows at an end of what is shown.
    #[must_use]
    pub fn loading(&self, side: Side) -> Loading {
        match side {
            Side::Older => self.older,
            Side::Newer => self.newer,
        }
    }

    /// From which message on the server can be asked for more, at an end of what is shown.
    #[must_use]
    pub fn more(&self, side: Side) -> Option<Cursor> {
        let (window, timeline) = (self.shown(), &self.timeline);
        let seq = match side {
            Side::Older => window.oldest().filter(|_| window.has_more_before()),
            Side::Newer => window
                .newest()
                .filter(|_| timeline.is_apart() && self.newer_done != Some(self.arrived)),
        };
        Some(Cursor::new(window.epoch()?, seq?))
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

    /// What it is about, and who said so.
    #[must_use]
    pub fn topic(&self) -> Option<&TopicSet> {
        self.topic.as_ref()
    }

    /// A topic was heard of. Lists and streams tell it by ways of their own: the newest holds.
    pub fn set_topic(&mut self, set: TopicSet) {
        if self.topic.as_ref().is_none_or(|known| known.at <= set.at) {
            self.topic = Some(set);
        }
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

    /// Messages up to here were in the log before this tab first looked.
    #[must_use]
    pub fn history(&self) -> u64 {
        self.history
    }

    /// Whether the tab has heard from the log at all, be it that it is empty.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.timeline.cursor().is_some()
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown().entries().is_empty() && self.timeline.outgoing().is_empty()
    }

    /// One's own first message that is still to be sent.
    #[must_use]
    pub fn next_to_send(&self) -> Option<&NewMessage> {
        let pending = |out: &&Outgoing| out.delivery == Delivery::Pending;
        self.timeline.outgoing().iter().find(pending).map(|out| &out.message)
    }

    /// What `name` said last, as far as is known here.
    #[must_use]
    pub fn last_said(&self, name: &Username) -> Option<&Text> {
        let mut outgoing = self.timeline.outgoing().iter().rev().map(|out| &out.message);
        let on_its_way = outgoing.find(|message| &message.username == name);
        on_its_way.map(|message| &message.text).or_else(|| {
            let mut said = self.timeline.end().entries().iter().rev().filter_map(Entry::message);
            said.find(|message| &message.username == name).map(|message| &message.text)
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
                self.history = 0;
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
        if page.gap.is_some() {
            self.history = 0;
        }
        for message in &page.messages {
            self.people.stopped(&message.username);
        }
        let mut at_ms: Vec<_> = page.messages.iter().map(|message| message.at.as_ms()).collect();
        let end = page.cursor;
        let new = self.timeline.page(page);
        // What was known already stands in front.
        at_ms.drain(..at_ms.len() - if was_known { new } else { 0 });
        self.came(end, new);
        Heard { at_ms }
    }

    /// The reader does something, or the server answers to it.
    pub fn reader(&mut self, does: Reader) {
        match does {
            Reader::Comes(kept) => self.reading.come(kept),
            Reader::Leaves => {
                self.to_end();
                self.timeline.keep_newest(KEPT_AWAY);
                self.looks(Look::default());
            }
            // What is in view is seen already; but where the unread begin may be another place by it.
            Reader::Looks(look) => return self.looks(look),
            Reader::ReadAll => self.reading.read_all(self.timeline.end()),
            Reader::Asks(side) => *self.side(side) = Loading::UnderWay,
            Reader::Older(before, page) => {
                self.older = if page.is_some() { Loading::Idle } else { Loading::Failed };
                if let Some(page) = page {
                    self.timeline.older(before, page);
                }
            }
            Reader::Newer(after, page) => {
                self.newer = if page.is_some() { Loading::Idle } else { Loading::Failed };
                if let Some(page) = page {
                    // What the log's end has not brought yet, it will; asking on would be no use.
                    self.newer_done = (!page.more).then_some(self.arrived);
                    self.timeline.newer(after, page);
                }
            }
            Reader::Seeks(seq, exact) => {
                let nth = self.seek.map_or(0, |seek| seek.nth) + 1;
                let place = self.place_of(seq, exact);
                let sought = place.map_or(Sought::Asked, Sought::Found);
                self.seek = Some(Seek { seq, exact, nth, sought });
            }
            Reader::Around(nth, pages) => self.around(nth, pages),
            Reader::SeeksNone => {
                if let Some(seek) = &mut self.seek {
                    seek.exact = false;
                    seek.sought = Sought::Missing;
                }
            }
            Reader::ToEnd => self.to_end(),
        }
        self.version += 1;
    }

    fn around(&mut self, nth: u32, pages: Option<(Page, Option<Page>)>) {
        let Some(mut seek) = self.seek.filter(|seek| seek.nth == nth) else { return };
        seek.sought = match pages {
            None => Sought::Failed,
            Some((up_to, Some(following))) => {
                // Meanwhile the log's end may have brought it.
                let place = self.place_of(seek.seq, seek.exact).or_else(|| {
                    self.timeline.around(up_to, following);
                    (self.older, self.newer) = Default::default();
                    self.newer_done = None;
                    self.place_of(seek.seq, seek.exact)
                });
                place.map_or(Sought::Missing, Sought::Found)
            }
            Some((_, None)) => Sought::Missing,
        };
        self.seek = Some(seek);
    }

    /// Where a message is, in what is shown or else at the log's end, which is shown then.
    fn place_of(&mut self, seq: u64, exact: bool) -> Option<u64> {
        let find = |window: &Window| {
            let place = window.behind(seq.checked_sub(1)?);
            let is_it = window.find(seq).is_some();
            let will_do = !exact && window.seq_before(place).is_some();
            (place < window.places().end && (is_it || will_do)).then_some(place)
        };
        find(self.shown()).or_else(|| {
            let place = find(self.timeline.end())?;
            self.to_end();
            Some(place)
        })
    }

    fn to_end(&mut self) {
        self.timeline.to_end();
        (self.older, self.newer) = Default::default();
    }

    fn side(&mut self, side: Side) -> &mut Loading {
        match side {
            Side::Older => &mut self.older,
            Side::Newer => &mut self.newer,
        }
    }

    fn looks(&mut self, look: Look) {
        let unread = self.reading.unread(self.timeline.end());
        self.reading.looks(look, self.timeline.shown(), self.timeline.end());
        self.version += u32::from(unread != self.reading.unread(self.timeline.end()));
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
        self.came(at, new.into());
        (new && seq > self.history).then_some(at_ms)
    }

    /// So many new messages have come, the last of them at `at`. What is held stays within bounds, and
    /// nothing that the reader looks at is let go.
    fn came(&mut self, at: Cursor, new: usize) {
        self.version += 1;
        if new == 0 {
            return;
        }
        self.arrived += new;
        self.reading.arrived(at);
        let (look, places) = (self.reading.look(), self.timeline.end().places());
        if self.timeline.is_apart() || look.at_end {
            if places.end - places.start > HELD {
                self.timeline.keep_newest(KEPT);
            }
        } else if places.end.saturating_sub(look.end) > FAR {
            self.timeline.part(look.end + KEPT as u64, KEPT);
        }
    }
}
