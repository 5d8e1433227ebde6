//! A room can say what it is about: kept, told to whoever listens, shown to whoever asks; and what
//! somebody writes there forges nothing. Beside it: when a room was last spoken in.

mod common;

use common::{
    Kind, Server,
    http::{Answer, Request},
    in_time,
    listen::Listener,
    on_both_stores,
};
use serde_json::{Value, json};
use tidings_shared::{Event, Mode, TopicSet};

on_both_stores!(
    a_topic_is_told_to_every_stream_and_shown_to_whoever_asks,
    a_topic_outlives_the_server,
    a_topic_moves_no_cursor,
    a_topic_that_breaks_a_rule_is_refused_and_changes_nothing,
    a_topic_may_be_plain_text,
    a_foreign_page_may_not_set_a_topic,
    a_room_without_a_word_may_have_a_topic,
    the_list_says_when_a_room_was_last_spoken_in,
);

async fn put(server: &Server, room: &str, body: &Value) -> Answer {
    Request::new("PUT", &format!("/api/rooms/{room}/topic")).json(body).ask(server.place).await
}

async fn set(server: &Server, room: &str, topic: &str) -> TopicSet {
    let answer = put(server, room, &json!({"username": "ana", "topic": topic})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.read()
}

/// A room as the list shows it; null where it doesn't.
async fn listed(server: &Server, room: &str) -> Value {
    let list: Value = server.get("/api/rooms").await.read();
    let mut rooms = list["rooms"].as_array().unwrap().iter();
    rooms.find(|line| line["room"] == room).cloned().unwrap_or_default()
}

/// The next event but presence and heartbeats, whatever it is.
async fn next(stream: &mut Listener) -> Event {
    loop {
        let heard = in_time("an event", stream.heard()).await.unwrap().expect("it goes on");
        match serde_json::from_str(&heard.wire).expect("an event") {
            Event::Presence(_) | Event::Heartbeat { .. } => {}
            event => return event,
        }
    }
}

/// A stream that has begun.
async fn listen(server: &Server, room: &str, mode: Mode, query: &str) -> Listener {
    let mut stream = server.listen(room, mode, query).await;
    assert!(matches!(next(&mut stream).await, Event::Hello(_)));
    stream
}

async fn a_topic_is_told_to_every_stream_and_shown_to_whoever_asks(kind: Kind) {
    let server = Server::start(kind).await;
    let mut streams = Vec::new();
    for mode in [Mode::Sse, Mode::Ndjson, Mode::Websocket] {
        streams.push(listen(&server, "ops", mode, "after=0").await);
    }
    let mut elsewhere = listen(&server, "other", Mode::Sse, "after=0").await;
    let known = set(&server, "ops", "  What runs \"now\" <b>  ").await;
    assert_eq!(known.topic.as_str(), "What runs \"now\" <b>");
    for stream in &mut streams {
        assert_eq!(next(stream).await, Event::Topic(known.clone()));
    }
    assert_eq!(listed(&server, "ops").await["topic"], json!(known));
    let one: Value = server.get("/api/rooms/ops").await.read();
    assert_eq!(one["topic"], json!(known));
    assert_eq!(listed(&server, "lobby").await["topic"], Value::Null);
    // The other room hears of its own messages, and of no topic.
    server.post("other", "ana", "oi").await;
    assert!(matches!(next(&mut elsewhere).await, Event::Message(_)));
    let cleared = set(&server, "ops", " ").await;
    assert!(cleared.topic.is_empty());
    assert_eq!(next(&mut streams[0]).await, Event::Topic(cleared));
    server.stop().await;
}

async fn a_topic_outlives_the_server(kind: Kind) {
    if kind != Kind::Sqlite {
        return;
    }
    let server = Server::start(kind).await;
    server.post("ops", "ana", "oi").await;
    let known = set(&server, "ops", "What runs").await;
    let quiet = set(&server, "quiet", "Nothing said").await;
    let before = listed(&server, "ops").await["last_at"].clone();
    let server = server.restart().await;
    assert_eq!(listed(&server, "ops").await["topic"], json!(known));
    assert_eq!(listed(&server, "ops").await["last_at"], before);
    assert_eq!(listed(&server, "quiet").await["topic"], json!(quiet));
    server.stop().await;
}

async fn a_topic_moves_no_cursor(kind: Kind) {
    let server = Server::start(kind).await;
    let first = server.post("ops", "ana", "first").await;
    let after = format!("after={}", first.cursor);
    let mut stream = listen(&server, "ops", Mode::Sse, &after).await;
    let known = set(&server, "ops", "Between two messages").await;
    server.post("ops", "ana", "second").await;
    // What is beside the log has no place in it: it may come before or behind a message.
    let (mut messages, mut topics) = (Vec::new(), Vec::new());
    while messages.is_empty() || topics.is_empty() {
        match next(&mut stream).await {
            Event::Message(message) => messages.push((message.seq, message.text.to_string())),
            Event::Topic(set) => topics.push(set),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((messages, topics), (vec![(3, "second".to_owned())], vec![known]));
    assert_eq!(server.page("ops", &after).await.messages.len(), 1);
    server.stop().await;
}

async fn a_topic_that_breaks_a_rule_is_refused_and_changes_nothing(kind: Kind) {
    let server = Server::start(kind).await;
    let known = set(&server, "ops", "What runs").await;
    for (body, sentence) in [
        (json!({"username": "ana", "topic": "a\nb"}), "U+000A"),
        (json!({"username": "ana", "topic": "a\u{202e}b"}), "U+202E"),
        (json!({"username": "ana", "topic": "ä".repeat(251)}), "at most 250"),
        (json!({"username": "chat-room", "topic": "x"}), "the server's own"),
        (json!({"username": "ana"}), "an object with \"topic\""),
        (json!({"topic": 7}), "an object with \"topic\""),
    ] {
        let detail = put(&server, "ops", &body).await.problem(422);
        assert!(detail.contains(sentence), "{body}: {detail}");
    }
    let broken = Request::new("PUT", "/api/rooms/ops/topic")
        .header("content-type", "application/json")
        .body("{\"topic\":");
    assert!(broken.ask(server.place).await.problem(400).contains("not JSON"));
    let big = json!({"username": "ana", "topic": "x".repeat(70_000)});
    put(&server, "ops", &big).await.problem(413);
    put(&server, "No%20Room", &json!({"topic": "x"})).await.problem(422);
    let posted = Request::post("/api/rooms/ops/topic").json(&json!({"topic": "x"}));
    posted.ask(server.place).await.problem(405);
    assert_eq!(listed(&server, "ops").await["topic"], json!(known));
    server.stop().await;
}

async fn a_topic_may_be_plain_text(kind: Kind) {
    let server = Server::start(kind).await;
    let typed = Request::new("PUT", "/api/rooms/ops/topic?username=cron").body("Backups, nightly");
    let answer = typed.ask(server.place).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let known: TopicSet = answer.read();
    assert_eq!((known.topic.as_str(), known.username.as_str()), ("Backups, nightly", "cron"));
    server.stop().await;
}

async fn a_foreign_page_may_not_set_a_topic(kind: Kind) {
    let server = Server::start(kind).await;
    let foreign = Request::new("PUT", "/api/rooms/ops/topic")
        .header("origin", "https://evil.example")
        .json(&json!({"username": "ana", "topic": "x"}));
    foreign.ask(server.place).await.problem(403);
    assert_eq!(listed(&server, "ops").await, Value::Null);
    server.stop().await;
}

async fn a_room_without_a_word_may_have_a_topic(kind: Kind) {
    let server = Server::start(kind).await;
    let known = set(&server, "quiet", "Nothing said").await;
    let line = listed(&server, "quiet").await;
    assert_eq!((&line["topic"], &line["messages"]), (&json!(known), &json!(0)));
    assert_eq!(line.get("last_at"), None);
    // Its first message is still the server's.
    server.post("quiet", "ana", "oi").await;
    assert_eq!(server.all("quiet").await[0].username.as_str(), "chat-room");
    server.stop().await;
}

async fn the_list_says_when_a_room_was_last_spoken_in(kind: Kind) {
    let server = Server::start(kind).await;
    let first = server.post("ops", "ana", "first").await;
    assert_eq!(listed(&server, "ops").await["last_at"], json!(first.at));
    let second = server.post("ops", "ana", "second").await;
    assert_eq!(listed(&server, "ops").await["last_at"], json!(second.at));
    assert!(listed(&server, "lobby").await["last_at"].is_string(), "the welcome");
    server.stop().await;
}
