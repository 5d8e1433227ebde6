//! An id makes a retry safe: however often a message is sent, by HTTP or by WebSocket, at once or
//! after a restart, it is one message with one receipt.

mod common;

use common::{
    Kind, Server, all_of,
    http::{Answer, Request},
    on_both_stores,
    socket::Socket,
};
use serde_json::json;
use tidings_shared::Receipt;

on_both_stores!(
    a_retry_is_answered_with_the_first_receipt,
    the_id_may_come_as_a_header,
    a_hundred_identical_posts_at_once_are_one_message,
    retries_across_http_and_websocket_are_one_message,
    other_content_under_a_known_id_is_a_conflict,
    an_id_belongs_to_its_room,
);

fn post(room: &str, id: &str, username: &str, text: &str) -> Request {
    let body = json!({"id": id, "username": username, "text": text});
    Request::post(&format!("/api/rooms/{room}/messages")).json(&body)
}

fn receipt(answer: &Answer) -> Receipt {
    answer.read()
}

async fn a_retry_is_answered_with_the_first_receipt(kind: Kind) {
    let mut server = Server::start(kind).await;
    let request = post("ops", "id-1", "ana", "oi");
    let first = request.ask(server.addr).await;
    assert_eq!(first.status, 201);
    assert_eq!(receipt(&first).id.as_str(), "id-1");
    server.post("ops", "ana", "in between").await;
    for restarted in [false, true] {
        if restarted && kind == Kind::Sqlite {
            server = server.restart().await;
        }
        let again = request.ask(server.addr).await;
        assert_eq!(again.status, 200);
        assert_eq!(again.body, first.body);
    }
    assert_eq!(server.all("ops").await.len(), 3);
    // A username is the same after trimming and normalisation, since it is kept so.
    assert_eq!(post("ops", "id-2", "José", "oi").ask(server.addr).await.status, 201);
    assert_eq!(post("ops", "id-2", " Jose\u{301} ", "oi").ask(server.addr).await.status, 200);
    // Without ids, the same words are two messages.
    let one = server.post("ops", "ana", "again").await;
    let two = server.post("ops", "ana", "again").await;
    assert!(one.seq < two.seq && one.id != two.id);
    server.stop().await;
}

async fn the_id_may_come_as_a_header(kind: Kind) {
    let server = Server::start(kind).await;
    let body = json!({"username": "ana", "text": "oi"});
    let request = Request::post("/api/rooms/ops/messages").json(&body);
    let first = request.clone().header("Idempotency-Key", "k-1").ask(server.addr).await;
    assert_eq!((first.status, receipt(&first).id.as_str()), (201, "k-1"));
    // As its standard's draft writes it, and beside the same id in the body.
    for again in [
        request.header("idempotency-key", "\"k-1\""),
        post("ops", "k-1", "ana", "oi"),
        post("ops", "k-1", "ana", "oi").header("idempotency-key", "k-1"),
    ] {
        let again = again.ask(server.addr).await;
        assert_eq!((again.status, again.body), (200, first.body.clone()));
    }
    let text = Request::post("/r/ops?username=cron").header("idempotency-key", "k-2").body("done");
    assert_eq!(text.ask(server.addr).await.status, 201);
    assert_eq!(text.ask(server.addr).await.status, 200);
    assert_eq!(server.all("ops").await.len(), 3);
    server.stop().await;
}

async fn a_hundred_identical_posts_at_once_are_one_message(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.addr;
    // In a room that is not there yet.
    let answers = all_of(
        (0..100).map(move |_| async move { post("new", "same", "ana", "oi").ask(addr).await }),
    )
    .await;
    let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(taken.len(), 1);
    assert!(answers.iter().all(|a| matches!(a.status, 200 | 201) && a.body == taken[0].body));
    let log = server.all("new").await;
    assert_eq!(log.len(), 2);
    assert_eq!(log[1].seq, receipt(taken[0]).seq);
    server.stop().await;
}

async fn retries_across_http_and_websocket_are_one_message(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.addr;
    let receipts = all_of((0..60).map(move |n| async move {
        if n % 2 == 0 {
            return receipt(&post("new", "same", "ana", "oi").ask(addr).await);
        }
        let mut socket = Socket::open(addr, "/api/rooms/new/ws").await;
        let frame = json!({"type": "post", "id": "same", "username": "ana", "text": "oi"});
        socket.send(&frame).await;
        socket.send(&frame).await;
        let first = socket.posted().await;
        assert_eq!(first, socket.posted().await);
        first
    }))
    .await;
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
    assert_eq!(server.all("new").await.len(), 2);
    server.stop().await;
}

async fn other_content_under_a_known_id_is_a_conflict(kind: Kind) {
    let server = Server::start(kind).await;
    assert_eq!(post("ops", "id-1", "ana", "oi").ask(server.addr).await.status, 201);
    let mut socket = server.socket("ops", "").await;
    for (username, text) in [("ana", "oi!"), ("bia", "oi")] {
        let detail = post("ops", "id-1", username, text).ask(server.addr).await.problem(409);
        assert!(detail.contains("id-1") && detail.contains("use a new id"), "{detail}");
        let frame = json!({"type": "post", "id": "id-1", "username": username, "text": text});
        socket.send(&frame).await;
        let rejected = socket.json_of(&["posted", "rejected"]).await;
        let expected = json!({"type": "rejected", "id": "id-1", "status": 409, "detail": detail});
        assert_eq!(rejected, expected);
    }
    // Of many different ones at once, one is taken.
    let addr = server.addr;
    let statuses = all_of((0..50).map(move |n| async move {
        post("ops", "contested", "ana", &n.to_string()).ask(addr).await.status
    }))
    .await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 49);
    assert_eq!(server.all("ops").await.len(), 3);
    drop(socket);
    server.stop().await;
}

async fn an_id_belongs_to_its_room(kind: Kind) {
    let server = Server::start(kind).await;
    for room in ["ops", "lobby", "new"] {
        assert_eq!(post(room, "same", "ana", room).ask(server.addr).await.status, 201);
        assert_eq!(server.all(room).await[1].text.as_str(), room);
    }
    server.stop().await;
}
