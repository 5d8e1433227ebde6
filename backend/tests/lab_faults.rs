//! Each fault does what it says, in each mode; and afterwards each listener has everything, once.

mod common;

use std::time::{Duration, Instant};

use common::{
    Kind, Server, all_of,
    http::{Connection, Request},
    in_time,
    lab::{Line, Wire, from_start, with_lab},
    listen::Listener,
    socket::Socket,
};
use serde_json::{Value, json};
use tidings_shared::Mode;
use tokio_tungstenite::tungstenite::Error;

const ROOM: &str = "ops";

/// Listeners in each of these modes, each on a line of its own, caught up with an empty room.
async fn listeners<'a>(server: &'a Server, modes: &[Mode]) -> Vec<(Line<'a>, Listener)> {
    server.post(ROOM, "ana", "first").await;
    let mut all = Vec::new();
    for &mode in modes {
        let line = Line::open(server).await;
        let mut listener = from_start(server, line.addr, ROOM, mode).await;
        assert_eq!(listener.messages(2).await[1].text, "first");
        all.push((line, listener));
    }
    all
}

/// Whether each hears exactly the `count` messages that were posted.
async fn complete(mut all: Vec<(Line<'_>, Listener)>, count: usize) {
    for (_, listener) in &mut all {
        let heard = listener.messages(count).await;
        let texts: Vec<_> = heard.iter().map(|said| said.text.as_str()).collect();
        let expected: Vec<_> = (1..=count).map(|n| format!("m {n}")).collect();
        assert_eq!(texts, expected, "{}", listener.mode);
        assert!(listener.gaps.is_empty(), "{}", listener.mode);
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

async fn timed<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    (future.await, started.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_trip_takes_so_much_longer_and_an_arrival_half_of_it() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    let mut connection = Connection::open(line.addr).await;
    connection.ask(&Request::get("/healthz")).await;
    let (_, quick) = timed(connection.ask(&Request::get("/healthz"))).await;
    assert!(quick < ms(450), "{quick:?}");
    line.set(json!({"latency_ms": 1000})).await;
    let (_, slow) = timed(connection.ask(&Request::get("/healthz"))).await;
    assert!(slow >= ms(1000) && slow < ms(1900), "{slow:?}");
    let mut socket = Socket::open(line.addr, &format!("/api/rooms/{ROOM}/ws?after=0")).await;
    socket.json_of(&["hello"]).await;
    let arrives = async {
        server.post(ROOM, "ana", "x").await;
        socket.json_of(&["message"]).await;
        socket.json_of(&["message"]).await
    };
    let (_, arrived) = timed(arrives).await;
    assert!(arrived >= ms(500) && arrived < ms(950), "one way is half: {arrived:?}");
    line.set(json!({})).await;
    let (_, quick) = timed(connection.ask(&Request::get("/healthz"))).await;
    assert!(quick < ms(450), "{quick:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_latency_and_jitter_all_comes_in_order() {
    let server = with_lab(Kind::Memory).await;
    let all = listeners(&server, &Mode::ALL).await;
    for (line, _) in &all {
        line.set(json!({"latency_ms": 100, "jitter_ms": 200})).await;
    }
    server.post_many(ROOM, "m", 50).await;
    complete(all, 50).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_narrow_line_is_shared_by_its_connections_and_all_passes() {
    let server = with_lab(Kind::Memory).await;
    let text = "x".repeat(2000);
    for _ in 0..5 {
        server.post("wide", "ana", &text).await;
    }
    let line = Line::open(&server).await;
    // 80 kbit/s is 10 kB/s; a page is 10 kB, and there are two.
    line.set(json!({"kbit_s": 80})).await;
    let page = Request::get("/api/rooms/wide/messages?after=0");
    let ask = |page: Request, addr| async move { page.ask(addr).await.body.len() };
    let both = all_of([ask(page.clone(), line.addr), ask(page.clone(), line.addr)]);
    let (sizes, took) = timed(both).await;
    assert_eq!(sizes[0], sizes[1]);
    assert!(took >= ms(1900) && took < ms(6000), "{took:?} for {sizes:?}");
    line.set(json!({})).await;
    let (_, quick) = timed(ask(page, line.addr)).await;
    assert!(quick < ms(900), "{quick:?}");
    let all = listeners(&server, &Mode::ALL).await;
    for (line, _) in &all {
        line.set(json!({"kbit_s": 64})).await;
    }
    server.post_many(ROOM, "m", 20).await;
    complete(all, 20).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_buffer_streams_stand_still_until_it_is_full() {
    let server = with_lab(Kind::Memory).await;
    let mut all = listeners(&server, &Mode::ALL).await;
    for (line, _) in &all {
        line.set(json!({"buffering": true})).await;
    }
    server.post(ROOM, "ana", "m 1").await;
    for (_, listener) in &mut all {
        // What ends is passed on, and so is a WebSocket.
        let held = matches!(listener.mode, Mode::Sse | Mode::Ndjson | Mode::Raw);
        let mode = listener.mode;
        let heard = tokio::time::timeout(ms(700), listener.message()).await;
        assert_eq!(heard.is_err(), held, "{mode}: {heard:?}");
    }
    let (mut held, mut passed): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(_, listener)| matches!(listener.mode, Mode::Sse | Mode::Ndjson | Mode::Raw));
    // 4 KiB let it go.
    server.post(ROOM, "ana", &"y".repeat(4096)).await;
    for (_, listener) in &mut held {
        assert_eq!(listener.message().await.text, "m 1", "{}", listener.mode);
        assert_eq!(listener.message().await.text.len(), 4096);
    }
    for (_, listener) in &mut passed {
        assert_eq!(listener.message().await.text.len(), 4096, "{}", listener.mode);
    }
    // And so does the buffering's end.
    server.post(ROOM, "ana", "last").await;
    for (line, listener) in held.iter_mut().chain(&mut passed) {
        line.set(json!({})).await;
        assert_eq!(listener.message().await.text, "last", "{}", listener.mode);
        assert_eq!(listener.returns, 0, "{}", listener.mode);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_blocked_websocket_is_answered_403_and_the_server_hears_nothing() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    let mut wire = line.wire().await;
    line.set(json!({"block_websocket": true})).await;
    let path = format!("/api/rooms/{ROOM}/ws");
    match Socket::try_open(line.addr, &path, &[]).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 403),
        other => panic!("{:?}", other.map(|_| ())),
    }
    let mut connection = Connection::open(line.addr).await;
    let upgrade =
        Request::get(&path).header("upgrade", "websocket").header("connection", "upgrade");
    let answer = connection.ask(&upgrade).await;
    assert_eq!(answer.text(), "WebSockets are blocked on this line.");
    assert!(!connection.rest(&mut Vec::new()).await.unwrap(), "it is closed");
    let meter: Value = server.get("/api/meter").await.read();
    assert_eq!(meter["modes"]["websocket"]["requests"], 0);
    wire.until("the ends", |records| records.iter().filter(|r| r["what"] == "close").count() == 2)
        .await;
    let last = &wire.records.last().unwrap()["totals"];
    assert_eq!(
        (last["up"].as_u64(), last["down"].as_u64()),
        (Some(wire.sum("up")), Some(wire.sum("down")))
    );
    assert_eq!(wire.of("response")[0]["status"], 403);
    // Everything else passes, and WebSockets do when they may again.
    server.post(ROOM, "ana", "x").await;
    from_start(&server, line.addr, ROOM, Mode::Sse).await.messages(2).await;
    line.set(json!({})).await;
    from_start(&server, line.addr, ROOM, Mode::Websocket).await.messages(2).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_resets_connections_for_its_time_and_all_modes_catch_up() {
    let server = with_lab(Kind::Memory).await;
    let mut all = listeners(&server, &Mode::ALL).await;
    let mut open = Connection::open(all[0].0.addr).await;
    open.ask(&Request::get("/healthz")).await;
    let cut_at = Instant::now();
    for (line, _) in &all {
        line.cut(1500).await;
    }
    let reset = open.rest(&mut Vec::new()).await.expect_err("a reset");
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
    let refused = Request::get("/healthz").try_ask(all[0].0.addr).await;
    assert!(refused.is_err(), "{refused:?}");
    server.post_many(ROOM, "m", 10).await;
    for (_, listener) in &mut all {
        let heard = tokio::time::timeout(ms(100), listener.message()).await;
        assert!(heard.is_err() || cut_at.elapsed() > ms(1400), "nothing passes: {heard:?}");
    }
    let returning = in_time("the line to pass again", async {
        while Request::get("/healthz").try_ask(all[0].0.addr).await.is_err() {
            tokio::time::sleep(ms(10)).await;
        }
        cut_at.elapsed()
    });
    assert!(returning.await >= ms(1400));
    complete(all, 10).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_it_sleeps_nothing_passes_and_then_all_modes_catch_up() {
    let server = with_lab(Kind::Memory).await;
    let mut all = listeners(&server, &Mode::ALL).await;
    let mut wire = all[0].0.wire().await;
    let slept_at = Instant::now();
    for (line, _) in &all {
        line.sleep(1500).await;
    }
    server.post_many(ROOM, "m", 10).await;
    for (_, listener) in &mut all {
        let heard = tokio::time::timeout(ms(100), listener.message()).await;
        assert!(heard.is_err(), "nothing passes: {heard:?}");
    }
    // Who comes meanwhile hears nothing either, until the end.
    let asked = Request::get("/healthz").try_ask(all[0].0.addr).await;
    let reset = asked.expect_err("a reset at the end");
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(slept_at.elapsed() >= ms(1400) && slept_at.elapsed() < ms(5000));
    complete(all, 10).await;
    wire.until("the sleep's end", |records| {
        records.iter().any(|r| r["what"] == "fault" && r["text"] == "passes again")
    })
    .await;
    let last = wire.records.last().unwrap()["totals"].clone();
    assert!(last["connections"].as_u64() >= Some(2), "{last}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_connection_is_dropped_and_nobody_is_told() {
    let server = with_lab(Kind::Memory).await;
    let modes = [Mode::LongPoll, Mode::Sse, Mode::Ndjson, Mode::Raw, Mode::Websocket];
    let mut all = listeners(&server, &modes).await;
    let ids: Vec<_> = all.iter().map(|(line, _)| line.id.as_str()).collect();
    let mut wire = Wire::open(&server, &ids.join(",")).await;
    for (line, listener) in &mut all {
        line.set(json!({"idle_drop_ms": 1000})).await;
        if listener.mode == Mode::LongPoll {
            // Its next wait begins.
            let waits = tokio::time::timeout(ms(200), listener.message()).await;
            assert!(waits.is_err());
        }
    }
    wire.until("a drop on each line", |records| {
        let is_drop = |r: &&Value| r["text"].as_str().unwrap().contains("without a byte");
        records.iter().filter(is_drop).count() == modes.len()
    })
    .await;
    server.post_many(ROOM, "m", 5).await;
    for (_, listener) in &mut all {
        let heard = tokio::time::timeout(ms(300), listener.message()).await;
        assert!(heard.is_err(), "{}: nothing passes, no end either: {heard:?}", listener.mode);
    }
    assert!(!wire.records.iter().any(|r| r["what"] == "close"), "neither end is told");
    // A client that gives up and comes back has everything.
    for (line, listener) in &mut all {
        line.set(json!({})).await;
        listener.break_off();
    }
    complete(all, 5).await;
    wire.until("the client's end", |r| r.iter().any(|r| r["what"] == "close")).await;
    // And the server is told when the client goes.
    server.until("/api/meter", |meter| meter["connections"].as_i64() < Some(4)).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_waited_for_and_loses_nothing() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    let mut listener = from_start(&server, line.addr, ROOM, Mode::Ndjson).await;
    let text = "z".repeat(4000);
    let count = 4000;
    let mut socket = server.socket(ROOM, "limit=1").await;
    for chunk in 0..count / 200 {
        for n in 0..200 {
            let text = format!("{} {text}", chunk * 200 + n);
            socket.send(&json!({"type": "post", "username": "ana", "text": text})).await;
        }
        for _ in 0..200 {
            socket.posted().await;
        }
    }
    listener.message().await;
    for n in 0..count {
        let said = listener.message().await;
        assert!(said.text.starts_with(&format!("{n} z")), "{}", &said.text[..9]);
    }
    server.stop().await;
}
