//! Where the log is kept: one trait, two stores.
//!
//! A store orders the messages of each room, keeps them, and tells a [`Sink`] about what it has
//! committed. Nothing above it knows which store it is. The SQLite store is the default; the
//! memory store is for tests and demonstrations. `tests/store_contract.rs` holds both to the same
//! promises:
//!
//! - [`Store::append`] answers only after the message is committed, and committed means: there
//!   after a power cut (as far as the store is durable at all).
//! - The sink hears of every committed message exactly once, in the log's order, before the one
//!   who appended it is answered.
//! - An id that the room knows is not appended again: the same content is answered with the first
//!   message's place, other content is a conflict.
//! - A room's first message is the server's welcome, committed together with what opened the room.
//! - A failed append leaves nothing behind.
//! - A topic is told to the sink after its commit and before the answer; the last one that was set holds.

mod memory;
mod sqlite;

use std::{path::PathBuf, str::FromStr, sync::Arc, time::SystemTime};

use futures_util::future::BoxFuture;
use tidings_shared::{
    Epoch, Message, MessageId, RoomName, Text, Timestamp, Topic, TopicSet, Username,
};
use tokio::sync::oneshot;

pub use memory::MemoryStore;
pub use sqlite::SqliteStore;

/// A message on its way into the log.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Which room.
    pub room: RoomName,
    /// The sender's id, or one drawn for it.
    pub id: MessageId,
    /// Who says it.
    pub username: Username,
    /// What is said.
    pub text: Text,
    /// The number by which a client of the teaching demo calls it, as JSON writes it.
    pub number: Option<Arc<str>>,
}

/// A message as the log keeps it.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// The message.
    pub message: Message,
    /// See [`Draft::number`].
    pub number: Option<Arc<str>>,
}

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Appended {
    /// Its place in the room's log.
    pub seq: u64,
    /// When the log took it.
    pub at: Timestamp,
    /// Whether it was taken now; else its id was known, with the same content.
    pub fresh: bool,
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The id is another message's.
    #[error(
        "the id {0} was used before in this room for a message with other content; use a new id"
    )]
    Conflict(MessageId),
    /// The log could not take it, now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the log could not be written or read. All are passing, as far as a client is concerned.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// More appends wait than the store wants to hold.
    #[error("too many messages wait to be written; try again in a second")]
    Busy,
    /// The store is closed, or closing.
    #[error("the server is shutting down; try again in a moment")]
    Closed,
    /// The store failed; the cause is for the log, not for the client.
    #[error("the message store failed")]
    Failed(Arc<str>),
}

/// Why a store could not be opened: a sentence for whoever starts the server.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(pub String);

/// Which messages of a room to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// The first ones behind this seq.
    After(u64),
    /// The last ones before this seq.
    Before(u64),
}

/// A room that the log holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomHead {
    /// Which.
    pub name: RoomName,
    /// The newest message's seq.
    pub head: u64,
    /// How many messages it has.
    pub messages: u64,
    /// When the log took the newest one.
    pub last_at: Option<Timestamp>,
    /// What it is about, if anybody has said.
    pub topic: Option<TopicSet>,
}

/// Who is told what has been committed.
pub trait Sink: Send + Sync + 'static {
    /// These are in the log now, in this order. Called by one thread at a time; must be quick.
    fn committed(&self, batch: Vec<(RoomName, Record)>);

    /// The room is about this now. Called by the same thread; whoever doesn't care hears nothing.
    fn topic(&self, room: RoomName, set: TopicSet) {
        let _ = (room, set);
    }
}

/// The answer to an append, once it is there. Dropping it does not take the append back.
pub type Pending = oneshot::Receiver<Result<Appended, AppendError>>;

/// The answer to a topic, once it is kept.
pub type PendingTopic = oneshot::Receiver<Result<TopicSet, StoreError>>;

/// A log of rooms; see the module's promises.
pub trait Store: Send + Sync + 'static {
    /// Which log this is; drawn when it was created.
    fn epoch(&self) -> Epoch;

    /// The rooms there were when the store was opened, and what each is about. The lobby is always
    /// among them.
    fn rooms(&self) -> Vec<RoomHead>;

    /// Queues a message. Two calls one after the other are appended in that order.
    ///
    /// # Errors
    ///
    /// When it can't be queued; what happens later is in the answer.
    fn append(&self, draft: Draft) -> Result<Pending, StoreError>;

    /// Whether a commit is under way, or will be in a moment: what it holds is told to the sink soon.
    fn is_writing(&self) -> bool {
        false
    }

    /// Queues what a room is to be about; an empty topic clears it. The room need not hold a message.
    ///
    /// # Errors
    ///
    /// When it can't be queued; what happens later is in the answer.
    fn set_topic(
        &self,
        room: RoomName,
        username: Username,
        topic: Topic,
    ) -> Result<PendingTopic, StoreError>;

    /// At most `limit` messages of a room, oldest first. A room that isn't there has none.
    fn read(
        &self,
        room: RoomName,
        span: Span,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Record>, StoreError>>;

    /// Ends without error if the store could commit a message now.
    fn ready(&self) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Commits what was queued, then closes. Appends after it are refused.
    fn close(&self) -> BoxFuture<'static, ()>;
}

/// Where to keep the log, as an operator writes it: `sqlite:PATH` or `memory:`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoreUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// Nowhere: it ends with the process.
    Memory,
}

impl FromStr for StoreUrl {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        match s.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => {
                Ok(Self::Sqlite(path.strip_prefix("//").unwrap_or(path).into()))
            }
            _ => Err(format!(
                "{s:?} is not a store: use sqlite:PATH, such as sqlite:data/tidings.db, or memory:"
            )),
        }
    }
}

/// Opens the store that `url` names, creating it if it isn't there. `welcome` is what the server
/// says first in each room.
///
/// # Errors
///
/// A sentence that says what is wrong with it, and what can be done.
pub fn open(
    url: &StoreUrl,
    welcome: Text,
    sink: Arc<dyn Sink>,
) -> Result<Arc<dyn Store>, OpenError> {
    Ok(match url {
        StoreUrl::Memory => Arc::new(MemoryStore::new(welcome, sink)),
        StoreUrl::Sqlite(path) => Arc::new(SqliteStore::open(path, welcome, sink)?),
    })
}

/// A new log's name.
fn draw_epoch() -> Epoch {
    Epoch::draw(|bound| fastrand::usize(..bound))
}

/// An id for a message whose sender gave none: a UUIDv7.
#[must_use]
pub fn draw_id() -> MessageId {
    uuid::Uuid::now_v7().to_string().parse().expect("a UUID is a message id")
}

fn now() -> Timestamp {
    SystemTime::now().into()
}

/// What the server says first in a room.
fn welcome_record(welcome: &Text, at: Timestamp) -> Record {
    let message =
        Message { seq: 1, id: draw_id(), username: Username::server(), text: welcome.clone(), at };
    Record { message, number: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_chosen_by_its_url() {
        assert_eq!("memory:".parse(), Ok(StoreUrl::Memory));
        assert_eq!("sqlite:data/t.db".parse(), Ok(StoreUrl::Sqlite("data/t.db".into())));
        assert_eq!("sqlite:///var/t.db".parse(), Ok(StoreUrl::Sqlite("/var/t.db".into())));
        for bad in ["", "sqlite:", "memory", "memory:x", "postgres://x", "t.db"] {
            assert!(bad.parse::<StoreUrl>().unwrap_err().contains("use sqlite:PATH"), "{bad:?}");
        }
    }
}
