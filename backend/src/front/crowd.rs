//! Everyone who has caught up with a room and waits on a plain HTTP/1.1 connection.
//!
//! When the log grows, a task goes through them all and writes to each socket what lies behind
//! its place, in one write of bytes that were made once for all at that place: no other task is woken,
//! and nothing is copied, framed or allocated for each listener. Who doesn't take all of it at once, or
//! has fallen off the tail, is let go, and its own task goes on with it. A large crowd is gone through by
//! a task on each of the [carriers](super::carriers), who share its [rows](super::row) as they come to
//! them.
//!
//! A listener keeps its seat for as long as it listens to that room, waiting or not: to wait again is
//! to say so in its own state, and takes no lock for which others wait.

use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use slab::Slab;
use tidings_shared::RoomName;
use tokio::time::Instant;

use super::{
    carriers::{carriers, persist},
    framing::Framing,
    outlet::{Outlet, State},
    round::Round,
    row::{ROW, Row},
};
use crate::{
    meter::Meter,
    room::{Place, Room},
    transport::session::next_heartbeat,
};

/// How many listeners are worth a carrier: fewer are served sooner by one than by two.
const SHARE: usize = 256;
/// After so many rows, others get their turn with this carrier.
const TURN: usize = 4;
/// A shorter round is not worth waiting for more.
const LONG: Duration = Duration::from_micros(1_500);
/// What part of the round before a busy crowd waits for more before the next one.
const GATHERS: u32 = 16;
/// Shorter than this no timer can wait, and longer than that nobody should.
const GATHERING: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_millis(10);
/// How long a carrier sleeps at most when nobody has a heartbeat to come.
const LONGEST: Duration = Duration::from_secs(20);

/// The crowds of all rooms. A crowd is as old as its oldest listener.
#[derive(Clone, Default)]
pub struct Crowds(Arc<Mutex<HashMap<RoomName, Weak<Crowd>>>>);

impl Crowds {
    /// The crowd of `room`.
    pub(super) fn of(&self, room: &Room, meter: &Arc<Meter>) -> Arc<Crowd> {
        let mut crowds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(crowd) = crowds.get(room.name()).and_then(Weak::upgrade) {
            return crowd;
        }
        if crowds.len() == crowds.capacity() {
            crowds.retain(|_, crowd| crowd.strong_count() > 0);
        }
        let crowd = Arc::new(Crowd::new(room.clone(), meter.clone()));
        crowds.insert(room.name().clone(), Arc::downgrade(&crowd));
        crowd
    }
}

/// Those who wait for one room.
pub(super) struct Crowd {
    room: Room,
    meter: Arc<Meter>,
    /// The carrier that comes first, so that small crowds are not all the same one's.
    first: usize,
    house: Mutex<House>,
}

/// The seats, and who goes through them.
#[derive(Default)]
struct House {
    /// The numbers of the seats that are taken.
    taken: Slab<()>,
    rows: Vec<Arc<Row>>,
    /// When each task that goes through the rows wakes next, whatever happens.
    tasks: Vec<Instant>,
}

/// Somebody's seat in a crowd; dropping it is leaving.
pub(super) struct Seat {
    crowd: Arc<Crowd>,
    outlet: Arc<Outlet>,
    row: Arc<Row>,
    number: usize,
}

