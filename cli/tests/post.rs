//! `tidings post` and `tidings health`: one message, acknowledged or explained, one question,
//! and an exit code for scripts.

#![cfg(unix)]

mod common;

use common::{Running, Serving, tidings};

#[test]
fn words_are_one_message_and_its_place_is_told_on_request() {
    let serving = Serving::start();
    let command = serving.client(&["post", "--room", "ops", "--name", "cron", "backup", "done"]);
    let (status, out, err) = Running::fed(command, "");
    assert!(status.success() && out.is_empty() && err.is_empty(), "{out:?} {err:?}");
    let (_, out, _) = Running::fed(serving.client(&["post", "--room", "ops", "-v", "again"]), "");
    let cursor: tidings_shared::Cursor = out[0].parse().expect("a cursor");
    let log = serving.log("ops");
    assert_eq!(log.last().unwrap().seq, cursor.seq);
    assert_eq!(serving.said("ops", "cron"), ["backup done"]);
}

#[test]
fn stdin_is_the_message_where_no_words_are() {
    let serving = Serving::start();
    for arguments in [&["post", "--name", "df", "-"][..], &["post", "--name", "df"]] {
        let (status, ..) = Running::fed(serving.client(arguments), "two\n\tlines\n");
        assert!(status.success());
    }
    assert_eq!(serving.said("lobby", "df"), ["two\n\tlines", "two\n\tlines"]);
}

#[test]
fn the_same_id_again_posts_nothing_twice_and_has_the_same_receipt() {
    let serving = Serving::start();
    let arguments = ["post", "--json", "--id", "nightly-1", "--name", "cron", "done"];
    let receipts: Vec<_> =
        (0..3).map(|_| Running::fed(serving.client(&arguments), "").1.join("")).collect();
    let receipt: tidings_shared::Receipt = serde_json::from_str(&receipts[0]).unwrap();
    assert_eq!(receipt.id.as_str(), "nightly-1");
    assert_eq!(receipts[0], receipts[1]);
    assert_eq!(receipts[0], receipts[2]);
    assert_eq!(serving.said("lobby", "cron"), ["done"]);
    let other = ["post", "--id", "nightly-1", "--name", "cron", "something else"];
    let (status, _, err) = Running::fed(serving.client(&other), "");
    assert_eq!(status.code(), Some(1));
    assert!(err[0].contains("nightly-1"), "{err:?}");
}

#[test]
fn what_cannot_be_posted_is_explained_and_exits_with_1() {
    let serving = Serving::start();
    let long = "x".repeat(5000);
    for (text, sentence) in [
        (&*long, "text is 5,000 bytes; a message holds at most 4,096"),
        ("\u{7}", "control character U+0007"),
        ("", "text is empty; a message holds 1 to 4,096 bytes"),
    ] {
        let (status, _, err) = Running::fed(serving.client(&["post", "-"]), text);
        assert_eq!(status.code(), Some(1));
        assert_eq!(err.len(), 1, "one sentence: {err:?}");
        assert!(err[0].contains(sentence), "{err:?}");
    }
    assert!(serving.log("lobby").is_empty());
}

#[test]
fn a_server_that_is_not_there_is_given_up_in_time() {
    let arguments = ["post", "--server", "127.0.0.1:1", "--give-up", "0.5s", "hello"];
    let (status, _, err) = Running::fed(tidings(&arguments), "");
    assert_eq!(status.code(), Some(1));
    assert!(err[0].contains("not posted: http://127.0.0.1:1: connection refused"), "{err:?}");
}

#[test]
fn a_server_that_comes_back_in_time_gets_the_message_once() {
    let mut serving = Serving::start();
    serving.kill();
    let command = serving.client(&["post", "--name", "cron", "--give-up", "60s", "done"]);
    let mut posting = Running::start(command);
    serving.restart();
    assert!(posting.wait().success());
    assert_eq!(serving.said("lobby", "cron"), ["done"]);
}

#[test]
fn health_is_an_exit_code_and_a_sentence_where_it_is_bad() {
    let mut serving = Serving::start();
    let (status, out, err) = Running::fed(serving.client(&["health"]), "");
    assert!(status.success() && out.is_empty() && err.is_empty(), "{out:?} {err:?}");
    serving.kill();
    let (status, _, err) = Running::fed(serving.client(&["health"]), "");
    assert_eq!(status.code(), Some(1));
    assert!(err[0].contains("connection refused"), "{err:?}");
}
