//! The index's tables, and how a message is written into them.

use rusqlite::{Transaction, params};
use tidings_shared::RoomName;

use super::words::{cut, tokenizer};
use crate::store::Record;

/// "TidS": tells an index from any other database.
pub(super) const APPLICATION_ID: i32 = 0x5469_6453;
/// The version of the tables, and of how texts are cut into words.
pub(super) const SCHEMA_VERSION: i32 = 2;
/// How many bits of a key count the messages of one millisecond. Time takes 48, up to the year 9999.
pub(super) const NUMBER_BITS: u32 = 15;

/// `tags` holds words that no text has a say in: the room's and the sender's. So a search for all
/// that one person said costs what a search for a word costs.
pub(super) const SCHEMA: &str = concat!(
    "CREATE TABLE log (epoch TEXT NOT NULL) STRICT;
    CREATE TABLE room (
        key INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        seq INTEGER NOT NULL,
        id TEXT NOT NULL
    ) STRICT;
    CREATE TABLE sender (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE place (key INTEGER PRIMARY KEY, room INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;
    CREATE VIRTUAL TABLE words USING fts5(text, tags, content = '', columnsize = 0, prefix = '2 3', ",
    tokenizer!(),
    ");"
);

/// A sender's key.
pub(super) const SENDER: &str = "SELECT key FROM sender WHERE name = ?1";

/// Whoever looks for Ana means ana too.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// The word for a room in `tags`.
pub(super) fn room_tag(key: i64) -> String {
    format!("r{key}")
}

/// The word for a sender in `tags`.
pub(super) fn sender_tag(key: i64) -> String {
    format!("s{key}")
}

/// A room from which nothing was indexed before; its key.
pub(super) fn open_room(
    transaction: &Transaction<'_>,
    room: &RoomName,
    record: &Record,
) -> rusqlite::Result<i64> {
    let (seq, id) = (record.message.seq, record.message.id.as_str());
    transaction
        .prepare_cached("INSERT INTO room (name, seq, id) VALUES (?1, ?2, ?3)")?
        .execute(params![room.as_str(), seq, id])?;
    Ok(transaction.last_insert_rowid())
}

/// A message, by its words; its room is told apart from it.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    room: i64,
    record: &Record,
) -> rusqlite::Result<()> {
    let message = &record.message;
    let sender = folded(message.username.as_str());
    transaction
        .prepare_cached("INSERT INTO sender (name) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([&sender])?;
    let sender = transaction.prepare_cached(SENDER)?.query_row([&sender], |row| row.get(0))?;
    let key = free_key(transaction, message.at.as_ms())?;
    transaction
        .prepare_cached("INSERT INTO place (key, room, seq) VALUES (?1, ?2, ?3)")?
        .execute(params![key, room, message.seq])?;
    let tags = format!("{} {}", room_tag(room), sender_tag(sender));
    transaction
        .prepare_cached("INSERT INTO words (rowid, text, tags) VALUES (?1, ?2, ?3)")?
        .execute(params![key, cut(message.text.as_str()), tags])?;
    Ok(())
}

/// The next key of that millisecond, or of the first one after it that has one left.
fn free_key(transaction: &Transaction<'_>, ms: u64) -> rusqlite::Result<u64> {
    let mut last =
        transaction.prepare_cached("SELECT max(key) FROM place WHERE key BETWEEN ?1 AND ?2")?;
    for ms in ms.. {
        let (first, end) = (ms << NUMBER_BITS, ((ms + 1) << NUMBER_BITS) - 1);
        match last.query_row([first, end], |row| row.get::<_, Option<u64>>(0))? {
            None => return Ok(first),
            Some(last) if last < end => return Ok(last + 1),
            Some(_) => {}
        }
    }
    unreachable!("time has no end")
}
