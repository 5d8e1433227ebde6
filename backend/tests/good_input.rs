//! What is allowed is taken, at its very edge, and comes back as it was sent: by hands that type
//! curl as well as by programs.

mod common;

use common::{Kind, Server, http::Request, on_both_stores};
use serde_json::{Value, json};
use tidings_shared::{Mode, Receipt};

on_both_stores!(
    any_text_that_is_allowed_comes_back_as_it_was_sent,
    a_body_alone_is_the_text_and_its_sender_is_found,
    names_are_trimmed_and_normalised,
    the_address_of_a_room_serves_curl,
    curl_is_given_all_of_the_newest_messages_however_long,
);

async fn any_text_that_is_allowed_comes_back_as_it_was_sent(kind: Kind) {
    let mut server = Server::start(kind).await;
    let texts = [
        "x".repeat(4096),
        "é".repeat(2048),
        "\u{1F600}".repeat(1024),
        "\n".repeat(4096),
        "\"".repeat(4096),
        "👩🏽‍🚀🏳️‍🌈 e\u{301}".into(),
        "مرحبا \u{202e}txt.exe\u{202c} שלום".into(),
        "<script>alert(1)</script>&amp;<!--".into(),
        "line one\nline two\n\n\tindented\n".into(),
        "  leading and trailing  ".into(),
        "data: not a field\n\nid: 99\n: comment".into(),
        "\u{2028}\u{2029}\u{feff}\u{fffd}\u{10ffff}".into(),
        "> root: rm -rf /".into(),
        "{\"type\":\"goaway\"}".into(),
        ".".into(),
    ];
    for (n, text) in texts.iter().enumerate() {
        // By turns as JSON, as a body alone, and by WebSocket.
        match n % 3 {
            0 => drop(server.post("ops", "ana", text).await),
            1 => {
                let request = Request::post("/r/ops?username=ana").body(text);
                assert_eq!(request.ask(server.addr).await.status, 201);
            }
            _ => {
                let mut socket = server.socket("ops", "limit=1").await;
                socket.send(&json!({"type": "post", "username": "ana", "text": text})).await;
                socket.posted().await;
            }
        }
    }
    if kind == Kind::Sqlite {
        server = server.restart().await;
    }
    for mode in Mode::ALL.into_iter().filter(|mode| *mode != Mode::Raw) {
        let mut listener = server.listen("ops", mode, "after=1").await;
        for text in &texts {
            assert_eq!(listener.message().await.text, *text, "{mode}");
        }
    }
    // One line each, whatever is in them.
    let mut raw = server.listen("ops", Mode::Raw, "after=1").await;
    for text in &texts {
        let line = text.replace(['\n', '\u{2028}', '\u{2029}'], "⏎");
        assert_eq!(raw.message().await.text, line);
    }
    server.stop().await;
}

async fn a_body_alone_is_the_text_and_its_sender_is_found(kind: Kind) {
    let server = Server::start(kind).await;
    let form = "application/x-www-form-urlencoded";
    // cron:secret, and a name with a colon's worth of nothing behind it.
    let basic = |request: Request| request.header("authorization", "Basic Y3JvbjpzZWNyZXQ=");
    let to = |path: &str| Request::post(path).header("content-type", form).body("a=b&c=%20 done");
    for (request, username) in [
        (to("/api/rooms/ops/messages"), "anonymous"),
        (to("/api/rooms/ops/messages?username=ana"), "ana"),
        (to("/r/ops?username=Jos%C3%A9+da+Silva"), "José da Silva"),
        (to("/r/ops?mode=auto&name=Jos%C3%A9%20da%20Silva"), "José da Silva"),
        (basic(to("/r/ops")), "cron"),
        (basic(to("/r/ops?username=ana")), "ana"),
        (to("/r/ops").header("authorization", "Bearer x"), "anonymous"),
        (to("/r/ops").header("authorization", "Basic !!!"), "anonymous"),
        (Request::post("/r/ops").body("a=b&c=%20 done"), "anonymous"),
        (
            Request::post("/r/ops").header("content-type", "image/png").body("a=b&c=%20 done"),
            "anonymous",
        ),
    ] {
        let answer = request.ask(server.addr).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let receipt: Receipt = answer.read();
        let log = server.all("ops").await;
        let message = log.last().unwrap();
        assert_eq!(message.seq, receipt.seq);
        assert_eq!(message.text.as_str(), "a=b&c=%20 done", "nothing is decoded");
        assert_eq!(message.username.as_str(), username);
    }
    // JSON says who posts by itself, or leaves it to the query.
    for (path, body, username) in [
        ("/r/ops?username=bia", json!({"text": "x", "username": "ana"}), "ana"),
        ("/r/ops?username=bia", json!({"text": "x"}), "bia"),
        ("/r/ops", json!({"text": "x", "unknown": [1, 2]}), "anonymous"),
    ] {
        let content_type = "Application/JSON; charset=utf-8";
        let request =
            Request::post(path).header("content-type", content_type).body(body.to_string());
        assert_eq!(request.ask(server.addr).await.status, 201);
        assert_eq!(server.all("ops").await.last().unwrap().username.as_str(), username);
    }
    server.stop().await;
}

