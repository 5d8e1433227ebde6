//! The one place that waits. A [`Follower`] is a cursor that moves: it arms the wake-up, reads what
//! lies behind the cursor, and only if that is nothing, sleeps. Arming comes first, so that a
//! message committed between the look and the sleep still wakes it.
//!
//! Every transport is a follower and a framing. A poll takes without waiting, a long-poll waits
//! once, a stream goes round for ever.

use std::sync::Arc;

use tidings_shared::{Cursor, Gap};
use tokio::sync::watch;

use super::{
    PageOf, Room, Wake,
    encode::Encoded,
    start::{BeyondTail, Start},
};
use crate::store::StoreError;

/// The most bytes that one batch takes from the log, in server-sent events' framing.
const BATCH_BYTES: usize = 256 << 10;

/// What a follower found.
#[derive(Default)]
pub struct Batch {
    /// Messages, in the log's order.
    pub messages: Vec<Arc<Encoded>>,
    /// Events beside them.
    pub notices: Vec<Arc<Encoded>>,
    /// How many events beside the messages there ever were when these were taken.
    pub noticed: u64,
    /// The server is shutting down: there will be no more.
    pub closing: bool,
}

impl Batch {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.notices.is_empty() && !self.closing
    }
}

/// A cursor into a room's log.
pub struct Follower {
    room: Room,
    place: Place,
    /// Armed by the first look that may be followed by a wait.
    wake: Option<watch::Receiver<Wake>>,
}

/// Where a reader of a stream stands: in the log, and among the events beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The last message that it has.
    pub seq: u64,
    /// How many of the events beside the messages it has seen or missed.
    pub noticed: u64,
}

/// What there is to see at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sight {
    /// The log's end.
    pub end: Place,
    /// The server is shutting down.
    pub closing: bool,
}

impl Sight {
    /// Whether there was all to see that `other` saw.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let (here, there) = (self.end, other.end);
        here.seq >= there.seq && here.noticed >= there.noticed && (self.closing || !other.closing)
    }
}

/// Waits for a room on behalf of many readers, each of whom has a [`Place`] of its own.
pub struct Watch {
    room: Room,
    wake: watch::Receiver<Wake>,
}

impl Watch {
    /// Arms the wake-up, and then looks.
    pub fn arm(&mut self) -> Sight {
        let closing = self.wake.borrow_and_update().closing;
        Sight { end: self.room.end(), closing }
    }

    /// Whether there is more to see than [`Watch::arm`] saw.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.wake.has_changed().unwrap_or(false)
    }

    /// Ends when there is more to see than [`Watch::arm`] saw.
    pub async fn changed(&mut self) {
        // The room holds the sender; should it go, so does everything else.
        let _ = self.wake.changed().await;
    }
}

impl Room {
    /// Somebody who waits for many.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch { room: self.clone(), wake: self.state.wake.subscribe() }
    }

    /// Where a reader stands who has everything.
    #[must_use]
    pub fn end(&self) -> Place {
        let tail = self.state.tail();
        Place { seq: tail.head(), noticed: tail.noticed() }
    }

    /// What there is to see now.
    #[must_use]
    pub fn sight(&self) -> Sight {
        Sight { end: self.end(), closing: self.state.wake.borrow().closing }
    }

    /// Whether there may be more to see in a moment: something is being committed, here or elsewhere.
    #[must_use]
    pub fn is_coming(&self) -> bool {
        self.store.is_writing()
    }

    /// What lies behind `place`, at most `limit` messages, from memory; `None` if the log must be
    /// read for it.
    #[must_use]
    pub fn behind(&self, place: Place, limit: usize) -> Option<Batch> {
        let tail = self.state.tail();
        let messages = tail.after(place.seq, limit, BATCH_BYTES)?;
        let (notices, noticed) = (tail.notices_after(place.noticed), tail.noticed());
        Some(Batch { messages, notices, noticed, closing: false })
    }

    /// A follower that begins at `start`, and, if that can't be honoured, where and why it begins
    /// elsewhere.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    pub async fn follow(&self, start: Start) -> Result<(Follower, Option<Gap>), StoreError> {
        match self.follow_now(start) {
            Ok(begun) => Ok(begun),
            Err(BeyondTail(count)) => Ok((self.follower(self.before_newest(count).await?), None)),
        }
    }

    /// As [`Room::follow`], from memory.
    ///
    /// # Errors
    ///
    /// When the log must be read to know where so many of the newest messages begin.
    pub fn follow_now(&self, start: Start) -> Result<(Follower, Option<Gap>), BeyondTail> {
        let (seq, gap) = self.begin(start, &self.state.tail())?;
        Ok((self.follower(seq), gap))
    }

    /// A follower that has everything up to message `seq`.
    #[must_use]
    pub fn follower(&self, seq: u64) -> Follower {
        let noticed = self.state.tail().noticed();
        Follower { room: self.clone(), place: Place { seq, noticed }, wake: None }
    }

    /// At most `limit` messages from `start` on, and, if that can't be honoured, why they begin
    /// elsewhere.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    pub async fn page(
        &self,
        start: Start,
        limit: usize,
    ) -> Result<(PageOf, Option<Gap>), StoreError> {
        let (mut follower, gap) = self.follow(start).await?;
        let messages = follower.take(limit).await?;
        Ok((PageOf { messages, cursor: follower.cursor(), more: follower.has_more() }, gap))
    }

    /// As [`Room::page`], from memory, in one look; `None` if the log must be read.
    #[must_use]
    pub fn page_now(&self, start: Start, limit: usize) -> Option<(PageOf, Option<Gap>)> {
        let tail = self.state.tail();
        let (seq, gap) = self.begin(start, &tail).ok()?;
        let messages = tail.after(seq, limit, BATCH_BYTES)?;
        let seq = messages.last().and_then(|message| message.seq).unwrap_or(seq);
        let cursor = Cursor::new(self.state.epoch, seq);
        Some((PageOf { messages, cursor, more: seq < tail.head() }, gap))
    }
}

