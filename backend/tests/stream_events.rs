//! What stands on a stream beside the messages: hello, heartbeats, gaps, who is here, who types,
//! and the server's goodbye.

mod common;

use std::time::{Duration, Instant};

use common::{
    Kind, Server, all_of,
    http::{Connection, Request},
    in_time,
    listen::Listener,
    on_both_stores, on_every_wire,
};
use serde_json::{Value, json};
use tidings_shared::{Cursor, Event, Mode};

on_every_wire!(
    hello_comes_first_and_says_where_the_stream_stands,
    a_cursor_that_cannot_be_honoured_is_a_gap_and_then_everything,
    typing_reaches_the_streams_and_is_not_kept,
    the_last_event_id_wins_over_after,
    a_stream_ends_with_a_goaway_and_in_good_order,
    what_was_accepted_before_the_end_is_answered_and_kept,
);

on_both_stores!(every_stream_has_a_heartbeat);

const STREAMS: [Mode; 4] = [Mode::Sse, Mode::Ndjson, Mode::Raw, Mode::Websocket];

async fn hello_comes_first_and_says_where_the_stream_stands(kind: Kind) {
    let server = Server::start(kind).await;
    server.post_many("ops", "m", 2).await;
    let head = server.head("ops").await;
    for (room, seq) in [("ops", 3), ("silent", 0)] {
        for mode in [Mode::Sse, Mode::Ndjson, Mode::Websocket] {
            let mut listener = server.listen(room, mode, "").await;
            let first = in_time("hello", listener.heard()).await.unwrap().unwrap();
            let hello: Value = serde_json::from_str(&first.wire).unwrap();
            let expected = json!({
                "type": "hello", "epoch": head.epoch, "head": Cursor { seq, ..head },
                "mode": mode, "heartbeat": 20,
            });
            assert_eq!(hello, expected);
            assert!(first.id.is_none());
            let retry = first.retry.map(|ms| ms.parse::<u32>().unwrap());
            assert_eq!(retry.is_some(), mode == Mode::Sse, "retry: is set with hello");
            assert!(retry.is_none_or(|ms| (500..=10_000).contains(&ms)));
        }
    }
    server.stop().await;
}

/// The one test that waits for time: each stream's first heartbeat, 16 to 24 s after its start.
async fn every_stream_has_a_heartbeat(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.place;
    all_of(STREAMS.map(|mode| async move {
        let since = Instant::now();
        let mut listener = Listener::open(addr, "silent", mode, "").await;
        let beat = loop {
            let heard = in_time("a heartbeat", listener.heard()).await.unwrap().unwrap();
            if mode == Mode::Raw {
                assert_eq!(heard.wire, "", "eyes see an empty line, and nothing else");
                break None;
            }
            if let Event::Heartbeat { at } = serde_json::from_str(&heard.wire).unwrap() {
                assert!(heard.id.is_none());
                break Some(at);
            }
        };
        let took = since.elapsed();
        assert!(took > Duration::from_millis(15_900), "{mode}: {took:?}");
        assert!(took < Duration::from_secs(28), "{mode}: {took:?}");
        if let Some(at) = beat {
            let now = tidings_shared::Timestamp::from(std::time::SystemTime::now());
            assert!(now.as_ms().abs_diff(at.as_ms()) < 10_000, "it bears the server's clock");
        }
    }))
    .await;
    server.stop().await;
}

