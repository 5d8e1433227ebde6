//! The SQLite store's file, seen from outside: whether it is opened, what the refusal says, and what
//! became of its bytes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use tidings_backend::store::{self, Draft, Record, Sink, Store, StoreUrl, draw_id};
use tidings_shared::RoomName;

struct Deaf;

impl Sink for Deaf {
    fn committed(&self, _: Vec<(RoomName, Record)>) {}
}

/// Opens it, or answers the sentence that says why not.
pub fn open(path: &Path) -> Result<Arc<dyn Store>, String> {
    let url = StoreUrl::Sqlite(path.to_owned());
    store::open(&url, "Welcome user".parse().unwrap(), Arc::new(Deaf)).map_err(|e| e.to_string())
}

/// A log of some hundred messages in two rooms, closed in good order.
pub async fn a_log(folder: &Path) -> PathBuf {
    let path = folder.join("tidings.db");
    let store = open(&path).unwrap();
    let append = |n: usize| {
        store.append(Draft {
            room: ["lobby", "ops"][n % 2].parse().unwrap(),
            id: draw_id(),
            username: "ana".parse().unwrap(),
            text: format!("message {n} {}", "x".repeat(n % 300)).parse().unwrap(),
            number: n.is_multiple_of(3).then(|| "4711".into()),
        })
    };
    let pending: Vec<_> = (0..400).map(|n| append(n).unwrap()).collect();
    for pending in pending {
        pending.await.unwrap().unwrap();
    }
    store.close().await;
    path
}

/// Every file but the lock, which is no data.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.is_file() && path.extension() != Some("lock".as_ref()))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

/// It is refused, the sentence says so, and nothing has changed.
#[track_caller]
pub fn assert_refused(path: &Path, sentence: &str) {
    let folder = path.parent().unwrap();
    let before = contents(folder);
    let said = match open(path) {
        Ok(_) => panic!("it was opened, not refused with {sentence:?}"),
        Err(said) => said,
    };
    assert!(said.contains(sentence), "{said:?} does not say {sentence:?}");
    assert!(said.contains(path.to_str().unwrap()), "{said:?} does not name the file");
    assert!(contents(folder) == before, "a file was changed, made or removed");
}
