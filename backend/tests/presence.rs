//! Who is here, and by which mode: told to every stream, at most once a second, and answered to
//! whoever asks.

mod common;

use std::time::{Duration, Instant};

use common::{Kind, Server, all_of, listen::Listener, on_both_stores, socket::Socket};
use serde_json::{Value, json};
use tidings_shared::{Event, Mode, Person, Presence};

on_both_stores!(
    whoever_comes_and_goes_is_told_to_those_who_stream,
    a_poller_is_here_for_twice_its_interval,
    a_long_poller_is_here_while_it_waits,
    a_hundred_who_come_at_once_are_told_in_few_events,
    rooms_are_listed_with_who_is_in_them,
);

/// What a listener was told since it last asked: everyone who came, and who went, and the latest
/// numbers.
#[derive(Default, Debug)]
struct Told {
    joined: Vec<Person>,
    left: Vec<Person>,
    last: Presence,
}

/// Listens until what was told is as wanted.
async fn told(listener: &mut Listener, wanted: impl Fn(&Told) -> bool) -> Told {
    let mut told = Told::default();
    while !wanted(&told) {
        if let Event::Presence(presence) = listener.event().await {
            let by_mode = modes(&presence).as_object().unwrap().clone();
            let sum: u64 = by_mode.values().map(|count| count.as_u64().unwrap()).sum();
            assert_eq!(u64::from(presence.count), sum);
            told.joined.extend(presence.joined.clone());
            told.left.extend(presence.left.clone());
            told.last = presence;
        }
    }
    told
}

/// The numbers by mode, as they travel.
fn modes(presence: &Presence) -> Value {
    serde_json::to_value(presence.modes).unwrap()
}

fn person(name: &str, mode: Mode) -> Person {
    Person { username: name.parse().unwrap(), mode }
}

async fn whoever_comes_and_goes_is_told_to_those_who_stream(kind: Kind) {
    let server = Server::start(kind).await;
    let mut watchers = Vec::new();
    for mode in [Mode::Sse, Mode::Ndjson, Mode::Websocket] {
        watchers.push(server.listen("ops", mode, "").await);
    }
    for watcher in &mut watchers {
        told(watcher, |told| told.last.count == 3).await;
    }
    let ana = server.listen("ops", Mode::Ndjson, "username=ana").await;
    let bia = server.listen("ops", Mode::Websocket, "username=bia").await;
    let nameless = server.listen("ops", Mode::Raw, "").await;
    for watcher in &mut watchers {
        let mut told = told(watcher, |told| told.last.count == 6).await;
        told.joined.sort();
        assert_eq!(told.joined, [person("ana", Mode::Ndjson), person("bia", Mode::Websocket)]);
        assert!(told.left.is_empty());
        let by_mode = json!({"sse": 1, "ndjson": 2, "raw": 1, "websocket": 2});
        assert_eq!(modes(&told.last), by_mode);
    }
    let here: Value = server.get("/api/rooms/ops/presence").await.read();
    let expected = json!({
        "count": 6,
        "nameless": 4,
        "modes": {"sse": 1, "ndjson": 2, "raw": 1, "websocket": 2},
        "people": [{"username": "ana", "mode": "ndjson"}, {"username": "bia", "mode": "websocket"}],
    });
    assert_eq!(here, expected);
    // A second tab by the same mode is nobody new.
    let second = server.listen("ops", Mode::Ndjson, "username=ana").await;
    for watcher in &mut watchers {
        let told = told(watcher, |told| told.last.count == 7).await;
        assert!(told.joined.is_empty(), "{told:?}");
    }
    drop((ana, nameless));
    for watcher in &mut watchers {
        let told = told(watcher, |told| told.last.count == 5).await;
        assert!(told.left.is_empty() && told.joined.is_empty(), "{told:?}");
    }
    drop((second, bia));
    for watcher in &mut watchers {
        let mut told = told(watcher, |told| told.last.count == 3).await;
        told.left.sort();
        assert_eq!(told.left, [person("ana", Mode::Ndjson), person("bia", Mode::Websocket)]);
    }
    drop(watchers);
    server.until("/api/rooms/ops/presence", |here| here["count"] == 0).await;
    server.stop().await;
}