async fn a_cursor_that_cannot_be_honoured_is_a_gap_and_then_everything(kind: Kind) {
    let server = Server::start(kind).await;
    server.post_many("ops", "m", 2).await;
    let head = server.head("ops").await;
    let beyond = Cursor { seq: 4, ..head }.to_string();
    let other = if head.epoch.as_str() == "zzzzzzzz" { "yyyyyyyy:2" } else { "zzzzzzzz:2" };
    let far = u64::MAX.to_string();
    for (after, reason) in [
        (other, "of another log"),
        (beyond.as_str(), "beyond the end"),
        ("4", "beyond the end"),
        (far.as_str(), "beyond the end"),
    ] {
        for mode in Mode::ALL {
            let mut listener = server.listen("ops", mode, &format!("after={after}")).await;
            if mode == Mode::Raw {
                let line = in_time("a line", listener.heard()).await.unwrap().unwrap().wire;
                assert!(line.starts_with("# gap: ") && line.contains(reason), "{line}");
                let texts = listener.messages(3).await;
                assert_eq!(texts[2].text, "m 2");
                continue;
            }
            let said = listener.messages(3).await;
            assert_eq!(said.iter().map(|said| said.seq).collect::<Vec<_>>(), [1, 2, 3], "{mode}");
            let [gap] = &listener.gaps[..] else { panic!("{mode}: {:?}", listener.gaps) };
            assert_eq!((gap.after.as_str(), gap.resume), (after, Cursor { seq: 0, ..head }));
            assert!(gap.reason.contains(reason), "{}", gap.reason);
        }
    }
    // What can be honoured is no gap, the very end included.
    for mode in Mode::ALL {
        let mut listener = server.resume("ops", mode, &head.to_string()).await;
        let text = format!("by {mode}");
        let next = tokio::spawn(async move { (listener.message().await, listener.gaps) });
        // It may start before or after this; it must not be told of a gap either way.
        let receipt = server.post("silent", "ana", &text).await;
        assert!(receipt.seq > 0);
        server.post("ops", "ana", &text).await;
        let (said, gaps) = in_time("a message", next).await.unwrap();
        assert!(said.text.starts_with("by ") && gaps.is_empty(), "{mode}");
    }
    server.stop().await;
}

async fn typing_reaches_the_streams_and_is_not_kept(kind: Kind) {
    let server = Server::start(kind).await;
    let mut listeners = Vec::new();
    for mode in STREAMS {
        listeners.push(server.listen("lobby", mode, "after=1").await);
    }
    let mut elsewhere = server.listen("ops", Mode::Sse, "").await;
    let mut socket = server.socket("lobby", "username=bia").await;
    socket.send(&json!({"type": "typing", "username": "ana"})).await;
    assert_eq!(socket.json_of(&["typing"]).await, json!({"type": "typing", "username": "ana"}));
    for listener in &mut listeners {
        let typing = loop {
            if listener.mode == Mode::Raw {
                break None;
            }
            match listener.event().await {
                Event::Typing { username } => break Some(username),
                Event::Hello(_) | Event::Presence(_) => {}
                other => panic!("{other:?}"),
            }
        };
        assert!(typing.is_none_or(|username| username.as_str() == "ana"));
    }
    // Whoever gives no name is who the socket said it was; twice in a second is once.
    let mut second = server.socket("lobby", "username=bia").await;
    second.send(&json!({"type": "typing"})).await;
    second.send(&json!({"type": "typing", "username": "too soon"})).await;
    assert_eq!(socket.json_of(&["typing"]).await["username"], "bia");
    second.send(&json!({"type": "post", "text": "done"})).await;
    second.posted().await;
    let next = socket.json_of(&["typing", "message"]).await;
    assert_eq!((&next["text"], &next["username"]), (&json!("done"), &json!("bia")));
    for mut listener in listeners {
        assert_eq!(listener.message().await.text, "done", "{}", listener.mode);
    }
    server.post("ops", "ana", "nothing was typed here").await;
    let heard = elsewhere.messages(2).await;
    assert_eq!(heard[1].text, "nothing was typed here");
    assert_eq!(server.all("lobby").await.len(), 2, "typing is not kept");
    server.stop().await;
}

async fn the_last_event_id_wins_over_after(kind: Kind) {
    let server = Server::start(kind).await;
    server.post_many("ops", "m", 4).await;
    let head = server.head("ops").await;
    for (last_event_id, first) in
        [(Cursor { seq: 3, ..head }.to_string(), 4), ("4".into(), 5), (String::new(), 2)]
    {
        let mut connection = Connection::open(server.place).await;
        let request =
            Request::get("/api/rooms/ops/sse?after=1").header("last-event-id", &last_event_id);
        assert_eq!(connection.begin(&request).await.unwrap().status, 200);
        let mut lines = common::listen::Lines::new(connection);
        let id = loop {
            let line = in_time("a line", lines.next()).await.unwrap().unwrap();
            if let Some(id) = line.strip_prefix("id: ") {
                break id.to_owned();
            }
        };
        assert_eq!(id, Cursor { seq: first, ..head }.to_string(), "{last_event_id:?}");
    }
    server.stop().await;
}

