//! `tidings join` as a listener: what others say is printed once, in order, as a line or as JSON,
//! by whichever mode, and with the demo's own variables.

#![cfg(unix)]

mod common;

use common::{Lines, Running, Serving, assert_counted, numbers};

const MODES: [&str; 5] = ["poll", "long-poll", "sse", "ndjson", "websocket"];

/// What `name` said, of the lines that were printed.
fn heard(lines: &Lines, name: &str, count: usize) -> Vec<String> {
    let from = format!("> {name}: ");
    (0..count)
        .map(|_| lines.until(|line| line.starts_with(&from))[from.len()..].to_owned())
        .collect()
}

#[test]
fn every_mode_prints_what_others_say_once_and_in_order() {
    let serving = Serving::start();
    serving.say("lobby", "ana", "before");
    let listeners = MODES.map(|mode| {
        let arguments = ["join", "--listen-only", "--mode", mode, "--every", "0.5s"];
        (mode, Running::connected(serving.client(&arguments)))
    });
    let bot = serving.client(&["join", "--name", "bot"]);
    assert!(Running::fed(bot, &numbers(1..=300)).0.success());
    for (mode, listener) in listeners {
        assert_eq!(heard(&listener.out, "ana", 1), ["before"], "{mode}");
        assert_counted(&heard(&listener.out, "bot", 300), 300, mode);
    }
}

#[test]
fn the_variables_of_the_demo_are_understood() {
    let serving = Serving::start();
    for (mode, shown) in [("poll", "poll"), ("stream", "websocket")] {
        let mut command = common::tidings(&["join", "--every", "0.5s", "--last", "0"]);
        command
            .env("WS_SERVER_HOST_PORT", serving.address.to_string())
            .env("MODE", mode)
            .env("NAME", "leandro");
        let mut joined = Running::start(command);
        let status = joined.err.until(|line| line.starts_with("connected"));
        assert!(status.contains(&format!("as leandro, by {shown}")), "{status}");
        joined.write("tudo bem?\n");
        let text = format!("{mode} sim?");
        serving.say("lobby", "marcello", &text);
        assert_eq!(heard(&joined.out, "marcello", 1), [text]);
        joined.end_input();
        assert!(joined.wait().success());
    }
    assert_eq!(serving.said("lobby", "leandro"), ["tudo bem?", "tudo bem?"]);
}

#[test]
fn a_variable_that_is_set_to_nothing_is_as_if_unset() {
    let serving = Serving::start();
    let mut command = serving.client(&["join"]);
    command.env("NAME", "").env("MODE", "").env("USER", "paula");
    let (status, _, err) = Running::fed(command, "oi\n");
    assert!(status.success(), "{err:?}");
    assert_eq!(serving.said("lobby", "paula"), ["oi"]);
}

#[test]
fn ones_own_are_known_by_their_id_and_not_by_their_name() {
    let serving = Serving::start();
    let mut one = Running::connected(serving.client(&["join", "--name", "ana"]));
    let mut other = Running::connected(serving.client(&["join", "--name", "ana"]));
    one.write("from one\n");
    assert_eq!(heard(&other.out, "ana", 1), ["from one"]);
    other.write("from the other\n");
    assert_eq!(heard(&one.out, "ana", 1), ["from the other"]);
}

#[test]
fn a_listener_begins_with_as_many_of_the_newest_as_it_asks_for() {
    let serving = Serving::start();
    let bot = serving.client(&["join", "--name", "bot"]);
    assert!(Running::fed(bot, &numbers(1..=60)).0.success());
    for mode in MODES {
        let arguments = ["join", "--listen-only", "--mode", mode, "--every", "0.5s", "--last"];
        let with = |last| serving.client(&[&arguments[..], &[last]].concat());
        let (three, none) = (Running::connected(with("3")), Running::connected(with("0")));
        assert_eq!(three.out.take(3), ["> bot: 58", "> bot: 59", "> bot: 60"], "{mode}");
        serving.say("lobby", "ana", mode);
        assert_eq!(none.out.take(1), [format!("> ana: {mode}")]);
        assert_eq!(three.out.take(1), [format!("> ana: {mode}")]);
        // What was said in between is among the newest of the next mode.
        let bot = serving.client(&["join", "--name", "bot"]);
        assert!(Running::fed(bot, "58\n59\n60\n").0.success());
    }
}

