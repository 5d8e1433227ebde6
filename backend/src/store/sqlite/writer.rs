//! The one thread that writes. What waits when the disk is ready shares a transaction ([`Group`]), so
//! that under load hundreds of messages cost one fsync, and a lone message waits for nobody.
//!
//! Every append is an explicit transaction, and nothing is acknowledged before `COMMIT` returned
//! without error: reading an `INSERT … RETURNING` as one row in autocommit can report success for a
//! row that a full disk then loses. After a failed transaction the connection is rolled back, and
//! replaced if it will not leave the transaction.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use rusqlite::Connection;
use tidings_shared::{RoomName, Text};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use super::{
    super::{AppendError, Appended, Draft, Sink, StoreError},
    batch::{Batch, Head},
    group::Group,
    lock::Lock,
    open::{KnownRoom, connect},
    topic, wal,
};

/// Where the outcome of an append goes.
pub(super) type Answer = oneshot::Sender<Result<Appended, AppendError>>;

/// What the writer is asked to do.
pub(super) enum Job {
    /// Append, and answer after the commit.
    Append(Draft, Answer),
    /// Keep what a room is about, and answer after the commit.
    Topic(topic::Change),
    /// Show that a commit is possible.
    Probe(oneshot::Sender<Result<(), StoreError>>),
}

pub(super) struct Writer {
    path: PathBuf,
    connection: Connection,
    welcome: Text,
    sink: Arc<dyn Sink>,
    heads: HashMap<RoomName, Head>,
    /// How long the disk took for the last commit.
    disk: Duration,
    /// Where those wait whom it answers, if it is one that drives tasks.
    runtime: Option<Handle>,
    /// Whether a commit is under way, or somebody waits for one.
    writing: Arc<AtomicBool>,
    _lock: Lock,
}

impl Writer {
    pub(super) fn new(
        path: &Path,
        connection: Connection,
        welcome: Text,
        sink: Arc<dyn Sink>,
        rooms: &[KnownRoom],
        lock: Lock,
        writing: Arc<AtomicBool>,
    ) -> Self {
        let heads = rooms
            .iter()
            .map(|room| (room.head.name.clone(), Head { key: room.key, seq: room.head.head }))
            .collect();
        Self {
            path: path.to_owned(),
            connection,
            welcome,
            sink,
            heads,
            disk: Duration::ZERO,
            runtime: Handle::try_current().ok(),
            writing,
            _lock: lock,
        }
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        if let Err(e) = wal::lengthen(&self.path) {
            tracing::debug!(error = %e, "the WAL was not given its length; it grows as it is written");
        }
        while let Some(first) = jobs.blocking_recv() {
            self.commit(first, &mut jobs);
        }
        // The checkpoint that SQLite makes at the last close empties the WAL.
        if let Err((_, e)) = self.connection.close() {
            tracing::warn!(error = %e, "closing the database failed; it recovers at the next start");
        }
    }

    /// Commits `first` and what waits behind it, and answers.
    fn commit(&mut self, first: Job, jobs: &mut mpsc::Receiver<Job>) {
        self.writing.store(true, Relaxed);
        let mut group = Group::new(first, jobs, self.disk);
        let done = Batch::write(&mut self.connection, &mut group, &self.heads, &self.welcome);
        let Group { appends, topics, probes, .. } = group;
        self.writing.store(!jobs.is_empty(), Relaxed);
        match done {
            Ok(Batch { heads, records, outcomes, disk }) => {
                self.disk = disk;
                self.heads.extend(heads);
                // Readers hear of it before its sender does: who was answered can read it.
                if !records.is_empty() {
                    self.sink.committed(records);
                }
                self.answer(appends.into_iter().map(|(_, answer)| answer).zip(outcomes).collect());
                topic::kept(topics, &*self.sink);
                for probe in probes {
                    let _ = probe.send(Ok(()));
                }
            }
            Err(e) => {
                tracing::error!(error = %e, messages = appends.len(), "writing the log failed; nothing of it was kept");
                self.recover();
                let error = StoreError::Failed(e.to_string().into());
                for (_, answer) in appends {
                    let _ = answer.send(Err(error.clone().into()));
                }
                topic::failed(topics, &error);
                for probe in probes {
                    let _ = probe.send(Err(error.clone()));
                }
            }
        }
    }

    /// Tells the senders. Waking many tasks from outside of the runtime takes longer than writing
    /// their messages, and the next batch waits meanwhile: so one task wakes the others.
    fn answer(&self, answers: Vec<(Answer, Result<Appended, AppendError>)>) {
        let many = answers.len() > 1;
        let tell = move || {
            for (answer, outcome) in answers {
                let _ = answer.send(outcome);
            }
        };
        match &self.runtime {
            Some(runtime) if many => drop(runtime.spawn(async { tell() })),
            _ => tell(),
        }
    }

    /// After a failure: the connection must be outside of any transaction before it is used again.
    fn recover(&mut self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if !self.connection.is_autocommit() {
            match connect(&self.path) {
                Ok(connection) => self.connection = connection,
                Err(e) => tracing::error!(error = %e, "the database could not be opened again"),
            }
        }
    }
}
