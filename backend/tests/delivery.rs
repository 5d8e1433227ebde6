//! A room is one log, and every way of listening delivers it: whole, in order, each message once,
//! from wherever the reader stands.

mod common;

use common::{Kind, Server, all_of, listen::Said, on_every_wire};
use tidings_shared::{Cursor, Message, Mode, Page};

on_every_wire!(
    every_mode_gives_each_message_once_and_in_order,
    a_start_without_a_cursor_gives_the_newest,
    a_resume_gives_exactly_what_lies_behind_the_cursor,
    a_long_history_is_read_whole_by_every_mode,
    the_bytes_of_a_message_are_the_same_whatever_the_transport,
    an_empty_room_is_listened_to_until_somebody_speaks,
    rooms_do_not_hear_each_other,
    a_reader_that_falls_asleep_loses_nothing_and_holds_up_nobody,
    pages_say_whether_there_is_more,
    history_is_paged_back_to_the_beginning,
);

fn texts(messages: &[Said]) -> Vec<&str> {
    messages.iter().map(|said| said.text.as_str()).collect()
}

fn seqs(page: &Page) -> Vec<u64> {
    page.messages.iter().map(|message| message.seq).collect()
}

/// What was heard is exactly this part of the log.
#[track_caller]
fn assert_heard(said: &[Said], log: &[Message], mode: Mode) {
    let heard: Vec<_> = said.iter().map(|s| (s.seq, &*s.username, &*s.text)).collect();
    let kept: Vec<_> = log.iter().map(|m| (m.seq, m.username.as_str(), m.text.as_str())).collect();
    assert_eq!(heard, kept, "{mode}");
}

async fn every_mode_gives_each_message_once_and_in_order(kind: Kind) {
    let server = Server::start(kind).await;
    server.post_many("ops", "early", 3).await;
    let start = Cursor { seq: 0, ..server.head("ops").await }.to_string();
    let mut listeners = Vec::new();
    for mode in Mode::ALL {
        listeners.push(server.resume("ops", mode, &start).await);
    }
    tokio::join!(
        server.post_many("ops", "ana's", 40),
        server.post_many("ops", "leandro's", 40),
        server.fill("ops", "bot's", 250),
    );
    server.post("ops", "ana", "the last").await;
    let log = server.all("ops").await;
    assert_eq!(log.len(), 1 + 3 + 40 + 40 + 250 + 1);
    assert!(log.iter().zip(1..).all(|(message, seq)| message.seq == seq));
    for sender in ["ana's", "leandro's", "bot's"] {
        let own: Vec<_> = log.iter().filter_map(|m| m.text.as_str().strip_prefix(sender)).collect();
        assert!(own.iter().zip(1..).all(|(n, i)| *n == format!(" {i}")), "{sender} in order");
    }
    let heard = all_of(listeners.into_iter().map(|mut listener| async move {
        let said = listener.messages(335).await;
        assert_eq!((listener.returns, listener.gaps.len()), (0, 0), "{}", listener.mode);
        (listener, said)
    }))
    .await;
    for (_, said) in &heard {
        assert_eq!(said.last().unwrap().text, "the last");
    }
    // Whoever had heard one twice would hear something else next.
    server.post("ops", "ana", "after it").await;
    for (mut listener, said) in heard {
        assert_heard(&said, &log, listener.mode);
        assert_eq!(listener.message().await.text, "after it", "{}", listener.mode);
    }
    server.stop().await;
}

async fn a_start_without_a_cursor_gives_the_newest(kind: Kind) {
    let server = Server::start(kind).await;
    server.fill("ops", "m", 60).await;
    let log = server.all("ops").await;
    for mode in Mode::ALL {
        for (query, newest) in [("", 50), ("limit=7", 7), ("limit=1", 1), ("limit=1000", 61)] {
            let mut listener = server.listen("ops", mode, query).await;
            let said = listener.messages(newest).await;
            let expected: Vec<_> =
                log[log.len() - newest..].iter().map(|m| m.text.as_str()).collect();
            assert_eq!(texts(&said), expected, "{mode} {query}");
        }
    }
    let mut listeners = Vec::new();
    for mode in Mode::ALL {
        let mut listener = server.listen("ops", mode, "limit=2").await;
        assert_eq!(texts(&listener.messages(2).await), ["m 59", "m 60"], "{mode}");
        listeners.push(listener);
    }
    server.post("ops", "ana", "live").await;
    for mut listener in listeners {
        assert_eq!(listener.message().await.text, "live", "{}", listener.mode);
    }
    server.stop().await;
}

