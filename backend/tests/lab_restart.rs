//! The server restarts in place: same address, same log, and the Lab's lines live on.

mod common;

use std::time::{Duration, Instant};

use common::{
    Kind, Server,
    http::{Connection, Request},
    in_time,
    lab::{Line, from_start, with_lab},
};
use serde_json::Value;
use tidings_shared::Mode;

async fn restart(server: &Server) {
    let answer = Request::post("/api/lab/restart").ask(server.place).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
}

/// Until the figures begin anew, which says that the server has.
async fn has_restarted(server: &Server) {
    let requests = |meter: &Value| meter["modes"]["post"]["requests"].as_u64();
    server.until("/api/meter", |meter| requests(meter) == Some(0)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_and_the_address_stay_and_all_modes_go_on() {
    let server = with_lab(Kind::Sqlite).await;
    server.post_many("ops", "before", 5).await;
    let epoch = server.head("ops").await.epoch;
    let mut all = Vec::new();
    for mode in Mode::ALL {
        let line = Line::open(&server).await;
        let addr = line.addr;
        for addr in [addr, server.addr] {
            let mut listener = from_start(&server, addr, "ops", mode).await;
            listener.messages(6).await;
            all.push(listener);
        }
    }
    let line = Line::open(&server).await;
    let mut wire = line.wire().await;
    let started = Instant::now();
    restart(&server).await;
    in_time("the wire stream's end", async { while wire.read().await {} }).await;
    has_restarted(&server).await;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(server.head("ops").await.epoch, epoch);
    assert_eq!(server.all("ops").await.len(), 6);
    server.post_many("ops", "after", 5).await;
    for mut listener in all {
        let heard = listener.messages(5).await;
        let texts: Vec<_> = heard.iter().map(|said| said.text.as_str()).collect();
        let expected: Vec<_> = (1..=5).map(|n| format!("after {n}")).collect();
        assert_eq!(texts, expected, "{}", listener.mode);
        assert!(listener.gaps.is_empty(), "{}", listener.mode);
    }
    // The line is the same, and is watched again.
    assert_eq!(Request::get("/healthz").ask(line.addr).await.status, 200);
    let mut wire = line.wire().await;
    wire.until("a request", |records| records.iter().any(|r| r["what"] == "request")).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_can_be_restarted_again_and_again_and_still_ends() {
    let server = with_lab(Kind::Sqlite).await;
    for n in 1..=3 {
        server.post("ops", "ana", "x").await;
        restart(&server).await;
        has_restarted(&server).await;
        assert_eq!(server.all("ops").await.len(), 1 + n);
    }
    restart(&server).await;
    let stopped = server.stop().await;
    let server = stopped.start().await;
    assert_eq!(server.all("ops").await.len(), 4);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_does_not_end_in_time_is_cut_and_does_not_speak_to_the_old_server() {
    let server = with_lab(Kind::Sqlite).await;
    server.post("ops", "ana", "x").await;
    let half = "POST /r/ops HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhello";
    let mut slow = Connection::open(server.place).await;
    slow.write(half.as_bytes()).await.unwrap();
    server.until("/api/meter", |meter| meter["connections"].as_i64() > Some(1)).await;
    let started = Instant::now();
    restart(&server).await;
    has_restarted(&server).await;
    assert!(
        started.elapsed() > Duration::from_secs(4),
        "it was waited for: {:?}",
        started.elapsed()
    );
    // The old server would take the rest, and say what became of it.
    let said = async {
        let mut bytes = Vec::new();
        slow.write(b"world").await?;
        while slow.rest(&mut bytes).await? {}
        std::io::Result::Ok(bytes)
    };
    let said = in_time("the end", said).await.unwrap_or_default();
    assert!(said.is_empty(), "{:?}", String::from_utf8_lossy(&said));
    assert_eq!(server.all("ops").await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_log_in_memory_is_lost_as_by_any_restart_and_the_gap_is_told() {
    let server = with_lab(Kind::Memory).await;
    server.post("ops", "ana", "x").await;
    let mut listener = from_start(&server, server.addr, "ops", Mode::Sse).await;
    listener.messages(2).await;
    restart(&server).await;
    has_restarted(&server).await;
    server.post("ops", "ana", "y").await;
    let heard = listener.messages(2).await;
    assert_eq!(heard[1].text, "y");
    assert_eq!(listener.gaps.len(), 1);
    server.stop().await;
}
