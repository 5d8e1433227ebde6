//! Which file is used as the log: what is doubtful is refused with a sentence, and left to the byte as
//! it was; nothing is repaired, replaced or begun anew behind the operator's back. Files that are
//! damaged are tried in `sqlite_damaged.rs`.

mod common;

use std::{fs, path::Path, process::Command};

use common::sqlite::{a_log, assert_refused, contents, open};
use rusqlite::Connection;
use tempfile::TempDir;
use tidings_backend::store::Span;
use tidings_shared::Cursor;

#[tokio::test]
async fn a_second_server_is_refused_and_the_first_goes_on() {
    let server = common::Server::start(common::Kind::Sqlite).await;
    server.post("lobby", "ana", "before").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let second =
        tidings_backend::serve(listener, server.config.clone(), std::future::pending()).await;
    let said = second.unwrap_err().to_string();
    assert!(said.contains("is in use by another server; stop that one"), "{said}");
    server.post("lobby", "ana", "after").await;
    let server = server.restart().await;
    assert_eq!(server.all("lobby").await.len(), 3);
    server.stop().await;
}

#[tokio::test]
async fn a_store_can_be_opened_again_as_soon_as_it_is_closed() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    assert_eq!(contents(folder.path()).len(), 1, "closing leaves the one file");
    for _ in 0..3 {
        let store = open(&path).unwrap();
        let rooms = store.rooms();
        assert_eq!(rooms.iter().map(|room| room.messages).collect::<Vec<_>>(), [201, 201]);
        store.close().await;
    }
}

#[tokio::test]
async fn a_directory_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tidings.db");
    fs::create_dir(&path).unwrap();
    assert_refused(&path, "is a directory; name a file for the database in it");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("file"), "x").unwrap();
    for path in ["file/tidings.db", "file/deeper/tidings.db"] {
        let said = open(&folder.path().join(path)).err().expect("there is no such folder");
        assert!(said.contains("can't be made") && said.contains("file"), "{said}");
    }
    // The kernel's own folder takes nobody's files, not even root's.
    if Path::new("/proc/self").exists() {
        let said = open(Path::new("/proc/tidings.db")).err().expect("/proc takes no files");
        assert!(said.contains("/proc/tidings.db") && said.contains("can't be written"), "{said}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    // Permissions don't bind root; this attribute does, where the file system knows it.
    let mark = |flag: &str| Command::new("chattr").arg(flag).arg(&path).status();
    if !mark("+i").is_ok_and(|status| status.success()) {
        eprintln!("skipped: no file can be made immutable here");
        return;
    }
    let refused = std::panic::catch_unwind(|| assert_refused(&path, "can't be written"));
    mark("-i").unwrap();
    refused.unwrap();
    open(&path).unwrap().close().await;
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE message (text); INSERT INTO message VALUES (1);").unwrap();
    assert_refused(&path, "is a database of another program");
    // With changes of its own that wait in its WAL, as after a crash.
    other.pragma_update(None, "journal_mode", "WAL").unwrap();
    other.execute_batch("INSERT INTO message VALUES (2);").unwrap();
    let crashed = TempDir::new().unwrap();
    for suffix in ["", "-wal"] {
        let from = folder.path().join(format!("other.db{suffix}"));
        fs::copy(from, crashed.path().join(format!("other.db{suffix}"))).unwrap();
    }
    assert_refused(&crashed.path().join("other.db"), "is a database of another program");
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 3).unwrap();
    assert_refused(&path, "has version 3 of the tables");
}

#[tokio::test]
async fn messages_left_in_a_wal_without_its_database_are_not_thrown_away() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    fs::rename(&path, folder.path().join("elsewhere")).unwrap();
    fs::write(folder.path().join("tidings.db-wal"), [7; 5000]).unwrap();
    assert_refused(&path, "is gone, but");
    fs::remove_file(folder.path().join("tidings.db-wal")).unwrap();
    open(&path).unwrap().close().await;
}

#[tokio::test]
async fn a_log_that_was_put_back_from_a_copy_is_told_to_readers() {
    let server = common::Server::start(common::Kind::Sqlite).await;
    server.post("lobby", "ana", "kept").await;
    let stopped = server.stop().await;
    let path = stopped.folder.path().join("data/tidings.db");
    let copy = fs::read(&path).unwrap();
    let server = stopped.start().await;
    let lost = server.post("lobby", "ana", "lost").await;
    let stopped = server.stop().await;
    fs::write(&path, copy).unwrap();
    let server = stopped.start().await;
    let page = server.page("lobby", &format!("after={}", lost.cursor)).await;
    let gap = page.gap.expect("a reader from the future is told");
    assert_eq!(gap.resume, Cursor { seq: 0, ..lost.cursor });
    assert_eq!(page.messages.len(), 2);
    server.stop().await;
}

/// The tables of version 1, as that program made them.
const VERSION_1: &str = "
    PRAGMA application_id = 0x54696469;
    PRAGMA user_version = 1;
    PRAGMA journal_mode = WAL;
    CREATE TABLE log (epoch TEXT NOT NULL) STRICT;
    CREATE TABLE room (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE message (
        room INTEGER NOT NULL REFERENCES room, seq INTEGER NOT NULL, id TEXT NOT NULL,
        username TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL, number TEXT,
        PRIMARY KEY (room, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX message_by_id ON message (room, id);
    INSERT INTO log VALUES ('k3f9a0zq');
    INSERT INTO room VALUES (1, 'lobby'), (2, 'ops');
    INSERT INTO message VALUES (1, 1, 'w', 'chat-room', 'Welcome user', 1700000000000, NULL),
        (2, 1, 'w', 'chat-room', 'Welcome user', 1700000000000, NULL),
        (2, 2, 'x', 'ana', 'said long ago', 1700000000001, '7');
";

#[tokio::test]
async fn a_log_of_the_version_before_opens_and_keeps_what_it_held() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tidings.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(VERSION_1).unwrap();
    old.close().unwrap();
    for nth in 0..2 {
        let store = open(&path).unwrap();
        assert_eq!(store.epoch().as_str(), "k3f9a0zq");
        let ops = store.rooms().into_iter().find(|room| room.name.as_str() == "ops").unwrap();
        assert_eq!((ops.head, ops.messages, ops.topic.is_some()), (2, 2, nth == 1));
        assert_eq!(ops.last_at.unwrap().as_ms(), 1_700_000_000_001);
        let said = store.read(ops.name.clone(), Span::After(1), 9).await.unwrap();
        assert_eq!(said[0].message.text.as_str(), "said long ago");
        let set = store.set_topic(ops.name, "ana".parse().unwrap(), "New".parse().unwrap());
        set.unwrap().await.unwrap().unwrap();
        store.close().await;
    }
    let version = |c: Connection| c.pragma_query_value(None, "user_version", |row| row.get(0));
    assert_eq!(version(Connection::open(&path).unwrap()), Ok::<i32, _>(2));
}

#[tokio::test]
async fn a_damaged_log_of_the_version_before_is_not_brought_up() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tidings.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(VERSION_1).unwrap();
    old.execute_batch("DROP TABLE message").unwrap();
    old.close().unwrap();
    let said = open(&path).err().expect("it is refused");
    assert!(said.contains("damaged"), "{said}");
    let tables = Connection::open(&path).unwrap();
    let version: i32 = tables.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
}
