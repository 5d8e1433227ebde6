//! A disk that is full: posts are refused with a 503, nothing that was acknowledged is lost, and
//! when there is space again everything goes on. The disk is a small one in memory, which only
//! root may mount; elsewhere these tests say that they were skipped.

mod common;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use common::{
    Kind, Server,
    http::{Connection, Request},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tidings_backend::{Config, store::StoreUrl};
use tidings_shared::Receipt;

/// A disk of a few kilobytes.
struct Disk(TempDir);

impl Disk {
    fn mount(size: &str) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        if mount(folder.path(), size) {
            return Some(Self(folder));
        }
        eprintln!("skipped: no small disk can be mounted here");
        None
    }

    fn resize(&self, size: &str) {
        assert!(mount(self.0.path(), &format!("{size},remount")));
    }

    fn database(&self) -> PathBuf {
        self.0.path().join("tidings.db")
    }
}

fn mount(at: &Path, options: &str) -> bool {
    let options = format!("size={options}");
    let mount =
        Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
    mount.is_ok_and(|output| output.status.success())
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whatever may still have a file open there lets go of it by itself.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn post(n: usize) -> Request {
    let text = format!("{n} {}", "x".repeat(3000));
    let body = json!({"id": format!("id-{n}"), "username": "ana", "text": text});
    Request::post("/api/rooms/ops/messages").json(&body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_posts_and_loses_none_that_it_took() {
    // The second is large enough for a checkpoint to fail on the way.
    for (size, larger) in [("600k", "4m"), ("7m", "24m")] {
        let Some(disk) = Disk::mount(size) else { return };
        let store = StoreUrl::Sqlite(disk.database());
        let server = Server::with(Kind::Sqlite, |config| config.store = store).await;
        let mut receipts: Vec<Receipt> = Vec::new();
        let mut connection = Connection::open(server.addr).await;
        let mut refused = Vec::new();
        for n in 0.. {
            let answer = connection.ask(&post(n)).await;
            if answer.status == 201 {
                receipts.push(answer.read());
                assert!(receipts.len() < 10_000, "the disk does not fill");
                continue;
            }
            let detail = answer.problem(503);
            assert!(detail.contains("store failed"), "{detail}");
            assert!(answer.header("retry-after").is_some_and(|after| after.parse::<u32>().is_ok()));
            refused.push(n);
            // Again and again: a failed commit must not make the next look like a good one.
            if refused.len() == 20 {
                break;
            }
        }
        assert!(receipts.len() > 20);
        // It is ready as long as the smallest commit fits: each takes a page until none does.
        let mut ready = server.get("/readyz").await;
        for _ in 0..1000 {
            if ready.status == 200 {
                ready = server.get("/readyz").await;
            }
        }
        ready.problem(503);
        assert_eq!(server.get("/healthz").await.status, 200);
        let mut socket = server.socket("ops", "limit=1").await;
        socket.send(&json!({"type": "post", "id": "frame", "username": "ana", "text": "x".repeat(4000)})).await;
        let rejected = socket.json_of(&["posted", "rejected"]).await;
        assert_eq!((&rejected["id"], &rejected["status"]), (&json!("frame"), &json!(503)));
        // What comes behind it would overtake its retry, and is not read.
        assert_eq!(socket.end().await, Some(1013), "the client is told to come back");
        let kept = server.all("ops").await;
        assert_eq!(kept.len(), 1 + receipts.len(), "{size}: what was taken is read, and no more");
        // There is space again.
        disk.resize(larger);
        assert_eq!(server.get("/readyz").await.status, 200);
        for n in &refused {
            let answer = connection.ask(&post(*n)).await;
            assert_eq!(answer.status, 201, "a retry of what was refused is the first of it");
            receipts.push(answer.read());
        }
        let server = server.restart().await;
        let log = server.all("ops").await;
        assert_eq!(log.len(), 1 + receipts.len());
        for (message, receipt) in log[1..].iter().zip(&receipts) {
            assert_eq!((message.seq, &message.id), (receipt.seq, &receipt.id));
            assert_eq!(message.at, receipt.at);
        }
        server.stop().await;
    }
}

/// What a body of many lines was told is on disk is; the same lines again are the rest of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_lines_end_where_the_disk_is_full_and_go_on_from_there() {
    const LINES: usize = 1500;
    let Some(disk) = Disk::mount("3m") else { return };
    let store = StoreUrl::Sqlite(disk.database());
    let server = Server::with(Kind::Sqlite, |config| config.store = store).await;
    let texts: Vec<_> = (0..LINES).map(|n| format!("{n} {}", "x".repeat(3000))).collect();
    let put = Request::new("PUT", "/r/ops").header("idempotency-key", "all").body(texts.join("\n"));
    let answer = put.ask(server.addr).await;
    assert_eq!(answer.status, 200);
    let told: Vec<Value> =
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(told.iter().all(|line| line["type"] != "done"), "{}", answer.text());
    let rejected: Vec<_> = told.iter().filter(|line| line["type"] == "rejected").collect();
    assert_eq!(rejected.len(), 1, "no more is read is said once");
    assert_eq!(rejected[0]["status"], 503);
    let lines = told.iter().rfind(|line| line["type"] == "progress").map(|line| &line["lines"]);
    let lines = lines.and_then(Value::as_u64).unwrap() as usize;
    assert_eq!(rejected[0]["line"], lines + 1);
    let log = server.all("ops").await;
    assert!(log.len() > lines, "what was said to be on disk is");
    assert!(log[1..=lines].iter().map(|m| m.text.as_str()).eq(texts[..lines].iter()));
    // A body of which nothing can be taken is an error. The smallest commits may still fit for a while.
    let one = Request::new("PUT", "/r/other").body("x".repeat(4000));
    let mut answer = one.ask(server.addr).await;
    for _ in 0..1000 {
        if answer.status == 200 {
            answer = one.ask(server.addr).await;
        }
    }
    answer.problem(503);
    disk.resize("24m");
    let answer = put.ask(server.addr).await;
    let done: Value = serde_json::from_str(answer.text().lines().last().unwrap()).unwrap();
    assert_eq!((&done["type"], &done["posted"]), (&json!("done"), &json!(LINES)));
    let server = server.restart().await;
    let log = server.all("ops").await;
    let mut kept: Vec<_> = log[1..].iter().map(|m| m.text.as_str()).collect();
    assert_eq!(kept.len(), LINES);
    kept.sort_by_key(|text| text.split(' ').next().and_then(|n| n.parse::<usize>().ok()));
    assert!(kept.into_iter().eq(texts.iter()), "each is there, once");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_log_that_does_not_fit_is_refused_and_leaves_nothing() {
    let Some(disk) = Disk::mount("12k") else { return };
    let config = Config { store: StoreUrl::Sqlite(disk.database()), ..Config::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = tidings_backend::serve(listener, config.clone(), std::future::pending()).await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("can't be created") && said.contains("tidings.db"), "{said}");
    assert!(!disk.database().exists(), "half a log is no log");
    disk.resize("4m");
    let server = Server::with(Kind::Sqlite, |changed| changed.store = config.store).await;
    server.post("ops", "ana", "oi").await;
    server.stop().await;
}
