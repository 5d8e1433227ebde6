//! What the rest of the server builds on, and each store must keep: one order a room, every commit
//! told once and in order, ids that make retries safe, and failures that leave nothing.

mod common;

use std::{collections::HashMap, sync::Arc};

use common::{
    Kind, on_both_stores,
    store::{draft, open_in, seqs, stage},
};
use tidings_backend::store::{AppendError, Appended, Draft, RoomHead, Span, StoreError};
use tidings_shared::RoomName;

on_both_stores!(
    a_new_log_holds_the_lobby_and_its_welcome,
    a_room_has_one_order_however_many_append,
    appends_of_one_caller_keep_their_order,
    the_sink_hears_of_a_message_before_its_sender_does,
    a_new_room_is_opened_by_the_welcome,
    a_known_id_with_the_same_content_is_the_same_message,
    a_known_id_with_other_content_is_a_conflict_and_leaves_nothing,
    parallel_retries_are_one_message,
    the_same_id_in_another_room_is_another_message,
    reads_give_the_span_that_was_asked_for,
    closing_commits_what_was_queued_and_refuses_what_comes_later,
    a_receiver_that_went_away_takes_nothing_back,
    whatever_may_be_said_is_kept_as_it_was_said,
    the_topic_that_was_set_last_holds,
    a_topic_opens_no_log,
);

async fn a_new_log_holds_the_lobby_and_its_welcome(kind: Kind) {
    let stage = stage(kind);
    let records = stage.all("lobby").await;
    assert_eq!(records.len(), 1);
    let last_at = Some(records[0].message.at);
    let lobby = RoomHead { name: RoomName::lobby(), head: 1, messages: 1, last_at, topic: None };
    assert_eq!(stage.store.rooms(), [lobby]);
    assert_eq!(records[0].message.username.as_str(), "chat-room");
    assert_eq!(records[0].message.text.as_str(), "Welcome user");
    assert!(stage.store.ready().await.is_ok());
    assert!(stage.all("nobody-was-here").await.is_empty());
    assert_ne!(stage.store.epoch(), self::stage(kind).store.epoch(), "each log has its own");
}

async fn a_room_has_one_order_however_many_append(kind: Kind) {
    let stage = Arc::new(stage(kind));
    let appended = common::all_of((0..20).map(|task| {
        let stage = stage.clone();
        async move {
            let mut mine = Vec::new();
            for n in 0..25 {
                let room = ["a", "b"][(task + n) % 2];
                let id = format!("{task}-{n}");
                let appended = stage.append(draft(room, &id, &format!("{id}!"))).await.unwrap();
                assert!(appended.fresh);
                mine.push((room, id, appended));
            }
            mine
        }
    }))
    .await;
    for room in ["a", "b"] {
        let records = stage.all(room).await;
        assert_eq!(seqs(&records), (1..=251).collect::<Vec<_>>());
        assert_eq!(records, stage.ear.heard(room), "told once each, in the log's order");
        let by_id: HashMap<_, _> =
            records.iter().map(|r| (r.message.id.as_str(), &r.message)).collect();
        for (_, id, appended) in appended.iter().flatten().filter(|(r, ..)| *r == room) {
            let message = by_id[id.as_str()];
            assert_eq!((message.seq, message.at), (appended.seq, appended.at));
            assert_eq!(message.text.as_str(), format!("{id}!"));
        }
        assert!(records.is_sorted_by_key(|r| r.message.at), "time goes with the order");
    }
}

async fn appends_of_one_caller_keep_their_order(kind: Kind) {
    let stage = stage(kind);
    let pending: Vec<_> = (0..3000)
        .map(|n| stage.store.append(draft("a", &n.to_string(), "x")).expect("there is room"))
        .collect();
    for (pending, seq) in pending.into_iter().zip(2..) {
        assert_eq!(pending.await.unwrap().unwrap().seq, seq);
    }
}

async fn the_sink_hears_of_a_message_before_its_sender_does(kind: Kind) {
    let stage = stage(kind);
    for n in 0..50 {
        let seq = stage.append(draft("a", &n.to_string(), "x")).await.unwrap().seq;
        assert_eq!(stage.ear.heard("a").last().unwrap().message.seq, seq);
        assert_eq!(stage.read("a", Span::After(seq - 1), 9).await, stage.ear.heard("a")[n + 1..]);
    }
}

async fn a_new_room_is_opened_by_the_welcome(kind: Kind) {
    let stage = stage(kind);
    assert_eq!(stage.append(draft("new", "first", "oi")).await.unwrap().seq, 2);
    let heard = stage.ear.heard("new");
    assert_eq!(heard[0].message.username.as_str(), "chat-room");
    assert_eq!(heard[0].message.text.as_str(), "Welcome user");
    assert_eq!(seqs(&heard), [1, 2]);
    assert_eq!(heard, stage.all("new").await);
    assert!(stage.ear.heard("lobby").is_empty(), "it was there before anybody listened");
}

