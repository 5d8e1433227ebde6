//! Several requests on one connection, of which the plain ones are answered on the socket itself
//! and the others by the general server: who sends them can't tell, and each is done and counted
//! once.

mod common;

use std::time::{Duration, Instant};

use common::{
    Kind, Server,
    http::{Answer, Connection, Request},
    on_both_stores,
};
use serde_json::{Value, json};
use tidings_shared::Page;

on_both_stores!(
    what_is_sent_ahead_is_answered_in_its_order,
    what_the_log_refuses_is_counted_once,
    a_body_may_come_in_parts,
    a_header_given_twice_is_no_plain_one,
    the_same_question_has_its_own_answer_each_time,
    each_wait_has_its_own_end,
);

fn post(text: &str, more: &str) -> String {
    let length = text.len();
    format!(
        "POST /api/rooms/ops/messages?username=Ana+B HTTP/1.1\r\nhost: x\r\n{more}content-length: {length}\r\n\r\n{text}"
    )
}

async fn next(connection: &mut Connection) -> Answer {
    let mut answer = connection.head().await.unwrap();
    while connection.piece(&mut answer.body).await.unwrap() {}
    answer
}

async fn texts(server: &Server) -> Vec<(String, String)> {
    let all = server.all("ops").await;
    // The first is the server's own.
    all[1..].iter().map(|m| (m.username.as_str().into(), m.text.as_str().into())).collect()
}

async fn posts_counted(server: &Server) -> (u64, u64) {
    let meter: Value = server.get("/api/meter").await.read();
    let post = &meter["modes"]["post"];
    assert_eq!(post["open"], 0);
    (post["requests"].as_u64().unwrap(), post["delivered"].as_u64().unwrap())
}

fn pairs(texts: &[&str]) -> Vec<(String, String)> {
    texts.iter().map(|text| ("Ana B".into(), (*text).into())).collect()
}

async fn what_is_sent_ahead_is_answered_in_its_order(kind: Kind) {
    let server = Server::start(kind).await;
    let mut connection = Connection::open(server.place).await;
    let poll = "GET /api/rooms/ops/messages?after=0 HTTP/1.1\r\nhost: x\r\n\r\n";
    // An empty text is refused, and from there on the general server has the connection.
    let ahead = [post("one", ""), poll.into(), post("two", ""), post("", ""), post("three", "")];
    connection.write(ahead.concat().as_bytes()).await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..ahead.len() {
        answers.push(next(&mut connection).await);
    }
    assert_eq!(answers.iter().map(|a| a.status).collect::<Vec<_>>(), [201, 200, 201, 422, 201]);
    let page: Page = answers[1].read();
    assert_eq!(page.messages.len(), 2, "the welcome, and what was posted before");
    let seqs = [0, 2, 4].map(|i| answers[i].read::<tidings_shared::Receipt>().seq);
    assert_eq!(seqs, [2, 3, 4]);
    for name in ["content-type", "cache-control", "x-content-type-options", "x-frame-options"] {
        assert_eq!(answers[0].header(name), answers[4].header(name), "{name}");
        assert!(answers[0].header(name).is_some(), "{name}");
    }
    assert_eq!(texts(&server).await, pairs(&["one", "two", "three"]));
    assert_eq!(posts_counted(&server).await, (4, 3));
    server.stop().await;
}

async fn what_the_log_refuses_is_counted_once(kind: Kind) {
    let server = Server::start(kind).await;
    let mut connection = Connection::open(server.place).await;
    let key = "idempotency-key: \"id-1\"\r\n";
    for (text, status) in [("one", 201), ("one", 200), ("other", 409), ("one", 200)] {
        connection.write(post(text, key).as_bytes()).await.unwrap();
        assert_eq!(next(&mut connection).await.status, status, "{text}");
    }
    assert_eq!(texts(&server).await, pairs(&["one"]));
    assert_eq!(posts_counted(&server).await, (4, 1));
    server.stop().await;
}

