//! The index for searches is worth nothing: it may be lost, damaged or another log's, and nobody
//! notices but by the time it takes.

mod common;

use std::{fs, path::PathBuf};

use common::{
    Kind, Server,
    search::{address, page, texts},
};
use tidings_backend::store::StoreUrl;
use tidings_shared::Username;

/// Where the index of a server is kept.
fn index_of(server: &Server) -> PathBuf {
    server.folder().join("data/tidings.db-search")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_is_kept_and_continued() {
    let server = Server::start(Kind::Sqlite).await;
    server.post("ops", "ana", "needle one").await;
    assert!(!index_of(&server).exists(), "nobody has searched yet");
    assert_eq!(texts(&server, "needle").await.len(), 1);
    server.post("ops", "ana", "needle two").await;
    let stopped = server.stop().await;
    let kept = stopped.folder.path().join("data/tidings.db-search");
    let wal = kept.with_extension("db-search-wal");
    assert!(kept.exists() && !wal.exists(), "it was closed in good order");
    // What is in it is taken from it: with the sender's words changed there, others are found.
    let index = rusqlite::Connection::open(&kept).unwrap();
    index.execute("UPDATE sender SET name = 'bia' WHERE name = 'ana'", []).unwrap();
    index.close().unwrap();
    let server = stopped.start().await;
    server.post("dev", "ana", "needle three").await;
    assert_eq!(texts(&server, "needle").await, ["needle three", "needle two", "needle one"]);
    assert_eq!(texts(&server, "needle from:bia").await, ["needle one"], "what was kept");
    assert_eq!(texts(&server, "needle from:ana").await, ["needle three", "needle two"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_or_damaged_index_is_made_anew() {
    let mut server = Server::start(Kind::Sqlite).await;
    server.fill("ops", "needle", 300).await;
    assert_eq!(texts(&server, "\"needle 300\"").await.len(), 1);
    for damage in ["delete", "empty", "foreign", "cut", "scribble", "tables"] {
        let stopped = server.stop().await;
        let file = stopped.folder.path().join("data/tidings.db-search");
        let mut bytes = fs::read(&file).unwrap();
        match damage {
            "delete" => fs::remove_file(&file).unwrap(),
            "empty" => fs::write(&file, "").unwrap(),
            "foreign" => fs::write(&file, "no database at all ".repeat(500)).unwrap(),
            "cut" => fs::write(&file, &bytes[..bytes.len() / 2 + 100]).unwrap(),
            "scribble" => {
                for page in bytes[4096..].chunks_mut(4096) {
                    page[..64].fill(0xA5);
                }
                fs::write(&file, bytes).unwrap();
            }
            _ => {
                let index = rusqlite::Connection::open(&file).unwrap();
                index.execute_batch("DROP TABLE place").unwrap();
            }
        }
        server = stopped.start().await;
        assert_eq!(texts(&server, "\"needle 300\"").await.len(), 1, "{damage}");
        assert_eq!(texts(&server, "from:chat-room in:ops").await.len(), 1, "{damage}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_log_under_the_same_index_begins_anew() {
    let server = Server::start(Kind::Sqlite).await;
    server.post("ops", "ana", "kept").await;
    let stopped = server.stop().await;
    let path = stopped.folder.path().join("data/tidings.db");
    let copy = fs::read(&path).unwrap();
    let server = stopped.start().await;
    server.post("ops", "ana", "lost").await;
    assert_eq!(texts(&server, "from:ana").await, ["lost", "kept"]);
    // Put back from a copy: once shorter than what was indexed, once just as long.
    let stopped = server.stop().await;
    fs::write(&path, &copy).unwrap();
    let server = stopped.start().await;
    assert_eq!(texts(&server, "from:ana").await, ["kept"]);
    server.post("ops", "ana", "lost").await;
    assert_eq!(texts(&server, "from:ana").await, ["lost", "kept"]);
    let stopped = server.stop().await;
    fs::write(&path, &copy).unwrap();
    let server = stopped.start().await;
    server.post("ops", "ana", "found").await;
    assert_eq!(texts(&server, "from:ana").await, ["found", "kept"]);
    assert_eq!(texts(&server, "lost").await, [""; 0]);
    // Another database, with an epoch of its own.
    let stopped = server.stop().await;
    fs::remove_file(&path).unwrap();
    let server = stopped.start().await;
    assert_eq!(texts(&server, "from:ana").await, [""; 0]);
    let page = page(&server, "welcome", "").await;
    assert_eq!(page.results[0].message.username, Username::server());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_leaves_an_index_that_goes_on() {
    let server = Server::start(Kind::Sqlite).await;
    for prefix in ["needle", "thread"] {
        server.fill("ops", prefix, 1500).await;
        assert_eq!(texts(&server, &format!("\"{prefix} 1500\"")).await.len(), 1);
    }
    // What a killed process leaves: the files as they are, with what waits beside them.
    let crashed = tempfile::TempDir::new().unwrap();
    for file in fs::read_dir(server.folder().join("data")).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), crashed.path().join(file.file_name())).unwrap();
    }
    assert!(crashed.path().join("tidings.db-search-wal").exists(), "something waits");
    let mut stopped = server.stop().await;
    stopped.config.store = StoreUrl::Sqlite(crashed.path().join("tidings.db"));
    let server = stopped.start().await;
    server.post("ops", "ana", "needle and thread").await;
    assert_eq!(texts(&server, "thread needle").await, ["needle and thread"]);
    for n in [1, 750, 1500] {
        assert_eq!(texts(&server, &format!("\"needle {n}\"")).await.len(), 1);
        assert_eq!(texts(&server, &format!("\"thread {n}\"")).await.len(), 1);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_cannot_be_made_is_no_harm_to_the_rest() {
    let server = Server::start(Kind::Sqlite).await;
    server.post("ops", "ana", "needle").await;
    fs::create_dir(index_of(&server)).unwrap();
    for _ in 0..2 {
        let answer = server.get(&address("needle", "")).await;
        assert!(answer.problem(503).contains("the search index can't be used now"));
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    server.post("ops", "ana", "needle two").await;
    fs::remove_dir(index_of(&server)).unwrap();
    assert_eq!(texts(&server, "needle").await, ["needle two", "needle"]);
    server.stop().await;
}
