//! One transaction: what it writes, and what becomes true with its commit.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior, params};
use tidings_shared::{Message, RoomName, Text, Timestamp};

use super::{
    super::{AppendError, Appended, Draft, Record, now, welcome_record},
    group::Group,
    topic,
};

/// A room's key in the tables, and its newest message's seq.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) key: i64,
    pub(super) seq: u64,
}

/// What a transaction has done.
#[derive(Default)]
pub(super) struct Batch {
    /// Of the rooms to which something was added.
    pub(super) heads: HashMap<RoomName, Head>,
    pub(super) records: Vec<(RoomName, Record)>,
    /// One for each append of the group, in its order.
    pub(super) outcomes: Vec<Result<Appended, AppendError>>,
    /// How long the commit took.
    pub(super) disk: Duration,
}

impl Batch {
    /// Writes what `group` brings, and commits it; `heads` are those of all rooms before it.
    ///
    /// # Errors
    ///
    /// The database's own; then nothing was kept.
    pub(super) fn write(
        connection: &mut Connection,
        group: &mut Group<'_>,
        heads: &HashMap<RoomName, Head>,
        welcome: &Text,
    ) -> rusqlite::Result<Self> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let at = now();
        let mut appending = Appending {
            transaction: &transaction,
            insert: Insert::into(&transaction)?,
            heads,
            welcome,
            at,
            batch: Self::default(),
        };
        while let Some(draft) = group.next() {
            let outcome = appending.append(draft)?;
            appending.batch.outcomes.push(outcome);
        }
        let mut batch = appending.end();
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
}

/// The messages of a transaction that is under way.
struct Appending<'a> {
    transaction: &'a Transaction<'a>,
    insert: Insert<'a>,
    heads: &'a HashMap<RoomName, Head>,
    welcome: &'a Text,
    at: Timestamp,
    batch: Batch,
}

impl Appending<'_> {
    fn append(&mut self, draft: &Draft) -> rusqlite::Result<Result<Appended, AppendError>> {
        let mut head = self.head(&draft.room)?;
        head.seq += 1;
        let message = Message {
            seq: head.seq,
            id: draft.id.clone(),
            username: draft.username.clone(),
            text: draft.text.clone(),
            at: self.at,
        };
        let record = Record { message, number: draft.number.clone() };
        if !self.insert.message(head.key, &record)? {
            return self.find(head.key, draft);
        }
        self.add(&draft.room, record, head);
        Ok(Ok(Appended { seq: head.seq, at: self.at, fresh: true }))
    }

    /// Where the room's log ends. A new one begins with a word of welcome.
    fn head(&mut self, room: &RoomName) -> rusqlite::Result<Head> {
        if let Some(head) = self.batch.heads.get(room).or_else(|| self.heads.get(room)) {
            return Ok(*head);
        }
        self.transaction
            .prepare_cached("INSERT INTO room (name) VALUES (?1)")?
            .execute([room.as_str()])?;
        let head = Head { key: self.transaction.last_insert_rowid(), seq: 1 };
        let record = welcome_record(self.welcome, self.at);
        self.insert.message(head.key, &record)?;
        self.add(room, record, head);
        Ok(head)
    }

    /// The room's log has one more, and now ends there.
    fn add(&mut self, room: &RoomName, record: Record, head: Head) {
        self.batch.records.push((room.clone(), record));
        match self.batch.heads.get_mut(room) {
            Some(last) => *last = head,
            None => drop(self.batch.heads.insert(room.clone(), head)),
        }
    }

    fn end(self) -> Batch {
        self.batch
    }

    /// What became of a known id before.
    fn find(&self, key: i64, draft: &Draft) -> rusqlite::Result<Result<Appended, AppendError>> {
        self.transaction
            .prepare_cached(
                "SELECT seq, at, username, text FROM message WHERE room = ?1 AND id = ?2",
            )?
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
}

/// The one statement that is run for every message: found once for a whole transaction.
pub(super) struct Insert<'a>(CachedStatement<'a>);

impl<'a> Insert<'a> {
    pub(super) fn into(connection: &'a Connection) -> rusqlite::Result<Self> {
        let statement = connection.prepare_cached(
            "INSERT INTO message (room, seq, id, username, text, at, number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (room, id) DO NOTHING",
        )?;
        Ok(Self(statement))
    }

    /// Inserts a message; false if its id is known in the room, and nothing was done.
    pub(super) fn message(&mut self, key: i64, record: &Record) -> rusqlite::Result<bool> {
        let Record { message, number } = record;
        let inserted = self.0.execute(params![
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
}
