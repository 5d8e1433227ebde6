//! What can be asked beside messages: the meter counts what really happened, the process can be
//! watched, and the contract for machines lists every address.

mod common;

use std::{collections::BTreeMap, time::SystemTime};

use common::{
    Kind, Server,
    http::{Connection, Request},
    on_both_stores,
};
use serde_json::{Value, json};
use tidings_shared::Mode;

on_both_stores!(
    every_mode_is_metered_by_itself,
    bytes_are_those_that_the_socket_saw,
    posts_are_metered_too,
    a_stream_is_open_until_it_is_left,
    prometheus_is_given_the_same_and_the_process,
    health_and_the_clock_are_answered,
);

fn figure(meter: &Value, mode: &str, name: &str) -> u64 {
    meter["modes"][mode][name].as_u64().unwrap_or_else(|| panic!("{mode} {name}: {meter}"))
}

async fn meter(server: &Server) -> Value {
    server.get("/api/meter").await.read()
}

async fn every_mode_is_metered_by_itself(kind: Kind) {
    let server = Server::start(kind).await;
    server.fill("ops", "m", 20).await;
    let before = meter(&server).await;
    for mode in Mode::ALL {
        let path = tidings_shared::route::listen(&"ops".parse().unwrap(), mode);
        assert!(path.starts_with("/api/rooms/ops/"));
        let mut listener = server.listen("ops", mode, "after=1").await;
        listener.messages(20).await;
        let name = mode.as_str();
        let open = u64::from(mode.is_stream());
        let since = |meter: &Value, what| figure(meter, name, what) - figure(&before, name, what);
        // A write is counted when it is done, which a reader may see a moment earlier.
        let bytes = if mode == Mode::Raw { 20 * 10 } else { 20 * 100 };
        let now = server
            .until("/api/meter", |meter| {
                figure(meter, name, "open") == open
                    && since(meter, "bytes_out") > bytes
                    && since(meter, "bytes_in") > 50
            })
            .await;
        let more = |what| since(&now, what);
        assert_eq!(more("requests"), 1, "{mode}");
        assert_eq!(more("delivered"), 20, "{mode}");
        assert_eq!(more("empty"), 0, "{mode}");
        assert!(more("bytes_out") < 20 * bytes && more("bytes_in") < 2000, "{mode}: {now}");
        drop(listener);
        server.until("/api/meter", |meter| figure(meter, name, "open") == 0).await;
    }
    let empty = meter(&server).await;
    server.page("ops", "after=21").await;
    server.page("ops", "after=21&wait=0.01").await;
    let after = meter(&server).await;
    for mode in ["poll", "long-poll"] {
        assert_eq!(figure(&after, mode, "empty"), figure(&empty, mode, "empty") + 1);
        assert_eq!(figure(&after, mode, "delivered"), figure(&empty, mode, "delivered"));
        assert!(figure(&after, mode, "busy_us") > 0);
    }
    let names: Vec<_> = after["modes"].as_object().unwrap().keys().collect();
    let mut expected: Vec<_> = Mode::ALL.iter().map(|mode| mode.as_str()).collect();
    expected.extend(["post", "other"]);
    expected.sort_unstable();
    assert_eq!(names, expected);
    server.stop().await;
}

