//! What a WebSocket may say: a bad frame is rejected by its id, costs the sender nothing else, and
//! leaves the log as it was; what is too big or no WebSocket ends the connection with its code.

mod common;

use common::{
    Kind, Server,
    http::{Connection, Request},
    in_time, on_both_stores,
    socket::Socket,
};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

on_both_stores!(
    a_bad_frame_is_rejected_and_the_connection_goes_on,
    a_post_by_frame_needs_only_a_text,
    answers_come_in_the_order_of_the_posts,
    a_frame_that_is_too_big_closes_with_1009,
    what_is_no_websocket_ends_the_connection,
    a_client_that_closes_is_answered,
    an_address_for_websockets_says_so,
    addresses_that_are_not_there_say_so,
);

fn bad_frames() -> Vec<(Message, Value, u16, &'static str)> {
    let text = |frame: &str| Message::text(frame);
    let post = |field: &str, value: Value| {
        let mut frame = json!({"type": "post", "id": "x", "username": "ana", "text": "oi"});
        frame[field] = value;
        Message::text(frame.to_string())
    };
    let none = Value::Null;
    let x = json!("x");
    vec![
        (text(""), none.clone(), 400, "not JSON"),
        (text("hello"), none.clone(), 400, "not JSON"),
        (text("{\"type\":\"post\""), none.clone(), 400, "not JSON"),
        (text("{\"type\":\"post\",\"text\":\"a\"} x"), none.clone(), 400, "not JSON"),
        (text("{}"), none.clone(), 422, "\"type\""),
        (text("[]"), none.clone(), 422, "\"type\""),
        (text("5"), none.clone(), 422, "\"type\""),
        (text("{\"type\":5}"), none.clone(), 422, "\"type\""),
        (text("{\"type\":5,\"id\":\"x\"}"), x.clone(), 422, "\"type\""),
        (text("{\"type\":\"shout\"}"), none.clone(), 422, "use post or typing"),
        (text("{\"type\":\"message\",\"id\":\"x\"}"), x.clone(), 422, "use post or typing"),
        (text("{\"type\":\"post\",\"id\":\"x\"}"), x.clone(), 422, "no text"),
        (text("{\"type\":\"post\"}"), none.clone(), 422, "no text"),
        (post("text", json!(5)), x.clone(), 422, "text"),
        (post("text", json!("")), x.clone(), 422, "text is empty"),
        (post("text", json!("x".repeat(4097))), x.clone(), 422, "at most 4,096"),
        (post("text", json!("\u{1b}")), x.clone(), 422, "U+001B"),
        (post("username", json!("chat-room")), x.clone(), 422, "the server's own"),
        (post("username", json!("")), x.clone(), 422, "takes 1 to 32"),
        (post("username", json!("a\u{202e}")), x.clone(), 422, "U+202E"),
        (post("username", json!([])), x.clone(), 422, "username"),
        (post("id", json!("a b")), json!("a b"), 422, "1 to 64"),
        (post("id", json!("")), json!(""), 422, "1 to 64"),
        (post("id", json!(7)), none.clone(), 422, "id"),
        (text("{\"type\":\"typing\",\"username\":\"chat-room\"}"), none.clone(), 422, "own"),
        (Message::binary(vec![1, 2, 3]), none.clone(), 422, "frames are text"),
        (
            Message::binary(b"{\"type\":\"post\",\"text\":\"x\"}".to_vec()),
            none,
            422,
            "frames are text",
        ),
    ]
}

async fn a_bad_frame_is_rejected_and_the_connection_goes_on(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let rooms = server.until("/api/rooms", |rooms| rooms["rooms"][1]["messages"] == 2).await;
    let mut socket = server.socket("ops", "").await;
    for (frame, id, status, sentence) in bad_frames() {
        let said = format!("{frame:?}");
        socket.send_frame(frame).await.unwrap();
        let rejected = socket.json_of(&["rejected", "posted"]).await;
        assert_eq!(rejected["type"], "rejected", "{said}");
        assert_eq!((&rejected["id"], &rejected["status"]), (&id, &json!(status)), "{said}");
        let detail = rejected["detail"].as_str().unwrap();
        assert!(detail.contains(sentence), "{detail:?} does not say {sentence:?} to {said}");
    }
    let after: Value = server.get("/api/rooms").await.read();
    assert_eq!(after["rooms"][1]["head"], rooms["rooms"][1]["head"]);
    socket.send(&json!({"type": "post", "id": "good", "username": "ana", "text": "oi"})).await;
    assert_eq!(socket.posted().await.seq, 3);
    drop(socket);
    server.stop().await;
}

async fn a_post_by_frame_needs_only_a_text(kind: Kind) {
    let server = Server::start(kind).await;
    for (query, frame, username) in [
        ("username=bia", json!({"type": "post", "text": "oi"}), "bia"),
        ("username=bia", json!({"type": "post", "text": "oi", "username": "ana"}), "ana"),
        ("", json!({"type": "post", "text": "oi", "new": {}}), "anonymous"),
        ("", json!({"type": "post", "text": "oi", "id": null}), "anonymous"),
    ] {
        let mut socket = server.socket("ops", query).await;
        socket.send(&frame).await;
        let receipt = socket.posted().await;
        let log = server.all("ops").await;
        let message = log.last().unwrap();
        assert_eq!((message.seq, &message.id, message.at), (receipt.seq, &receipt.id, receipt.at));
        assert_eq!(receipt.cursor.seq, receipt.seq);
        assert_eq!(message.username.as_str(), username);
    }
    server.stop().await;
}

