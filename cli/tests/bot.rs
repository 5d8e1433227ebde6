//! `tidings join` in a pipe: every line is said once, in order, or it is told which were not.

#![cfg(unix)]

mod common;

use common::{Running, Serving, assert_counted, numbers, tidings};

#[test]
fn a_piped_bot_says_each_line_once_in_order_and_exits_with_0() {
    let serving = Serving::start();
    for mode in ["websocket", "poll", "long-poll", "sse", "ndjson"] {
        let command = serving.client(&["join", "--mode", mode, "--room", mode, "--name", "bot"]);
        let (status, out, err) = Running::fed(command, &numbers(1..=200));
        assert!(status.success(), "{mode}: {err:#?}");
        assert_counted(&serving.said(mode, "bot"), 200, mode);
        let own: Vec<_> = out.iter().filter(|line| line.contains("bot:")).collect();
        assert!(own.is_empty(), "{mode}: what one says oneself isn't printed: {own:?}");
    }
}

#[test]
fn ten_thousand_lines_without_a_pause_all_arrive() {
    let serving = Serving::start();
    let command = serving.client(&["join", "--name", "seq"]);
    let (status, _, err) = Running::fed(command, &numbers(1..=10_000));
    assert!(status.success(), "{err:#?}");
    assert_counted(&serving.said("lobby", "seq"), 10_000, "bot");
}

#[test]
fn empty_lines_are_skipped_and_everything_else_is_said_as_it_is() {
    let serving = Serving::start();
    let (status, ..) = Running::fed(
        serving.client(&["join", "--name", "bot"]),
        "\n  um, dois \n\r\n\ttrês\r\n<b>&amp;</b> 👩🏽‍🚀\nlast, without a newline",
    );
    assert!(status.success());
    let said = ["  um, dois ", "\ttrês", "<b>&amp;</b> 👩🏽‍🚀", "last, without a newline"];
    assert_eq!(serving.said("lobby", "bot"), said);
}

#[test]
fn a_line_that_cannot_be_said_is_named_by_its_number_and_the_others_go() {
    let serving = Serving::start();
    let long = "x".repeat(5000);
    let input = format!("um\n{long}\n\ndois\n\u{1b}[31mred\ntrês\n");
    let (status, _, err) = Running::fed(serving.client(&["join", "--name", "bot"]), &input);
    assert_eq!(status.code(), Some(1));
    assert_eq!(serving.said("lobby", "bot"), ["um", "dois", "três"]);
    let told = err.join("\n");
    assert!(
        told.contains("line 2 was not sent: text is 5,000 bytes; a message holds at most 4,096"),
        "{told}"
    );
    assert!(told.contains("line 5 was not sent: text contains the control character"), "{told}");
    assert!(told.contains("2 of 5 lines were refused and not sent"), "{told}");
}

#[test]
fn a_server_that_is_not_there_is_given_up_and_what_was_not_sent_is_told() {
    for mode in ["websocket", "poll"] {
        let arguments = ["join", "--server", "127.0.0.1:1", "--mode", mode, "--give-up", "1s"];
        let (status, out, err) = Running::fed(tidings(&arguments), &numbers(1..=1000));
        assert_eq!(status.code(), Some(1), "{mode}");
        assert!(out.is_empty());
        let told = err.join("\n");
        assert!(told.contains("1000 of 1000 lines were not sent, or not acknowledged"), "{told}");
        assert!(told.contains("connection refused"), "{told}");
        assert!(told.contains("line 1: 1") && told.contains("and 995 more"), "{told}");
    }
}

#[test]
fn a_bot_that_never_reaches_its_server_does_not_wait_for_the_end_of_its_input() {
    let mut command = tidings(&["join", "--server", "127.0.0.1:1", "--give-up", "0.5s"]);
    command.env("NAME", "bot");
    let mut running = Running::start(command);
    running.write("hello\n");
    assert_eq!(running.wait().code(), Some(1));
    let told = running.err.rest().join("\n");
    assert!(told.contains("1 of 1 line was not sent") && told.contains("line 1: hello"), "{told}");
    assert!(told.contains("no more of the input was read"), "{told}");
}

#[test]
fn no_input_at_all_is_no_failure_and_is_said_to_be_none() {
    let serving = Serving::start();
    let (status, _, err) = Running::fed(serving.client(&["join"]), "");
    assert!(status.success());
    assert!(err.iter().any(|line| line.contains("--listen-only")), "{err:?}");
    assert!(serving.log("lobby").is_empty());
}

#[test]
fn a_bot_whose_output_nobody_reads_still_says_everything() {
    let serving = Serving::start();
    serving.say("lobby", "ana", "before");
    let mut command = serving.client(&["join", "--name", "bot"]);
    // The reader's end is closed before anything is written, as `| head -0` would.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, numbers(1..=1000).as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_counted(&serving.said("lobby", "bot"), 1000, "bot");
}

#[test]
fn ctrl_c_says_what_was_not_sent() {
    let mut bot = Running::start(tidings(&["join", "--server", "127.0.0.1:1", "--name", "bot"]));
    bot.write("um\ndois\n");
    bot.end_input();
    bot.err.until(|line| line.contains("2 messages wait for the server"));
    bot.interrupt();
    assert_eq!(bot.wait().code(), Some(1));
    let told = bot.err.rest().join("\n");
    assert!(told.contains("2 of 2 lines were not sent, or not acknowledged"), "{told}");
    assert!(told.contains("line 1: um") && told.contains("line 2: dois"), "{told}");
}

#[test]
fn ctrl_c_before_the_end_of_the_input_is_no_success() {
    let serving = Serving::start();
    let mut bot = Running::connected(serving.client(&["join", "--name", "bot"]));
    bot.write("um\n");
    serving.until_said("lobby", "bot", 1);
    bot.interrupt();
    assert_ne!(bot.wait().code(), Some(0));
    assert_eq!(serving.said("lobby", "bot"), ["um"]);
    let listener = Running::connected(serving.client(&["join", "--listen-only"]));
    listener.interrupt();
    let mut listener = listener;
    assert_eq!(listener.wait().code(), Some(0), "to stop listening is what Ctrl-C is for");
}