async fn bytes_are_those_that_the_socket_saw(kind: Kind) {
    let server = Server::start(kind).await;
    server.fill("ops", "m", 50).await;
    for mode in [Mode::Poll, Mode::Sse, Mode::Ndjson, Mode::Raw] {
        let before = meter(&server).await;
        let mut listener = server.listen("ops", mode, "after=0").await;
        listener.messages(51).await;
        let received = listener.received();
        drop(listener);
        let name = mode.as_str();
        let sent = |m: &Value| figure(m, name, "bytes_out") - figure(&before, name, "bytes_out");
        // A write is counted when it is done, which a reader may see a moment earlier.
        let after = server
            .until("/api/meter", |m| figure(m, name, "open") == 0 && sent(m) >= received)
            .await;
        let sent = sent(&after);
        // Beyond it come the ends of chunks, and what was sent after the last message.
        assert!(sent < received + received / 4 + 2000, "{mode}: {sent} sent, {received} received");
    }
    let before = meter(&server).await;
    let body = json!({"username": "ana", "text": "x".repeat(4000)}).to_string();
    let post = Request::post("/api/rooms/ops/messages");
    let post = post.header("content-type", "application/json").body(&body);
    assert_eq!(post.ask(server.addr).await.status, 201);
    let read = |m: &Value| figure(m, "post", "bytes_in") - figure(&before, "post", "bytes_in");
    let after = server.until("/api/meter", |m| read(m) > body.len() as u64).await;
    assert!(read(&after) < body.len() as u64 + 400, "{after}");
    server.stop().await;
}

async fn posts_are_metered_too(kind: Kind) {
    let server = Server::start(kind).await;
    for id in ["a", "b", "a"] {
        let body = json!({"id": id, "username": "ana", "text": "x"});
        Request::post("/api/rooms/ops/messages").json(&body).ask(server.addr).await;
    }
    Request::post("/r/ops").body("").ask(server.addr).await.problem(422);
    let meter = meter(&server).await;
    assert_eq!(figure(&meter, "post", "requests"), 4);
    assert_eq!(figure(&meter, "post", "delivered"), 2, "a retry and a refusal deliver nothing");
    assert_eq!(figure(&meter, "post", "open"), 0);
    let other = figure(&meter, "other", "requests");
    server.get("/api/nothing").await.problem(404);
    let after = self::meter(&server).await;
    // The meter's own request is answered, and counted, after it was read.
    assert_eq!(figure(&after, "other", "requests"), other + 2);
    server.stop().await;
}

async fn a_stream_is_open_until_it_is_left(kind: Kind) {
    let server = Server::start(kind).await;
    let mut listeners = Vec::new();
    for mode in Mode::ALL.into_iter().filter(|mode| mode.is_stream()) {
        for _ in 0..5 {
            listeners.push(server.listen("ops", mode, "").await);
        }
    }
    let streams = ["sse", "ndjson", "raw", "websocket"];
    let all = |meter: &Value, open| streams.iter().all(|mode| figure(meter, mode, "open") == open);
    let meter = server.until("/api/meter", |meter| all(meter, 5)).await;
    assert!(meter["connections"].as_u64().unwrap() >= 21);
    drop(listeners);
    server.until("/api/meter", |meter| all(meter, 0) && meter["connections"] == 1).await;
    server.stop().await;
}

/// Samples by their name and labels; every line must be one, or a comment.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line:?}"));
            (name.to_owned(), value.parse().unwrap_or_else(|e| panic!("{line:?}: {e}")))
        })
        .collect()
}

async fn prometheus_is_given_the_same_and_the_process(kind: Kind) {
    let server = Server::start(kind).await;
    server.post_many("ops", "m", 3).await;
    let mut sse = server.listen("ops", Mode::Sse, "").await;
    sse.messages(4).await;
    server.until("/api/meter", |meter| figure(meter, "sse", "bytes_out") > 400).await;
    let answer = server.get("/metrics").await;
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let text = answer.text();
    let samples = samples(text);
    for (name, value) in [
        ("tidings_messages_delivered_total{mode=\"sse\"}", 4.0),
        ("tidings_messages_delivered_total{mode=\"post\"}", 3.0),
        ("tidings_requests_total{mode=\"post\"}", 3.0),
        ("tidings_requests_open{mode=\"sse\"}", 1.0),
        ("tidings_rooms", 2.0),
        ("tidings_log_messages", 5.0),
    ] {
        assert_eq!(samples.get(name), Some(&value), "{name} in\n{text}");
    }
    assert!(samples["tidings_sent_bytes_total{mode=\"sse\"}"] > 400.0);
    assert!(samples["tidings_connections_open"] >= 2.0);
    assert!(samples["process_resident_memory_bytes"] > 1e6);
    assert!(samples["process_open_fds"] > 3.0);
    assert!(samples.contains_key("process_cpu_seconds_total"));
    for name in ["tidings_requests_total", "tidings_requests_open"] {
        assert!(
            text.contains(&format!("# HELP {name} ")) && text.contains(&format!("# TYPE {name} "))
        );
    }
    drop(sse);
    server.stop().await;
}

