//! A reader is its cursor: it may change its mode, lose its connection or its server between any
//! two messages, and loses nothing and sees nothing twice.

mod common;

use std::time::Duration;

use common::{
    Kind, Server, all_of,
    http::Request,
    listen::{Listener, Said},
    on_both_stores,
};
use serde_json::json;
use tidings_shared::{Cursor, Mode, Receipt};

on_both_stores!(
    a_reader_that_changes_mode_sees_each_message_once,
    a_reader_whose_connection_breaks_sees_each_message_once,
    a_reader_that_stops_reading_for_a_while_misses_nothing,
    a_server_that_restarts_costs_no_message,
);

#[track_caller]
fn assert_whole(said: &[Said], log: &[tidings_shared::Message]) {
    let heard: Vec<_> = said.iter().map(|s| (s.seq, s.text.as_str())).collect();
    let kept: Vec<_> = log.iter().map(|m| (m.seq, m.text.as_str())).collect();
    assert_eq!(heard, kept);
}

async fn a_reader_that_changes_mode_sees_each_message_once(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let start = Cursor { seq: 0, ..server.head("ops").await }.to_string();
    let addr = server.addr;
    let total = 2 + 600;
    let walks = all_of((0..12).map(|walker| {
        let mut at = start.clone();
        async move {
            // Each walk can be walked again from what it printed.
            let mut random = fastrand::Rng::with_seed(walker);
            let mut said = Vec::new();
            while said.len() < total {
                let mode = Mode::ALL[random.usize(..Mode::ALL.len())];
                let mut listener = Listener::after(addr, "ops", mode, &at).await;
                let stay = random.usize(1..=25).min(total - said.len());
                said.extend(listener.messages(stay).await);
                at = listener.leave().expect("it stands somewhere");
            }
            said
        }
    }));
    let (walks, (), ()) =
        tokio::join!(walks, server.post_many("ops", "slow", 300), server.fill("ops", "fast", 300),);
    let log = server.all("ops").await;
    assert_eq!(log.len(), total);
    for said in walks {
        assert_whole(&said, &log);
    }
    server.stop().await;
}

async fn a_reader_whose_connection_breaks_sees_each_message_once(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let start = Cursor { seq: 0, ..server.head("ops").await }.to_string();
    let addr = server.addr;
    let readers = all_of(Mode::ALL.map(|mode| {
        let start = start.clone();
        async move {
            let mut random = fastrand::Rng::with_seed(7);
            let mut listener = Listener::after(addr, "ops", mode, &start).await;
            let mut said = Vec::new();
            while said.len() < 402 {
                said.push(listener.message().await);
                if random.u8(..10) == 0 {
                    listener.break_off();
                }
            }
            said
        }
    }));
    let (readers, (), ()) = tokio::join!(
        readers,
        server.post_many("ops", "slow", 200),
        server.fill("ops", "fast", 200),
    );
    let log = server.all("ops").await;
    for said in readers {
        assert_whole(&said, &log);
    }
    server.stop().await;
}

/// Far more comes meanwhile than a socket or the tail holds, so that the reader is let go by those
/// who keep up, catches up from the store, and then keeps up again.
async fn a_reader_that_stops_reading_for_a_while_misses_nothing(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let start = Cursor { seq: 0, ..server.head("ops").await }.to_string();
    let streams = Mode::ALL.into_iter().filter(|mode| mode.is_stream());
    let mut listeners = Vec::new();
    for mode in streams {
        let mut listener = Listener::after(server.addr, "ops", mode, &start).await;
        let said = listener.messages(2).await;
        listeners.push((listener, said));
    }
    server.fill("ops", &"x".repeat(4_000), 3_000).await;
    for (listener, said) in &mut listeners {
        said.extend(listener.messages(3_000).await);
    }
    server.post("ops", "ana", "last").await;
    let mut log = Vec::new();
    let mut after = start;
    while log.len() < 3_003 {
        let page = server.page("ops", &format!("after={after}&limit=1000")).await;
        after = page.cursor.to_string();
        log.extend(page.messages);
    }
    for (mut listener, mut said) in listeners {
        said.push(listener.message().await);
        assert_eq!(listener.returns, 0, "{} was not cut off", listener.mode);
        assert_whole(&said, &log);
    }
    server.stop().await;
}

