//! Everyone who has caught up with a room and waits on a plain HTTP/1.1 connection.
//!
//! When the log grows, one task goes through them all and writes to each socket what lies behind
//! its place, in one write of bytes that were made once for all at that place: no task is woken, and
//! nothing is copied, framed or allocated for each listener. Who doesn't take all of it at once, or
//! has fallen off the tail, is let go, and its own task goes on with it.
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
    framing::Framing,
    outlet::{Outlet, State},
    round::Round,
};
use crate::{
    meter::Meter,
    room::{Place, Room},
    transport::session::next_heartbeat,
};

/// How many listeners a shard has before the next one is used: fewer are not worth a second task.
const SHARD: usize = 256;
/// How many are written to while the shard is locked, so that who comes or goes waits for less than
/// about 200 µs.
const AT_ONCE: usize = 32;
/// After so many, others get their turn on this core.
const TURN: usize = 128;
/// What part of the round before a busy shard waits for more before the next one.
const GATHERS: u32 = 16;
/// Shorter than this no timer can wait, and longer than that nobody should.
const GATHERING: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_millis(10);
/// How long a shard in which nobody has a heartbeat to come sleeps at most.
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
    shards: Box<[Mutex<Shard>]>,
    seated: AtomicUsize,
}

#[derive(Default)]
struct Shard {
    outlets: Slab<Arc<Outlet>>,
    /// Whether a task goes through it.
    driven: bool,
    /// When that task looks at the heartbeats next.
    wakes_at: Option<Instant>,
}

/// Somebody's seat in a crowd; dropping it is leaving.
pub(super) struct Seat {
    crowd: Arc<Crowd>,
    outlet: Arc<Outlet>,
    shard: usize,
    key: usize,
}

impl Crowd {
    fn new(room: Room, meter: Arc<Meter>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let shards = (0..cores).map(|_| Mutex::default()).collect();
        Self { room, meter, shards, seated: AtomicUsize::new(0) }
    }

    fn shard(&self, index: usize) -> MutexGuard<'_, Shard> {
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat for `outlet`, which does not wait yet.
    pub(super) fn seat(self: Arc<Self>, outlet: &Arc<Outlet>) -> Seat {
        let index = self.seated.fetch_add(1, Relaxed) / SHARD % self.shards.len();
        let mut shard = self.shard(index);
        let key = shard.outlets.insert(outlet.clone());
        if !std::mem::replace(&mut shard.driven, true) {
            tokio::spawn(self.clone().drive(index));
        }
        drop(shard);
        Seat { crowd: self, outlet: outlet.clone(), shard: index, key }
    }

    /// Goes through one shard whenever something happened, until nobody is in it.
    async fn drive(self: Arc<Self>, index: usize) {
        let mut watch = self.room.watch();
        loop {
            let began = Instant::now();
            let mut round = Round::new(&self.room, &self.meter, watch.arm());
            self.go_through(index, &mut round).await;
            let ended = Instant::now();
            let wakes_at = round.next_heartbeat.unwrap_or_else(|| ended + LONGEST);
            let behind = round.behind;
            drop(round);
            {
                let mut shard = self.shard(index);
                shard.wakes_at = Some(wakes_at);
                if shard.outlets.is_empty() {
                    *shard = Shard::default();
                    return;
                }
            }
            if !behind {
                let _ = tokio::time::timeout_at(wakes_at, watch.changed()).await;
                if let Some(span) = gathering(ended - began, ended.elapsed()) {
                    tokio::time::sleep(span).await;
                }
            }
        }
    }

    async fn go_through(&self, index: usize, round: &mut Round<'_>) {
        let (mut key, mut turn) = (0, 0);
        loop {
            {
                let shard = self.shard(index);
                let end = shard.outlets.capacity().min(key + AT_ONCE);
                while key < end {
                    if let Some(outlet) = shard.outlets.get(key) {
                        round.visit(outlet);
                    }
                    key += 1;
                }
                if key >= shard.outlets.capacity() {
                    return;
                }
            }
            turn += AT_ONCE;
            if turn >= TURN {
                turn = 0;
                round.pause();
                tokio::task::yield_now().await;
                round.go_on();
            }
        }
    }
}