async fn answers_come_in_the_order_of_the_posts(kind: Kind) {
    let server = Server::start(kind).await;
    let mut socket = server.socket("ops", "").await;
    for n in 0..100 {
        let text = if n % 5 == 3 { String::new() } else { n.to_string() };
        let id = n.to_string();
        socket.send(&json!({"type": "post", "id": id, "username": "ana", "text": text})).await;
    }
    let mut last = 1;
    for n in 0..100 {
        let answer = socket.json_of(&["posted", "rejected"]).await;
        assert_eq!(answer["id"], n.to_string());
        assert_eq!(answer["type"], if n % 5 == 3 { "rejected" } else { "posted" });
        if n % 5 != 3 {
            last += 1;
            assert_eq!(answer["seq"], last);
        }
    }
    drop(socket);
    server.stop().await;
}

async fn a_frame_that_is_too_big_closes_with_1009(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    for size in [(64 << 10) + 1, 300_000, 3_000_000] {
        let mut socket = server.socket("ops", "").await;
        // The server may have had enough before all of it is sent.
        let _ = socket.send_frame(Message::text("x".repeat(size))).await;
        assert_eq!(socket.end().await, Some(1009), "{size}");
        assert!(socket.closed.unwrap().1.contains("65,536"));
    }
    // The longest text, each byte of it escaped, fits.
    let mut socket = server.socket("ops", "").await;
    let escaped = "\\u0041".repeat(4096);
    let frame = format!(r#"{{"type":"post","username":"ana","text":"{escaped}"}}"#);
    socket.send_text(&frame).await;
    assert_eq!(socket.posted().await.seq, 3);
    assert_eq!(server.all("ops").await[2].text.as_str(), "A".repeat(4096));
    drop(socket);
    server.stop().await;
}

async fn what_is_no_websocket_ends_the_connection(kind: Kind) {
    let server = Server::start(kind).await;
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 64], &[0x81, 0x01, b'x'], &[0xc1, 0x80]]
    {
        let mut connection = Connection::open(server.addr).await;
        let request = upgrade("/api/rooms/ops/ws");
        assert_eq!(connection.begin(&request).await.unwrap().status, 101);
        // Long enough for whatever length it may be taken to say.
        connection.write(&[garbage, &[0x45; 300][..]].concat()).await.unwrap();
        let mut rest = Vec::new();
        let end = async { while let Ok(true) = connection.rest(&mut rest).await {} };
        in_time("the end of the connection", end).await;
    }
    server.until("/api/meter", |meter| meter["modes"]["websocket"]["open"] == 0).await;
    assert!(server.all("ops").await.is_empty());
    server.stop().await;
}

async fn a_client_that_closes_is_answered(kind: Kind) {
    let server = Server::start(kind).await;
    for path in ["/api/rooms/lobby/ws", "/messages"] {
        for frame in [None, Some(CloseFrame { code: CloseCode::Normal, reason: "bye".into() })] {
            let mut socket = Socket::open(server.addr, path).await;
            let code = frame.as_ref().map_or(1005, |frame| frame.code.into());
            socket.send_frame(Message::Close(frame)).await.unwrap();
            let answered = in_time("the server's close frame", socket.close_frame()).await;
            assert_eq!(answered, Some(code), "{path}");
        }
    }
    server.until("/api/meter", |meter| meter["modes"]["websocket"]["open"] == 0).await;
    server.stop().await;
}

fn upgrade(path: &str) -> Request {
    Request::get(path)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

async fn an_address_for_websockets_says_so(kind: Kind) {
    let server = Server::start(kind).await;
    let path = "/api/rooms/ops/ws";
    let old = Request::get(path)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "8")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    for request in [Request::get(path), Request::get(path).header("upgrade", "h2c"), old] {
        let answer = request.ask(server.addr).await;
        assert!(answer.problem(426).contains("WebSocket"), "{}", answer.text());
        assert_eq!(answer.header("upgrade"), Some("websocket"));
    }
    server.stop().await;
}

async fn addresses_that_are_not_there_say_so(kind: Kind) {
    let server = Server::start(kind).await;
    for path in [
        "/api/",
        "/api/nothing",
        "/api/rooms/ops/",
        "/api/rooms/ops/messages/7",
        "/nothing.js",
        "/a/b/c",
        "/..%2f..%2fetc/passwd",
    ] {
        let detail = server.get(path).await.problem(404);
        assert!(detail.contains("there"), "{path}: {detail}");
    }
    Request::post("/nothing").body("x").ask(server.addr).await.problem(404);
    Request::post("/api/nothing").body("x").ask(server.addr).await.problem(404);
    for (method, path, allowed) in [
        ("DELETE", "/api/rooms/ops/messages", "GET,HEAD,POST,PUT"),
        ("DELETE", "/r/ops", "GET,HEAD,POST,PUT"),
        ("PATCH", "/messages", "CONNECT,GET,HEAD,POST"),
        ("POST", "/api/rooms/ops/sse", "GET,HEAD"),
        ("POST", "/api/rooms/ops/ws", "CONNECT,GET,HEAD"),
        ("POST", "/api/rooms", "GET,HEAD"),
        ("POST", "/api/openapi.json", "GET,HEAD"),
        ("DELETE", "/healthz", "GET,HEAD"),
    ] {
        let answer = Request::new(method, path).ask(server.addr).await;
        let detail = answer.problem(405);
        assert!(detail.contains(method) && detail.contains("Allow"), "{detail}");
        let mut allow: Vec<_> = answer.header("allow").expect("Allow").split(',').collect();
        allow.sort_unstable();
        assert_eq!(allow.join(","), allowed, "{method} {path}");
    }
    server.stop().await;
}