#[test]
fn a_poller_gets_what_was_said_in_between_all_at_once() {
    let serving = Serving::start();
    let poller = Running::connected(serving.client(&[
        "join",
        "--listen-only",
        "--mode",
        "poll",
        "--every",
        "2s",
    ]));
    let bot = serving.client(&["join", "--name", "bot"]);
    assert!(Running::fed(bot, &numbers(1..=20)).0.success());
    let mut said = heard(&poller.out, "bot", 1);
    let began = std::time::Instant::now();
    said.extend(heard(&poller.out, "bot", 19));
    assert_counted(&said, 20, "poll");
    assert!(began.elapsed().as_secs_f64() < 1.5, "they came in more than one poll");
}

#[test]
fn json_is_every_event_with_ones_own_messages_and_their_receipts() {
    let serving = Serving::start();
    let command = serving.client(&["join", "--json", "--name", "bot", "--mode", "sse"]);
    let mut joined = Running::connected(command);
    let hello = joined.out.until(|line| line.contains(r#""type":"hello""#));
    assert!(hello.contains(r#""mode":"sse""#), "{hello}");
    joined.write("oi\n");
    // Whichever comes first: the message by the stream, or the receipt by the post.
    let (mut message, mut posted) = (None, None);
    while message.is_none() || posted.is_none() {
        let line = joined.out.next().unwrap();
        let event: tidings_shared::Event = serde_json::from_str(&line).unwrap();
        match event {
            tidings_shared::Event::Message(m) if m.username.as_str() == "bot" => message = Some(m),
            tidings_shared::Event::Posted(receipt) => posted = Some(receipt),
            _ => {}
        }
    }
    let (message, posted) = (message.unwrap(), posted.unwrap());
    assert_eq!((message.text.as_str(), message.seq), ("oi", posted.seq));
    assert_eq!(message.id, posted.id);
    joined.end_input();
    assert!(joined.wait().success());
}

#[test]
fn nothing_is_coloured_where_nobody_looks() {
    let serving = Serving::start();
    serving.say("lobby", "ana", "oi");
    let mut joined = Running::start(serving.client(&["join", "--name", "bia"]));
    let status = joined.err.next().unwrap();
    assert!(!status.contains('\u{1b}'), "{status:?}");
    assert_eq!(joined.out.until(|line| line.contains("oi")), "> ana: oi");
    joined.end_input();
    assert!(joined.wait().success());
}

#[test]
fn quiet_says_nothing_about_the_connection() {
    let serving = Serving::start();
    let (status, _, err) = Running::fed(serving.client(&["join", "--quiet"]), "oi\n");
    assert!(status.success());
    assert!(err.is_empty(), "{err:?}");
}

#[test]
fn a_message_of_two_lines_is_printed_on_one() {
    let serving = Serving::start();
    serving.say("lobby", "mallory", "hi\n> root: rm -rf");
    let listener = Running::start(serving.client(&["join", "--listen-only"]));
    assert_eq!(heard(&listener.out, "mallory", 1), ["hi⏎> root: rm -rf"]);
}

#[test]
fn what_is_asked_wrongly_is_explained_and_exits_with_2() {
    for (arguments, sentence) in [
        (&["join", "--mode", "carrier-pigeon"][..], "a mode is one of"),
        (&["join", "--every", "0.1s"], "an interval is 0.5 to 60 seconds"),
        (&["join", "--room", "No Room"], "is not a room name"),
        (&["join", "--name", "chat-room"], "is the server's own"),
        (&["join", "--server", "ftp://here"], "is not a server's address"),
        (&["join", "--last", "1001"], "1001 is not in 0..=1000"),
        (&["join", "--give-up", "soon"], "a time is written as"),
    ] {
        let (status, out, err) = Running::fed(common::tidings(arguments), "");
        assert_eq!(status.code(), Some(2), "{arguments:?}");
        assert!(out.is_empty());
        assert!(err.join("\n").contains(sentence), "{arguments:?}: {err:#?}");
    }
}