async fn a_known_id_with_the_same_content_is_the_same_message(kind: Kind) {
    let stage = stage(kind);
    let first = stage.append(draft("a", "id-1", "oi")).await.unwrap();
    stage.append(draft("a", "id-2", "oi")).await.unwrap();
    for _ in 0..3 {
        let again = stage.append(draft("a", "id-1", "oi")).await.unwrap();
        assert_eq!(again, Appended { fresh: false, ..first });
    }
    assert_eq!(stage.all("a").await.len(), 3);
    assert_eq!(stage.ear.heard("a").len(), 3);
}

async fn a_known_id_with_other_content_is_a_conflict_and_leaves_nothing(kind: Kind) {
    let stage = stage(kind);
    stage.append(draft("a", "id-1", "oi")).await.unwrap();
    let other_name = Draft { username: "bia".parse().unwrap(), ..draft("a", "id-1", "oi") };
    for other in [draft("a", "id-1", "oi!"), other_name] {
        let refused = stage.append(other).await;
        assert!(matches!(refused, Err(AppendError::Conflict(id)) if id.as_str() == "id-1"));
    }
    // Between others that wait for the same commit, too.
    let ids = ["x", "id-1", "y"];
    let pending: Vec<_> =
        ids.iter().map(|id| stage.store.append(draft("a", id, "new")).unwrap()).collect();
    let mut taken = Vec::new();
    for pending in pending {
        taken.push(pending.await.unwrap().ok().map(|appended| appended.seq));
    }
    assert_eq!(taken, [Some(3), None, Some(4)]);
    assert_eq!(seqs(&stage.ear.heard("a")), [1, 2, 3, 4]);
    assert_eq!(stage.all("a").await, stage.ear.heard("a"));
}

async fn parallel_retries_are_one_message(kind: Kind) {
    let stage = stage(kind);
    // In a room that none of them finds open.
    let pending: Vec<_> =
        (0..100).map(|_| stage.store.append(draft("new", "same", "oi")).unwrap()).collect();
    let mut answers = Vec::new();
    for pending in pending {
        answers.push(pending.await.unwrap().unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| answer.fresh).count(), 1);
    assert!(answers.iter().all(|a| (a.seq, a.at) == (2, answers[0].at)));
    assert_eq!(stage.all("new").await.len(), 2);
    assert_eq!(stage.ear.heard("new").len(), 2);
}

async fn the_same_id_in_another_room_is_another_message(kind: Kind) {
    let stage = stage(kind);
    for room in ["a", "b", "lobby"] {
        assert!(stage.append(draft(room, "same", room)).await.unwrap().fresh);
        assert_eq!(stage.all(room).await[1].message.text.as_str(), room);
    }
}

async fn reads_give_the_span_that_was_asked_for(kind: Kind) {
    let stage = stage(kind);
    for n in 2..=20 {
        stage.append(draft("a", &n.to_string(), "x")).await.unwrap();
    }
    let big = 1000;
    for (span, limit, expected) in [
        (Span::After(0), big, (1..=20).collect::<Vec<u64>>()),
        (Span::After(0), 3, vec![1, 2, 3]),
        (Span::After(7), 2, vec![8, 9]),
        (Span::After(19), big, vec![20]),
        (Span::After(20), big, vec![]),
        (Span::After(u64::MAX), big, vec![]),
        (Span::After(1 << 63), big, vec![]),
        (Span::After(0), 0, vec![]),
        (Span::Before(4), big, vec![1, 2, 3]),
        (Span::Before(4), 2, vec![2, 3]),
        (Span::Before(1), big, vec![]),
        (Span::Before(0), big, vec![]),
        (Span::Before(21), 1, vec![20]),
        (Span::Before(u64::MAX), 2, vec![19, 20]),
    ] {
        assert_eq!(seqs(&stage.read("a", span, limit).await), expected, "{span:?} {limit}");
    }
}

async fn closing_commits_what_was_queued_and_refuses_what_comes_later(kind: Kind) {
    let stage = stage(kind);
    let queued: Vec<_> =
        (0..500).map(|n| stage.store.append(draft("a", &n.to_string(), "x")).unwrap()).collect();
    stage.store.close().await;
    for (pending, seq) in queued.into_iter().zip(2..) {
        assert_eq!(pending.await.unwrap().unwrap().seq, seq);
    }
    let late = stage.append(draft("a", "late", "x")).await;
    assert!(matches!(late, Err(AppendError::Store(StoreError::Closed))), "{late:?}");
    assert!(matches!(stage.store.ready().await, Err(StoreError::Closed)));
    assert_eq!(stage.ear.heard("a").len(), 501);
    stage.store.close().await;
    if kind == Kind::Sqlite {
        let (again, _) = open_in(kind, stage.folder.path());
        let read = again.read("a".parse().unwrap(), Span::After(0), 1000).await.unwrap();
        assert_eq!(read, stage.ear.heard("a"));
    }
}

