//! The index: one SQLite file with an FTS5 table that holds no text, only which words stand where. It is
//! made from the log and can be made again, so it is worth nothing when it is doubtful.
//!
//! A message's key is its time and then a number, so that FTS5, which walks along keys, finds the
//! newest first without sorting, and days are ranges of keys.

use std::{collections::HashMap, path::Path};

use rusqlite::{Connection, params};
use tidings_shared::{Epoch, RoomName};

use super::{
    query::Query,
    tables::{
        APPLICATION_ID, NUMBER_BITS, SCHEMA, SCHEMA_VERSION, SENDER, folded, insert, open_room,
        room_tag, sender_tag,
    },
};
use crate::store::Record;

/// What an index can't be used for.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexError {
    /// It is of another log, or of another program: another one is to be made.
    #[error("it was made from another log, or by another version")]
    Stale,
    /// SQLite says so.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

impl IndexError {
    /// Whether an index made anew would be better. A full disk is full for any.
    pub(super) fn is_cured_by_a_new_one(&self) -> bool {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, PermissionDenied,
            ReadOnly, SystemIoFailure,
        };
        match self {
            Self::Stale => true,
            Self::Sqlite(e) => !matches!(
                e.sqlite_error_code(),
                Some(
                    CannotOpen
                        | DatabaseBusy
                        | DatabaseLocked
                        | DiskFull
                        | OutOfMemory
                        | PermissionDenied
                        | ReadOnly
                        | SystemIoFailure
                )
            ),
        }
    }
}

/// How far a room is indexed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Known {
    key: i64,
    /// The last message's seq.
    pub(super) seq: u64,
    /// Its id, by which it is known again.
    pub(super) id: String,
}

/// A message that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hit {
    /// Where the search goes on behind it.
    pub(super) key: u64,
    pub(super) room: RoomName,
    pub(super) seq: u64,
}

/// See the module. What it does, it does at once: to be called where that is no harm.
pub(super) struct Index {
    connection: Connection,
    rooms: HashMap<RoomName, Known>,
    /// Whether the log was seen to be the one that was indexed.
    pub(super) checked: bool,
}

impl Index {
    /// Opens the index of this log, or begins one; without a file, in memory.
    pub(super) fn open(file: Option<&Path>, epoch: Epoch) -> Result<Self, IndexError> {
        let mut connection = match file {
            Some(file) => Connection::open(file)?,
            None => Connection::open_in_memory()?,
        };
        // In one process and by one connection: no shared memory is needed.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        // A crash loses the last commits and nothing else; they are made again.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let pragma = |connection: &Connection, name: &str| {
            connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0))
        };
        if pragma(&connection, "user_version")? == 0 {
            let transaction = connection.transaction()?;
            transaction.execute_batch(SCHEMA)?;
            transaction.execute("INSERT INTO log (epoch) VALUES (?1)", [epoch.as_str()])?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            transaction.commit()?;
        }
        let of: String = connection.query_row("SELECT epoch FROM log", [], |row| row.get(0))?;
        if of != epoch.as_str()
            || pragma(&connection, "user_version")? != SCHEMA_VERSION
            || pragma(&connection, "application_id")? != APPLICATION_ID
        {
            return Err(IndexError::Stale);
        }
        let rooms = read_rooms(&connection)?;
        Ok(Self { connection, rooms, checked: false })
    }

    /// How far each room is indexed.
    pub(super) fn rooms(&self) -> &HashMap<RoomName, Known> {
        &self.rooms
    }

    /// Adds messages, those of a room in the log's order; what is known is not added twice.
    pub(super) fn add(&mut self, messages: &[(RoomName, Record)]) -> Result<(), IndexError> {
        let mut rooms = HashMap::new();
        let transaction = self.connection.transaction()?;
        for (room, record) in messages {
            let message = &record.message;
            let known = match rooms.get(room).or_else(|| self.rooms.get(room)) {
                Some(known) if known.seq >= message.seq => continue,
                Some(known) => Known { seq: message.seq, id: message.id.as_str().into(), ..*known },
                None => Known {
                    key: open_room(&transaction, room, record)?,
                    seq: message.seq,
                    id: message.id.as_str().into(),
                },
            };
            insert(&transaction, known.key, record)?;
            rooms.insert(room.clone(), known);
        }
        for known in rooms.values() {
            transaction
                .prepare_cached("UPDATE room SET seq = ?2, id = ?3 WHERE key = ?1")?
                .execute(params![known.key, known.seq, known.id])?;
        }
        transaction.commit()?;
        self.rooms.extend(rooms);
        Ok(())
    }

    /// The newest `limit` messages that the query means, before this key.
    pub(super) fn find(
        &self,
        query: &Query,
        before: u64,
        limit: usize,
    ) -> Result<Vec<Hit>, IndexError> {
        let Some(words) = self.expression(query)? else { return Ok(Vec::new()) };
        let key = |ms: u64| ms.saturating_mul(1 << NUMBER_BITS);
        let signed = |key: u64| i64::try_from(key).unwrap_or(i64::MAX);
        let (from, to) = (signed(key(query.since)), signed(before.min(key(query.until))));
        let row = |row: &rusqlite::Row<'_>| {
            let room = row.get_ref(1)?.as_str()?.parse();
            let room = room.map_err(|_| rusqlite::Error::InvalidColumnName("room.name".into()))?;
            Ok(Hit { key: row.get(0)?, room, seq: row.get(2)? })
        };
        let hits = if words.is_empty() {
            self.connection
                .prepare_cached(
                    "SELECT place.key, name, place.seq FROM place CROSS JOIN room ON room.key = room
                     WHERE place.key >= ?1 AND place.key < ?2 ORDER BY place.key DESC LIMIT ?3",
                )?
                .query_map(params![from, to, limit], row)?
                .collect::<Result<_, _>>()?
        } else {
            self.connection
                .prepare_cached(
                    "SELECT place.key, name, place.seq FROM words
                     CROSS JOIN place ON place.key = words.rowid CROSS JOIN room ON room.key = room
                     WHERE words MATCH ?4 AND words.rowid >= ?1 AND words.rowid < ?2
                     ORDER BY words.rowid DESC LIMIT ?3",
                )?
                .query_map(params![from, to, limit, words], row)?
                .collect::<Result<_, _>>()?
        };
        Ok(hits)
    }

    /// The query in FTS5's language, empty if only days are asked for; none if it means nothing that
    /// is there.
    fn expression(&self, query: &Query) -> Result<Option<String>, IndexError> {
        let mut tags = Vec::new();
        if let Some(room) = &query.room {
            let Some(known) = self.rooms.get(room) else { return Ok(None) };
            tags.push(room_tag(known.key));
        }
        if let Some(from) = &query.from {
            let mut sender = self.connection.prepare_cached(SENDER)?;
            let mut rows = sender.query([folded(from.as_str())])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            tags.push(sender_tag(row.get(0)?));
        }
        let tags = (!tags.is_empty()).then(|| format!("tags : ({})", tags.join(" ")));
        let words = query.words.as_ref().map(|words| format!("text : ({words})"));
        Ok(Some(tags.into_iter().chain(words).collect::<Vec<_>>().join(" AND ")))
    }
}

