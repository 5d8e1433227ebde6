//! Where races live: hundreds of readers that come in the middle of heavy posting, by every mode,
//! from anywhere in the log, some of them breaking off and coming back by another mode. Whoever
//! reads from a cursor to the end has a sequence without a hole, a repeat or a swap.

mod common;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use common::{
    Kind, Server, all_of,
    http::{Connection, Request},
    listen::Listener,
    on_both_stores,
    socket::Socket,
};
use serde_json::json;
use tidings_shared::{Mode, Page, Receipt};

on_both_stores!(
    a_reader_that_comes_in_the_middle_of_heavy_posting_misses_nothing,
    a_reader_that_starts_at_the_end_hears_all_that_is_acknowledged_afterwards,
    nobody_sleeps_through_the_last_message,
    nobody_is_shown_a_place_that_the_log_has_not_reached,
);

const FOLLOWERS: u64 = 210;
const PER_POSTER: usize = 550;
const SOCKET_POSTERS: usize = 4;
const HTTP_POSTERS: usize = 4;
const TOTAL: u64 = 1 + ((SOCKET_POSTERS + HTTP_POSTERS) * PER_POSTER) as u64;

/// Posts by a WebSocket with many in flight; answers the receipts.
async fn post_by_socket(addr: SocketAddr, name: String, reached: Arc<AtomicU64>) -> Vec<Receipt> {
    // It listens too, as every WebSocket does.
    let mut socket = Socket::open(addr, "/api/rooms/ops/ws?limit=1").await;
    let mut receipts = Vec::new();
    for chunk in (0..PER_POSTER).collect::<Vec<_>>().chunks(50) {
        for n in chunk {
            let (id, text) = (format!("{name}-{n}"), format!("{name} {n}"));
            let post = json!({"type": "post", "id": id, "username": name, "text": text});
            socket.send(&post).await;
        }
        for _ in chunk {
            let receipt = socket.posted().await;
            reached.fetch_max(receipt.seq, Ordering::SeqCst);
            receipts.push(receipt);
        }
    }
    receipts
}

