//! Whether a file may be used as the log, and making a new one. What is doubtful is refused with a
//! sentence: nothing here repairs, replaces or starts anew where something was.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};
use tidings_shared::{Epoch, RoomName, Text, Timestamp, TopicSet};

use super::{
    super::{OpenError, RoomHead, draw_epoch, now, welcome_record},
    batch::Insert,
    lock::Lock,
    topic,
};

/// "Tidi": tells a Tidings database from any other.
const APPLICATION_ID: i32 = 0x5469_6469;
/// How every SQLite file begins, and where it bears the application's id (a big-endian integer).
/// <https://www.sqlite.org/fileformat.html#the_database_header>
const MAGIC: &[u8] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;
const HEADER: usize = APPLICATION_ID_AT + 4;
/// The version of the tables.
const SCHEMA_VERSION: i32 = 2;
/// The one before it, which is brought up to it: it has no topics.
const WITHOUT_TOPICS: i32 = 1;
/// Files up to this size are checked through and through at each start; about a second's work.
const CHECK_UP_TO_BYTES: u64 = 256 << 20;

const SCHEMA: &str = "
    CREATE TABLE log (epoch TEXT NOT NULL) STRICT;
    CREATE TABLE room (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE message (
        room INTEGER NOT NULL REFERENCES room,
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        username TEXT NOT NULL,
        text TEXT NOT NULL,
        at INTEGER NOT NULL,
        number TEXT,
        PRIMARY KEY (room, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX message_by_id ON message (room, id);
";

/// A room and its key in the tables.
pub(super) struct KnownRoom {
    pub(super) key: i64,
    pub(super) head: RoomHead,
}

/// A database that may be used.
pub(super) struct Opened {
    /// Held as long as the server lives: a second server finds it taken.
    pub(super) lock: Lock,
    pub(super) connection: Connection,
    pub(super) epoch: Epoch,
    pub(super) rooms: Vec<KnownRoom>,
    pub(super) topics: HashMap<RoomName, TopicSet>,
}

/// A connection that writes: a commit is on disk when it returns.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Exclusive use is the lock file's business; a reader never makes a WAL writer wait long.
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // A message's room is one that the writer has just found or made, and none is ever removed: SQLite
    // need not look for it again with each message. The key in the schema says so to whoever reads it.
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}

pub(super) fn open(path: &Path, welcome: &Text) -> Result<Opened, OpenError> {
    let shown = path.display();
    if path.is_dir() {
        return Err(OpenError(format!(
            "{shown} is a directory; name a file for the database in it"
        )));
    }
    make_folder(path)?;
    let lock = Lock::take(path)?;
    let metadata = match fs::metadata(path) {
        Ok(metadata) => Some(metadata),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(OpenError(format!("the database {shown} can't be read: {e}"))),
    };
    match &metadata {
        Some(metadata) if metadata.len() == 0 => Err(OpenError(format!(
            "the database {shown} is empty (0 bytes), so what it held is gone; restore it from a \
             copy, or remove the file to begin a new log"
        ))),
        Some(metadata) => open_existing(path, metadata.len(), lock),
        None => create(path, welcome, lock),
    }
}

fn make_folder(path: &Path) -> Result<(), OpenError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder).map_err(|e| {
            OpenError(format!(
                "the folder {} for the database can't be made: {e}",
                folder.display()
            ))
        }),
        _ => Ok(()),
    }
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn open_existing(path: &Path, size: u64, lock: Lock) -> Result<Opened, OpenError> {
    let shown = path.display();
    // Opening a file for reading and writing would silently fall back to reading only.
    let mut file = File::options()
        .read(true)
        .write(true)
        .open(path)
        .map_err(|e| OpenError(format!("the database {shown} can't be written: {e}")))?;
    let damaged = |e: &dyn std::fmt::Display| {
        OpenError(format!(
            "the database {shown} is damaged or not a database ({e}); restore it from a copy, or \
             name another file with --store"
        ))
    };
    // Read by hand, before SQLite sees the file: it would write another program's WAL into that
    // program's database, and it takes a file that is cut off in its header for an empty one.
    let mut header = [0; HEADER];
    file.read_exact(&mut header).map_err(|e| damaged(&e))?;
    drop(file);
    if !header.starts_with(MAGIC) {
        return Err(damaged(&"file is not a database"));
    }
    if header[APPLICATION_ID_AT..] != APPLICATION_ID.to_be_bytes() {
        return Err(OpenError(format!(
            "{shown} is a database of another program; name another file with --store"
        )));
    }
    let wal = fs::metadata(beside(path, "-wal")).is_ok_and(|metadata| metadata.len() > 0);
    // SQLite would read zeros for what is missing. With a WAL, a power cut can leave it so.
    if !wal && !size.is_multiple_of(page_size(&header)) {
        return Err(damaged(&"it ends in the middle of a page"));
    }
    let mut connection = connect(path).map_err(|e| damaged(&e))?;
    // What waits in a WAL stays there until the database has been found good.
    let keep_wal =
        |keep| connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep).map(drop);
    keep_wal(wal).map_err(|e| damaged(&e))?;
    let pragma = |name: &str| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i32>(0))
            .map_err(|e| damaged(&e))
    };
    let version = pragma("user_version")?;
    if ![WITHOUT_TOPICS, SCHEMA_VERSION].contains(&version) {
        return Err(OpenError(format!(
            "the database {shown} has version {version} of the tables, and this program knows \
             version {SCHEMA_VERSION}; use the newer program"
        )));
    }
    if size <= CHECK_UP_TO_BYTES {
        let verdict: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|e| damaged(&e))?;
        if verdict != "ok" {
            return Err(OpenError(format!(
                "the database {shown} is damaged ({verdict}); restore it from a copy, or name \
                 another file with --store"
            )));
        }
    }
    let (epoch, rooms) = read_heads(&connection).map_err(|e| damaged(&e))?;
    // Only what has been found good is changed.
    if version == WITHOUT_TOPICS {
        topic::migrate(&mut connection).map_err(|e| {
            OpenError(format!(
                "the database {shown} could not be given the tables of this version ({e}), and \
                 was left as it was"
            ))
        })?;
    }
    let topics = topic::read(&connection).map_err(|e| damaged(&e))?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .map_err(|e| damaged(&e))?;
    Ok(Opened { lock, connection, epoch, rooms, topics })
}

