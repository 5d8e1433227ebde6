//! The Lab's lines: who may open them, what passes, and that what is told of it is true.

mod common;

use std::time::Duration;

use common::{
    Kind, Server,
    http::{Connection, Request},
    in_time,
    lab::{Line, Tap, Wire, from_start, with_lab},
    socket::Socket,
};
use serde_json::{Value, json};
use tidings_shared::Mode;
use tokio_tungstenite::tungstenite::Error;

async fn multi(server: &Server, count: usize) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for _ in 0..count {
        lines.push(Line::open(server).await);
    }
    lines
}

#[tokio::test]
async fn a_server_without_the_lab_says_so() {
    let server = Server::start(Kind::Memory).await;
    assert_eq!(server.get("/api/lab").await.read::<Value>(), json!({"lines": false}));
    let detail = Request::post("/api/lab/lines").ask(server.place).await.problem(404);
    assert!(detail.contains("--lab"), "{detail}");
    server.get("/api/lab/wire?lines=abcd").await.problem(404);
    server.stop().await;
}

#[tokio::test]
async fn so_many_lines_are_open_at_a_time_and_each_can_be_closed() {
    let server = with_lab(Kind::Memory).await;
    let status: Value = server.get("/api/lab").await.read();
    assert_eq!(status, json!({"lines": true, "max_lines": 16}));
    let lines = multi(&server, 16).await;
    Request::post("/api/lab/lines").ask(server.place).await.problem(409);
    let gone = &lines[7];
    let mut open = Connection::open(gone.addr).await;
    assert_eq!(open.ask(&Request::get("/healthz")).await.status, 200);
    assert_eq!(gone.ask("DELETE", "", &Value::Null).await.status, 204);
    gone.ask("DELETE", "", &Value::Null).await.problem(404);
    assert!(!in_time("the end", open.rest(&mut Vec::new())).await.unwrap_or(false));
    let closed = async { while Connection::try_open(gone.addr).await.is_ok() {} };
    in_time("the port to be closed", closed).await;
    Line::open(&server).await;
    let addr = lines[0].addr;
    server.stop().await;
    assert!(Connection::try_open(addr).await.is_err(), "lines end with the server");
}

