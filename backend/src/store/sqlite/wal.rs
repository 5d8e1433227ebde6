//! The write-ahead log's file has its length before it is written to.
//!
//! A commit waits for the disk. Where the file grows by it, the disk writes twice: what was added, and
//! that the file is longer now. SQLite writes the WAL from its beginning again after each checkpoint, so
//! it grows only until the first one; this takes that away from those who post first.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

use super::open::beside;

/// As many pages as SQLite lets gather before it checkpoints, and what one large commit adds.
const PAGES: u64 = 1_100;
/// A page of SQLite's default size with the head of its frame, in bytes.
const FRAME: u64 = 4_096 + 24;

/// Makes the WAL of the database at `path`, which is open, as long as it gets in everyday work: zeros
/// behind what it holds. They are no frame to SQLite, whose recovery ends at the first that is none.
///
/// # Errors
///
/// When there is no room, or no WAL; it is then as it was.
pub(super) fn lengthen(path: &Path) -> io::Result<()> {
    // Not among those that SQLite locks, so closing it here lets go of nothing.
    let mut file = File::options().write(true).open(beside(path, "-wal"))?;
    let before = file.metadata()?.len();
    let zeros = vec![0; (PAGES * FRAME).saturating_sub(before) as usize];
    file.seek(SeekFrom::Start(before))?;
    file.write_all(&zeros).and_then(|()| file.sync_all()).inspect_err(|_| {
        // A disk that is full needs the room for messages.
        let _ = file.set_len(before);
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use super::*;
    use crate::store::{Draft, Record, Sink, Span, SqliteStore, Store, draw_id};

    struct Nobody;

    impl Sink for Nobody {
        fn committed(&self, _: Vec<(tidings_shared::RoomName, Record)>) {}
    }

    fn open(path: &Path) -> SqliteStore {
        SqliteStore::open(path, "Welcome user".parse().unwrap(), Arc::new(Nobody)).unwrap()
    }

    async fn texts(store: &SqliteStore) -> Vec<String> {
        let records =
            store.read("ops".parse().unwrap(), Span::Before(u64::MAX >> 1), 10).await.unwrap();
        records.iter().map(|record| record.message.text.to_string()).collect()
    }

    #[tokio::test]
    async fn a_commit_does_not_lengthen_it_and_a_crash_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let store = open(&path);
        let length = || fs::metadata(beside(&path, "-wal")).unwrap().len();
        let post = async |text: &str| {
            let draft = Draft {
                room: "ops".parse().unwrap(),
                id: draw_id(),
                username: "ana".parse().unwrap(),
                text: text.parse().unwrap(),
                number: None,
            };
            store.append(draft).unwrap().await.unwrap().unwrap();
        };
        post("one").await;
        assert_eq!(length(), PAGES * FRAME, "the writing thread has done it before it wrote");
        for _ in 0..20 {
            post("two").await;
        }
        assert_eq!(length(), PAGES * FRAME);

        // As a machine leaves it whose power went: the files as they are, nothing closed.
        let copy = folder.path().join("copy.db");
        for suffix in ["", "-wal"] {
            fs::copy(beside(&path, suffix), beside(&copy, suffix)).unwrap();
        }
        let found = open(&copy);
        assert_eq!(texts(&found).await, vec!["two"; 10]);
        assert_eq!(texts(&store).await, texts(&found).await);
        store.close().await;
        assert!(!beside(&path, "-wal").exists(), "closing leaves none");
    }
}