async fn a_resume_gives_exactly_what_lies_behind_the_cursor(kind: Kind) {
    let server = Server::start(kind).await;
    server.fill("ops", "m", 9).await;
    let log = server.all("ops").await;
    let head = server.head("ops").await;
    let mut waiting = Vec::new();
    for mode in Mode::ALL {
        for seq in 0..=head.seq {
            let cursor = Cursor::new(head.epoch, seq).to_string();
            let mut listener = server.resume("ops", mode, &cursor).await;
            let behind = &log[usize::try_from(seq).unwrap()..];
            assert_heard(&listener.messages(behind.len()).await, behind, mode);
            waiting.push(listener);
        }
        // A bare number is a seq of the present epoch.
        let mut by_hand = server.listen("ops", mode, "after=4").await;
        assert_eq!(texts(&by_hand.messages(2).await), ["m 4", "m 5"], "{mode}");
    }
    server.post("ops", "ana", "the marker").await;
    for mut listener in waiting {
        assert_eq!(listener.message().await.text, "the marker", "{}", listener.mode);
        assert!(listener.gaps.is_empty());
    }
    server.stop().await;
}

async fn a_long_history_is_read_whole_by_every_mode(kind: Kind) {
    let mut server = Server::start(kind).await;
    // Longer than what any server would hold in memory for a room.
    server.fill("ops", "m", 3000).await;
    if kind == Kind::Sqlite {
        server = server.restart().await;
    }
    let log = server.all("ops").await;
    assert_eq!(log.len(), 3001);
    let start = Cursor { seq: 0, ..server.head("ops").await }.to_string();
    let (place, count) = (server.place, log.len());
    let heard = all_of(Mode::ALL.map(|mode| {
        let start = start.clone();
        async move {
            let mut listener = common::listen::Listener::after(place, "ops", mode, &start).await;
            (mode, listener.messages(count).await)
        }
    }))
    .await;
    for (mode, said) in heard {
        assert_heard(&said, &log, mode);
    }
    server.stop().await;
}

