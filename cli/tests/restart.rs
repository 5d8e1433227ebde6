//! A server that is killed and comes back, in the middle of everything: no line is lost and none
//! comes twice, neither of what a bot says nor of what a listener prints.

#![cfg(unix)]

mod common;

use common::{Running, Serving, assert_counted, numbers};

const KILLS: usize = 3;
const LINES: usize = 400;

/// A bot by `mode` says `LINES` lines around each of `KILLS` kills, some of them while nobody is
/// there.
fn posting_through_kills(mode: &str, serving: &mut Serving) {
    let mut bot = Running::connected(serving.client(&["join", "--mode", mode, "--name", "bot"]));
    for kill in 0..KILLS {
        let from = kill * LINES;
        bot.write(&numbers(from + 1..=from + LINES / 2));
        // Part of it is in the log, part is on its way.
        serving.until_said("lobby", "bot", from + 20);
        serving.kill();
        bot.write(&numbers(from + LINES / 2 + 1..=from + LINES));
        serving.restart();
        serving.until_said("lobby", "bot", from + LINES);
    }
    bot.end_input();
    assert!(bot.wait().success(), "{mode}: {:#?}", bot.err.rest());
    assert_counted(&serving.said("lobby", "bot"), KILLS * LINES, mode);
}

#[test]
fn a_bot_on_a_websocket_loses_nothing_and_says_nothing_twice() {
    posting_through_kills("websocket", &mut Serving::start());
}

#[test]
fn a_bot_that_posts_over_http_loses_nothing_and_says_nothing_twice() {
    posting_through_kills("poll", &mut Serving::start());
}

#[test]
fn listeners_of_every_mode_print_everything_once() {
    let mut serving = Serving::start();
    let listeners = ["poll", "long-poll", "sse", "ndjson", "websocket"].map(|mode| {
        let arguments = ["join", "--listen-only", "--mode", mode, "--every", "0.5s"];
        (mode, Running::connected(serving.client(&arguments)))
    });
    posting_through_kills("websocket", &mut serving);
    serving.say("lobby", "ana", "the end");
    for (mode, listener) in listeners {
        let mut lines = Vec::new();
        while lines.last().is_none_or(|last| last != "> ana: the end") {
            lines.push(listener.out.next().unwrap());
        }
        let from_bot = lines.iter().filter_map(|line| line.strip_prefix("> bot: "));
        let heard: Vec<_> = from_bot.map(str::to_owned).collect();
        assert_counted(&heard, KILLS * LINES, mode);
    }
}

#[test]
fn input_that_ends_while_the_server_is_away_is_sent_when_it_is_back() {
    let mut serving = Serving::start();
    let mut bot = Running::connected(serving.client(&["join", "--name", "bot"]));
    serving.kill();
    bot.write(&numbers(1..=50));
    bot.end_input();
    bot.err.until(|line| line.starts_with("connection lost"));
    serving.restart();
    assert!(bot.wait().success());
    assert_counted(&serving.said("lobby", "bot"), 50, "bot");
}

#[test]
fn a_server_that_is_asked_to_stop_is_come_back_to() {
    let mut serving = Serving::start();
    let listeners = ["poll", "long-poll", "sse", "ndjson", "websocket"].map(|mode| {
        let arguments = ["join", "--listen-only", "--mode", mode, "--every", "0.5s"];
        (mode, Running::connected(serving.client(&arguments)))
    });
    let mut bot = Running::connected(serving.client(&["join", "--name", "bot"]));
    bot.write(&numbers(1..=LINES));
    serving.until_said("lobby", "bot", 20);
    serving.stop();
    bot.write(&numbers(LINES + 1..=2 * LINES));
    serving.restart();
    bot.end_input();
    assert!(bot.wait().success(), "{:#?}", bot.err.rest());
    assert_counted(&serving.said("lobby", "bot"), 2 * LINES, "bot");
    for (mode, listener) in listeners {
        listener.out.until(|line| line == "> bot: 1");
        let heard: Vec<_> =
            listener.out.take(2 * LINES - 1).iter().map(|line| line[7..].to_owned()).collect();
        assert_counted(&[vec!["1".to_owned()], heard].concat(), 2 * LINES, mode);
    }
}
