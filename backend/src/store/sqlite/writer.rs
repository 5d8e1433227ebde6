//! The one thread that writes. What waits when the disk is ready shares a transaction ([`Group`]), so
//! that under load hundreds of messages cost one fsync, and a lone message waits for nobody.
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
    time::{Duration, Instant},
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
    topic, wal,
};

/// The most appends in one transaction: bounds how long the first of them waits for the last.
const BATCH: usize = 1024;
/// So few share one without further thought.
const FEW: usize = 64;

type Answer = oneshot::Sender<Result<Appended, AppendError>>;

/// What the writer is asked to do.
pub(super) enum Job {
    /// Append, and answer after the commit.
    Append(Draft, Answer),
    /// Keep what a room is about, and answer after the commit.
    Topic(topic::Change),
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
    /// How long the disk took for the last commit.
    disk: Duration,
    /// Where those wait whom it answers, if it is one that drives tasks.
    runtime: Option<Handle>,
    _lock: File,
}

/// What a transaction has done so far; it becomes true with the commit.
#[derive(Default)]
struct Batch {
    heads: HashMap<RoomName, Head>,
    records: Vec<(RoomName, Record)>,
    outcomes: Vec<Result<Appended, AppendError>>,
    /// How long the commit took.
    disk: Duration,
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
            disk: Duration::ZERO,
            runtime: Handle::try_current().ok(),
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
        let mut group = Group::new(first, jobs, self.disk);
        let done = transact(&mut self.connection, &mut group, &self.heads, &self.welcome);
        let Group { appends, topics, probes, .. } = group;
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

/// Those who share a transaction.
///
/// If all who post were in the same one, nobody would be left to post while the disk works, and the
/// disk would have nothing to do while they all post again. So, of many, it ends when half of those
/// who waited are in it; but not before it has gathered for half as long as the disk took for the
/// last one, so that a slow disk is given all there is.
struct Group<'a> {
    appends: Vec<(Draft, Answer)>,
    topics: Vec<topic::Change>,
    probes: Vec<oneshot::Sender<Result<(), StoreError>>>,
    first: Option<Job>,
    jobs: &'a mut mpsc::Receiver<Job>,
    enough: usize,
    began: Instant,
    least: Duration,
}

impl<'a> Group<'a> {
    fn new(first: Job, jobs: &'a mut mpsc::Receiver<Job>, disk: Duration) -> Self {
        Self {
            appends: Vec::new(),
            topics: Vec::new(),
            probes: Vec::new(),
            enough: jobs.len().div_ceil(2).max(FEW - 1),
            first: Some(first),
            jobs,
            began: Instant::now(),
            least: disk / 2,
        }
    }

    /// The next message that is to be in it; `None` if that was all.
    fn next(&mut self) -> Option<&Draft> {
        loop {
            let full = self.appends.len() >= BATCH
                || (self.appends.len() > self.enough && self.began.elapsed() >= self.least);
            let job = match self.first.take() {
                Some(first) => first,
                None if full => return None,
                None => self.jobs.try_recv().ok()?,
            };
            match job {
                Job::Append(draft, answer) => {
                    self.appends.push((draft, answer));
                    return self.appends.last().map(|(draft, _)| draft);
                }
                Job::Topic(change) => self.topics.push(change),
                Job::Probe(answer) => self.probes.push(answer),
            }
        }
    }
}

/// Writes what there is to be written, in one transaction.
fn transact(
    connection: &mut Connection,
    group: &mut Group<'_>,
    heads: &HashMap<RoomName, Head>,
    welcome: &Text,
) -> rusqlite::Result<Batch> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let at = now();
    let mut batch = Batch::default();
    while let Some(draft) = group.next() {
        let outcome = append(&transaction, draft, heads, welcome, at, &mut batch)?;
        batch.outcomes.push(outcome);
    }
    topic::write(&transaction, &mut group.topics, at)?;
    if !group.probes.is_empty() {
        // Writes a page and waits for the disk, as a message would. An update to the same value
        // would not: SQLite sees that nothing changes, and commits nothing.
        transaction.execute("INSERT INTO log (epoch) VALUES ('')", [])?;
        transaction.execute("DELETE FROM log WHERE epoch = ''", [])?;
    }
    let began = Instant::now();
    transaction.commit()?;
    batch.disk = began.elapsed();
    Ok(batch)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn job(number: usize) -> Job {
        let draft = Draft {
            room: RoomName::lobby(),
            id: format!("m{number}").parse().unwrap(),
            username: tidings_shared::Username::anonymous(),
            text: Text::from_log("?"),
            number: None,
        };
        Job::Append(draft, oneshot::channel().0)
    }

    /// How many are in a group, of so many who wait, after the disk took so long.
    fn gathered(messages: usize, disk: Duration) -> usize {
        let (queue, mut jobs) = mpsc::channel(messages);
        for number in 1..messages {
            assert!(queue.try_send(job(number)).is_ok());
        }
        let mut group = Group::new(job(0), &mut jobs, disk);
        std::iter::from_fn(|| group.next().map(drop)).count()
    }

    #[test]
    fn half_of_many_share_a_commit_and_a_slow_disk_is_given_all() {
        let slow = Duration::from_secs(3600);
        assert_eq!(gathered(1, Duration::ZERO), 1);
        assert_eq!(gathered(FEW, Duration::ZERO), FEW);
        assert_eq!(gathered(FEW + 10, Duration::ZERO), FEW);
        assert_eq!(gathered(10 * FEW, Duration::ZERO), 5 * FEW + 1);
        assert_eq!(gathered(100, slow), 100);
        assert_eq!(gathered(BATCH + 10, slow), BATCH);
        assert_eq!(gathered(3 * BATCH, Duration::ZERO), BATCH);
    }

    #[test]
    fn whoever_comes_while_others_are_written_is_taken_along() {
        let (queue, mut jobs) = mpsc::channel(1);
        let mut group = Group::new(job(0), &mut jobs, Duration::from_secs(3600));
        assert!(group.next().is_some());
        assert!(queue.try_send(job(1)).is_ok());
        assert!(group.next().is_some());
        assert!(group.next().is_none());
    }
}