fn read_rooms(connection: &Connection) -> rusqlite::Result<HashMap<RoomName, Known>> {
    let mut statement = connection.prepare("SELECT name, key, seq, id FROM room")?;
    let rooms = statement.query_map([], |row| {
        let name = row.get_ref(0)?.as_str()?.parse();
        let name = name.map_err(|_| rusqlite::Error::InvalidColumnName("room.name".into()))?;
        Ok((name, Known { key: row.get(1)?, seq: row.get(2)?, id: row.get(3)? }))
    })?;
    rooms.collect()
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Message, Text, Timestamp, Username};

    use super::*;

    fn message(seq: u64, ms: u64, text: &str) -> (RoomName, Record) {
        let message = Message {
            seq,
            id: format!("m{seq}").parse().unwrap(),
            username: Username::from_log("Ana"),
            text: Text::from_log(text),
            at: Timestamp::from_ms(ms),
        };
        (RoomName::lobby(), Record { message, number: None })
    }

    fn index() -> Index {
        Index::open(None, "abcdefgh".parse().unwrap()).unwrap()
    }

    fn seqs(index: &Index, typed: &str, before: u64) -> Vec<u64> {
        let hits = index.find(&typed.parse().unwrap(), before, 9).unwrap();
        hits.iter().map(|hit| hit.seq).collect()
    }

    #[test]
    fn what_is_added_again_is_there_once() {
        let mut index = index();
        let messages = [message(1, 10, "one"), message(2, 10, "two one")];
        index.add(&messages[..1]).unwrap();
        index.add(&messages).unwrap();
        index.add(&messages).unwrap();
        assert_eq!(seqs(&index, "one", u64::MAX), [2, 1]);
        assert_eq!(index.rooms()[&RoomName::lobby()].seq, 2);
        assert_eq!(seqs(&index, "from:ana in:lobby two", u64::MAX), [2]);
        assert_eq!(seqs(&index, "before:2026-01-01", u64::MAX), [2, 1]);
        assert!(seqs(&index, "r1", u64::MAX).is_empty(), "tags are no words");
    }

    #[test]
    fn the_newest_is_first_even_if_the_clock_was_set_back() {
        let mut index = index();
        index.add(&[message(1, 30, "x"), message(2, 10, "x"), message(3, 20, "x")]).unwrap();
        index.add(&[message(4, 10, "x")]).unwrap();
        assert_eq!(seqs(&index, "x", u64::MAX), [1, 3, 4, 2]);
        let hits = index.find(&"x".parse().unwrap(), u64::MAX, 2).unwrap();
        assert_eq!(seqs(&index, "x", hits[1].key), [4, 2]);
    }

    #[test]
    fn a_millisecond_holds_as_many_as_there_are() {
        let mut index = index();
        let end = (1 << NUMBER_BITS) - 1;
        let key = 7 << NUMBER_BITS | end;
        let sql = "INSERT INTO place (key, room, seq) VALUES (?1, 1, 1)";
        index.connection.execute(sql, [key]).unwrap();
        index.add(&[message(1, 7, "x"), message(2, 7, "x"), message(3, 8, "x")]).unwrap();
        let hits = index.find(&"x".parse().unwrap(), u64::MAX, 9).unwrap();
        let keys: Vec<_> = hits.iter().map(|hit| hit.key - (8 << NUMBER_BITS)).collect();
        assert_eq!(keys, [2, 1, 0]);
    }

    #[test]
    fn another_logs_index_is_stale() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("index");
        let open = |epoch: &str| Index::open(Some(&file), epoch.parse().unwrap());
        open("abcdefgh").unwrap().add(&[message(1, 1, "kept")]).unwrap();
        assert_eq!(seqs(&open("abcdefgh").unwrap(), "kept", u64::MAX), [1]);
        assert!(matches!(open("bcdefghi"), Err(IndexError::Stale)));
        std::fs::write(&file, [7; 9000]).unwrap();
        let damaged = open("abcdefgh").err().expect("it is no database");
        assert!(damaged.is_cured_by_a_new_one(), "{damaged}");
    }
}