#[tokio::test]
async fn only_the_servers_own_page_and_programs_here_may_use_it() {
    let server = with_lab(Kind::Memory).await;
    let port = server.addr.port();
    for origin in ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1"] {
        let post = Request::post("/api/lab/lines").header("origin", origin);
        post.ask(server.place).await.problem(403);
        let wire = Request::get("/api/lab/wire?lines=abcd").header("origin", origin);
        wire.ask(server.place).await.problem(403);
    }
    let own = format!("http://127.0.0.1:{port}");
    let post = Request::post("/api/lab/lines").header("origin", &own);
    assert_eq!(post.ask(server.place).await.status, 201);
    let proxied = Request::post("/api/lab/lines").header("x-forwarded-for", "192.0.2.7");
    proxied.ask(server.place).await.problem(403);
    let status = Request::get("/api/lab").header("x-forwarded-for", "192.0.2.7");
    assert_eq!(status.ask(server.place).await.read::<Value>(), json!({"lines": false}));
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_with_a_sentence() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    for (faults, status, word) in [
        (json!({"latency_ms": 10_001}), 422, "10000"),
        (json!({"jitter_ms": 20_000}), 422, "jitter_ms"),
        (json!({"kbit_s": 1_000_001}), 422, "1000000"),
        (json!({"idle_drop_ms": 999}), 422, "600000"),
        (json!({"latency_ms": -1}), 422, "latency_ms"),
        (json!({"latency": 1}), 422, "latency_ms"),
        (json!("x"), 422, "latency_ms"),
    ] {
        let detail = line.ask("PUT", "/faults", &faults).await.problem(status);
        assert!(detail.contains(word), "{detail}");
    }
    for what in ["/cut", "/sleep"] {
        let detail = line.ask("POST", what, &json!({"for_ms": 600_001})).await.problem(422);
        assert!(detail.contains("600000"), "{detail}");
        line.ask("POST", what, &json!({})).await.problem(422);
        let path = format!("/api/lab/lines/{}{what}", line.id);
        Request::post(&path).body("{").ask(server.place).await.problem(400);
        let nowhere = format!("/api/lab/lines/nope{what}");
        Request::post(&nowhere).body("{}").ask(server.place).await.problem(404);
    }
    server.get("/api/lab/wire").await.problem(400);
    server.get("/api/lab/wire?lines=,").await.problem(400);
    let many: Vec<_> = (0..17).map(|n| n.to_string()).collect();
    server.get(&format!("/api/lab/wire?lines={}", many.join(","))).await.problem(400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_each_mode_all_passes_and_every_byte_is_told() {
    let server = with_lab(Kind::Memory).await;
    for mode in Mode::ALL {
        let line = Line::open(&server).await;
        let tap = Tap::open(line.addr).await;
        let mut wire = line.wire().await;
        let room = format!("all-{mode}");
        server.post_many(&room, "before", 3).await;
        let mut listener = from_start(&server, tap.addr, &room, mode).await;
        let mut texts = Vec::new();
        for said in listener.messages(4).await {
            texts.push(said.text);
        }
        server.post_many(&room, "after", 20).await;
        for said in listener.messages(20).await {
            texts.push(said.text);
        }
        let expected = ["Welcome user".to_owned()].into_iter();
        let expected = expected.chain((1..=3).map(|n| format!("before {n}")));
        let expected: Vec<_> = expected.chain((1..=20).map(|n| format!("after {n}"))).collect();
        assert_eq!(texts, expected, "{mode}");
        listener.leave();
        wire.until("the end of each connection", |records| {
            let of = |what| records.iter().filter(|r| r["what"] == what && r["conn"] != 0).count();
            of("open") > 0 && of("open") == of("close")
        })
        .await;
        let totals = &wire.records.last().unwrap()["totals"];
        let (up, down) = tap.passed();
        assert_eq!((totals["up"].as_u64(), totals["down"].as_u64()), (Some(up), Some(down)));
        assert_eq!((wire.sum("up"), wire.sum("down")), (up, down), "{mode}: {:#?}", wire.records);
        let of = |what: &str| wire.of(what).len() as u64;
        assert_eq!(totals["requests"], of("request"), "{mode}");
        assert_eq!(totals["answers"], of("response"));
        assert_eq!(totals["connections"], of("open"));
        let told = match mode {
            Mode::Sse => "event",
            Mode::Ndjson | Mode::Raw => "line",
            Mode::Websocket => "frame",
            Mode::Poll | Mode::LongPoll => "response",
        };
        let tells = |record: &Value| record["text"].as_str().unwrap().contains("before 1");
        let heard = wire.of(told).into_iter().find(|r| r["dir"] == "down" && tells(r));
        assert!(heard.is_some(), "{mode}: what was heard is told: {:#?}", wire.of(told));
        let request = wire.of("request")[0]["text"].as_str().unwrap();
        assert!(request.starts_with(&format!("GET /api/rooms/all-{mode}/")), "{request}");
        assert!(request.ends_with("\r\n\r\n"), "{request}");
    }
    server.stop().await;
}

#[tokio::test]
async fn posts_pass_with_their_bodies() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    let mut wire = line.wire().await;
    let body = json!({"username": "ana", "text": "through a line"});
    let post = Request::post("/api/rooms/ops/messages").json(&body);
    assert_eq!(post.ask(line.addr).await.status, 201);
    wire.until("the answer", |records| records.iter().any(|r| r["what"] == "response")).await;
    let request = wire.of("request")[0];
    assert_eq!(request["body"], body.to_string().len());
    assert!(request["text"].as_str().unwrap().ends_with(&body.to_string()));
    let response = wire.of("response")[0];
    assert_eq!((&response["status"], &response["dir"]), (&json!(201), &json!("down")));
    assert_eq!(server.all("ops").await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn the_servers_own_pages_listen_and_post_through_lines_and_no_others() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    let port = server.addr.port();
    let opens = async |origin: &str| {
        let path = "/api/rooms/ops/ws";
        match Socket::try_open(line.addr, path, &[("origin", origin)]).await {
            Ok(_) => true,
            Err(Error::Http(answer)) if answer.status() == 403 => false,
            Err(other) => panic!("{other}"),
        }
    };
    let own = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("http://{host}:{port}"));
    for origin in &own {
        for path in ["messages", "sse", "ndjson", "raw", "messages?wait=0"] {
            let mut connection = Connection::open(line.addr).await;
            let get = Request::get(&format!("/api/rooms/ops/{path}")).header("origin", origin);
            let head = connection.begin(&get).await.unwrap();
            assert_eq!(head.header("access-control-allow-origin"), Some(&**origin), "{path}");
        }
        let ahead = Request::new("OPTIONS", "/api/rooms/ops/messages")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        let answer = ahead.ask(line.addr).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(&**origin));
        let post = Request::post("/api/rooms/ops/messages").header("origin", origin).body("x");
        let answer = post.ask(line.addr).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), Some(&**origin));
        assert!(opens(origin).await);
    }
    for origin in ["https://evil.example", "http://localhost:1", "null"] {
        let get = Request::get("/api/rooms/ops/messages").header("origin", origin);
        assert_eq!(get.ask(line.addr).await.header("access-control-allow-origin"), None);
        let post = Request::post("/r/ops").header("origin", origin).body("x");
        post.ask(line.addr).await.problem(403);
        assert!(!opens(origin).await, "{origin}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_line_that_nobody_watches_is_closed() {
    let server = Server::with(Kind::Memory, |config| {
        config.lab = true;
        config.limits.line = Duration::from_millis(400);
    })
    .await;
    let (watched, forgotten) = (Line::open(&server).await, Line::open(&server).await);
    let mut wire = watched.wire().await;
    let closed = async { while Connection::try_open(forgotten.addr).await.is_ok() {} };
    in_time("the forgotten line to close", closed).await;
    forgotten.ask("PUT", "/faults", &json!({})).await.problem(404);
    // Longer than an unwatched line lasts: nothing is to happen to this one, so there is no fact to wait for.
    tokio::time::sleep(Duration::from_millis(600)).await;
    watched.set(json!({})).await;
    wire.until("a fault", |records| records.iter().any(|r| r["what"] == "fault")).await;
    // Whoever asks for one that is not there is told so, and of the others.
    let mut both = Wire::open(&server, &format!("{},{}", watched.id, forgotten.id)).await;
    both.until("both", |records| records.len() >= 2).await;
    let of = |id: &str| both.records.iter().find(|r| r["line"] == id).unwrap()["what"].clone();
    assert_eq!((of(&watched.id), of(&forgotten.id)), (json!("totals"), json!("close")));
    drop((wire, both));
    let closed = async { while Connection::try_open(watched.addr).await.is_ok() {} };
    in_time("the line to close when its watchers have gone", closed).await;
    server.stop().await;
}

#[tokio::test]
async fn a_second_watcher_goes_on_where_the_first_was() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    Request::get("/healthz").ask(line.addr).await;
    let mut wire = line.wire().await;
    wire.until("what came before", |r| r.iter().any(|r| r["what"] == "close")).await;
    drop(wire);
    Request::get("/readyz").ask(line.addr).await;
    let mut next = line.wire().await;
    next.until("what came behind", |r| r.iter().any(|r| r["what"] == "close")).await;
    let requests = next.of("request");
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0]["text"].as_str().unwrap().starts_with("GET /readyz "));
    assert_eq!(next.records[0]["what"], "totals");
    server.stop().await;
}