async fn health_and_the_clock_are_answered(kind: Kind) {
    let server = Server::start(kind).await;
    for path in ["/healthz", "/readyz"] {
        let answer = server.get(path).await;
        assert_eq!((answer.status, answer.text()), (200, "ok\n"));
    }
    assert_eq!(server.all("lobby").await.len(), 1, "readiness is no message");
    let ms = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let before = ms(SystemTime::now());
    let answer = server.get("/api/clock").await;
    let after = ms(SystemTime::now());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let clock: Value = answer.read();
    let unix_ms = u128::from(clock["unix_ms"].as_u64().unwrap());
    assert!((before..=after).contains(&unix_ms));
    let at: tidings_shared::Timestamp = clock["at"].as_str().unwrap().parse().unwrap();
    assert_eq!(u128::from(at.as_ms()), unix_ms);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_for_machines_lists_every_address() {
    let server = Server::start(Kind::Memory).await;
    let document: Value = server.get("/api/openapi.json").await.read();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(document["info"]["version"].is_string() && document["info"]["title"] == "Tidings");
    let paths = document["paths"].as_object().unwrap();
    let mut listed: Vec<_> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |m| format!("{m} {path}"))
        })
        .filter(|operation| !operation.starts_with("parameters "))
        .collect();
    listed.sort();
    let promised = [
        "delete /api/lab/lines/{id}",
        "get /api/clock",
        "get /api/coefficients",
        "get /api/lab",
        "get /api/lab/wire",
        "get /api/meter",
        "get /api/rooms",
        "get /api/rooms/{room}",
        "get /api/rooms/{room}/messages",
        "get /api/rooms/{room}/ndjson",
        "get /api/rooms/{room}/presence",
        "get /api/rooms/{room}/raw",
        "get /api/rooms/{room}/sse",
        "get /api/rooms/{room}/ws",
        "get /api/search",
        "get /healthz",
        "get /messages",
        "get /metrics",
        "get /r/{room}",
        "get /readyz",
        "post /api/lab/lines",
        "post /api/lab/lines/{id}/cut",
        "post /api/lab/lines/{id}/sleep",
        "post /api/lab/restart",
        "post /api/rooms/{room}/messages",
        "post /messages",
        "post /r/{room}",
        "put /api/lab/lines/{id}/faults",
        "put /api/rooms/{room}/messages",
        "put /api/rooms/{room}/topic",
        "put /r/{room}",
    ];
    assert_eq!(listed, promised);
    let mut ids = Vec::new();
    for operation in promised {
        let (method, path) = operation.split_once(' ').unwrap();
        let described = &paths[path][method];
        assert!(described["responses"].as_object().is_some_and(|r| !r.is_empty()), "{operation}");
        ids.push(described["operationId"].as_str().unwrap().to_owned());
        // What is listed is there: whatever it answers, it is not that nobody knows it.
        let path = path.replace("{room}", "ops");
        let mut connection = Connection::open(server.addr).await;
        let request = Request::new(&method.to_uppercase(), &path);
        if path.starts_with("/api/lab/") {
            // Known, and not to be had here.
            let answer = connection.ask(&request).await;
            assert!(answer.status == 404 && answer.text().contains("--lab"), "{operation}");
            continue;
        }
        let status = connection.begin(&request).await.unwrap().status;
        assert!(status != 404 && status != 405, "{operation}: {status}");
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), promised.len(), "each operation has a name of its own");
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    server.stop().await;
}
