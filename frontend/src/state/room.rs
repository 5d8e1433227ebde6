//! One room as this tab knows it: the conversation, who is here, and how far it has been read. It
//! outlives the transport that fed it, and the tab's visit to another room.
//!
//! Here is what it knows; `heard` has how that changes by what the server tells, and `reader` by what its
//! reader does.

use tidings_shared::{
    Cursor, Epoch, NewMessage, Text, Timeline, TopicSet, Username,
    timeline::{Delivery, Entry, Outgoing, Window},
};

use super::{
    Loading, People, Reading, Seek, Side,
    transcript::{DayOf, Row, rows},
};

mod heard;
mod reader;
// Drawn cases are tried on the machine itself; a browser would only try them more slowly.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use heard::Heard;
pub use reader::Reader;

/// How many of the newest messages a first reading asks for.
pub const FIRST: u32 = 50;

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
    /// What lies behind this message comes as it is said; what lies before it was missed, and is caught
    /// up with. None while the server has not told.
    live_from: Option<u64>,
    /// The reader was in another room, and what was said meanwhile has not come yet.
    was_away: bool,
    /// What was said up to here came late by the reader's doing, and not by the mode's.
    away_until: u64,
    /// How many messages have come in since the tab looked first; it only grows.
    arrived: usize,
    /// How many of them this tab had sent.
    own: usize,
    /// How many of them since the reader left the log's end.
    missed: u64,
    /// The list of people has lost touch with the server's.
    people_stale: bool,
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

    /// The lines at these places, for a reader of this name.
    #[must_use]
    pub fn rows(&self, places: std::ops::Range<u64>, me: &Username, day: DayOf) -> Vec<Row> {
        rows(self.shown(), places, self.reading.line_in(self.shown(), me), day)
    }

    /// Another number whenever the conversation is to be drawn anew.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Whether all that was missed has come in.
    #[must_use]
    pub fn is_caught_up(&self) -> bool {
        self.live_from.is_some_and(|seq| self.timeline.end().newest() >= Some(seq))
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

    /// How many of them this tab had not sent itself.
    #[must_use]
    pub fn news(&self) -> usize {
        self.arrived - self.own
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

    /// Who said what at this place in the log, if it is known here.
    #[must_use]
    pub fn said(&self, seq: u64) -> Option<(Username, Text)> {
        [self.timeline.shown(), self.timeline.end()].into_iter().find_map(|window| {
            match window.at(window.find(seq)?)? {
                Entry::Message(message) => Some((message.username.clone(), message.text.clone())),
                _ => None,
            }
        })
    }
}
