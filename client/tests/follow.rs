//! Following a server that misbehaves: each message is yielded once and in order, and what is
//! wrong is said.

mod common;

use std::time::Duration;

use common::{Script, hello, lines, lost, message, next, next_seq, page, serve};
use tidings_client::{FollowOptions, Update, follow};
use tidings_shared::{Mode, RoomName};

fn options(mode: Mode) -> FollowOptions {
    FollowOptions::new(RoomName::lobby(), mode)
}

fn hello_to(head: &str) -> String {
    hello(head, 20)
}

#[tokio::test]
async fn a_stream_that_breaks_is_resumed_behind_the_last_message() {
    let first = [hello_to("aaaaaaaa:2"), message(1), message(2)];
    // The second repeats what was seen, as a server that resumes too early would.
    let second = [hello_to("aaaaaaaa:4"), message(2), message(3), message(4)];
    let (server, scripted) =
        serve([Script::Say(lines(&first)), Script::SayAndHang(lines(&second))]).await;
    let mut updates = follow(&server, options(Mode::Ndjson));
    assert_eq!(next(&mut updates).await, Update::Connected);
    for seq in 1..=2 {
        assert_eq!(next_seq(&mut updates).await, seq);
    }
    let (why, _) = lost(&mut updates).await;
    assert_eq!(why, "the server ended the stream");
    assert_eq!(next(&mut updates).await, Update::Connected);
    for seq in 3..=4 {
        assert_eq!(next_seq(&mut updates).await, seq);
    }
    assert_eq!(scripted.queries("ndjson"), ["limit=50", "after=aaaaaaaa%3A2"]);
}