async fn names_are_trimmed_and_normalised(kind: Kind) {
    let server = Server::start(kind).await;
    for (sent, kept) in [
        ("  ana  ", "ana"),
        ("Jose\u{301}", "José"),
        ("12345678901234567890123456789012", "12345678901234567890123456789012"),
        ("日本語", "日本語"),
        ("مرحبا", "مرحبا"),
        ("<b>", "<b>"),
        ("chat room", "chat room"),
    ] {
        server.post("ops", sent, "x").await;
        assert_eq!(server.all("ops").await.last().unwrap().username.as_str(), kept);
    }
    // Thirty-two characters are counted after normalisation.
    server.post("ops", &"e\u{301}".repeat(32), "x").await;
    let room = format!("a{}", "-".repeat(63));
    assert_eq!(server.post(&room, "ana", "x").await.seq, 2);
    server.stop().await;
}

async fn the_address_of_a_room_serves_curl(kind: Kind) {
    let server = Server::start(kind).await;
    let answer = Request::post("/r/ops?username=cron").body("backup done").ask(server.addr).await;
    assert_eq!(answer.status, 201);
    let receipt: Value = answer.read();
    let mut fields: Vec<_> = receipt.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["at", "cursor", "id", "seq"]);
    let curl = Request::get("/r/ops").header("accept", "*/*");
    let answer = curl.ask(server.addr).await;
    assert_eq!(answer.text(), "> chat-room: Welcome user\n> cron: backup done\n");
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    let mut varies = answer.headers.iter().filter(|(name, _)| name == "vary");
    assert!(varies.any(|(_, value)| value == "accept"), "{:?}", answer.headers);
    assert_eq!(server.get("/r/ops?limit=1").await.text(), "> cron: backup done\n");
    assert_eq!(server.get("/r/ops?after=2").await.text(), "");
    assert_eq!(server.get("/r/nothing-yet").await.text(), "");
    // A browser is given the page, which here says how to build it.
    let browser = Request::get("/r/ops").header("accept", "text/html,application/xhtml+xml;q=0.9");
    let answer = browser.ask(server.addr).await;
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    // One address, two answers: no cache may take one for the other.
    let mut varies = answer.headers.iter().filter(|(name, _)| name == "vary");
    assert!(varies.any(|(_, value)| value == "accept"), "{:?}", answer.headers);
    server.stop().await;
}

async fn curl_is_given_all_of_the_newest_messages_however_long(kind: Kind) {
    let mut server = Server::start(kind).await;
    let filler = "\"".repeat(4000);
    for n in 1..=60 {
        server.post("ops", "ana", &format!("{n} {filler}")).await;
    }
    for round in 0..2 {
        let text = server.get("/r/ops").await;
        let numbers: Vec<_> = text
            .text()
            .lines()
            .map(|line| line.split_whitespace().nth(2).unwrap().parse::<u32>().unwrap())
            .collect();
        assert_eq!(numbers, (11..=60).collect::<Vec<_>>());
        if round == 0 && kind == Kind::Sqlite {
            server = server.restart().await;
        }
    }
    server.stop().await;
}