impl Crowd {
    fn new(room: Room, meter: Arc<Meter>) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        Self { room, meter, first: MADE.fetch_add(1, Relaxed), house: Mutex::default() }
    }

    fn house(&self) -> MutexGuard<'_, House> {
        self.house.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat for `outlet`, which does not wait yet.
    pub(super) fn seat(self: Arc<Self>, outlet: &Arc<Outlet>) -> Seat {
        let mut house = self.house();
        let number = house.taken.insert(());
        if number / ROW == house.rows.len() {
            house.rows.push(Arc::default());
        }
        let row = house.rows[number / ROW].clone();
        row.place(number % ROW, Some(outlet.clone()));
        let turn = house.tasks.len();
        if turn < wanted(house.taken.len()) {
            house.tasks.push(Instant::now());
            carriers().spawn(self.first + turn, self.clone().serve(turn));
        }
        drop(house);
        Seat { crowd: self, outlet: outlet.clone(), row, number }
    }

    /// A task of the crowd. One that has gone wrong would leave them all waiting for ever: so they go
    /// on by themselves, and come again. All but the one it was writing to, whose connection ends.
    async fn serve(self: Arc<Self>, turn: usize) {
        let let_go = || {
            tracing::error!(room = %self.room.name(), "going through a crowd went wrong; its listeners go on");
            let rows = self.house().rows.clone();
            rows.iter().for_each(|row| row.release());
        };
        persist(|| self.drive(turn), let_go).await;
    }

    /// Goes through the rows whenever something happened, for as long as so many tasks are wanted.
    async fn drive(&self, turn: usize) {
        let mut watch = self.room.watch();
        let mut last = None;
        loop {
            let began = Instant::now();
            let sight = watch.arm();
            let is_news = last.replace(sight) != Some(sight);
            let mut round = Round::new(&self.room, &self.meter, sight);
            self.go_through(turn, is_news, &mut round).await;
            let ended = Instant::now();
            let wakes_at = round.next_heartbeat.unwrap_or_else(|| ended + LONGEST);
            let behind = round.behind;
            drop(round);
            {
                let mut house = self.house();
                house.tasks[turn] = wakes_at;
                // The last that came is the first that goes; but while it was at a row with what it saw,
                // another may have passed that by with more to show.
                let is_last = turn + 1 == house.tasks.len() && turn >= wanted(house.taken.len());
                if is_last && !behind && !watch.has_changed() {
                    house.tasks.pop();
                    if turn == 0 {
                        *house = House::default();
                    }
                    return;
                }
            }
            if !behind {
                let _ = tokio::time::timeout_at(wakes_at, watch.changed()).await;
                match gathering(ended - began, ended.elapsed()) {
                    Gathering::Nothing => {}
                    Gathering::For(span) => tokio::time::sleep(span).await,
                    Gathering::Commit if !self.room.is_coming() => {}
                    Gathering::Commit => {
                        watch.arm();
                        let _ = tokio::time::timeout(*GATHERING.start(), watch.changed()).await;
                    }
                }
            }
        }
    }

    /// Each task begins at a place of its own and takes every row that no other has taken: whose core is
    /// busy with something else takes fewer. What is not news but a heartbeat's time, each looks after
    /// everywhere.
    async fn go_through(&self, turn: usize, is_news: bool, round: &mut Round<'_>) {
        let (rows, from) = {
            let house = self.house();
            (house.rows.clone(), house.rows.len() * turn / house.tasks.len())
        };
        let mut shown = 0;
        for row in rows[from..].iter().chain(&rows[..from]) {
            if row.show(round, is_news) {
                shown += 1;
            }
            if shown == TURN {
                shown = 0;
                round.pause();
                tokio::task::yield_now().await;
                round.go_on();
            }
        }
    }
}

/// How many tasks go through a crowd of so many.
fn wanted(seated: usize) -> usize {
    seated.div_ceil(SHARE).min(carriers().count())
}

/// What a task waits for before a round, once there is something to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Gathering {
    Nothing,
    /// The commit that is under way, if there is one.
    Commit,
    For(Duration),
}

/// What to wait for, when the round before took so long and ended so long ago. A post that comes alone
/// is followed by those who posted with it, a commit later: with a large crowd they would each have a
/// round of their own, and every listener two writes in place of one. Who has been idle for longer than
/// a round takes has nothing to gather.
fn gathering(round: Duration, idle: Duration) -> Gathering {
    let span = (round / GATHERS).min(*GATHERING.end());
    if idle >= round || round < LONG {
        Gathering::Nothing
    } else if GATHERING.contains(&span) {
        Gathering::For(span)
    } else {
        Gathering::Commit
    }
}

impl Seat {
    /// Whether it is in the crowd of `room`.
    pub(super) fn is_in(&self, room: &Room) -> bool {
        self.crowd.room.is(room)
    }

    /// Its outlet has everything up to `place`, and is written to from now on; `prepare` does what
    /// else is to be done in the same breath.
    ///
    /// # Errors
    ///
    /// The place to go on from, if there is more already.
    pub(super) fn wait(
        &self,
        framing: Framing,
        place: Place,
        prepare: impl FnOnce(&mut State),
    ) -> Result<(), Place> {
        // A page has no heartbeat, so that a long-poll does without this lock.
        let wakes_at =
            if framing.is_page() { None } else { self.crowd.house().tasks.iter().min().copied() };
        {
            let mut state = self.outlet.state();
            prepare(&mut state);
            state.place = place;
            state.framing = framing;
            state.waiting = true;
            if !framing.is_page() {
                // Whoever has its heartbeat before a task looks again would have it late.
                if state.heartbeat_at <= Instant::now() {
                    state.heartbeat_at = next_heartbeat();
                }
                state.heartbeat_at =
                    wakes_at.map_or(state.heartbeat_at, |at| at.max(state.heartbeat_at));
            }
        }
        // It waits before this look, so that whatever comes after the look is written to it; what
        // came before, its own task takes.
        let sight = self.crowd.room.sight();
        let is_news = framing.is_behind(place, sight.end);
        if is_news || sight.closing { Err(self.rise()) } else { Ok(()) }
    }

    /// Whether the crowd has let go of it.
    pub(super) fn is_over(&self) -> bool {
        !self.outlet.state().waiting
    }

    /// Waits no more: where it came to.
    pub(super) fn rise(&self) -> Place {
        let mut state = self.outlet.state();
        state.waiting = false;
        state.place
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.row.place(self.number % ROW, None);
        self.crowd.house().taken.remove(self.number);
        self.outlet.state().waiting = false;
    }
}

#[cfg(test)]
mod tests;
