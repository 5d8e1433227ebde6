//! `auto`: which way of listening a tab uses when it is left to the tab, when it falls to the next
//! one, and when it tries to climb again. It knows no network: it is told what became of each try,
//! and when, so that every path of it is tested without a clock.
//!
//! A mode is blamed only while the server answers a plain question: when nothing answers, the
//! network or the server is away, and no other mode would fare better.

use tidings_shared::Mode;

/// The modes from the best to the one that always gets through.
pub const LADDER: [Mode; 4] = [Mode::Websocket, Mode::Sse, Mode::LongPoll, Mode::Poll];

/// A connection that lived so long was no failure, however it ended. In milliseconds, as all here.
const LIVED_MS: f64 = 60_000.0;
/// So many failures in a row of a mode that has worked are too many.
const STRIKES: u32 = 2;
/// The first wait before it tries to climb; each that follows is twice as long, up to the most.
const CLIMB_MS: f64 = 120_000.0;
const CLIMB_MOST_MS: f64 = 1_800_000.0;
/// Between two tries to climb that something asked for: the network changed, the tab woke.
const BREATH_MS: f64 = 10_000.0;

/// Why a mode is not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It could not be opened.
    Refused,
    /// It brought nothing in time.
    Silent,
    /// It was cut, again and again.
    Cut,
    /// Other tabs hold as many connections as the browser has.
    Crowded,
}

/// Which mode is used, and why no better one.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    rung: usize,
    /// What is the matter with the modes above.
    faults: [Option<Fault>; LADDER.len()],
    /// Since when the present connection works.
    up_ms: Option<f64>,
    /// Whether the present mode has ever worked since it was chosen.
    proven: bool,
    strikes: u32,
    /// Which mode is next in the present round of climbing.
    next: usize,
    wait_ms: f64,
    climb_ms: f64,
    tried_ms: f64,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            rung: 0,
            faults: [None; LADDER.len()],
            up_ms: None,
            proven: false,
            strikes: 0,
            next: 0,
            wait_ms: CLIMB_MS,
            climb_ms: 0.0,
            tried_ms: f64::MIN,
        }
    }
}

impl Choice {
    /// The mode that is used.
    #[must_use]
    pub fn mode(&self) -> Mode {
        LADDER[self.rung]
    }

    /// Why the better ones are not, from the best down.
    pub fn faults(&self) -> impl Iterator<Item = (Mode, Fault)> + Clone {
        let above = LADDER.into_iter().zip(self.faults).take(self.rung);
        above.filter_map(|(mode, fault)| Some((mode, fault?)))
    }

    /// The present connection works.
    pub fn up(&mut self, now_ms: f64) {
        self.proven = true;
        self.up_ms.get_or_insert(now_ms);
    }

    /// The present connection has ended, and nothing is to blame.
    pub fn ended(&mut self) {
        self.up_ms = None;
    }

    /// The present connection broke, or never worked; `answers` says whether the server answers a
    /// plain question meanwhile. Answers whether another mode is used from now on.
    pub fn broke(&mut self, now_ms: f64, fault: Fault, answers: bool) -> bool {
        let lived = self.up_ms.take().is_some_and(|up_ms| now_ms - up_ms >= LIVED_MS);
        if lived {
            self.wait_ms = CLIMB_MS;
        }
        if lived || !answers {
            self.strikes = 0;
            return false;
        }
        self.strikes += 1;
        if self.rung + 1 == LADDER.len() || self.proven && self.strikes < STRIKES {
            return false;
        }
        self.faults[self.rung] = Some(fault);
        self.stand_on(self.rung + 1);
        self.next = 0;
        self.tried_ms = now_ms;
        self.climb_ms = now_ms + self.wait_ms;
        true
    }

    /// Other tabs hold all connections: what needs none for long is used.
    pub fn crowded(&mut self, now_ms: f64) {
        let last = LADDER.len() - 1;
        for fault in &mut self.faults[self.rung..last] {
            *fault = Some(Fault::Crowded);
        }
        self.stand_on(last);
        self.next = 0;
        self.climb_ms = now_ms + self.wait_ms;
    }

    /// The mode to be tried now beside the present one, which goes on until the other works.
    #[must_use]
    pub fn candidate(&self, now_ms: f64) -> Option<Mode> {
        self.climb_in(now_ms).filter(|&wait_ms| wait_ms <= 0.0).map(|_| LADDER[self.next])
    }

    /// How long until there is a candidate; never, at the top.
    #[must_use]
    pub fn climb_in(&self, now_ms: f64) -> Option<f64> {
        (self.rung > 0).then(|| (self.climb_ms - now_ms).max(0.0))
    }

    /// The candidate works, and is the present mode from now on.
    pub fn climbed(&mut self, now_ms: f64) {
        self.stand_on(self.next);
        self.up(now_ms);
        self.end_round(now_ms);
    }

    /// The candidate does not work. The next one is tried at once, and after the last of them it
    /// waits, longer each time.
    pub fn missed(&mut self, now_ms: f64, fault: Fault) {
        self.faults[self.next] = Some(fault);
        self.next += 1;
        if self.next == self.rung {
            self.end_round(now_ms);
        }
    }

    /// Something has changed that may have been in the way: it tries to climb soon.
    pub fn shake(&mut self, now_ms: f64) {
        self.climb_ms = self.climb_ms.min((self.tried_ms + BREATH_MS).max(now_ms));
    }

    fn end_round(&mut self, now_ms: f64) {
        self.next = 0;
        self.tried_ms = now_ms;
        self.climb_ms = now_ms + self.wait_ms;
        // Forgotten again when a connection has lived long.
        self.wait_ms = (self.wait_ms * 2.0).min(CLIMB_MOST_MS);
    }

    fn stand_on(&mut self, rung: usize) {
        self.rung = rung;
        self.faults[rung..].fill(None);
        (self.up_ms, self.proven, self.strikes) = (None, false, 0);
    }
}

#[cfg(test)]
mod tests {
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
        for (mode, fault) in LADDER.into_iter().zip([Fault::Refused, Fault::Silent, Fault::Silent])
        {
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
}
