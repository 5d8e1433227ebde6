//! Every path of the choice, with time as it is told.

use super::*;

const SECOND: f64 = 1_000.0;
const MINUTE: f64 = 60.0 * SECOND;

fn faults(choice: &Choice) -> Vec<(Mode, Fault)> {
    choice.faults().collect()
}

/// On the stream, since WebSockets are refused; it fell at nought.
fn on_the_stream() -> Choice {
    let mut choice = Choice::default();
    assert!(choice.broke(0.0, Fault::Refused, true));
    choice.up(0.0);
    choice
}

#[test]
fn the_best_is_tried_first_and_each_that_fails_gives_way_to_the_next() {
    let mut choice = Choice::default();
    for (mode, fault) in LADDER.into_iter().zip([Fault::Refused, Fault::Silent, Fault::Silent]) {
        assert_eq!(choice.mode(), mode);
        assert!(choice.broke(0.0, fault, true));
    }
    assert_eq!(choice.mode(), Mode::Poll);
    let blamed = [
        (Mode::Websocket, Fault::Refused),
        (Mode::Sse, Fault::Silent),
        (Mode::LongPoll, Fault::Silent),
    ];
    assert_eq!(faults(&choice), blamed);
    assert!(!choice.broke(0.0, Fault::Refused, true), "there is nothing below a poll");
    assert_eq!(choice.mode(), Mode::Poll);
}

#[test]
fn no_mode_is_blamed_while_nothing_answers() {
    let mut choice = Choice::default();
    for n in 0..10 {
        assert!(!choice.broke(f64::from(n), Fault::Refused, false));
    }
    choice.up(MINUTE);
    assert!(!choice.broke(MINUTE + SECOND, Fault::Cut, true), "cut once");
    assert!(!choice.broke(MINUTE + SECOND, Fault::Refused, false), "the server is away");
    choice.up(MINUTE + SECOND);
    assert!(!choice.broke(MINUTE + 2.0 * SECOND, Fault::Cut, true), "which excuses the cut");
    assert_eq!(choice.mode(), Mode::Websocket);
}

#[test]
fn what_is_cut_twice_without_having_lived_long_has_failed() {
    let mut choice = Choice::default();
    choice.up(0.0);
    assert!(!choice.broke(20.0 * SECOND, Fault::Cut, true));
    choice.up(21.0 * SECOND);
    assert!(choice.broke(40.0 * SECOND, Fault::Cut, true));
    assert_eq!(faults(&choice), [(Mode::Websocket, Fault::Cut)]);
    assert_eq!(choice.mode(), Mode::Sse);
}

#[test]
fn what_lives_for_a_minute_may_be_cut_for_ever() {
    let mut choice = Choice::default();
    for n in 0..20 {
        let now_ms = f64::from(n) * 2.0 * MINUTE;
        choice.up(now_ms);
        // Each answer says it anew, and the first counts.
        choice.up(now_ms + 59.0 * SECOND);
        assert!(!choice.broke(now_ms + MINUTE, Fault::Cut, true));
    }
}

#[test]
fn an_end_that_was_announced_is_no_failure() {
    let mut choice = Choice::default();
    for n in 0..5 {
        choice.up(f64::from(n));
        choice.ended();
    }
    choice.up(9.0);
    assert!(!choice.broke(10.0, Fault::Cut, true));
}

#[test]
fn it_climbs_after_two_minutes_and_forgets_the_blame() {
    let mut choice = on_the_stream();
    assert_eq!(choice.candidate(MINUTE), None);
    assert_eq!(choice.climb_in(MINUTE), Some(MINUTE));
    assert_eq!(choice.candidate(2.0 * MINUTE), Some(Mode::Websocket));
    choice.climbed(2.0 * MINUTE);
    assert_eq!((choice.mode(), faults(&choice)), (Mode::Websocket, vec![]));
    assert_eq!(choice.climb_in(9.0 * MINUTE), None, "there is nothing above");
}

#[test]
fn waits_between_climbs_grow_to_half_an_hour_and_shrink_when_something_has_lived() {
    let mut choice = on_the_stream();
    let (mut now_ms, mut waits) = (0.0, Vec::new());
    for _ in 0..7 {
        let wait_ms = choice.climb_in(now_ms).unwrap();
        waits.push(wait_ms / MINUTE);
        now_ms += wait_ms;
        assert_eq!(choice.candidate(now_ms), Some(Mode::Websocket));
        choice.missed(now_ms, Fault::Refused);
        assert_eq!(choice.candidate(now_ms), None);
    }
    assert_eq!(waits, [2.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]);
    assert!(!choice.broke(now_ms, Fault::Cut, true), "the stream has lived long");
    assert!(!choice.broke(now_ms, Fault::Refused, true));
    assert!(choice.broke(now_ms, Fault::Refused, true));
    assert_eq!(choice.climb_in(now_ms), Some(2.0 * MINUTE));
}

