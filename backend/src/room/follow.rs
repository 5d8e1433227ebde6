//! The one place that waits. A [`Follower`] is a cursor that moves: it arms the wake-up, reads what
//! lies behind the cursor, and only if that is nothing, sleeps. Arming comes first, so that a
//! message committed between the look and the sleep still wakes it.
//!
//! Every transport is a follower and a framing. A poll takes without waiting, a long-poll waits
//! once, a stream goes round for ever.

use std::sync::Arc;

use tidings_shared::{After, Cursor, Gap};
use tokio::sync::watch;

use super::{Room, Wake, encode::Encoded};
use crate::store::{Span, StoreError};

/// The most bytes that one batch takes from the log, in server-sent events' framing.
const BATCH_BYTES: usize = 256 << 10;

/// Where a reader begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// Behind what it has seen.
    After(After),
    /// With the newest so many messages.
    Newest(usize),
}

/// What a follower found.
#[derive(Default)]
pub struct Batch {
    /// Messages, in the log's order.
    pub messages: Vec<Arc<Encoded>>,
    /// Events beside them.
    pub notices: Vec<Arc<Encoded>>,
    /// The server is shutting down: there will be no more.
    pub closing: bool,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.notices.is_empty() && !self.closing
    }
}

/// A cursor into a room's log.
pub struct Follower {
    room: Room,
    seq: u64,
    noticed: u64,
    wake: watch::Receiver<Wake>,
}

impl Room {
    /// A follower that begins at `start`, and, if that can't be honoured, where and why it begins
    /// elsewhere.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    pub async fn follow(&self, start: Start) -> Result<(Follower, Option<Gap>), StoreError> {
        let (seq, gap) = match start {
            Start::After(after) => self.honour(after),
            Start::Newest(count) => (self.before_newest(count).await?, None),
        };
        let wake = self.state.wake.subscribe();
        let noticed = self.state.tail().noticed();
        Ok((Follower { room: self.clone(), seq, noticed, wake }, gap))
    }

    /// Where `after` is in this log. A cursor of another log, or beyond this one's end, can be
    /// honoured by nothing but the whole log: only so is no message of it missed.
    fn honour(&self, after: After) -> (u64, Option<Gap>) {
        let head = self.head();
        let (seq, reason) = match after {
            After::Cursor(cursor) if cursor.epoch != head.epoch => (
                cursor.seq,
                Some("the cursor is of another log than this one, which begins at resume"),
            ),
            After::Cursor(Cursor { seq, .. }) | After::Seq(seq) if seq > head.seq => (
                seq,
                Some(
                    "the cursor is beyond the end of the log, so this log was put back to an earlier state; it is sent from its beginning",
                ),
            ),
            After::Cursor(Cursor { seq, .. }) | After::Seq(seq) => (seq, None),
        };
        match reason {
            None => (seq, None),
            Some(reason) => {
                let resume = Cursor::new(head.epoch, 0);
                (0, Some(Gap { after: after.to_string(), resume, reason: reason.into() }))
            }
        }
    }

    async fn before_newest(&self, count: usize) -> Result<u64, StoreError> {
        let (in_tail, head) = {
            let tail = self.state.tail();
            (tail.before_newest(count), tail.head())
        };
        match in_tail {
            Some(seq) => Ok(seq),
            None => {
                let records = self.records(Span::Before(head + 1), count).await?;
                Ok(records.first().map_or(0, |record| record.message.seq - 1))
            }
        }
    }
}

impl Follower {
    /// The room it follows.
    #[must_use]
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// Where it stands.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.room.state.epoch, self.seq)
    }

    /// Whether there is more behind the cursor now.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.seq < self.room.state.tail().head()
    }

    /// At most `limit` messages behind the cursor, without waiting.
    ///
    /// # Errors
    ///
    /// When the store can't be read; the cursor has not moved.
    pub async fn take(&mut self, limit: usize) -> Result<Vec<Arc<Encoded>>, StoreError> {
        let in_tail = self.room.state.tail().after(self.seq, limit, BATCH_BYTES);
        let messages = match in_tail {
            Some(messages) => messages,
            None => {
                let records = self.room.records(Span::After(self.seq), limit).await?;
                records.iter().map(|record| self.room.encode(record)).collect()
            }
        };
        if let Some(seq) = messages.last().and_then(|m| m.seq) {
            self.seq = seq;
        }
        Ok(messages)
    }

    /// At most `limit` messages, and what else there is; waits until there is something. Dropping
    /// the future moves nothing: the next call finds all that this one would have.
    ///
    /// # Errors
    ///
    /// When the store can't be read; the cursor has not moved.
    pub async fn next(&mut self, limit: usize) -> Result<Batch, StoreError> {
        loop {
            let closing = self.wake.borrow_and_update().closing;
            let messages = self.take(limit).await?;
            let batch = Batch { messages, notices: self.take_notices(), closing };
            if !batch.is_empty() {
                return Ok(batch);
            }
            if self.wake.changed().await.is_err() {
                return Ok(Batch { closing: true, ..Batch::default() });
            }
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
        let notices = tail.notices_after(self.noticed);
        self.noticed = tail.noticed();
        notices
    }
}
