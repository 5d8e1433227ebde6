//! The one thread that writes. Whatever waits when the disk is ready goes into one transaction, so
//! that under load a thousand messages cost one fsync, and a lone message waits for nobody.
//!
//! Every append is an explicit transaction, and nothing is acknowledged before `COMMIT` returned
//! without error: reading an `INSERT … RETURNING` as one row in autocommit can report success for a
//! row that a full disk then loses. After a failed transaction the connection is rolled back, and
//! replaced if it will not leave the transaction.

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tidings_shared::{Message, RoomName, Text, Timestamp};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use super::{
    super::{AppendError, Appended, Draft, Record, Sink, StoreError, now, welcome_record},
    open::{KnownRoom, connect},
};

/// The most appends in one transaction: bounds how long the first of them waits for the last.
const BATCH: usize = 1024;

type Answer = oneshot::Sender<Result<Appended, AppendError>>;

/// What the writer is asked to do.
pub(super) enum Job {
    /// Append, and answer after the commit.
    Append(Draft, Answer),
    /// Show that a commit is possible.
    Probe(oneshot::Sender<Result<(), StoreError>>),
}

#[derive(Clone, Copy)]
struct Head {
    key: i64,
    seq: u64,
}

pub(super) struct Writer {
    path: PathBuf,
    connection: Connection,
    welcome: Text,
    sink: Arc<dyn Sink>,
    heads: HashMap<RoomName, Head>,
    /// Where those wait whom it answers, if it is one that drives tasks.
    runtime: Option<Handle>,
    _lock: File,
}

/// What a transaction has done so far; it becomes true with the commit.
#[derive(Default)]
struct Batch {
    heads: HashMap<RoomName, Head>,
    records: Vec<(RoomName, Record)>,
}

impl Writer {
    pub(super) fn new(
        path: &Path,
        connection: Connection,
        welcome: Text,
        sink: Arc<dyn Sink>,
        rooms: &[KnownRoom],
        lock: File,
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
            runtime: Handle::try_current().ok(),
            _lock: lock,
        }
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(first) = jobs.blocking_recv() {
            batch.push(first);
            while batch.len() < BATCH
                && let Ok(job) = jobs.try_recv()
            {
                batch.push(job);
            }
            self.commit(batch.drain(..));
        }
        // The checkpoint that SQLite makes at the last close empties the WAL.
        if let Err((_, e)) = self.connection.close() {
            tracing::warn!(error = %e, "closing the database failed; it recovers at the next start");
        }
    }

    fn commit(&mut self, jobs: impl Iterator<Item = Job>) {
        let mut appends = Vec::new();
        let mut probes = Vec::new();
        for job in jobs {
            match job {
                Job::Append(draft, answer) => appends.push((draft, answer)),
                Job::Probe(answer) => probes.push(answer),
            }
        }
        let at = now();
        let drafts = appends.iter().map(|(draft, _)| draft);
        let probe = !probes.is_empty();
        let done = transact(&mut self.connection, drafts, probe, &self.heads, &self.welcome, at);
        match done {
            Ok((outcomes, batch)) => {
                self.heads.extend(batch.heads);
                // Readers hear of it before its sender does: who was answered can read it.
                if !batch.records.is_empty() {
                    self.sink.committed(batch.records);
                }
                self.answer(appends.into_iter().map(|(_, answer)| answer).zip(outcomes).collect());
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

type Outcomes = Vec<Result<Appended, AppendError>>;

fn transact<'a>(
    connection: &mut Connection,
    drafts: impl Iterator<Item = &'a Draft>,
    probe: bool,
    heads: &HashMap<RoomName, Head>,
    welcome: &Text,
    at: Timestamp,
) -> rusqlite::Result<(Outcomes, Batch)> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut batch = Batch::default();
    let mut outcomes = Vec::new();
    for draft in drafts {
        outcomes.push(append(&transaction, draft, heads, welcome, at, &mut batch)?);
    }
    if probe {
        // Writes a page and waits for the disk, as a message would. An update to the same value
        // would not: SQLite sees that nothing changes, and commits nothing.
        transaction.execute("INSERT INTO log (epoch) VALUES ('')", [])?;
        transaction.execute("DELETE FROM log WHERE epoch = ''", [])?;
    }
    transaction.commit()?;
    Ok((outcomes, batch))
}

fn append(
    transaction: &Transaction<'_>,
    draft: &Draft,
    heads: &HashMap<RoomName, Head>,
    welcome: &Text,
    at: Timestamp,
    batch: &mut Batch,
) -> rusqlite::Result<Result<Appended, AppendError>> {
    let known = batch.heads.get(&draft.room).or_else(|| heads.get(&draft.room)).copied();
    let mut head = match known {
        Some(head) => head,
        None => {
            transaction
                .prepare_cached("INSERT INTO room (name) VALUES (?1)")?
                .execute([draft.room.as_str()])?;
            let key = transaction.last_insert_rowid();
            let record = welcome_record(welcome, at);
            insert(transaction, key, &record)?;
            batch.records.push((draft.room.clone(), record));
            let head = Head { key, seq: 1 };
            batch.heads.insert(draft.room.clone(), head);
            head
        }
    };
    head.seq += 1;
    let message = Message {
        seq: head.seq,
        id: draft.id.clone(),
        username: draft.username.clone(),
        text: draft.text.clone(),
        at,
    };
    let record = Record { message, number: draft.number.clone() };
    if !insert(transaction, head.key, &record)? {
        return find(transaction, head.key, draft);
    }
    batch.records.push((draft.room.clone(), record));
    batch.heads.insert(draft.room.clone(), head);
    Ok(Ok(Appended { seq: head.seq, at, fresh: true }))
}

/// What became of a known id before.
fn find(
    transaction: &Transaction<'_>,
    key: i64,
    draft: &Draft,
) -> rusqlite::Result<Result<Appended, AppendError>> {
    transaction
        .prepare_cached("SELECT seq, at, username, text FROM message WHERE room = ?1 AND id = ?2")?
        .query_row(params![key, draft.id.as_str()], |row| {
            let same = row.get_ref(2)?.as_str()? == draft.username.as_str()
                && row.get_ref(3)?.as_str()? == draft.text.as_str();
            Ok(if same {
                let at = Timestamp::from_ms(row.get(1)?);
                Ok(Appended { seq: row.get(0)?, at, fresh: false })
            } else {
                Err(AppendError::Conflict(draft.id.clone()))
            })
        })
}

/// Inserts a message; false if its id is known in the room, and nothing was done.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    key: i64,
    record: &Record,
) -> rusqlite::Result<bool> {
    let Record { message, number } = record;
    let inserted = transaction
        .prepare_cached(
            "INSERT INTO message (room, seq, id, username, text, at, number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (room, id) DO NOTHING",
        )?
        .execute(params![
            key,
            message.seq,
            message.id.as_str(),
            message.username.as_str(),
            message.text.as_str(),
            message.at.as_ms(),
            number.as_deref(),
        ])?;
    Ok(inserted == 1)
}
