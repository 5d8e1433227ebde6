//! What is damaged, or never was a database, is found at the start, refused with a sentence, and left as
//! it was.

mod common;

use std::fs;

use common::sqlite::{a_log, assert_refused, contents, open};
use rusqlite::Connection;
use tempfile::TempDir;
use tidings_backend::store::Span;
use tidings_shared::RoomName;

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("tidings.db");
    for (bytes, sentence) in [
        (&b""[..], "is empty (0 bytes)"),
        (b"x", "damaged or not a database"),
        (b"SQLite format 3\0", "damaged or not a database"),
        (&[0xA5; 100_000], "damaged or not a database"),
        (&[0; 100_000], "not a database"),
        (b"Dear diary, today I was not a database.\n", "damaged or not a database"),
    ] {
        fs::write(&path, bytes).unwrap();
        assert_refused(&path, sentence);
    }
}

#[tokio::test]
async fn a_truncated_database_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    let whole = fs::read(&path).unwrap();
    for length in [1, 99, 100, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        assert_refused(&path, "damaged");
    }
    fs::write(&path, &whole).unwrap();
    open(&path).unwrap().close().await;
}

#[tokio::test]
async fn a_page_of_garbage_anywhere_is_found_at_the_start() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    let whole = fs::read(&path).unwrap();
    assert!(whole.len() > 20 * 4096);
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xA5);
        fs::write(&path, &damaged).unwrap();
        assert_refused(&path, "damaged");
    }
}

/// A flipped byte inside a text can't be told from a text; what must not happen is a panic, or an
/// answer that never comes.
#[tokio::test]
async fn a_flipped_byte_is_refused_or_read_around_but_never_a_panic() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    let whole = fs::read(&path).unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    let mut refused = 0;
    for _ in 0..150 {
        let mut damaged = whole.clone();
        // Heads of pages are where one byte does the most.
        let at = random.usize(..whole.len() / 4096) * 4096 + random.usize(..200);
        damaged[at] ^= 1 << random.u8(..8);
        fs::write(&path, &damaged).unwrap();
        match open(&path) {
            Err(said) => {
                assert!(said.contains("tidings.db"), "{said}");
                refused += 1;
            }
            Ok(store) => {
                let room = || "lobby".parse().unwrap();
                let _ = common::in_time("a read", store.read(room(), Span::After(0), 999)).await;
                common::in_time("its end", store.close()).await;
            }
        }
    }
    assert!(refused > 10, "{refused}");
}

#[tokio::test]
async fn what_waits_in_the_wal_of_a_damaged_database_stays_there() {
    let folder = TempDir::new().unwrap();
    let path = a_log(folder.path()).await;
    let crashing = Connection::open(&path).unwrap();
    crashing.execute_batch("UPDATE message SET text = 'in the WAL' WHERE seq = 7").unwrap();
    let crashed = TempDir::new().unwrap();
    for name in ["tidings.db", "tidings.db-wal"] {
        fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let path = crashed.path().join("tidings.db");
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() - 8192..].fill(0xA5);
    fs::write(&path, &damaged).unwrap();
    let before = contents(crashed.path());
    let said = open(&path).err().expect("it is damaged");
    assert!(said.contains("damaged"), "{said}");
    let mut after = contents(crashed.path());
    after.remove(&crashed.path().join("tidings.db-shm"));
    assert!(before == after, "a file was changed");
    // With the page put right, everything is there.
    fs::write(&path, &whole).unwrap();
    let store = open(&path).unwrap();
    let lobby = store.read(RoomName::lobby(), Span::After(6), 1).await.unwrap();
    assert_eq!(lobby[0].message.text.as_str(), "in the WAL");
    store.close().await;
    assert!(!crashed.path().join("tidings.db-wal").exists(), "closing empties the WAL");
}

#[tokio::test]
async fn tables_that_are_missing_are_refused() {
    for sql in ["DROP TABLE message", "DELETE FROM log", "UPDATE log SET epoch = 'UPPER:00'"] {
        let folder = TempDir::new().unwrap();
        let path = a_log(folder.path()).await;
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        // A closed WAL database may be given its -wal and -shm for the time of looking.
        let said = open(&path).err().unwrap_or_else(|| panic!("{sql} was not noticed"));
        assert!(said.contains("damaged"), "{said}");
    }
}