#[tokio::test]
async fn the_labs_page_may_speak_to_lines_and_the_chats_may_not() {
    let page = |config: &mut tidings_backend::Config| {
        std::fs::create_dir_all(&config.web).unwrap();
        std::fs::write(config.web.join("index.html"), "<!doctype html>chat").unwrap();
        std::fs::write(config.web.join("lab.html"), "<!doctype html>lab").unwrap();
    };
    for lab in [true, false] {
        let server = Server::with(Kind::Memory, |config| {
            config.lab = lab;
            page(config);
        })
        .await;
        for (path, text) in [
            ("/lab", "lab"),
            ("/plan", "lab"),
            ("/lab.html", "lab"),
            ("/lab?a=b", "lab"),
            ("/", "chat"),
        ] {
            let answer = server.get(path).await;
            assert!(answer.status == 200 && answer.text().ends_with(text), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-cache"));
            let policy = answer.header("content-security-policy").unwrap();
            let speaks = policy.contains("connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*;");
            assert_eq!(speaks, lab && text == "lab", "{path}: {policy}");
        }
        server.stop().await;
    }
    let server = with_lab(Kind::Memory).await;
    let answer = server.get("/lab").await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("lab.html"), "{}", answer.text());
    server.stop().await;
}

#[tokio::test]
async fn the_lab_and_tls_do_not_go_together() {
    let folder = tempfile::tempdir().unwrap();
    common::wire::write_certificate(folder.path());
    let config = tidings_backend::Config {
        store: tidings_backend::store::StoreUrl::Memory,
        tls_cert: Some(folder.path().join("cert.pem")),
        tls_key: Some(folder.path().join("key.pem")),
        lab: true,
        ..tidings_backend::Config::default()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let served = in_time("a refusal", tidings_backend::serve(listener, config, async {})).await;
    let sentence = served.unwrap_err().to_string();
    assert!(sentence.contains("--lab") && sentence.contains("TLS"), "{sentence}");
}