#[test]
fn a_round_of_climbing_tries_each_better_mode_from_the_top() {
    let mut choice = Choice::default();
    for _ in 0..3 {
        choice.broke(0.0, Fault::Refused, true);
    }
    let now_ms = 2.0 * MINUTE;
    assert_eq!(choice.candidate(now_ms), Some(Mode::Websocket));
    choice.missed(now_ms, Fault::Silent);
    assert_eq!(choice.candidate(now_ms), Some(Mode::Sse));
    choice.climbed(now_ms);
    assert_eq!(choice.mode(), Mode::Sse);
    assert_eq!(faults(&choice), [(Mode::Websocket, Fault::Silent)], "what it learned last");
    assert_eq!(choice.candidate(now_ms), None, "the round is over");
}

#[test]
fn a_mode_that_is_climbed_to_and_cut_again_and_again_is_tried_ever_more_rarely() {
    let (mut choice, mut now_ms, mut waits) = (on_the_stream(), 0.0, Vec::new());
    for _ in 0..4 {
        waits.push(choice.climb_in(now_ms).unwrap() / MINUTE);
        now_ms += choice.climb_in(now_ms).unwrap();
        choice.climbed(now_ms);
        assert!(!choice.broke(now_ms + SECOND, Fault::Cut, true));
        choice.up(now_ms + SECOND);
        now_ms += 2.0 * SECOND;
        assert!(choice.broke(now_ms, Fault::Cut, true));
    }
    assert_eq!(waits, [2.0, 4.0, 8.0, 16.0]);
}

#[test]
fn a_change_of_the_network_makes_it_climb_soon_but_not_in_a_tight_loop() {
    let mut choice = on_the_stream();
    choice.shake(MINUTE);
    assert_eq!(choice.candidate(MINUTE), Some(Mode::Websocket));
    choice.missed(MINUTE, Fault::Refused);
    for _ in 0..3 {
        choice.shake(MINUTE + SECOND);
        assert_eq!(choice.climb_in(MINUTE + SECOND), Some(9.0 * SECOND));
    }
    let mut top = Choice::default();
    top.shake(0.0);
    assert_eq!(top.candidate(0.0), None);
}

#[test]
fn where_other_tabs_hold_the_connections_it_polls_and_says_so() {
    let mut choice = on_the_stream();
    choice.crowded(0.0);
    assert_eq!(choice.mode(), Mode::Poll);
    let blamed = [
        (Mode::Websocket, Fault::Refused),
        (Mode::Sse, Fault::Crowded),
        (Mode::LongPoll, Fault::Crowded),
    ];
    assert_eq!(faults(&choice), blamed);
}

/// Whatever happens in whatever order: a mode is used that exists, what is blamed lies above
/// it, and what is tried lies above it too.
#[test]
fn no_order_of_events_leads_off_the_ladder() {
    let mut seed = 7_u64;
    let mut choice = Choice::default();
    for step in 0..50_000_u32 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let now_ms = f64::from(step) * 3_000.0;
        let dice = seed >> 33;
        let fault = [Fault::Refused, Fault::Silent, Fault::Cut][(dice >> 8) as usize % 3];
        match dice % 7 {
            0 => choice.up(now_ms),
            1 => choice.ended(),
            2 => _ = choice.broke(now_ms, fault, dice & 64 == 0),
            3 if dice & 1024 == 0 => choice.crowded(now_ms),
            4 => choice.shake(now_ms),
            _ => match choice.candidate(now_ms) {
                Some(mode) if dice & 64 == 0 => {
                    choice.climbed(now_ms);
                    assert_eq!(choice.mode(), mode);
                }
                Some(_) => choice.missed(now_ms, fault),
                None => {}
            },
        }
        let place = |mode| LADDER.iter().position(|&rung| rung == mode).unwrap();
        let rung = place(choice.mode());
        assert!(choice.faults().all(|(mode, _)| place(mode) < rung));
        assert_eq!(choice.faults().count(), rung, "each better mode has its reason");
        let soon = now_ms + CLIMB_MOST_MS;
        assert!(choice.candidate(soon).is_none_or(|mode| place(mode) < rung));
        assert_eq!(choice.candidate(soon).is_none(), rung == 0);
    }
}