#[tokio::test]
async fn an_sse_messages_cursor_is_its_id() {
    let block = |id: &str, json: String| format!("id: {id}\ndata: {json}\n\n");
    let first = vec![
        format!("retry: 3000\ndata: {}\n\n", hello_to("aaaaaaaa:9")),
        ": a comment\n\n".to_owned(),
        block("aaaaaaaa:8", message(8)),
        format!("data: {}\n\n", r#"{"type":"typing","username":"bia"}"#),
        block("aaaaaaaa:9", message(9)),
        // Cut in the middle of a block, which therefore never happened.
        "id: aaaaaaaa:10\ndata: {\"type\":".to_owned(),
    ];
    let second =
        vec![format!("data: {}\n\n", hello_to("aaaaaaaa:10")), block("aaaaaaaa:10", message(10))];
    let (server, scripted) = serve([Script::Say(first), Script::SayAndHang(second)]).await;
    let mut updates = follow(&server, options(Mode::Sse));
    for seq in 8..=10 {
        assert_eq!(next_seq(&mut updates).await, seq);
    }
    assert_eq!(scripted.queries("sse"), ["limit=50", "after=aaaaaaaa%3A9"]);
}

#[tokio::test]
async fn a_gap_is_told_and_what_follows_belongs_to_the_log_it_names() {
    let gap = r#"{"type":"gap","after":"aaaaaaaa:9","resume":"bbbbbbbb:0","reason":"a new log"}"#;
    let first = [hello_to("bbbbbbbb:1"), gap.to_owned(), message(1)];
    let second = [hello_to("bbbbbbbb:2"), message(2)];
    let (server, scripted) =
        serve([Script::Say(lines(&first)), Script::SayAndHang(lines(&second))]).await;
    let after = Some("aaaaaaaa:9".parse().unwrap());
    let mut updates = follow(&server, FollowOptions { after, ..options(Mode::Ndjson) });
    loop {
        match next(&mut updates).await {
            Update::Gap(gap) => break assert_eq!(gap.reason, "a new log"),
            Update::Message { .. } => panic!("the gap comes first"),
            _ => {}
        }
    }
    assert_eq!(next_seq(&mut updates).await, 1);
    assert_eq!(next_seq(&mut updates).await, 2);
    assert_eq!(scripted.queries("ndjson"), ["after=aaaaaaaa%3A9", "after=bbbbbbbb%3A1"]);
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_given_up_after_two_and_a_half_heartbeats() {
    for mode in [Mode::Ndjson, Mode::Websocket] {
        let silent = [hello("aaaaaaaa:0", 1)];
        let silent = if mode == Mode::Ndjson { lines(&silent) } else { silent.to_vec() };
        let (server, _) = serve([Script::SayAndHang(silent)]).await;
        let mut updates = follow(&server, options(mode));
        let began = std::time::Instant::now();
        let (why, _) = lost(&mut updates).await;
        assert_eq!(why, "nothing was heard for 2.5s", "{mode}");
        assert!(began.elapsed() >= Duration::from_millis(2500));
    }
}

#[tokio::test]
async fn a_server_that_says_goaway_is_come_back_to_when_it_asks() {
    let goaway = r#"{"type":"goaway","retry_ms":1234,"reason":"a restart"}"#;
    let first = [hello_to("aaaaaaaa:0"), goaway.to_owned()];
    let second = [hello_to("aaaaaaaa:1"), message(1)];
    for mode in [Mode::Ndjson, Mode::Websocket] {
        let told = |events: &[String]| {
            if mode == Mode::Ndjson { lines(events) } else { events.to_vec() }
        };
        let (server, _) =
            serve([Script::Say(told(&first)), Script::SayAndHang(told(&second))]).await;
        let mut updates = follow(&server, options(mode));
        let (_, retry_in) = lost(&mut updates).await;
        assert_eq!(retry_in, Duration::from_millis(1234), "{mode}");
        assert_eq!(next_seq(&mut updates).await, 1);
    }
}

#[tokio::test]
async fn a_reader_that_lost_its_first_connection_too_early_misses_nothing_of_what_came_since() {
    // It would have started with 2 messages; 60 more were said until it was back.
    let first = [hello_to("aaaaaaaa:10")];
    let mut rest = vec![hello_to("aaaaaaaa:70")];
    rest.extend((11..=70).map(message));
    let (server, scripted) = serve([
        Script::Say(lines(&first)),
        page([9, 10], "aaaaaaaa:10", true),
        Script::SayAndHang(lines(&rest)),
    ])
    .await;
    let mut updates = follow(&server, FollowOptions { limit: 2, ..options(Mode::Ndjson) });
    for seq in 9..=70 {
        assert_eq!(next_seq(&mut updates).await, seq);
    }
    assert_eq!(scripted.queries("messages"), ["before=11&limit=2"]);
    assert_eq!(scripted.queries("ndjson"), ["limit=2", "after=aaaaaaaa%3A10"]);
}

#[tokio::test]
async fn a_poller_takes_a_long_answer_in_parts_without_waiting_in_between() {
    let (server, scripted) = serve([
        page(1..=2, "aaaaaaaa:2", false),
        page(3..=4, "aaaaaaaa:4", true),
        page(5..=5, "aaaaaaaa:5", false),
    ])
    .await;
    let every = "1s".parse().unwrap();
    let mut updates = follow(&server, FollowOptions { every, ..options(Mode::Poll) });
    for seq in 1..=3 {
        assert_eq!(next_seq(&mut updates).await, seq);
    }
    let began = std::time::Instant::now();
    for seq in 4..=5 {
        assert_eq!(next_seq(&mut updates).await, seq);
    }
    assert!(began.elapsed() < Duration::from_millis(900), "the rest was there already");
    assert_eq!(
        scripted.queries("messages")[..3],
        [
            "limit=50&every=1",
            "after=aaaaaaaa%3A2&limit=1000&every=1",
            "after=aaaaaaaa%3A4&limit=1000&every=1"
        ]
    );
}

#[tokio::test]
async fn a_long_poll_says_at_once_that_it_is_connected_and_waits_from_then_on() {
    let (server, scripted) =
        serve([page([], "aaaaaaaa:0", false), page(1..=1, "aaaaaaaa:1", false)]).await;
    let mut updates = follow(&server, options(Mode::LongPoll));
    assert_eq!(next(&mut updates).await, Update::Connected);
    assert_eq!(next_seq(&mut updates).await, 1);
    let queries = scripted.queries("messages");
    assert_eq!(queries[..2], ["limit=50", "after=aaaaaaaa%3A0&limit=1000&wait=25"]);
}

#[tokio::test]
async fn what_the_server_refuses_from_the_start_ends_it_and_what_it_refuses_later_does_not() {
    let problem = r#"{"type":"about:blank","title":"No","status":422,"detail":"username is bad"}"#;
    let refusal = Script::Answer(422, "application/problem+json", problem.into());
    for mode in [Mode::Poll, Mode::LongPoll, Mode::Sse, Mode::Ndjson, Mode::Websocket] {
        let (server, _) = serve([refusal.clone()]).await;
        let mut updates = follow(&server, options(mode));
        let Update::Refused(problem) = next(&mut updates).await else {
            panic!("{mode}: it is refused");
        };
        assert_eq!((problem.status, &*problem.detail), (422, "username is bad"), "{mode}");
        assert_eq!(futures_util::StreamExt::next(&mut updates).await, None);
    }
    let stands = [hello_to("aaaaaaaa:0")];
    let again = [hello_to("aaaaaaaa:1"), message(1)];
    let (server, _) =
        serve([Script::Say(lines(&stands)), refusal, Script::SayAndHang(lines(&again))]).await;
    let mut updates = follow(&server, options(Mode::Ndjson));
    assert_eq!(next_seq(&mut updates).await, 1);
}

#[tokio::test]
async fn what_is_no_event_breaks_the_connection_and_is_said() {
    let bad = [hello_to("aaaaaaaa:1"), r#"{"type":"message","seq":"one"}"#.to_owned()];
    let (server, _) = serve([Script::SayAndHang(lines(&bad))]).await;
    let mut updates = follow(&server, options(Mode::Ndjson));
    let (why, _) = lost(&mut updates).await;
    assert!(why.starts_with("the server sent no event: "), "{why}");
}

#[tokio::test]
async fn events_of_the_future_are_passed_over() {
    let events =
        [hello_to("aaaaaaaa:1"), r#"{"type":"reaction","what":["ever"]}"#.to_owned(), message(1)];
    let (server, _) = serve([Script::SayAndHang(lines(&events))]).await;
    let mut updates = follow(&server, options(Mode::Ndjson));
    assert_eq!(next_seq(&mut updates).await, 1);
}

#[tokio::test]
async fn who_wants_only_what_is_new_gets_nothing_else() {
    let events = [hello_to("aaaaaaaa:9"), message(10)];
    let (server, scripted) =
        serve([page(9..=9, "aaaaaaaa:9", false), Script::SayAndHang(lines(&events))]).await;
    let mut updates = follow(&server, FollowOptions { limit: 0, ..options(Mode::Ndjson) });
    assert_eq!(next_seq(&mut updates).await, 10);
    assert_eq!(scripted.queries("ndjson"), ["after=aaaaaaaa%3A9"]);
}
