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
mod tests;
