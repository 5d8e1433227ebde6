//! One look at those who are in a crowd: what each is to be given, made ready once for all
//! who are to be given the same.

use std::{sync::Arc, time::Instant as Clock};

use bytes::{Buf, Bytes};
use tokio::time::Instant;

use super::{
    framing::Framing,
    outlet::{Outlet, State},
};
use crate::{
    meter::{Lane, Meter},
    room::{Place, Room, Sight},
    transport::session::{BATCH, heartbeat, next_heartbeat},
};

/// How many ready-made batches are kept: one for each framing and place that is met at a time.
const PREPARED: usize = 8;

/// What lies between two places, in one framing.
#[derive(Clone)]
struct Prepared {
    framing: Framing,
    from: Place,
    to: Place,
    bytes: Bytes,
    messages: usize,
}

/// What was done for one lane and not yet written into the meter.
#[derive(Clone, Copy, Default)]
struct Done {
    bytes: usize,
    delivered: usize,
}

/// One look at them.
pub(super) struct Round<'a> {
    room: &'a Room,
    meter: &'a Arc<Meter>,
    /// What there is to see.
    pub(super) sight: Sight,
    now: Instant,
    prepared: Vec<Prepared>,
    heartbeats: Vec<(Framing, Bytes)>,
    lane: Lane,
    done: Done,
    since: Clock,
    /// When the first of them has its next heartbeat.
    pub(super) next_heartbeat: Option<Instant>,
    /// Whether some are not at the end yet, since there was more than fits into one write.
    pub(super) behind: bool,
}

impl<'a> Round<'a> {
    pub(super) fn new(room: &'a Room, meter: &'a Arc<Meter>, sight: Sight) -> Self {
        Self {
            room,
            meter,
            sight,
            now: Instant::now(),
            prepared: Vec::new(),
            heartbeats: Vec::new(),
            lane: Lane::Other,
            done: Done::default(),
            since: Clock::now(),
            next_heartbeat: None,
            behind: false,
        }
    }

    /// Gives it what it has not, if it waits, and lets go of it if it can't stay.
    pub(super) fn visit(&mut self, outlet: &Outlet) {
        let mut state = outlet.state();
        if !state.waiting {
            return;
        }
        if self.serve(outlet, &mut state) {
            if !state.framing.is_page() {
                let at = state.heartbeat_at;
                self.next_heartbeat = Some(self.next_heartbeat.map_or(at, |next| next.min(at)));
            }
            return;
        }
        state.waiting = false;
        // An answered long-poll is woken by its next request.
        let answered = state.framing.is_page() && state.tally.is_none();
        if !answered || state.eager || !state.rest.is_empty() {
            drop(state);
            outlet.wake();
        }
    }

    fn serve(&mut self, outlet: &Outlet, state: &mut State) -> bool {
        if !state.rest.is_empty() {
            return false;
        }
        if state.framing.is_behind(state.place, self.sight.end) && !self.give(outlet, state) {
            return false;
        }
        if self.sight.closing {
            return false;
        }
        if state.heartbeat_at <= self.now && !state.framing.is_page() {
            state.heartbeat_at = next_heartbeat();
            let bytes = self.heartbeat(state.framing);
            return self.write(outlet, state, bytes);
        }
        true
    }

    fn give(&mut self, outlet: &Outlet, state: &mut State) -> bool {
        let Some(prepared) = self.prepare(state.framing, state.place) else {
            return false;
        };
        self.behind |= prepared.to.seq < self.sight.end.seq && !state.framing.is_page();
        state.place = prepared.to;
        if prepared.bytes.is_empty() {
            return true;
        }
        self.turn_to(state);
        self.done.delivered += prepared.messages;
        if state.framing.is_page() {
            // Whoever is answered finds it ended.
            state.tally = None;
            self.write(outlet, state, prepared.bytes);
            return false;
        }
        self.write(outlet, state, prepared.bytes)
    }

    /// Whether the socket took all of it.
    fn write(&mut self, outlet: &Outlet, state: &mut State, mut bytes: Bytes) -> bool {
        self.turn_to(state);
        // A broken socket is found by its task, which is woken for what could not be written.
        let written = outlet.try_write(&bytes).unwrap_or(0);
        if state.framing.is_page() {
            outlet.connection.wrote(written);
        } else {
            self.done.bytes += written;
        }
        let all = written == bytes.len();
        if !all {
            bytes.advance(written);
            state.rest = bytes;
        }
        all
    }

    fn prepare(&mut self, framing: Framing, from: Place) -> Option<Prepared> {
        let known = self.prepared.iter().find(|p| p.framing == framing && p.from == from);
        if let Some(prepared) = known {
            return Some(prepared.clone());
        }
        let limit = match framing {
            Framing::Page { limit, .. } => limit,
            _ => BATCH,
        };
        let batch = self.room.behind(from, limit)?;
        let messages = batch.messages.len();
        // Notices beyond those of this round were taken along, if there were any.
        let seq = batch.messages.last().and_then(|message| message.seq).unwrap_or(from.seq);
        let to = Place { seq, noticed: batch.noticed };
        let bytes = framing.batch(self.room, batch, to);
        let prepared = Prepared { framing, from, to, bytes, messages };
        if self.prepared.len() == PREPARED {
            self.prepared.remove(0);
        }
        self.prepared.push(prepared.clone());
        Some(prepared)
    }

    fn heartbeat(&mut self, framing: Framing) -> Bytes {
        if let Some((_, bytes)) = self.heartbeats.iter().find(|(f, _)| *f == framing) {
            return bytes.clone();
        }
        let bytes = framing.events(&[Arc::new(heartbeat())]);
        self.heartbeats.push((framing, bytes.clone()));
        bytes
    }

    /// What is done from now on is done for this listener's lane.
    fn turn_to(&mut self, state: &State) {
        let lane = state.lane;
        if lane != self.lane {
            self.account();
            self.lane = lane;
        }
    }

    fn account(&mut self) {
        let now = Clock::now();
        let done = std::mem::take(&mut self.done);
        let spent = now.duration_since(self.since);
        self.meter.worked(self.lane, done.bytes, done.delivered, spent);
        self.since = now;
    }

    /// Others have their turn.
    pub(super) fn pause(&mut self) {
        self.account();
    }

    /// And now this again.
    pub(super) fn go_on(&mut self) {
        self.since = Clock::now();
    }
}

impl Drop for Round<'_> {
    fn drop(&mut self) {
        self.account();
    }
}
