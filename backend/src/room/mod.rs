//! Rooms: all that a transport may call.
//!
//! A [`Room`] is a handle on one ordered log: [`Room::append`] puts a message at its end,
//! [`Room::before`] pages back through it, [`Room::follow`] waits for it to grow. What travels between
//! them is never a queue: a commit encodes the message into the room's [`tail`] and wakes whoever
//! waits, and each reader takes from the tail what lies behind its own cursor.

mod about;
pub mod encode;
mod follow;
mod pages;
mod presence;
mod rooms;
mod start;
pub(crate) mod tail;

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use tidings_shared::{Cursor, Epoch, Event, Receipt, RoomName, Timestamp, TopicSet, Username};
use tokio::sync::watch;

use self::{encode::Encoded, pages::Pages, tail::Tail};
use crate::store::{AppendError, Draft, Record, RoomHead, Span, Store, StoreError};

pub use follow::{Batch, Follower, Place, Sight, Watch};
pub use presence::{Everybody, Here, Present, Waiting};
pub use rooms::Rooms;
pub use start::{BeyondTail, Start};

/// What changes when there is something to look at. It carries no message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Wake {
    /// Counts what happened.
    happened: u64,
    /// The server is shutting down.
    closing: bool,
}

/// One room's log in memory.
struct State {
    name: RoomName,
    epoch: Epoch,
    tail: RwLock<Tail>,
    messages: AtomicU64,
    /// When the newest message was taken, in milliseconds; 0 where there is none.
    last_ms: AtomicU64,
    topic: Mutex<Option<TopicSet>>,
    wake: watch::Sender<Wake>,
    presence: presence::Presence,
    pages: Pages,
}

impl State {
    fn new(epoch: Epoch, room: RoomHead, closing: bool, pages: Pages) -> Self {
        Self {
            name: room.name,
            epoch,
            tail: RwLock::new(Tail::new(room.head)),
            messages: AtomicU64::new(room.messages),
            last_ms: AtomicU64::new(room.last_at.map_or(0, Timestamp::as_ms)),
            topic: Mutex::new(room.topic),
            wake: watch::Sender::new(Wake { happened: 0, closing }),
            presence: presence::Presence::default(),
            pages,
        }
    }

    fn tail(&self) -> RwLockReadGuard<'_, Tail> {
        self.tail.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn tail_mut(&self) -> RwLockWriteGuard<'_, Tail> {
        self.tail.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Committed messages come in here, in order; `wake` follows once for a whole batch.
    fn push(&self, record: &Record) {
        let encoded = Encoded::message(self.epoch, &self.name, record);
        self.tail_mut().push(record.message.seq, Arc::new(encoded));
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.last_ms.store(record.message.at.as_ms(), Ordering::Relaxed);
    }

    fn topic(&self) -> MutexGuard<'_, Option<TopicSet>> {
        self.topic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A committed topic comes in here.
    fn set_topic(&self, set: TopicSet) {
        *self.topic() = Some(set.clone());
        self.notice(&Event::Topic(set));
    }

    /// Whether anybody has said anything, is here, or has said what it is about.
    fn is_alive(&self) -> bool {
        self.tail().head() > 0
            || self.presence.here().modes.total() > 0
            || self.topic().as_ref().is_some_and(|set| !set.topic.is_empty())
    }

    fn wake(&self) {
        self.wake.send_modify(|wake| wake.happened += 1);
    }

    fn notice(&self, event: &Event) {
        self.tail_mut().push_notice(Arc::new(Encoded::event(event)));
        self.wake();
    }

    fn close(&self) {
        self.wake.send_modify(|wake| wake.closing = true);
    }
}

/// A handle on one room; cheap to clone.
#[derive(Clone)]
pub struct Room {
    state: Arc<State>,
    store: Arc<dyn Store>,
}

/// A page of a room's log.
pub struct PageOf {
    /// Oldest first.
    pub messages: Vec<Arc<Encoded>>,
    /// The place of the last of them.
    pub cursor: Cursor,
    /// Whether there is more where they come from.
    pub more: bool,
}

impl Room {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &RoomName {
        &self.state.name
    }

