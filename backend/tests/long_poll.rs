//! A long-poll is a poll that waits: woken at once by a message and by nothing else, over when its
//! time is up or the server goes.

mod common;

use std::time::{Duration, Instant};

use common::{
    Kind, Server, all_of,
    http::{Connection, Request},
    in_time, on_both_stores,
};
use serde_json::json;
use tidings_shared::{Cursor, Page};

on_both_stores!(
    it_wakes_as_soon_as_there_is_a_message,
    it_ends_empty_when_its_time_is_up,
    it_ends_when_the_server_shuts_down,
    waiting_no_time_is_a_poll,
    what_lies_behind_the_cursor_is_answered_at_once,
    all_who_wait_are_woken,
    only_a_message_ends_the_wait,
    a_gap_is_answered_at_once,
    one_who_hangs_up_is_forgotten,
);

/// Longer than any test may take: a wait that ends by time is noticed.
const LONG: &str = "wait=60";
const SOON: Duration = Duration::from_secs(20);

/// Asks, and answers when the server has begun to wait for it.
async fn waiting(
    server: &Server,
    room: &str,
    query: &str,
) -> (tokio::task::JoinHandle<Page>, Cursor) {
    let before = server.head(room).await;
    let open = open_long_polls(server).await;
    let request = Request::get(&format!("/api/rooms/{room}/messages?{query}"));
    let addr = server.addr;
    let page = tokio::spawn(async move { request.ask(addr).await.read() });
    server.until("/api/meter", |meter| meter["modes"]["long-poll"]["open"] == open + 1).await;
    (page, before)
}

async fn open_long_polls(server: &Server) -> u64 {
    let meter: serde_json::Value = server.get("/api/meter").await.read();
    meter["modes"]["long-poll"]["open"].as_u64().unwrap()
}

async fn it_wakes_as_soon_as_there_is_a_message(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let head = server.head("ops").await;
    let (page, _) = waiting(&server, "ops", &format!("after={head}&{LONG}")).await;
    let since = Instant::now();
    let receipt = server.post("ops", "ana", "news").await;
    let page = in_time("the answer", page).await.unwrap();
    assert!(since.elapsed() < SOON);
    assert_eq!(page.messages.len(), 1);
    assert_eq!(page.messages[0].text.as_str(), "news");
    assert_eq!((page.cursor, page.more), (receipt.cursor, false));
    server.stop().await;
}

async fn it_ends_empty_when_its_time_is_up(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    for (wait, at_least) in [("1", 1000), ("0.25", 250), ("1s", 1000)] {
        let head = server.head("ops").await;
        let since = Instant::now();
        let page = server.page("ops", &format!("after={head}&wait={wait}")).await;
        let took = since.elapsed();
        assert!(took >= Duration::from_millis(at_least) && took < SOON, "{took:?}");
        assert!(page.messages.is_empty() && !page.more && page.gap.is_none());
        assert_eq!(page.cursor, head);
    }
    let page = server.page("silent", "wait=0.05").await;
    assert_eq!((page.messages.len(), page.cursor.seq), (0, 0));
    server.stop().await;
}

async fn it_ends_when_the_server_shuts_down(kind: Kind) {
    let server = Server::start(kind).await;
    let head = server.head("lobby").await;
    let (page, _) = waiting(&server, "lobby", &format!("after={head}&{LONG}")).await;
    let (empty_room, _) = waiting(&server, "silent", LONG).await;
    let since = Instant::now();
    server.stop().await;
    let page = in_time("the answer", page).await.unwrap();
    assert!(since.elapsed() < SOON);
    assert!(page.messages.is_empty());
    assert_eq!(page.cursor, head, "it goes on from there when the server is back");
    assert_eq!(empty_room.await.unwrap().cursor.seq, 0);
}

async fn waiting_no_time_is_a_poll(kind: Kind) {
    let server = Server::start(kind).await;
    let head = server.head("lobby").await;
    let before: serde_json::Value = server.get("/api/meter").await.read();
    for wait in ["0", "0.0", "0s"] {
        let page = server.page("lobby", &format!("after={head}&wait={wait}")).await;
        assert_eq!((page.messages.len(), page.cursor), (0, head));
    }
    let after: serde_json::Value = server.get("/api/meter").await.read();
    let requests =
        |meter: &serde_json::Value, mode: &str| meter["modes"][mode]["requests"].as_u64().unwrap();
    assert_eq!(requests(&after, "poll"), requests(&before, "poll") + 3);
    assert_eq!(requests(&after, "long-poll"), 0);
    server.stop().await;
}

async fn what_lies_behind_the_cursor_is_answered_at_once(kind: Kind) {
    let server = Server::start(kind).await;
    server.post_many("ops", "m", 3).await;
    for (query, count) in [("after=1", 3), ("after=0&limit=2", 2), ("", 4), ("limit=1", 1)] {
        let page = server.page("ops", &format!("{query}&{LONG}")).await;
        assert_eq!(page.messages.len(), count, "{query}");
    }
    server.stop().await;
}

async fn all_who_wait_are_woken(kind: Kind) {
    let server = Server::start(kind).await;
    let (addr, head) = (server.addr, server.head("lobby").await);
    let everyone = tokio::spawn(all_of((0..150).map(move |_| async move {
        let path = format!("/api/rooms/lobby/messages?after={head}&{LONG}");
        let page: Page = Request::get(&path).ask(addr).await.read();
        page
    })));
    server.until("/api/meter", |meter| meter["modes"]["long-poll"]["open"] == 150).await;
    let receipt = server.post("lobby", "ana", "good morning").await;
    for page in everyone.await.unwrap() {
        assert_eq!((page.messages.len(), page.cursor), (1, receipt.cursor));
    }
    server.stop().await;
}

async fn only_a_message_ends_the_wait(kind: Kind) {
    let server = Server::start(kind).await;
    let head = server.head("lobby").await;
    let (page, _) = waiting(&server, "lobby", &format!("after={head}&{LONG}&username=ana")).await;
    let mut socket = server.socket("lobby", "username=bia").await;
    socket.send(&json!({"type": "typing", "username": "bia"})).await;
    // Once the other listener has heard of both, the waiting one was woken by both.
    socket.json_of(&["typing"]).await;
    socket.json_of(&["presence"]).await;
    server.post("ops", "ana", "in another room").await;
    server.post("lobby", "ana", "here").await;
    let page = in_time("the answer", page).await.unwrap();
    assert_eq!(page.messages.len(), 1);
    assert_eq!(page.messages[0].text.as_str(), "here");
    server.stop().await;
}

async fn a_gap_is_answered_at_once(kind: Kind) {
    let server = Server::start(kind).await;
    let page = server.page("silent", &format!("after=zzzzzzz0:7&{LONG}")).await;
    let gap = page.gap.expect("the cursor is of another log");
    assert_eq!((gap.after.as_str(), gap.resume), ("zzzzzzz0:7", page.cursor));
    assert!(page.messages.is_empty());
    server.stop().await;
}

async fn one_who_hangs_up_is_forgotten(kind: Kind) {
    let server = Server::start(kind).await;
    let head = server.head("lobby").await;
    let request =
        format!("GET /api/rooms/lobby/messages?after={head}&{LONG} HTTP/1.1\r\nhost: here\r\n\r\n");
    let mut connection = Connection::open(server.addr).await;
    connection.write(request.as_bytes()).await.unwrap();
    server.until("/api/meter", |meter| meter["modes"]["long-poll"]["open"] == 1).await;
    drop(connection);
    server.until("/api/meter", |meter| meter["modes"]["long-poll"]["open"] == 0).await;
    server.stop().await;
}