/// In bytes. The header has two bytes for it, in which 1 stands for 65,536.
fn page_size(header: &[u8; HEADER]) -> u64 {
    match u16::from_be_bytes([header[16], header[17]]) {
        0 | 1 => 1 << 16,
        size => size.into(),
    }
}

fn read_heads(connection: &Connection) -> rusqlite::Result<(Epoch, Vec<KnownRoom>)> {
    let text: Option<String> =
        connection.query_row("SELECT epoch FROM log", [], |row| row.get(0)).optional()?;
    let epoch = text
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| rusqlite::Error::InvalidColumnName("log.epoch".into()))?;
    let mut statement = connection.prepare(
        "SELECT room.id, name, count(seq), coalesce(max(seq), 0),
             (SELECT at FROM message WHERE message.room = room.id ORDER BY seq DESC LIMIT 1)
         FROM room LEFT JOIN message ON message.room = room.id GROUP BY room.id",
    )?;
    let rooms = statement.query_map([], |row| {
        let name: String = row.get(1)?;
        let name: RoomName =
            name.parse().map_err(|_| rusqlite::Error::InvalidColumnName("room.name".into()))?;
        let last_at = row.get::<_, Option<u64>>(4)?.map(Timestamp::from_ms);
        let (messages, head) = (row.get(2)?, row.get(3)?);
        let head = RoomHead { name, head, messages, last_at, topic: None };
        Ok(KnownRoom { key: row.get(0)?, head })
    })?;
    Ok((epoch, rooms.collect::<Result<_, _>>()?))
}

/// A new file. It is made under another name and moved into place when it is whole, so that a
/// server that dies in the middle leaves nothing that looks like a log.
fn create(path: &Path, welcome: &Text, lock: Lock) -> Result<Opened, OpenError> {
    let shown = path.display();
    let wal = beside(path, "-wal");
    if fs::metadata(&wal).is_ok_and(|metadata| metadata.len() > 0) {
        return Err(OpenError(format!(
            "the database {shown} is gone, but {} still holds messages of it; restore the \
             database, or remove that file too to begin a new log",
            wal.display()
        )));
    }
    let failed = |e: &dyn std::fmt::Display| {
        OpenError(format!("the database {shown} can't be created: {e}"))
    };
    let building = beside(path, ".new");
    let _ = fs::remove_file(&building);
    let made = build(&building, welcome).map_err(|e| failed(&e));
    if let Err(e) = made {
        let _ = fs::remove_file(&building);
        return Err(e);
    }
    fs::rename(&building, path).map_err(|e| failed(&e))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| failed(&e))?;
    let connection = connect(path).map_err(|e| failed(&e))?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(|e| failed(&e))?;
    let (epoch, rooms) = read_heads(&connection).map_err(|e| failed(&e))?;
    Ok(Opened { lock, connection, epoch, rooms, topics: HashMap::new() })
}

fn build(path: &Path, welcome: &Text) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.execute_batch(topic::TABLE)?;
    transaction.execute("INSERT INTO log (epoch) VALUES (?1)", [draw_epoch().as_str()])?;
    transaction.execute("INSERT INTO room (name) VALUES (?1)", [RoomName::LOBBY])?;
    let key = transaction.last_insert_rowid();
    Insert::into(&transaction)?.message(key, &welcome_record(welcome, now()))?;
    transaction.commit()?;
    connection.close().map_err(|(_, e)| e)
}