async fn a_poller_is_here_for_twice_its_interval(kind: Kind) {
    let server = Server::start(kind).await;
    let mut watcher = server.listen("ops", Mode::Sse, "").await;
    told(&mut watcher, |told| told.last.count == 1).await;
    for (every, stay) in [("1", 2000), ("1500ms", 3000)] {
        let since = Instant::now();
        server.page("ops", &format!("username=ana&every={every}")).await;
        let came = told(&mut watcher, |told| !told.joined.is_empty()).await;
        assert_eq!(came.joined, [person("ana", Mode::Poll)]);
        assert_eq!(modes(&came.last)["poll"], 1);
        let went = told(&mut watcher, |told| !told.left.is_empty()).await;
        let stayed = since.elapsed();
        assert_eq!(went.left, [person("ana", Mode::Poll)]);
        assert!(stayed >= Duration::from_millis(stay), "{every}: gone after {stayed:?}");
        // It is told within a second; the rest is patience with a busy machine.
        assert!(stayed < Duration::from_millis(stay + 4000), "{every}: gone after {stayed:?}");
    }
    // One that keeps polling stays. On a machine that stood still for too long between two polls,
    // it did not keep polling.
    let mut kept = 0;
    while kept < 20 {
        let asked = Instant::now();
        server.page("ops", "username=bia&every=0.5").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        kept = if asked.elapsed() < Duration::from_millis(900) { kept + 1 } else { 0 };
    }
    let here: Value = server.get("/api/rooms/ops/presence").await.read();
    assert_eq!(here["people"], json!([{"username": "bia", "mode": "poll"}]));
    let told = told(&mut watcher, |told| !told.left.is_empty()).await;
    assert_eq!((told.joined.len(), told.left.len()), (1, 1), "it came once and went once");
    server.stop().await;
}

async fn a_long_poller_is_here_while_it_waits(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.addr;
    let waiting = tokio::spawn(async move {
        let mut listener = Listener::open(addr, "ops", Mode::LongPoll, "username=ana").await;
        listener.messages(2).await
    });
    let here = server.until("/api/rooms/ops/presence", |here| here["count"] == 1).await;
    assert_eq!(here["people"], json!([{"username": "ana", "mode": "long-poll"}]));
    server.post("ops", "bia", "oi").await;
    waiting.await.unwrap();
    let since = Instant::now();
    let waiting = tokio::spawn(async move {
        let query = "username=leo&wait=60";
        Listener::open(addr, "ops", Mode::LongPoll, query).await.messages(9).await
    });
    let leo = json!([{"username": "leo", "mode": "long-poll"}]);
    server.until("/api/rooms/ops/presence", |here| here["people"] == leo).await;
    waiting.abort();
    server.until("/api/rooms/ops/presence", |here| here["count"] == 0).await;
    let stayed = since.elapsed();
    assert!(stayed < Duration::from_secs(40), "whoever hangs up is gone, and not {stayed:?} later");
    server.stop().await;
}

async fn a_hundred_who_come_at_once_are_told_in_few_events(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.addr;
    let mut watcher = server.listen("ops", Mode::Ndjson, "").await;
    let since = Instant::now();
    let crowd = tokio::spawn(all_of((0..100).map(move |n| async move {
        Socket::open(addr, &format!("/api/rooms/ops/ws?username=guest-{n}")).await
    })));
    let (mut joined, mut events) = (Vec::new(), 0);
    loop {
        if let Event::Presence(presence) = watcher.event().await {
            events += 1;
            joined.extend(presence.joined);
            if presence.count == 101 {
                break;
            }
        }
    }
    let seconds = since.elapsed().as_secs();
    assert!(events <= seconds + 2, "{events} events in {seconds} s");
    joined.sort();
    joined.dedup();
    assert_eq!(joined.len(), 100, "each is named once");
    drop(crowd.await.unwrap());
    let left = told(&mut watcher, |told| told.last.count == 1).await.left;
    assert_eq!(left.len(), 100);
    server.stop().await;
}

async fn rooms_are_listed_with_who_is_in_them(kind: Kind) {
    let server = Server::start(kind).await;
    let head = server.head("lobby").await;
    let receipt = server.post("ops", "ana", "oi").await;
    let welcomed = server.all("lobby").await[0].at;
    let _ops = server.listen("ops", Mode::Sse, "username=ana").await;
    let _quiet = server.listen("quiet", Mode::Raw, "").await;
    let rooms = server.until("/api/rooms", |rooms| rooms["rooms"][2]["here"]["count"] == 1).await;
    let expected = json!({"rooms": [
        {"room": "lobby", "head": head, "messages": 1, "last_at": welcomed,
         "here": {"count": 0, "modes": {}}},
        {"room": "ops", "head": receipt.cursor, "messages": 2, "last_at": receipt.at,
         "here": {"count": 1, "modes": {"sse": 1}}},
        {"room": "quiet", "head": format!("{}:0", head.epoch), "messages": 0,
         "here": {"count": 1, "modes": {"raw": 1}}},
    ]});
    assert_eq!(rooms, expected);
    drop(_quiet);
    // A room in which nothing was said is gone with its last listener.
    server.until("/api/rooms", |rooms| rooms["rooms"].as_array().unwrap().len() == 2).await;
    server.stop().await;
}