async fn a_stream_ends_with_a_goaway_and_in_good_order(kind: Kind) {
    let server = Server::start(kind).await;
    let mut listeners = Vec::new();
    for mode in STREAMS {
        for room in ["lobby", "silent"] {
            listeners.push(server.listen(room, mode, "").await);
        }
    }
    let mut socket = server.socket("lobby", "").await;
    let listeners = all_of(listeners.into_iter().map(|mut listener| async move {
        let mut last = String::new();
        // An answer that is cut off, or a socket without a close frame, is an error here.
        while let Some(heard) = in_time("the end", listener.heard()).await.expect("a good end") {
            last = heard.wire;
        }
        (listener.mode, last)
    }));
    let since = Instant::now();
    let (stopped, listeners, code) = tokio::join!(
        async {
            // Everyone has been greeted before the end begins.
            server.until("/api/meter", |meter| meter["modes"]["websocket"]["open"] == 3).await;
            server.stop().await
        },
        listeners,
        socket.end(),
    );
    assert!(since.elapsed() < Duration::from_secs(15));
    assert_eq!(code, Some(1001));
    drop(stopped);
    let mut waits = Vec::new();
    for (mode, last) in listeners {
        if mode == Mode::Raw {
            assert_eq!(last, "# goaway: the server is shutting down");
            continue;
        }
        let Event::Goaway(goaway) = serde_json::from_str(&last).unwrap() else {
            panic!("{mode} ended with {last}")
        };
        assert!((1..=10_000).contains(&goaway.retry_ms) && !goaway.reason.is_empty());
        waits.push(goaway.retry_ms);
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 1, "they are told to come back at different times");
}

async fn what_was_accepted_before_the_end_is_answered_and_kept(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.place;
    let (began, mut beginning) = tokio::sync::mpsc::channel(16);
    let posters = (0..4).map(|poster| {
        let began = began.clone();
        async move {
            let mut socket = common::socket::Socket::open(addr, "/api/rooms/ops/ws?limit=1").await;
            let mut posted = Vec::new();
            for n in 0..400 {
                let id = format!("{poster}-{n}");
                let post = json!({"type": "post", "id": id, "username": "bot", "text": id});
                // The server may stop listening at any moment: then the rest was never accepted.
                let frame = tokio_tungstenite::tungstenite::Message::text(post.to_string());
                if socket.send_frame(frame).await.is_err() {
                    break;
                }
                if n == 50 {
                    began.send(()).await.unwrap();
                }
            }
            while let Some(text) = in_time("the end", socket.text()).await {
                let frame: Value = serde_json::from_str(&text).unwrap();
                match frame["type"].as_str().unwrap() {
                    "posted" => posted.push((frame["seq"].as_u64().unwrap(), frame["id"].clone())),
                    "rejected" => assert_eq!(frame["status"], 503, "{frame}"),
                    _ => {}
                }
            }
            posted
        }
    });
    let posters = tokio::spawn(all_of(posters.collect::<Vec<_>>()));
    for _ in 0..4 {
        in_time("the posts to begin", beginning.recv()).await.unwrap();
    }
    let stopped = server.stop().await;
    let mut posted: Vec<_> = posters.await.unwrap().into_iter().flatten().collect();
    posted.sort_by_key(|(seq, _)| *seq);
    assert!(posted.windows(2).all(|pair| pair[0].0 < pair[1].0), "each has its own place");
    if kind == Kind::Sqlite {
        let server = stopped.start().await;
        let kept: Vec<_> = server.all("ops").await.into_iter().skip(1).collect();
        let kept: Vec<_> = kept.iter().map(|m| (m.seq, json!(m.id))).collect();
        assert_eq!(kept, posted, "what was kept was answered, and what was answered was kept");
        server.stop().await;
    }
}
