//! A stretch of the log without a hole in it, as far as a reader holds it in memory: it grows at both
//! ends and is let go at both, and each line keeps its place while it does.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use crate::{Epoch, Gap, Message};

/// Where the first line of a window stands: as many can come before it as behind it.
const MIDDLE: u64 = 1 << 40;

/// One line of the conversation.
#[derive(Clone, PartialEq, Debug)]
pub enum Entry {
    /// A message of the log.
    Message(Arc<Message>),
    /// A place where messages may be missing.
    Gap(Gap),
}

impl Entry {
    /// The message, if it is one.
    #[must_use]
    pub fn message(&self) -> Option<&Arc<Message>> {
        match self {
            Entry::Message(message) => Some(message),
            Entry::Gap(_) => None,
        }
    }

    fn seq(&self) -> Option<u64> {
        self.message().map(|message| message.seq)
    }
}

/// Some lines that follow one another. Each has a *place*, a number that it keeps as long as the window
/// [is the same](Window::id), whatever comes in front of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Window {
    id: u32,
    entries: VecDeque<Entry>,
    first: u64,
    /// Where the log begins that is read now: behind the last gap, if there is one.
    log: u64,
    epoch: Option<Epoch>,
    more_before: bool,
}

impl Window {
    pub(super) fn new(id: u32) -> Self {
        Self {
            id,
            entries: VecDeque::new(),
            first: MIDDLE,
            log: MIDDLE,
            epoch: None,
            more_before: false,
        }
    }

    /// Which window it is: two with the same number count places alike.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Its lines, oldest first.
    #[must_use]
    pub fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// The places of its lines.
    #[must_use]
    pub fn places(&self) -> Range<u64> {
        self.first..self.first + self.entries.len() as u64
    }

    /// The line at a place.
    #[must_use]
    pub fn at(&self, place: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(place.checked_sub(self.first)?).ok()?)
    }

    /// Which log the newest lines are of.
    #[must_use]
    pub fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }

    /// Whether older messages are known to lie before the oldest one.
    #[must_use]
    pub fn has_more_before(&self) -> bool {
        self.more_before && self.oldest().is_some()
    }

    /// The first message, which history pages back from. `None` when there is none, or when what comes
    /// before is of another log.
    #[must_use]
    pub fn oldest(&self) -> Option<u64> {
        if self.log > self.first { None } else { self.entries.front()?.seq() }
    }

    /// The last message.
    #[must_use]
    pub fn newest(&self) -> Option<u64> {
        self.entries.back()?.seq()
    }

    /// The place of the first message behind `seq`, in the log that is read now; the place behind all
    /// of them if there is none.
    #[must_use]
    pub fn behind(&self, seq: u64) -> u64 {
        let (mut low, mut high) = (self.log.max(self.first), self.places().end);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.at(middle).and_then(Entry::seq) {
                Some(at) if at > seq => high = middle,
                _ => low = middle + 1,
            }
        }
        low
    }

    /// The place of this message, in the log that is read now.
    #[must_use]
    pub fn find(&self, seq: u64) -> Option<u64> {
        let place = self.behind(seq.checked_sub(1)?);
        (self.at(place)?.seq() == Some(seq)).then_some(place)
    }

    /// The message before a place, if the window holds what stands there and it is of the log that is
    /// read now.
    #[must_use]
    pub fn seq_before(&self, place: u64) -> Option<u64> {
        self.at(place.checked_sub(1).filter(|&at| at >= self.log)?)?.seq()
    }

    pub(super) fn set_more_before(&mut self, more: bool) {
        self.more_before = more;
    }

    pub(super) fn push(&mut self, epoch: Epoch, message: Arc<Message>) {
        if self.entries.is_empty() {
            self.more_before = message.seq > 1;
        }
        self.epoch = Some(epoch);
        self.entries.push_back(Entry::Message(message));
    }

    pub(super) fn push_gap(&mut self, gap: Gap) {
        self.epoch = Some(gap.resume.epoch);
        self.entries.push_back(Entry::Gap(gap));
        self.log = self.places().end;
    }

    /// Puts older ones in front, of the same log.
    pub(super) fn push_front(&mut self, messages: impl DoubleEndedIterator<Item = Message>) {
        for message in messages.rev() {
            self.entries.push_front(Entry::Message(Arc::new(message)));
            self.first -= 1;
        }
        self.log = self.first;
    }

    /// Lets the oldest go until `count` are left.
    pub(super) fn keep_newest(&mut self, count: usize) {
        let gone = self.entries.len().saturating_sub(count);
        self.entries.drain(..gone);
        // A window's memory follows it down, else the most that it ever held would stay.
        self.entries.shrink_to(2 * count);
        self.first += gone as u64;
        if gone > 0 && self.log <= self.first {
            self.log = self.first;
            self.more_before = self.oldest().is_some_and(|seq| seq > 1);
        }
    }

    /// A window of its own with what stands from `place` on, and is here no more. None where it would
    /// leave nothing here, or tear apart what is of several logs.
    pub(super) fn split_off(&mut self, place: u64, id: u32) -> Option<Self> {
        let places = self.places();
        if place <= self.log.max(places.start) || place >= places.end {
            return None;
        }
        let entries = self.entries.split_off((place - self.first) as usize);
        Some(Self { id, entries, first: place, log: place, epoch: self.epoch, more_before: true })
    }

    /// Whether the newest of this one and the oldest of another have nothing between them.
    pub(super) fn meets(&self, next: &Self) -> bool {
        let begin = next.at(next.log.max(next.first)).and_then(Entry::seq);
        let meet = |(begin, newest): (u64, u64)| newest + 1 >= begin;
        self.epoch == next.epoch && begin.zip(self.newest()).is_some_and(meet)
    }

    /// Puts behind it what the other has beyond it; the two [meet](Self::meets).
    pub(super) fn join(&mut self, next: &Self) {
        let from = self.newest().map_or(next.log, |seq| next.behind(seq));
        self.entries.extend((from..next.places().end).filter_map(|place| next.at(place)).cloned());
    }
}
