//! Every kind of bad request is answered with the promised status and a sentence that says what
//! is allowed, and leaves the log as it was.

mod common;

use common::{
    Kind, Server,
    http::{Connection, Request},
    on_both_stores,
};
use serde_json::json;

on_both_stores!(
    a_bad_post_is_refused_and_leaves_the_log_untouched,
    a_bad_read_is_refused_by_every_transport,
    a_body_that_is_too_big_is_refused_however_it_comes,
    a_body_that_breaks_off_leaves_nothing,
);

const MESSAGES: &str = "/api/rooms/ops/messages";

fn json_post(body: &str) -> Request {
    Request::post(MESSAGES).header("content-type", "application/json").body(body)
}

fn text_post(path: &str, body: impl AsRef<[u8]>) -> Request {
    Request::post(path).header("content-type", "text/plain").body(body)
}

fn post_of(field: &str, value: impl Into<serde_json::Value>) -> Request {
    let mut body = json!({"username": "ana", "text": "oi"});
    body[field] = value.into();
    Request::post(MESSAGES).json(&body)
}

/// Request, status, and what its sentence must say.
fn bad_posts() -> Vec<(Request, u16, &'static str)> {
    let mut cases = vec![
        // Not JSON at all.
        (json_post(""), 400, "not JSON"),
        (json_post("{"), 400, "not JSON"),
        (json_post("{\"text\":\"a\"} x"), 400, "not JSON"),
        (json_post("{'text':'a'}"), 400, "not JSON"),
        (json_post("{\"text\":\"\u{1}\"}"), 400, "not JSON"),
        (json_post("{\"text\":\"\\ud800\"}"), 400, "not JSON"),
        // JSON of another shape.
        (json_post("{}"), 422, "text"),
        (json_post("[]"), 422, "text"),
        (json_post("null"), 422, "text"),
        (json_post("\"oi\""), 422, "text"),
        (json_post("{\"text\":5}"), 422, "text"),
        (json_post("{\"text\":\"a\",\"text\":\"b\"}"), 422, "text"),
        (post_of("username", 5), 422, "text"),
        (post_of("id", 5), 422, "text"),
        (post_of("text", json!(null)), 422, "text"),
        // Ids.
        (post_of("id", ""), 422, "1 to 64 of A-Z, a-z, 0-9, _ and -"),
        (post_of("id", "a b"), 422, "1 to 64 of A-Z, a-z, 0-9, _ and -"),
        (post_of("id", "é"), 422, "1 to 64 of A-Z, a-z, 0-9, _ and -"),
        (post_of("id", "x".repeat(65)), 422, "1 to 64 of A-Z, a-z, 0-9, _ and -"),
        (post_of("id", "a").header("idempotency-key", "b"), 422, "send one of them"),
        (post_of("x", 1).header("idempotency-key", "a b"), 422, "1 to 64"),
        (post_of("x", 1).header("idempotency-key", ""), 422, "1 to 64"),
        (post_of("x", 1).header("idempotency-key", "é"), 422, "1 to 64"),
        // Kinds of body that are not for us.
        (
            Request::post(MESSAGES)
                .header("content-type", "multipart/form-data; boundary=x")
                .body("--x--"),
            415,
            "multipart",
        ),
        (text_post(MESSAGES, "x").header("content-encoding", "gzip"), 415, "compressed"),
        (post_of("x", 1).header("content-encoding", "br"), 415, "compressed"),
        (text_post(MESSAGES, b"ol\xe1"), 400, "not UTF-8"),
        (json_post("{\"text\":\"x\"}").body(b"{\"text\":\"ol\xe1\"}"), 400, "not JSON"),
        // Rooms.
        (text_post("/api/rooms/Ops/messages", "x"), 422, "1 to 64 of a-z, 0-9, _ and -"),
        (text_post("/api/rooms/-ops/messages", "x"), 422, "beginning with a letter or digit"),
        (text_post("/api/rooms/a%20b/messages", "x"), 422, "1 to 64"),
        (text_post("/api/rooms/%C3%A9/messages", "x"), 422, "1 to 64"),
        (text_post("/api/rooms/%FF/messages", "x"), 400, "UTF-8"),
        (text_post("/r/UPPER", "x"), 422, "1 to 64"),
        (text_post("/r/ops%2Fmessages", "x"), 422, "1 to 64"),
        // Queries.
        (text_post("/r/ops?username=a&username=b", "x"), 400, "username"),
    ];
    let long = "x".repeat(65);
    cases.push((text_post(&format!("/api/rooms/{long}/messages"), "x"), 422, "1 to 64"));
    for (text, sentence) in [
        (String::new(), "text is empty"),
        ("x".repeat(4097), "text is 4,097 bytes; a message holds at most 4,096"),
        ("é".repeat(2049), "text is 4,098 bytes"),
        ("a\rb".into(), "U+000D; newline and tab"),
        ("\0".into(), "U+0000"),
        ("\u{1b}[31m".into(), "U+001B"),
        ("\u{7f}".into(), "U+007F"),
        ("\u{85}".into(), "U+0085"),
    ] {
        cases.push((post_of("text", text.as_str()), 422, sentence));
        cases.push((text_post(MESSAGES, &text), 422, sentence));
        cases.push((text_post("/r/ops", &text), 422, sentence));
    }
    for (name, sentence) in [
        ("", "takes 1 to 32"),
        ("   ", "takes 1 to 32"),
        ("\u{3000}", "takes 1 to 32"),
        ("123456789012345678901234567890123", "33 characters"),
        ("chat-room", "the server's own"),
        ("CHAT-ROOM", "the server's own"),
        (" chat-room ", "the server's own"),
        ("a\nb", "U+000A"),
        ("a\u{202e}b", "U+202E"),
        ("a\u{200b}b", "U+200B"),
        ("a\u{200d}b", "U+200D"),
        ("\u{feff}ana", "U+FEFF"),
        ("a\u{2066}b", "U+2066"),
        ("a\u{ad}b", "U+00AD"),
    ] {
        cases.push((post_of("username", name), 422, sentence));
        let encoded: String = name.bytes().map(|b| format!("%{b:02X}")).collect();
        cases.push((text_post(&format!("/r/ops?username={encoded}"), "x"), 422, sentence));
    }
    // The reserved name, by every door.
    let basic = "Basic Y2hhdC1yb29tOng="; // chat-room:x
    cases.push((text_post("/r/ops", "x").header("authorization", basic), 422, "the server's own"));
    cases
}

