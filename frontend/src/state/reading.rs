//! How far a room has been read, and what one looks at. A message was read when it has been in view, in
//! a tab that is shown, and nothing before it was left out: whoever opens a room at its end has not read
//! what lies above. What was in view behind that is remembered, so that it isn't counted as unread.

use tidings_shared::{
    Cursor, Username,
    timeline::{Entry, Window},
};

/// What of the conversation is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The place of the first line in view.
    pub first: u64,
    /// The place behind the last one.
    pub end: u64,
    /// Whether the reader is at the newest message and stays with it.
    pub at_end: bool,
    /// Whether somebody looks at the tab at all.
    pub visible: bool,
}

/// What was in view behind something that was left out: one run of messages.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Later {
    /// The number of the message before the first of them.
    behind: u64,
    /// The number of the last one.
    to: u64,
}

impl Later {
    /// With what is in view now: both, where nothing lies between them; else the one further on.
    fn and(self, now: Self) -> Self {
        if self.behind <= now.to && now.behind <= self.to {
            Self { behind: self.behind.min(now.behind), to: self.to.max(now.to) }
        } else if self.to > now.to {
            self
        } else {
            now
        }
    }

    /// About how many messages it is.
    fn count(self) -> u64 {
        self.to - self.behind
    }
}

/// How far a room has been read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reading {
    read: Option<Cursor>,
    /// How far it had been read when the reader came: the unread begin behind it.
    line: Option<Cursor>,
    later: Option<Later>,
    look: Look,
    /// All was read, and the reader is there when more comes.
    follows: bool,
}

impl Reading {
    /// How far it has been read; nothing is known of a room that was never looked at.
    #[must_use]
    pub fn read(&self) -> Option<Cursor> {
        self.read
    }

    /// What was seen last.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// The reader comes: to the room, or back to the tab. Another tab may have read further.
    pub fn come(&mut self, kept: Option<Cursor>) {
        let further = |kept: &Cursor| {
            self.read.is_none_or(|read| read.epoch != kept.epoch || read.seq < kept.seq)
        };
        if let Some(kept) = kept.filter(further) {
            self.read = Some(kept);
            self.later = None;
        }
        self.line = self.read;
    }

    /// The reader looks at these lines of a window; `end` is the one with the newest messages. While what
    /// was missed still comes in, nobody can read it: it is gone from the view before it is seen.
    pub fn looks(&mut self, look: Look, window: &Window, end: &Window, caught_up: bool) {
        self.look = look;
        self.follows = false;
        let (Some(epoch), true) = (window.epoch(), look.visible && caught_up) else { return };
        if let Some(seen) = window.seq_before(look.end) {
            let before = window.seq_before(look.first).unwrap_or_else(|| {
                // Nothing is known of what stands before it, unless it is the beginning.
                let first = window.at(look.first).filter(|_| window.has_more_before());
                first.and_then(|line| line.message()).map_or(0, |message| message.seq - 1)
            });
            let so_far = self.so_far(epoch);
            if so_far != self.read {
                self.later = None;
            }
            if so_far.is_some_and(|read| read.seq < before) {
                // Whoever is at the end must be told that something is unread.
                self.line = self.line.or(self.read.filter(|_| look.at_end));
                let now = Later { behind: before, to: seen };
                self.later = Some(self.later.map_or(now, |later| later.and(now)));
            } else {
                let reached = self.later.take_if(|later| later.behind <= seen);
                let seen = reached.map_or(seen, |later| later.to.max(seen));
                if so_far.is_none_or(|read| read.seq < seen) {
                    self.read = Some(Cursor::new(epoch, seen));
                }
            }
        }
        self.follows = look.at_end && self.has_read_all(end);
    }

    /// A message has come at the log's end.
    pub fn arrived(&mut self, at: Cursor) {
        if self.follows {
            if self.line == self.read {
                self.line = None;
            }
            self.read = Some(at);
        }
    }

    /// The reader writes: where nothing was unread before, one's own words aren't either, by whatever way
    /// they come back.
    pub fn writes(&mut self, end: &Window) {
        if self.has_read_all(end) {
            self.line = None;
        }
    }

    /// The reader goes to the newest message. What has come while one was here is read by it: one has seen
    /// how many it was, and let them be. What was unread before stays so.
    pub fn jumps(&mut self, end: &Window) {
        if self.line.is_none() {
            self.read_all(end);
        }
    }

    /// The reader says that it is all read.
    pub fn read_all(&mut self, end: &Window) {
        if let Some(cursor) = newest(end) {
            self.read = Some(cursor);
            self.line = None;
            self.later = None;
            self.follows = self.look.visible && self.look.at_end;
        }
    }

    /// Where the unread begin in this window, for a reader of this name: the place of the first one, if it
    /// is there and others stand before it, or nothing does. One's own words are no news, wherever one
    /// said them.
    #[must_use]
    pub fn line_in(&self, window: &Window, me: &Username) -> Option<u64> {
        let line = self.line.filter(|line| Some(line.epoch) == window.epoch())?;
        let place = window.behind(line.seq);
        let begins = place == window.places().start;
        let known = !begins || !window.has_more_before() || window.oldest() == Some(line.seq + 1);
        news_from(place, window, me).filter(|_| known)
    }

    /// What was not read and begins before the place `first` of this window; as [`Self::unread`] has it.
    #[must_use]
    pub fn unread_before(
        &self,
        first: u64,
        window: &Window,
        end: &Window,
        me: &Username,
    ) -> Option<(u64, u64)> {
        self.unread(end).filter(|&(seq, _)| {
            window.has_more_before() && window.oldest() > Some(seq)
                || news_from(window.behind(seq - 1), window, me).is_some_and(|place| place < first)
        })
    }

    /// What was not read when the reader came, and has not been in view since: the first of them, and about
    /// how many.
    #[must_use]
    pub fn unread(&self, end: &Window) -> Option<(u64, u64)> {
        let (line, newest) = (self.line?, newest(end)?);
        let read = self.read.filter(|_| line.epoch == newest.epoch && !self.has_read_all(end))?;
        let seen = self.later.map_or(0, Later::count);
        (read.epoch == line.epoch)
            .then(|| (read.seq + 1, (newest.seq - read.seq).saturating_sub(seen)))
    }

    fn so_far(&self, epoch: tidings_shared::Epoch) -> Option<Cursor> {
        let anew = Cursor::new(epoch, 0);
        self.read.map(|read| if read.epoch == epoch { read } else { anew })
    }

    fn has_read_all(&self, end: &Window) -> bool {
        let newest = newest(end);
        self.read
            .zip(newest)
            .is_some_and(|(read, newest)| read.epoch == newest.epoch && read.seq >= newest.seq)
    }
}

/// The first place from `place` on where somebody else speaks.
fn news_from(place: u64, window: &Window, me: &Username) -> Option<u64> {
    let own = |at| window.at(at).and_then(Entry::message).is_some_and(|it| it.username == *me);
    (place..window.places().end).find(|&at| !own(at))
}

fn newest(window: &Window) -> Option<Cursor> {
    Some(Cursor::new(window.epoch()?, window.newest()?))
}

#[cfg(test)]
mod tests;