/// Posts until it is acknowledged, under one id, whatever happens to the server meanwhile.
async fn post_until_taken(addr: std::net::SocketAddr, id: &str, text: &str) -> Receipt {
    let body = json!({"id": id, "username": "bot", "text": text});
    let request = Request::post("/api/rooms/ops/messages").json(&body);
    common::in_time("the post to be taken", async {
        loop {
            match request.try_ask(addr).await {
                Ok(answer) if matches!(answer.status, 200 | 201) => return answer.read(),
                Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}

async fn a_server_that_restarts_costs_no_message(kind: Kind) {
    let mut server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let start = Cursor { seq: 0, ..server.head("ops").await }.to_string();
    let addr = server.addr;
    if kind == Kind::Memory {
        return a_new_log_is_never_taken_for_the_old_one(server).await;
    }
    let posts = 300;
    let posters = (0..2).map(move |poster| async move {
        let mut receipts = Vec::new();
        for n in 0..posts {
            receipts.push(post_until_taken(addr, &format!("{poster}-{n}"), &format!("{n}")).await);
        }
        receipts
    });
    let posters = tokio::spawn(all_of(posters));
    let readers = Mode::ALL.map(|mode| {
        let start = start.clone();
        async move {
            let mut listener = Listener::after(addr, "ops", mode, &start).await;
            let said = listener.messages(2 + 2 * posts).await;
            assert!(listener.gaps.is_empty(), "the log is the same one");
            (mode, listener.returns, said)
        }
    });
    let readers = tokio::spawn(all_of(readers));
    for stop in 1..=4 {
        let reached = stop * 100;
        common::in_time("the posts to go on", async {
            while server.head("ops").await.seq < reached {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        server = server.restart().await;
    }
    let receipts = posters.await.unwrap();
    let log = server.all("ops").await;
    assert_eq!(log.len(), 2 + 2 * posts, "a retry under the same id is the same message");
    for (mode, returns, said) in readers.await.unwrap() {
        assert_whole(&said, &log);
        assert!(returns > 0 || !mode.is_stream(), "{mode} went through the restarts");
    }
    for receipt in receipts.into_iter().flatten() {
        let message = &log[usize::try_from(receipt.seq - 1).unwrap()];
        assert_eq!((message.seq, &message.id), (receipt.seq, &receipt.id));
        assert_eq!(message.at, receipt.at);
    }
    server.stop().await;
}

/// The memory store's log ends with the server. A reader is told so, and given the new one whole.
async fn a_new_log_is_never_taken_for_the_old_one(mut server: Server) {
    let mut listeners = Vec::new();
    for mode in Mode::ALL.into_iter().filter(|mode| *mode != Mode::Raw) {
        let mut listener = server.listen("ops", mode, "").await;
        assert_eq!(listener.messages(2).await[1].text, "first");
        listeners.push(listener);
    }
    let old = server.head("ops").await;
    let listeners = tokio::spawn(all_of(listeners.into_iter().map(|mut listener| async move {
        // Three messages behind the old log's seq 2 would be one, were seqs alone compared.
        (listener.messages(3).await, listener)
    })));
    server = server.restart().await;
    server.post("ops", "ana", "new").await;
    server.post("ops", "ana", "and more").await;
    let new = server.head("ops").await;
    assert_ne!(old.epoch, new.epoch);
    for (said, listener) in listeners.await.unwrap() {
        let mode = listener.mode;
        let texts: Vec<_> = said.iter().map(|said| said.text.as_str()).collect();
        assert_eq!(texts, ["Welcome user", "new", "and more"], "{mode}");
        // One that comes back before the room has begun anew is told there, too.
        assert_eq!(listener.gaps.len(), 1, "{mode}");
        assert_eq!(listener.gaps[0].resume, Cursor::new(new.epoch, 0));
        assert_eq!(listener.gaps[0].after, old.to_string());
    }
    server.stop().await;
}