async fn a_receiver_that_went_away_takes_nothing_back(kind: Kind) {
    let stage = stage(kind);
    drop(stage.store.append(draft("a", "1", "left at once")).unwrap());
    assert_eq!(stage.append(draft("a", "2", "stayed")).await.unwrap().seq, 3);
    assert_eq!(stage.all("a").await[1].message.text.as_str(), "left at once");
}

async fn whatever_may_be_said_is_kept_as_it_was_said(kind: Kind) {
    let mut stage = stage(kind);
    let texts = ["'; DROP TABLE message; --", "\n\t", "👩🏽‍🚀 مرحبا", " ", &"é".repeat(2048)];
    for (n, text) in texts.iter().enumerate() {
        let number = Some(["7", "4711.5", "99999", "-0.0", "1e-7"][n].into());
        let draft = Draft { number, ..draft("a", &n.to_string(), text) };
        stage.append(draft).await.unwrap();
    }
    let before = (stage.store.epoch(), stage.all("a").await);
    if kind == Kind::Sqlite {
        stage.store.close().await;
        (stage.store, stage.ear) = open_in(kind, stage.folder.path());
        assert_eq!((stage.store.epoch(), stage.all("a").await), before, "a restart keeps all");
        let mut rooms = stage.store.rooms();
        rooms.sort_by(|a, b| a.name.cmp(&b.name));
        let last_at = Some(before.1[5].message.at);
        let a = RoomHead { name: "a".parse().unwrap(), head: 6, messages: 6, last_at, topic: None };
        assert_eq!(rooms[0], a);
        assert!(!stage.append(draft("a", "1", texts[1])).await.unwrap().fresh, "ids are known");
        assert_eq!(stage.append(draft("a", "new", "x")).await.unwrap().seq, 7);
    }
    let records = stage.all("a").await;
    for (record, text) in records[1..].iter().zip(texts) {
        assert_eq!(record.message.text.as_str(), text);
    }
    let numbers: Vec<_> = records[1..6].iter().map(|r| r.number.as_deref().unwrap()).collect();
    assert_eq!(numbers, ["7", "4711.5", "99999", "-0.0", "1e-7"]);
}

async fn the_topic_that_was_set_last_holds(kind: Kind) {
    let mut stage = stage(kind);
    let lobby = stage.set_topic("lobby", "'; DROP TABLE topic; -- <b>").await;
    assert_eq!(lobby.topic.as_str(), "'; DROP TABLE topic; -- <b>");
    assert_eq!(lobby.username.as_str(), "ana");
    let mut last = None;
    for n in 0..50 {
        last = Some(stage.set_topic("ops", &format!("topic {n}")).await);
        let heard = stage.ear.1.lock().unwrap().last().cloned();
        assert_eq!(heard.map(|(_, set)| set), last, "told before it is answered");
    }
    stage.append(draft("ops", "1", "beside a message")).await.unwrap();
    let kept = [("lobby".into(), Some(lobby.clone())), ("ops".into(), last)];
    assert_eq!(stage.topics_after_a_restart(kind).await, kept);
    // One that is cleared is cleared for good.
    let cleared = stage.set_topic("ops", "").await;
    assert!(cleared.topic.is_empty());
    let kept = [("lobby".into(), Some(lobby)), ("ops".into(), Some(cleared))];
    assert_eq!(stage.topics_after_a_restart(kind).await, kept);
    stage.store.close().await;
    let late =
        stage.store.set_topic("a".parse().unwrap(), "ana".parse().unwrap(), "x".parse().unwrap());
    assert!(matches!(late, Err(StoreError::Closed)));
}

async fn a_topic_opens_no_log(kind: Kind) {
    let mut stage = stage(kind);
    let set = stage.set_topic("quiet", "Nothing is said here").await;
    assert!(stage.all("quiet").await.is_empty());
    let rooms = stage.topics_after_a_restart(kind).await;
    assert_eq!(rooms[1], ("quiet".into(), Some(set)));
    assert_eq!(stage.append(draft("quiet", "1", "oi")).await.unwrap().seq, 2);
    assert_eq!(stage.all("quiet").await[0].message.text.as_str(), "Welcome user");
}