async fn the_bytes_of_a_message_are_the_same_whatever_the_transport(kind: Kind) {
    let mut server = Server::start(kind).await;
    let texts =
        ["oi", "two\nlines\tand \"quotes\" \\", "<b>&amp;</b>", "مرحبا 👩🏽‍🚀 日本", "\u{2028}\u{85a}"];
    for text in texts {
        server.post("lobby", "José", text).await;
    }
    for restarted in [false, true] {
        if restarted && kind == Kind::Sqlite {
            // Now they come from the disk.
            server = server.restart().await;
        }
        let mut seen: Option<Vec<Said>> = None;
        for mode in Mode::ALL.into_iter().filter(|mode| *mode != Mode::Raw) {
            let mut listener = server.listen("lobby", mode, "after=1").await;
            let said = listener.messages(texts.len()).await;
            for (said, text) in said.iter().zip(texts) {
                let json = said.json.as_ref().unwrap();
                assert!(
                    json.starts_with(&format!(r#"{{"type":"message","seq":{},"id":""#, said.seq))
                );
                assert_eq!(said.text, text);
            }
            assert_eq!(seen.get_or_insert_with(|| said.clone()), &said, "{mode}");
        }
    }
    let raw = server.listen("lobby", Mode::Raw, "after=1").await.messages(5).await;
    assert_eq!(raw[1].text, "two⏎lines\tand \"quotes\" \\", "a message is one line");
    assert_eq!(raw[4].text, "⏎\u{85a}");
    server.stop().await;
}

async fn an_empty_room_is_listened_to_until_somebody_speaks(kind: Kind) {
    let server = Server::start(kind).await;
    let page = server.page("quiet", "").await;
    assert!(page.messages.is_empty() && !page.more && page.gap.is_none());
    assert_eq!(page.cursor.seq, 0);
    let mut listeners = Vec::new();
    for mode in Mode::ALL {
        listeners.push(server.listen("quiet", mode, "").await);
    }
    server.post("quiet", "ana", "oi").await;
    for mut listener in listeners {
        let said = listener.messages(2).await;
        assert_eq!(texts(&said), ["Welcome user", "oi"], "{}", listener.mode);
        assert_eq!(said[0].username, "chat-room");
    }
    server.stop().await;
}

async fn rooms_do_not_hear_each_other(kind: Kind) {
    let server = Server::start(kind).await;
    let mut listeners = Vec::new();
    for mode in Mode::ALL {
        listeners.push(server.listen("a", mode, "").await);
    }
    server.post("b", "ana", "in b").await;
    server.post("a", "ana", "in a").await;
    server.post("b", "ana", "in b again").await;
    server.post("a", "ana", "in a again").await;
    for mut listener in listeners {
        let said = listener.messages(3).await;
        assert_eq!(texts(&said), ["Welcome user", "in a", "in a again"], "{}", listener.mode);
    }
    server.stop().await;
}

async fn a_reader_that_falls_asleep_loses_nothing_and_holds_up_nobody(kind: Kind) {
    let server = Server::start(kind).await;
    let filler = "x".repeat(3500);
    let mut asleep = Vec::new();
    for mode in Mode::ALL.into_iter().filter(|mode| mode.is_stream()) {
        let mut listener = server.listen("ops", mode, "after=0").await;
        if mode == Mode::Raw {
            listener.stand_at(&server.head("ops").await.to_string());
        }
        asleep.push(listener);
    }
    // More than sockets hold, and more than the server keeps in memory.
    for batch in 0..10 {
        server.fill("ops", &format!("{batch} {filler}"), 200).await;
    }
    let log = server.all("ops").await;
    assert_eq!(log.len(), 2001);
    for mut listener in asleep {
        assert_heard(&listener.messages(2001).await, &log, listener.mode);
        assert_eq!(listener.returns, 0, "{}", listener.mode);
    }
    server.stop().await;
}

async fn pages_say_whether_there_is_more(kind: Kind) {
    let server = Server::start(kind).await;
    server.fill("ops", "m", 1200).await;
    for wait in ["", "&wait=20"] {
        let page = server.page("ops", &format!("after=0{wait}")).await;
        assert_eq!((page.messages.len(), page.more), (100, true), "the default is 100");
        let page = server.page("ops", &format!("after=0&limit=1000{wait}")).await;
        assert_eq!((page.messages.len(), page.more), (1000, true));
        assert_eq!(page.cursor.seq, 1000);
        let page = server.page("ops", &format!("after=1000&limit=201{wait}")).await;
        assert_eq!((page.messages.len(), page.more), (201, false));
        let page = server.page("ops", &format!("after=1000&limit=200{wait}")).await;
        assert_eq!((page.messages.len(), page.more, page.cursor.seq), (200, true, 1200));
        let page = server.page("ops", &format!("after={}&limit=1{wait}", page.cursor)).await;
        assert_eq!((seqs(&page), page.more), (vec![1201], false));
    }
    let page = server.page("ops", "after=1201").await;
    assert_eq!((page.messages.len(), page.more, page.cursor.seq), (0, false, 1201));
    server.stop().await;
}

async fn history_is_paged_back_to_the_beginning(kind: Kind) {
    let server = Server::start(kind).await;
    server.fill("ops", "m", 1099).await;
    let mut back: Vec<u64> = Vec::new();
    let mut before = 1101;
    loop {
        let page = server.page("ops", &format!("before={before}&limit=300")).await;
        assert!(seqs(&page).is_sorted(), "oldest first");
        assert_eq!(page.cursor.seq, before - 1, "going on from it repeats nothing");
        assert_eq!(page.more, page.messages[0].seq > 1);
        back.splice(0..0, seqs(&page));
        before = page.messages[0].seq;
        if !page.more {
            break;
        }
    }
    assert_eq!(back, (1..=1100).collect::<Vec<_>>());
    assert_eq!(seqs(&server.page("ops", "before=5").await), [1, 2, 3, 4]);
    assert_eq!(seqs(&server.page("ops", "before=5&limit=1").await), [4]);
    let page = server.page("ops", "before=1").await;
    assert_eq!((page.messages.len(), page.more), (0, false));
    let page = server.page("ops", &format!("before={}&limit=2", u64::MAX)).await;
    assert_eq!((seqs(&page), page.more), (vec![1099, 1100], true));
    assert_eq!(page.cursor.seq, 1100);
    server.stop().await;
}
