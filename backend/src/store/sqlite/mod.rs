//! The log in one SQLite file: the default.
//!
//! WAL with `synchronous=FULL`: a commit is on disk when it returns. One thread writes
//! ([`writer`]) for all who share a transaction ([`group`]), a few connections read ([`readers`]), and
//! [`open`] decides whether a file may be used at all.

mod batch;
mod group;
mod lock;
mod open;
mod readers;
mod topic;
mod wal;
mod writer;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use futures_util::{FutureExt, future::BoxFuture};
use tidings_shared::{Epoch, RoomName, Text, Topic, TopicSet, Username};
use tokio::sync::{mpsc, oneshot};

use self::{
    open::Opened,
    readers::Readers,
    topic::Change,
    writer::{Job, Writer},
};
use super::{
    Draft, OpenError, Pending, PendingTopic, Record, RoomHead, Sink, Span, Store, StoreError, now,
};

/// How many appends may wait for the writer before more are refused. At the size of a large
/// message this is 64 MiB.
const QUEUE: usize = 16_384;

/// A log in a SQLite file.
pub struct SqliteStore {
    epoch: Epoch,
    rooms: Vec<RoomHead>,
    /// `None` once closed.
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    writing: Arc<AtomicBool>,
    readers: Arc<Readers>,
    thread: Arc<Mutex<Option<std::thread::JoinHandle<()>>>>,
}

impl SqliteStore {
    /// Opens the file, or creates it, and starts the thread that writes.
    ///
    /// # Errors
    ///
    /// A sentence that says why the file can't be used: another server has it, it is damaged, it
    /// is not Tidings', it can't be written.
    pub fn open(path: &Path, welcome: Text, sink: Arc<dyn Sink>) -> Result<Self, OpenError> {
        let Opened { lock, connection, epoch, rooms, topics } = open::open(path, &welcome)?;
        let readers = Arc::new(Readers::new(path));
        let (queue, jobs) = mpsc::channel(QUEUE);
        let writing = Arc::<AtomicBool>::default();
        let writer = Writer::new(path, connection, welcome, sink, &rooms, lock, writing.clone());
        let thread = std::thread::Builder::new()
            .name("tidings-writer".into())
            .spawn(move || writer.run(jobs))
            .map_err(|e| OpenError(format!("the writing thread could not be started: {e}")))?;
        Ok(Self {
            epoch,
            rooms: topic::with_topics(rooms, topics),
            queue: Mutex::new(Some(queue)),
            writing,
            readers,
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().ok_or(StoreError::Closed)?.try_send(job).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })
    }
}

impl Store for SqliteStore {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn rooms(&self) -> Vec<RoomHead> {
        self.rooms.clone()
    }

    fn append(&self, draft: Draft) -> Result<Pending, StoreError> {
        let (answer, pending) = oneshot::channel();
        self.send(Job::Append(draft, answer))?;
        Ok(pending)
    }

    fn is_writing(&self) -> bool {
        self.writing.load(Relaxed)
    }

    fn set_topic(
        &self,
        room: RoomName,
        username: Username,
        topic: Topic,
    ) -> Result<PendingTopic, StoreError> {
        let (answer, pending) = oneshot::channel();
        // The writing thread sets the time.
        let set = TopicSet { topic, username, at: now() };
        self.send(Job::Topic(Change { room, set, answer }))?;
        Ok(pending)
    }

    fn read(
        &self,
        room: RoomName,
        span: Span,
        limit: usize,
    ) -> BoxFuture<'static, Result<Vec<Record>, StoreError>> {
        self.readers.clone().read(room, span, limit).boxed()
    }

    fn ready(&self) -> BoxFuture<'static, Result<(), StoreError>> {
        let (answer, done) = oneshot::channel();
        let sent = self.send(Job::Probe(answer));
        async move {
            sent?;
            done.await.map_err(|_| StoreError::Closed)?
        }
        .boxed()
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        // From here on nobody can add to the queue; the writer ends when it is dropped and empty.
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (thread, readers) = (self.thread.clone(), self.readers.clone());
        async move {
            // The last connection to close empties the WAL, and only the writer's can: the readers
            // go first, and only then may the writer end.
            readers.close().await;
            drop(queue);
            let join = move || {
                let thread = thread.lock().unwrap_or_else(PoisonError::into_inner).take();
                if thread.is_some_and(|thread| thread.join().is_err()) {
                    tracing::error!("the writing thread ended by a panic");
                }
            };
            let _ = tokio::task::spawn_blocking(join).await;
        }
        .boxed()
    }
}
