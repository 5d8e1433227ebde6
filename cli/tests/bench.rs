//! `tidings bench` as a program uses it: small runs against a server of its own, in every mode, and
//! what it says when something is not as asked.

#![cfg(target_os = "linux")]

mod common;

use common::{Running, Serving, tidings};
use serde_json::Value;

/// A small run; its report, if it ended well.
fn bench(arguments: &[&str]) -> Value {
    let mut command = tidings(&["bench", "--json", "--warmup", "0s"]);
    command.args(arguments);
    report(command, arguments)
}

#[track_caller]
fn report(command: std::process::Command, about: &[&str]) -> Value {
    let (status, out, err) = Running::fed(command, "");
    assert!(status.success(), "{about:?}: {status}, {err:#?}");
    serde_json::from_str(&out.join("\n")).unwrap()
}

#[track_caller]
fn number(report: &Value, path: &str) -> f64 {
    let value = report.pointer(path).and_then(Value::as_f64);
    value.unwrap_or_else(|| panic!("no number at {path} in {report:#}"))
}

#[track_caller]
fn assert_all_was_delivered(report: &Value, listeners: f64) {
    for wrong in ["/lost", "/twice", "/out_of_order"] {
        assert!(number(report, wrong) == 0.0, "{wrong}: {report:#}");
    }
    let sent = number(report, "/sent");
    assert!(sent > 0.0);
    assert!(number(report, "/received") == sent * listeners, "{report:#}");
    assert!(number(report, "/deliveries") == sent * listeners, "without a warm-up all count");
}

#[test]
fn every_mode_delivers_each_post_to_each_listener_once_and_in_order() {
    let small = ["--listeners", "20", "--rate", "40", "--duration", "250ms", "--every", "100ms"];
    for (mode, http) in [
        ("poll", "1"),
        ("poll", "2"),
        ("long-poll", "1"),
        ("long-poll", "2"),
        ("sse", "1"),
        ("sse", "2"),
        ("ndjson", "1"),
        ("raw", "1"),
        ("websocket", "1"),
        ("websocket", "2"),
    ] {
        let report = bench(&[&["--mode", mode, "--http", http][..], &small].concat());
        assert!(number(&report, "/sent") == 10.0, "a rate of 40 for 250 ms: {report:#}");
        assert_all_was_delivered(&report, 20.0);
        assert!(number(&report, "/delay/count") == 200.0);
        assert!(number(&report, "/delay/p50_us") > 0.0);
        assert!(number(&report, "/bytes_per_delivery") > 64.0, "the text alone is 64");
        assert!(number(&report, "/server/cpu_us_per_delivery") > 0.0);
        assert!(number(&report, "/server/rss_end") > 1e6);
    }
}

#[test]
fn flat_out_and_by_several_processes_nothing_is_lost() {
    let report =
        bench(&["--flat", "16", "--listeners", "30", "--processes", "3", "--duration", "200ms"]);
    assert!(number(&report, "/own/processes") == 4.0);
    assert!(number(&report, "/sent") > 16.0, "the window moved on");
    assert_all_was_delivered(&report, 30.0);
}

#[test]
fn polls_and_posts_are_counted_with_how_long_they_took() {
    for load in ["--polls", "--posts"] {
        let report = bench(&[load, "4", "--duration", "200ms"]);
        assert!(number(&report, "/requests/count") > 4.0, "{load}: one after the other");
        assert!(number(&report, "/requests/latency/p99_us") > 0.0);
        assert!(number(&report, "/server/cpu_us_per_request") > 0.0);
    }
}

#[test]
fn who_comes_back_far_behind_is_given_everything() {
    let report = bench(&["--catch-up", "300", "--listeners", "5", "--mode", "sse"]);
    assert!(number(&report, "/received") >= 5.0 * 300.0);
    assert!(number(&report, "/lost") + number(&report, "/twice") == 0.0, "{report:#}");
    assert!(number(&report, "/catch_up/seconds") > 0.0);
}

#[test]
fn a_server_that_runs_already_is_measured_in_a_room_that_has_a_past() {
    let server = Serving::start();
    server.say("busy", "ana", "before");
    let base = format!("http://{}", server.address);
    let arguments =
        ["--server", &base, "--room", "busy", "--listeners", "3", "--duration", "100ms"];
    for _ in 0..2 {
        let report = bench(&arguments);
        assert_all_was_delivered(&report, 3.0);
        assert!(report["server"].is_null(), "its processes were not named");
    }
}

#[test]
fn idle_listeners_are_only_looked_at() {
    let report = bench(&["--idle", "--listeners", "50", "--duration", "10ms"]);
    assert!(number(&report, "/sent") == 0.0);
    assert!(number(&report, "/server/rss_per_listener") > 0.0);
}

#[test]
fn what_can_not_be_measured_is_refused_with_a_sentence() {
    for (arguments, says) in [
        (&["--server", "https://127.0.0.1:1"][..], "TLS"),
        (&["--server", "http://127.0.0.1:1"], "can't be reached"),
        (&["--size", "8"], "at least 40"),
        (&["--listeners", "0"], "nobody would listen"),
    ] {
        let mut command = tidings(&["bench"]);
        command.args(arguments);
        let (status, out, err) = Running::fed(command, "");
        assert_eq!((status.code(), out.len()), (Some(1), 0), "{arguments:?}");
        assert!(err.iter().any(|line| line.contains(says)), "{arguments:?}: {err:?}");
    }
}
