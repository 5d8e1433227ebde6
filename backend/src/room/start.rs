//! Where in the log a reader begins: behind what it has seen, or with the newest messages; and what
//! becomes of a cursor that this log can't honour.

use tidings_shared::{After, Cursor, Gap};

use super::{Room, tail::Tail};
use crate::store::{Span, StoreError};

/// Where a reader begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// Behind what it has seen.
    After(After),
    /// With the newest so many messages.
    Newest(usize),
}

/// The tail doesn't reach back over so many messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BeyondTail(pub(super) usize);

impl Room {
    /// The last message that a reader who begins at `start` has, 0 if none; and, if `start` can't be
    /// honoured, why they begin elsewhere.
    ///
    /// # Errors
    ///
    /// When the log must be read to know where so many of the newest messages begin.
    pub(super) fn begin(
        &self,
        start: Start,
        tail: &Tail,
    ) -> Result<(u64, Option<Gap>), BeyondTail> {
        match start {
            Start::After(after) => Ok(self.honour(after, tail.head())),
            Start::Newest(count) => Ok((tail.before_newest(count).ok_or(BeyondTail(count))?, None)),
        }
    }

    /// Where `after` is in this log. A cursor of another log, or beyond this one's end, can be
    /// honoured by nothing but the whole log: only so is no message of it missed.
    fn honour(&self, after: After, head: u64) -> (u64, Option<Gap>) {
        let head = Cursor::new(self.state.epoch, head);
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

    /// The last message before the newest `count`, 0 if none, by what the store holds.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    pub(super) async fn before_newest(&self, count: usize) -> Result<u64, StoreError> {
        let head = self.head().seq;
        let records = self.records(Span::Before(head + 1), count).await?;
        Ok(records.first().map_or(0, |record| record.message.seq - 1))
    }
}