async fn a_body_may_come_in_parts(kind: Kind) {
    let server = Server::start(kind).await;
    let mut connection = Connection::open(server.place).await;
    let whole = post("in parts", "");
    let middle = whole.len() - 3;
    connection.write(&whole.as_bytes()[..middle]).await.unwrap();
    // An answer on another connection: by now the server has seen that there is more to come.
    assert_eq!(server.get("/healthz").await.status, 200);
    connection.write(&whole.as_bytes()[middle..]).await.unwrap();
    assert_eq!(next(&mut connection).await.status, 201);
    assert_eq!(texts(&server).await, pairs(&["in parts"]));
    server.stop().await;
}

async fn a_header_given_twice_is_no_plain_one(kind: Kind) {
    let server = Server::start(kind).await;
    let mut connection = Connection::open(server.place).await;
    let keys = "idempotency-key: first\r\nidempotency-key: second\r\n";
    connection.write(post("one", keys).as_bytes()).await.unwrap();
    let answer = next(&mut connection).await;
    assert_eq!((answer.status, &answer.read::<Value>()["id"]), (201, &json!("first")));
    // Two lengths are how one request is smuggled within another.
    let mut connection = Connection::open(server.place).await;
    connection.write(post("two", "content-length: 1\r\n").as_bytes()).await.unwrap();
    assert_eq!(next(&mut connection).await.status, 400);
    assert_eq!(server.all("ops").await.len(), 2);
    let json = Request::post("/api/rooms/ops/messages").json(&json!({"text": "three"}));
    assert_eq!(json.ask(server.addr).await.status, 201);
    server.stop().await;
}

async fn the_same_question_has_its_own_answer_each_time(kind: Kind) {
    let server = Server::start(kind).await;
    let mut connection = Connection::open(server.place).await;
    let ask = |query: &str| Request::get(&format!("/api/rooms/ops/messages?{query}"));
    let mut found = Vec::new();
    for text in ["", "", "one", "", "two"] {
        if !text.is_empty() {
            server.post("ops", "ana", text).await;
        }
        let page: Page = connection.ask(&ask("after=1")).await.read();
        found.push(page.messages.len());
    }
    // The first message is the welcome, which is behind the cursor once there is one.
    assert_eq!(found, [0, 0, 1, 1, 2]);
    let page: Page = connection.ask(&ask("after=1&limit=1")).await.read();
    assert!(page.messages.len() == 1 && page.more);
    let page: Page = connection.ask(&ask("after=1")).await.read();
    assert!(page.messages.len() == 2 && !page.more);
    let meter: Value = server.get("/api/meter").await.read();
    let poll = &meter["modes"]["poll"];
    assert_eq!(
        (&poll["requests"], &poll["delivered"], &poll["open"]),
        (&json!(7), &json!(7), &json!(0))
    );
    server.stop().await;
}

async fn each_wait_has_its_own_end(kind: Kind) {
    let server = Server::start(kind).await;
    let mut cursor = server.post("ops", "ana", "first").await.cursor;
    let mut connection = Connection::open(server.place).await;
    let ask =
        |cursor, wait| Request::get(&format!("/api/rooms/ops/messages?after={cursor}&wait={wait}"));
    // The long one is ended by a message, and its time must not become the next one's.
    for wait in [0.3, 60.0, 0.6, 0.2] {
        let (since, request) = (Instant::now(), ask(cursor, wait));
        if wait > 1.0 {
            let news = async {
                server.until("/api/meter", |meter| meter["modes"]["long-poll"]["open"] == 1).await;
                server.post("ops", "ana", "news").await
            };
            let (answer, receipt) = tokio::join!(connection.ask(&request), news);
            assert_eq!(answer.read::<Page>().cursor, receipt.cursor);
            cursor = receipt.cursor;
        } else {
            let page: Page = connection.ask(&request).await.read();
            assert!(page.messages.is_empty());
            assert!(since.elapsed() >= Duration::from_secs_f64(wait), "{wait}");
        }
        assert!(since.elapsed() < Duration::from_secs(20), "{wait}");
    }
    server.stop().await;
}