    /// Whether both are handles on the same room.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state)
    }

    /// The log's end.
    #[must_use]
    pub fn head(&self) -> Cursor {
        Cursor::new(self.state.epoch, self.state.tail().head())
    }

    /// How many messages it holds.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.state.messages.load(Ordering::Relaxed)
    }

    /// Appends a message. It is queued before this returns, so that two calls one after the other
    /// are appended in that order; the future ends after the commit, with the receipt and whether
    /// the message was taken now (rather than known by its id).
    ///
    /// # Errors
    ///
    /// At once when it can't be queued; from the future, why nothing was appended.
    pub fn append(
        &self,
        draft: Draft,
    ) -> Result<impl Future<Output = Result<(Receipt, bool), AppendError>> + Send + use<>, StoreError>
    {
        let queued = self.store.append(draft.clone())?;
        let epoch = self.state.epoch;
        Ok(async move {
            let appended = queued.await.map_err(|_| StoreError::Closed)??;
            let Draft { room, id, username, text, .. } = draft;
            if appended.fresh {
                tracing::info!(%room, seq = appended.seq, from = ?username, bytes = text.as_str().len(), "message received");
            }
            let cursor = Cursor::new(epoch, appended.seq);
            let receipt = Receipt { seq: appended.seq, id, at: appended.at, cursor };
            Ok((receipt, appended.fresh))
        })
    }

    /// The last `limit` messages before `seq`.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    pub async fn before(&self, seq: u64, limit: usize) -> Result<PageOf, StoreError> {
        // From beyond the end, what the store has committed but not yet told would be counted to the
        // limit and then not shown.
        let head = self.head();
        let seq = seq.min(head.seq + 1);
        // One more than asked for tells whether there is more.
        let records = self.records(Span::Before(seq), limit + 1).await?;
        let more = records.len() > limit;
        let messages: Vec<_> =
            records.iter().skip(usize::from(more)).map(|record| self.encode(record)).collect();
        let last = messages.last().and_then(|m| m.seq).unwrap_or(seq.saturating_sub(1));
        Ok(PageOf { messages, cursor: Cursor { seq: last, ..head }, more })
    }

    /// Somebody is writing: whoever listens by a stream hears of it.
    pub fn typing(&self, username: Username) {
        self.state.notice(&Event::Typing { username });
    }

    /// Somebody listens, by a stream, until the answer is dropped.
    #[must_use]
    pub fn join(&self, here: Here) -> Present {
        presence::join(self.state.clone(), here)
    }

    /// Somebody polls from this address, and is here until then unless polling again.
    pub fn polled(&self, here: Here, address: IpAddr, until: Instant) {
        let poller = (here, address);
        if self.state.presence.polled(&poller, until) {
            poller.0.log(self.name(), address);
        }
    }

    /// Somebody at this address waits for an answer, and is here for as long.
    #[must_use]
    pub fn waits(&self, here: Here, address: IpAddr) -> Waiting {
        let (waiting, new) = presence::wait(self.state.clone(), (here, address));
        if new {
            waiting.here().log(self.name(), address);
        }
        waiting
    }

    /// Who is here.
    #[must_use]
    pub fn here(&self) -> Everybody {
        self.state.presence.here()
    }

    /// Records up to the head as it was before reading: what the store has committed but not yet
    /// told is not shown, else a reader's cursor could be ahead of the log for a moment.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    pub async fn records(&self, span: Span, limit: usize) -> Result<Vec<Record>, StoreError> {
        let head = self.head().seq;
        let mut records = self.store.read(self.name().clone(), span, limit).await?;
        records.retain(|record| record.message.seq <= head);
        Ok(records)
    }

    /// At most `limit` messages behind `after`, and no more than about `bytes`, from the store as far
    /// as the tail doesn't reach. Pages that can change no more are read and encoded once for all who
    /// are that far behind.
    async fn old(
        &self,
        after: u64,
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<Arc<Encoded>>, StoreError> {
        let mut messages: Vec<Arc<Encoded>> = Vec::new();
        let (mut seq, mut size) = (after, 0);
        while messages.len() < limit && size < bytes && seq < self.head().seq {
            let left = limit - messages.len();
            if let Some(newest) = self.state.tail().after(seq, left, bytes - size) {
                messages.extend(newest);
                break;
            }
            let (page, last) = self.state.pages.read(self, seq).await?;
            let first = page.partition_point(|m| m.seq.is_some_and(|s| s <= seq));
            let before = messages.len();
            messages.extend(page[first..].iter().take(left).cloned());
            size += messages[before..].iter().map(|m| m.sse.len()).sum::<usize>();
            match (messages[before..].last(), last) {
                (Some(message), _) => seq = message.seq.unwrap_or(seq),
                // A page that is complete, and has nothing behind the cursor.
                (None, Some(last)) => seq = last,
                (None, None) => break,
            }
        }
        Ok(messages)
    }

    fn encode(&self, record: &Record) -> Arc<Encoded> {
        Arc::new(Encoded::message(self.state.epoch, &self.state.name, record))
    }
}