async fn a_bad_post_is_refused_and_leaves_the_log_untouched(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let rooms = server.get("/api/rooms").await.body;
    for (request, status, sentence) in bad_posts() {
        let answer = request.ask(server.addr).await;
        assert_eq!(answer.status, status, "{request:?}: {}", answer.text());
        let detail = answer.problem(status);
        assert!(detail.contains(sentence), "{detail:?} does not say {sentence:?} to {request:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let demo = |body: &str| Request::post("/messages").body(body);
    for (request, status) in [
        (demo("not json"), 400),
        (demo("{}"), 422),
        (demo(r#"{"id":1,"text":"x"}"#), 422),
        (demo(r#"{"id":"1","text":"x","username":"ana"}"#), 422),
        (demo(r#"{"id":null,"text":"x","username":"ana"}"#), 422),
        (demo(r#"{"id":1,"text":"","username":"ana"}"#), 422),
        (demo(r#"{"id":1,"text":"x","username":"chat-room"}"#), 422),
    ] {
        request.ask(server.addr).await.problem(status);
    }
    assert_eq!(server.get("/api/rooms").await.body, rooms, "no room came into being, none grew");
    server.stop().await;
}

async fn a_bad_read_is_refused_by_every_transport(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let upgrade = |path: &str| {
        Request::get(path)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
    };
    let cursor = "a cursor is EPOCH:SEQ";
    for (query, status, sentence) in [
        ("after=", 400, cursor),
        ("after=x", 400, cursor),
        ("after=-1", 400, cursor),
        ("after=1.5", 400, cursor),
        ("after=%2B5", 400, cursor),
        ("after=short:1", 400, cursor),
        ("after=abcdefgh:", 400, cursor),
        ("after=ABCDEFGH:1", 400, cursor),
        ("after=abcdefgh:99999999999999999999", 400, cursor),
        ("after=1&after=2", 400, "after"),
        ("limit=", 400, "use 1 to 1000"),
        ("limit=x", 400, "use 1 to 1000"),
        ("limit=-1", 400, "use 1 to 1000"),
        ("limit=0", 422, "use 1 to 1000"),
        ("limit=1001", 422, "use 1 to 1000"),
        ("limit=18446744073709551615", 422, "use 1 to 1000"),
        ("limit=5&limit=6", 400, "limit is given twice; give it once"),
        ("username=chat-room", 422, "the server's own"),
        ("username=", 422, "takes 1 to 32"),
        ("username=a%E2%80%AEb", 422, "U+202E"),
        ("name=chat-room", 422, "the server's own"),
        ("username=ana&name=ana", 400, "name is given twice; give it once"),
    ] {
        for way in ["messages", "sse", "ndjson", "raw", "ws"] {
            let path = format!("/api/rooms/ops/{way}?{query}");
            let request = if way == "ws" { upgrade(&path) } else { Request::get(&path) };
            let answer = request.ask(server.addr).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
            let detail = answer.problem(status);
            assert!(detail.contains(sentence), "{path}: {detail}");
        }
        server.get(&format!("/r/ops?{query}")).await.problem(status);
    }
    for (query, status, sentence) in [
        ("wait=x", 400, "use 0 to 60"),
        ("wait=", 400, "use 0 to 60"),
        ("wait=NaN", 400, "use 0 to 60"),
        ("wait=inf", 400, "use 0 to 60"),
        ("wait=-1", 422, "use 0 to 60"),
        ("wait=61", 422, "use 0 to 60"),
        ("wait=1e300", 422, "use 0 to 60"),
        ("wait=1&wait=1", 400, "wait is given twice; give it once"),
        ("every=0.4", 422, "0.5 to 60 seconds"),
        ("every=61", 422, "0.5 to 60 seconds"),
        ("every=fast", 422, "0.5 to 60 seconds"),
        ("every=NaN", 422, "0.5 to 60 seconds"),
        ("before=x", 400, "sequence number"),
        ("before=-1", 400, "sequence number"),
        ("before=", 400, "sequence number"),
        ("before=5&after=1", 422, "stands alone"),
        ("before=5&wait=1", 422, "stands alone"),
    ] {
        let answer = server.get(&format!("{MESSAGES}?{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
        let detail = answer.problem(status);
        assert!(detail.contains(sentence), "{query}: {detail}");
    }
    for path in ["messages", "sse", "ndjson", "raw", "ws", "presence"] {
        let detail = server.get(&format!("/api/rooms/UPPER/{path}")).await.problem(422);
        assert!(detail.contains("UPPER") && detail.contains("1 to 64"), "{detail}");
    }
    let bad_id = Request::get("/api/rooms/ops/sse").header("last-event-id", "nonsense");
    assert!(bad_id.ask(server.addr).await.problem(400).contains(cursor));
    // Whoever may not listen is not here.
    server.until("/api/rooms/ops/presence", |here| here["count"] == 0).await;
    server.stop().await;
}

async fn a_body_that_is_too_big_is_refused_however_it_comes(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    for path in [MESSAGES, "/r/ops", "/messages"] {
        for size in [(64 << 10) + 1, 200_000, 5_000_000] {
            // The answer may come before all of it is sent.
            let head =
                format!("POST {path} HTTP/1.1\r\nhost: here\r\ncontent-length: {size}\r\n\r\n");
            let mut connection = Connection::open(server.addr).await;
            connection.write(head.as_bytes()).await.unwrap();
            let _ = connection.write(&vec![b'x'; size]).await;
            let mut answer =
                connection.head().await.unwrap_or_else(|e| panic!("{path} {size}: {e}"));
            while connection.piece(&mut answer.body).await.unwrap() {}
            let detail = answer.problem(413);
            assert!(detail.contains("65536") && detail.contains("4,096"), "{detail}");
        }
        // Without a length beforehand.
        let mut connection = Connection::open(server.addr).await;
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n");
        connection.write(head.as_bytes()).await.unwrap();
        for _ in 0..9 {
            let chunk = [b"2000\r\n", &[b'x'; 0x2000][..], b"\r\n"].concat();
            connection.write(&chunk).await.unwrap();
        }
        let _ = connection.write(b"0\r\n\r\n").await;
        let mut answer = connection.head().await.unwrap();
        while connection.piece(&mut answer.body).await.unwrap() {}
        answer.problem(413);
    }
    // What is just small enough is judged by its text.
    let detail = text_post(MESSAGES, vec![b'x'; 64 << 10]).ask(server.addr).await.problem(422);
    assert!(detail.contains("65,536 bytes"), "{detail}");
    assert_eq!(server.all("ops").await.len(), 2);
    assert_eq!(server.all("lobby").await.len(), 1);
    server.stop().await;
}

async fn a_body_that_breaks_off_leaves_nothing(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    for _ in 0..5 {
        let mut connection = Connection::open(server.addr).await;
        let head = format!("POST {MESSAGES} HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\n");
        connection.write(head.as_bytes()).await.unwrap();
        connection.write(b"half a message").await.unwrap();
        drop(connection);
    }
    // What was begun has ended when nothing is open any more.
    server.until("/api/meter", |meter| meter["connections"] == 1).await;
    assert_eq!(server.all("ops").await.len(), 2);
    server.stop().await;
}