/// How long a shard waits for more before a round, when the one before took so long and ended so long
/// ago. A post that comes alone is followed by those who posted with it, a commit later: with a large
/// crowd they would each have a round of their own, and every listener two writes in place of one. Who
/// has been idle for longer than a round takes has nothing to gather.
fn gathering(round: Duration, idle: Duration) -> Option<Duration> {
    let span = (round / GATHERS).min(*GATHERING.end());
    (idle < round && GATHERING.contains(&span)).then_some(span)
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
        let wakes_at = if framing.is_page() { None } else { self.crowd.shard(self.shard).wakes_at };
        {
            let mut state = self.outlet.state();
            prepare(&mut state);
            state.place = place;
            state.framing = framing;
            state.waiting = true;
            if !framing.is_page() {
                // Whoever has its heartbeat before the task looks again would have it late.
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
        self.crowd.shard(self.shard).outlets.remove(self.key);
        self.crowd.seated.fetch_sub(1, Relaxed);
        self.outlet.state().waiting = false;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::{
        meter::Connection,
        room::Rooms,
        store::{Draft, StoreUrl, draw_id},
    };

    const PAGE: Framing = Framing::Page { limit: 10, origin: None };

    async fn outlet(meter: &Arc<Meter>) -> (Arc<Outlet>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let other = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, peer) = listener.accept().await.unwrap();
        let (_, writer) = socket.into_split();
        (Arc::new(Outlet::new(writer, Connection::new(meter.clone(), peer))), other)
    }

    #[test]
    fn only_a_large_crowd_that_is_busy_waits_for_more_and_never_for_long() {
        let ms = Duration::from_millis;
        assert_eq!(gathering(ms(64), ms(0)), Some(ms(4)));
        assert_eq!(gathering(ms(64), ms(63)), Some(ms(4)));
        assert_eq!(gathering(ms(64), ms(64)), None, "it was idle for longer than a round takes");
        assert_eq!(gathering(ms(15), ms(0)), None, "no timer waits for so short a time");
        assert_eq!(gathering(ms(5_000), ms(0)), Some(ms(10)));
    }

    /// What was committed between somebody's look at the log and their joining wakes nobody: only
    /// this second look finds it.
    #[tokio::test]
    async fn who_joins_too_late_for_a_message_is_sent_back_for_it() {
        let rooms = Rooms::open(&StoreUrl::Memory, "Welcome user".parse().unwrap()).unwrap();
        let room = rooms.get(&"ops".parse().unwrap());
        let meter = Arc::default();
        let crowd = Crowds::default().of(&room, &meter);
        let before = room.end();
        let draft = Draft {
            room: room.name().clone(),
            id: draw_id(),
            username: "ana".parse().unwrap(),
            text: "oi".parse().unwrap(),
            number: None,
        };
        room.append(draft).unwrap().await.unwrap();
        let late = |framing, outlet: &Arc<Outlet>, place| {
            let seat = crowd.clone().seat(outlet);
            let waits = seat.wait(framing, place, |_| ());
            assert_eq!(seat.is_over(), waits.is_err(), "who is sent back waits no more");
            waits.err()
        };
        for framing in [Framing::Sse, Framing::Websocket, PAGE] {
            let (first, _far) = outlet(&meter).await;
            assert_eq!(late(framing, &first, room.end()), None, "it has everything");
            let (second, _far) = outlet(&meter).await;
            assert_eq!(late(framing, &second, before), Some(before));
            assert_eq!(crowd.seated.load(Relaxed), 0);
        }
        // Beside the messages there are notices; a page has none.
        let end = room.end();
        room.typing("ana".parse().unwrap());
        let (third, _far) = outlet(&meter).await;
        assert_eq!(late(PAGE, &third, end), None);
        assert_eq!(late(Framing::Sse, &third, end), Some(end));
    }
}
