//! What a pane notices goes in, and a sentence comes out.

use super::*;

fn figures(median: f64) -> Figures {
    Figures { median: Some(median), messages: 30, arrivals: 3, ..Figures::default() }
}

fn story(fault: Fault) -> Story {
    Story::new(fault, 1_000.0, Mark::default(), figures(12.0))
}

const GOOD: Check = Check { shown: 0, lost: 0, twice: 0, disordered: 0, waiting: 0 };

#[test]
fn a_cut_is_told_from_the_break_to_the_last_message_caught_up() {
    let mut story = story(Fault::Cut { for_ms: 5_000 });
    let tell = |story: &Story, requests: u32, waiting| {
        let since = Figures { requests, ..Figures::default() };
        story.tell(4_000.0, &since, &Check { waiting, ..GOOD })
    };
    assert_eq!(tell(&story, 0, 0), "Cut for 5 s: not noticed yet.");
    story.broke(1_010.0, 1);
    story.broke(1_500.0, 2);
    assert_eq!(
        tell(&story, 3, 7),
        "Cut for 5 s: the connection is gone, 2 tries so far, 7 messages wait."
    );
    story.up(6_300.0, 4, 50, 38);
    assert_eq!(tell(&story, 4, 12), "Cut for 5 s: back after 5.3 s, catching up.");
    story.shown(6_310.0, 45, 7);
    assert!(!story.is_over());
    story.shown(6_320.0, 50, 5);
    assert!(story.is_over());
    assert_eq!(
        tell(&story, 4, 0),
        "Cut for 5 s: back after 5.3 s with 3 requests; 12 messages caught up, lost 0, twice 0."
    );
    story.broke(9_000.0, 9);
    assert!(tell(&story, 9, 0).contains("with 3 requests"), "it is over");
}

#[test]
fn a_poll_between_two_questions_notices_nothing() {
    let mut story = story(Fault::Cut { for_ms: 2_000 });
    story.up(2_000.0, 1, 9, 5);
    story.up(3_500.0, 2, 9, 5);
    story.shown(3_510.0, 9, 4);
    assert_eq!(
        story.tell(4_000.0, &figures(1.0), &GOOD),
        "Cut for 2 s: no question failed, so nothing broke; 4 messages caught up, lost 0, twice 0."
    );
}

#[test]
fn a_condition_is_told_by_what_it_does_to_the_figures() {
    let mut slow = story(Fault::Slow { latency_ms: 300, jitter_ms: 0, kbit_s: 0 });
    assert_eq!(
        slow.tell(2_000.0, &figures(314.0), &GOOD),
        "Slow network (300 ms): median 314 ms instead of 12 ms; lost 0, twice 0."
    );
    slow.lift(25_000.0, 9, 9, figures(320.0));
    assert!(slow.is_over());
    assert!(
        slow.tell(26_000.0, &figures(314.0), &GOOD)
            .starts_with("Slow network (300 ms), for 24 s: median 320 ms")
    );
    let buffered = story(Fault::Buffering).tell(2_000.0, &figures(900.0), &GOOD);
    assert!(buffered.contains("10.0 messages at a time"), "{buffered}");
    let idle = story(Fault::IdleDrop { after_ms: 30_000 }).tell(2_000.0, &figures(12.0), &GOOD);
    assert!(idle.contains("never idle so long"), "{idle}");
}

#[test]
fn what_is_blocked_waits_and_is_whole_when_it_is_no_more() {
    let mut blocked = story(Fault::Blocked);
    blocked.broke(1_010.0, 0);
    let since = Figures { requests: 8, ..Figures::default() };
    let waits = blocked.tell(9_000.0, &since, &Check { waiting: 1, ..GOOD });
    assert!(waits.contains("8 tries so far, 1 message waits; the chat"), "{waits}");
    blocked.lift(13_000.0, 60, 20, Figures::default());
    assert!(!blocked.is_over());
    blocked.up(15_000.0, 11, 62, 20);
    blocked.shown(15_020.0, 62, 42);
    assert_eq!(
        blocked.tell(16_000.0, &since, &GOOD),
        "WebSocket is blocked, for 12 s: back after 14 s with 11 requests; 42 messages caught up, lost 0, twice 0."
    );
}