impl Follower {
    /// The room it follows.
    #[must_use]
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// Where it stands in the log.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.room.state.epoch, self.place.seq)
    }

    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// Somebody else read on its behalf, and came to `place`.
    pub fn go_on_from(&mut self, place: Place) {
        self.place = place;
    }

    /// Whether there is more behind the cursor now.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.place.seq < self.room.state.tail().head()
    }

    /// At most `limit` messages behind the cursor, without waiting.
    ///
    /// # Errors
    ///
    /// When the store can't be read; the cursor has not moved.
    pub async fn take(&mut self, limit: usize) -> Result<Vec<Arc<Encoded>>, StoreError> {
        if let Some(messages) = self.take_now(limit) {
            return Ok(messages);
        }
        let messages = self.room.old(self.place.seq, limit, BATCH_BYTES).await?;
        self.moved(&messages);
        Ok(messages)
    }

    /// As [`Follower::take`]; `None` if the log must be read.
    pub fn take_now(&mut self, limit: usize) -> Option<Vec<Arc<Encoded>>> {
        let messages = self.room.state.tail().after(self.place.seq, limit, BATCH_BYTES)?;
        self.moved(&messages);
        Some(messages)
    }

    fn moved(&mut self, messages: &[Arc<Encoded>]) {
        if let Some(seq) = messages.last().and_then(|m| m.seq) {
            self.place.seq = seq;
        }
    }

    /// At most `limit` messages, and what else there is, without waiting; arms the wake-up first,
    /// so that whatever comes later ends [`Follower::changed`].
    ///
    /// # Errors
    ///
    /// When the store can't be read; the cursor has not moved.
    pub async fn ready(&mut self, limit: usize) -> Result<Batch, StoreError> {
        let wake = self.wake.get_or_insert_with(|| self.room.state.wake.subscribe());
        let closing = wake.borrow_and_update().closing;
        let messages = self.take(limit).await?;
        let notices = self.take_notices();
        Ok(Batch { messages, notices, noticed: self.place.noticed, closing })
    }

    /// Ends when something happened since [`Follower::ready`]; at once if that was never asked.
    pub async fn changed(&mut self) {
        if let Some(wake) = &mut self.wake {
            // The room holds the sender; should it go, so does everything else.
            let _ = wake.changed().await;
        }
    }

    /// At most `limit` messages, and what else there is; waits until there is something. Dropping
    /// the future moves nothing: the next call finds all that this one would have.
    ///
    /// # Errors
    ///
    /// When the store can't be read; the cursor has not moved.
    pub async fn next(&mut self, limit: usize) -> Result<Batch, StoreError> {
        loop {
            let batch = self.ready(limit).await?;
            if !batch.is_empty() {
                return Ok(batch);
            }
            self.changed().await;
        }
    }

    /// At most `limit` messages; waits until there are some, or the server shuts down. Events
    /// beside them are passed over.
    ///
    /// # Errors
    ///
    /// When the store can't be read; the cursor has not moved.
    pub async fn next_messages(&mut self, limit: usize) -> Result<Vec<Arc<Encoded>>, StoreError> {
        loop {
            let batch = self.next(limit).await?;
            if !batch.messages.is_empty() || batch.closing {
                return Ok(batch.messages);
            }
        }
    }

    fn take_notices(&mut self) -> Vec<Arc<Encoded>> {
        let tail = self.room.state.tail();
        let notices = tail.notices_after(self.place.noticed);
        self.place.noticed = tail.noticed();
        notices
    }
}