async fn post_by_http(addr: SocketAddr, name: String, reached: Arc<AtomicU64>) -> Vec<Receipt> {
    let mut connection = Connection::open(addr).await;
    let mut receipts = Vec::new();
    for n in 0..PER_POSTER {
        let body =
            json!({"id": format!("{name}-{n}"), "username": name, "text": format!("{name} {n}")});
        let answer = connection.ask(&Request::post("/api/rooms/ops/messages").json(&body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let receipt: Receipt = answer.read();
        reached.fetch_max(receipt.seq, Ordering::SeqCst);
        receipts.push(receipt);
    }
    receipts
}

/// One follower: comes when the log has reached some length, begins somewhere in it, and reads to
/// the end, changing its mode when it breaks off. Answers where it began, and what it read.
async fn follow(
    addr: SocketAddr,
    seed: u64,
    epoch: String,
    reached: Arc<AtomicU64>,
) -> (u64, Vec<(u64, String)>) {
    let mut random = fastrand::Rng::with_seed(seed);
    let come = random.u64(1..TOTAL);
    while reached.load(Ordering::SeqCst) < come {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let reached = reached.load(Ordering::SeqCst);
    // Most come from the recent past; some from its very beginning.
    let start = if random.u8(..6) == 0 { 0 } else { reached - random.u64(0..=reached.min(900)) };
    let restless = random.u8(..3) == 0;
    let mut mode = Mode::ALL[random.usize(..Mode::ALL.len())];
    let mut listener = Listener::after(addr, "ops", mode, &format!("{epoch}:{start}")).await;
    let mut read = Vec::new();
    while read.last().is_none_or(|(seq, _)| *seq < TOTAL) && start < TOTAL {
        let said = listener.message().await;
        read.push((said.seq, said.text));
        if restless && random.u16(..200) == 0 {
            let at = listener.leave().expect("it stands somewhere");
            mode = Mode::ALL[random.usize(..Mode::ALL.len())];
            listener = Listener::after(addr, "ops", mode, &at).await;
        }
    }
    assert!(listener.gaps.is_empty(), "{mode}");
    (start, read)
}

async fn a_reader_that_comes_in_the_middle_of_heavy_posting_misses_nothing(kind: Kind) {
    let server = Server::start(kind).await;
    let epoch = server.head("ops").await.epoch.to_string();
    let addr = server.addr;
    let reached = Arc::new(AtomicU64::new(0));
    let followers: Vec<_> =
        (0..FOLLOWERS).map(|seed| follow(addr, seed, epoch.clone(), reached.clone())).collect();
    let followers = tokio::spawn(all_of(followers));
    let sockets =
        (0..SOCKET_POSTERS).map(|n| post_by_socket(addr, format!("ws{n}"), reached.clone()));
    let https = (0..HTTP_POSTERS).map(|n| post_by_http(addr, format!("http{n}"), reached.clone()));
    let (by_socket, by_http) = tokio::join!(all_of(sockets), all_of(https));
    let log = server.all("ops").await;
    assert_eq!(log.len() as u64, TOTAL);
    for receipts in by_socket.iter().chain(&by_http) {
        assert!(receipts.is_sorted_by_key(|receipt| receipt.seq), "a sender's posts in order");
        for (n, receipt) in receipts.iter().enumerate() {
            let message = &log[usize::try_from(receipt.seq - 1).unwrap()];
            assert_eq!((message.seq, &message.id), (receipt.seq, &receipt.id));
            assert!(message.text.as_str().ends_with(&format!(" {n}")));
        }
    }
    let log: Vec<_> = log.into_iter().map(|m| (m.seq, m.text.as_str().to_owned())).collect();
    for (seed, (start, read)) in followers.await.unwrap().into_iter().enumerate() {
        let expected = &log[usize::try_from(start).unwrap()..];
        if read != expected {
            let at = read.iter().zip(expected).position(|(a, b)| a != b);
            panic!("follower {seed} from {start}: {} of {}, {at:?}", read.len(), expected.len());
        }
    }
    server.stop().await;
}

/// Whoever has seen a stream begin, or a poll answered, hears everything acknowledged after that:
/// there is no moment between the two in which a message can slip through.
async fn a_reader_that_starts_at_the_end_hears_all_that_is_acknowledged_afterwards(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let addr = server.addr;
    let rounds = all_of((0..24).map(|reader| async move {
        let mut poster = Connection::open(addr).await;
        for round in 0..12 {
            let mode = Mode::ALL[(reader + round) % Mode::ALL.len()];
            let mut listener = Listener::open(addr, "ops", mode, "limit=1").await;
            // A poller stands at the end once it was answered; a stream, as soon as it is open.
            let newest = listener.message().await;
            let text = format!("{reader}-{round}");
            let body = json!({"username": "ana", "text": text});
            let post = Request::post("/api/rooms/ops/messages").json(&body);
            let receipt: Receipt = poster.ask(&post).await.read();
            let mut before = newest.seq;
            loop {
                let said = listener.message().await;
                if before > 0 && said.seq > 0 {
                    assert_eq!(said.seq, before + 1, "{mode}");
                }
                before = said.seq;
                if said.text == text {
                    assert!(mode == Mode::Raw || said.seq == receipt.seq);
                    break;
                }
            }
        }
    }))
    .await;
    assert_eq!(rounds.len(), 24);
    assert_eq!(server.all("ops").await.len(), 2 + 24 * 12);
    server.stop().await;
}

/// A reader that looks, finds nothing, and only then falls asleep must be woken by what came in
/// between, even when nothing comes after it. Messages come in twos here, the second at the moment
/// in which readers are done with the first.
async fn nobody_sleeps_through_the_last_message(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let start = server.head("ops").await.to_string();
    let waiting = [Mode::LongPoll, Mode::Sse, Mode::Ndjson, Mode::Raw, Mode::Websocket];
    let mut readers = Vec::new();
    for mode in waiting.into_iter().cycle().take(40) {
        let mut listener = server.resume("ops", mode, &start).await;
        let seen = Arc::new(AtomicU64::new(0));
        let seeing = seen.clone();
        let reader = tokio::spawn(async move {
            loop {
                seeing.store(listener.message().await.seq, Ordering::SeqCst);
            }
        });
        readers.push((mode, seen, reader));
    }
    let mut socket = server.socket("ops", "limit=1").await;
    let post = json!({"type": "post", "username": "ana", "text": "oi"});
    for round in 0..600 {
        socket.send(&post).await;
        let pause = std::time::Instant::now();
        while pause.elapsed() < std::time::Duration::from_micros(fastrand::u64(0..800)) {
            tokio::task::yield_now().await;
        }
        socket.send(&post).await;
        socket.posted().await;
        let last = socket.posted().await.seq;
        let woken = async {
            while readers.iter().any(|(_, seen, _)| seen.load(Ordering::SeqCst) < last) {
                tokio::time::sleep(std::time::Duration::from_micros(300)).await;
            }
        };
        // Shorter than a heartbeat, which would wake them.
        if tokio::time::timeout(std::time::Duration::from_secs(12), woken).await.is_err() {
            let asleep = readers.iter().filter(|(_, seen, _)| seen.load(Ordering::SeqCst) < last);
            let modes: Vec<_> = asleep.map(|(mode, ..)| mode.as_str()).collect();
            panic!("round {round}: asleep in {modes:?}");
        }
    }
    for (_, _, reader) in readers {
        reader.abort();
    }
    drop(socket);
    server.stop().await;
}

/// A commit is in the store a moment before its readers are told. Whoever reads from the store in
/// that moment must not be shown what the log's end, as everybody else sees it, has not reached.
async fn nobody_is_shown_a_place_that_the_log_has_not_reached(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "first").await;
    let (addr, done) = (server.addr, Arc::new(AtomicU64::new(0)));
    let readers = vec![done.clone(); 4].into_iter().map(move |done| async move {
        let mut connection = Connection::open(addr).await;
        let mut reads = 0;
        while done.load(Ordering::SeqCst) == 0 {
            // History before the end of time is read from the store, whatever is in memory.
            let path = format!("/api/rooms/ops/messages?limit=1&before={}", u64::MAX);
            let page: Page = connection.ask(&Request::get(&path)).await.read();
            assert_eq!(page.messages[0].seq, page.cursor.seq);
            let path = format!("/api/rooms/ops/messages?after={}", page.cursor);
            let next: Page = connection.ask(&Request::get(&path)).await.read();
            assert_eq!(next.gap, None, "a cursor that was given is honoured");
            reads += 1;
        }
        reads
    });
    let readers = tokio::spawn(all_of(readers));
    let filler = "x".repeat(4000);
    for _ in 0..4 {
        server.fill("ops", &filler, 400).await;
    }
    done.store(1, Ordering::SeqCst);
    assert!(readers.await.unwrap().iter().sum::<u32>() > 10);
    server.stop().await;
}
