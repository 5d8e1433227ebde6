//! Everyone who has caught up with a room and waits on a plain HTTP/1.1 connection.
//!
//! When the log grows, one task goes through them all and writes to each socket what lies behind
//! its place, in one write of bytes that were made once for all at that place: no task is woken, and
//! nothing is copied, framed or allocated for each listener. Who doesn't take all of it at once, or
//! has fallen off the tail, is let go, and its own task goes on with it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use slab::Slab;
use tidings_shared::RoomName;
use tokio::time::Instant;

use super::{framing::Framing, outlet::Outlet, round::Round};
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
    waiting: AtomicUsize,
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
        Self { room, meter, shards, waiting: AtomicUsize::new(0) }
    }

    /// Whether this is the crowd of `room`.
    pub(super) fn is_of(&self, room: &Room) -> bool {
        self.room.is(room)
    }

    fn shard(&self, index: usize) -> MutexGuard<'_, Shard> {
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `outlet` has everything up to `place`, and is written to from now on.
    ///
    /// # Errors
    ///
    /// The place to go on from, if there is more already.
    pub(super) fn join(
        self: &Arc<Self>,
        outlet: &Arc<Outlet>,
        framing: Framing,
        place: Place,
    ) -> Result<Seat, Place> {
        let shards = self.shards.len();
        let index = self.waiting.fetch_add(1, Relaxed) / SHARD % shards;
        let key = {
            let mut shard = self.shard(index);
            let key = shard.outlets.insert(outlet.clone());
            let mut state = outlet.state();
            state.place = place;
            state.framing = framing;
            state.waiting = true;
            // Whoever has its heartbeat before the task looks again would have it late.
            let heartbeat_at = if state.heartbeat_at > Instant::now() {
                state.heartbeat_at
            } else {
                next_heartbeat()
            };
            state.heartbeat_at = shard.wakes_at.map_or(heartbeat_at, |at| at.max(heartbeat_at));
            drop(state);
            if !shard.driven {
                shard.driven = true;
                tokio::spawn(self.clone().drive(index));
            }
            key
        };
        let seat = Seat { crowd: self.clone(), outlet: outlet.clone(), shard: index, key };
        // It is in the crowd before this look, so that whatever comes after the look is written to
        // it; what came before, its own task takes.
        let sight = self.room.sight();
        let is_news = match framing {
            Framing::Page { .. } => sight.end.seq != place.seq,
            _ => sight.end != place,
        };
        if is_news || sight.closing { Err(seat.leave()) } else { Ok(seat) }
    }

    /// Goes through one shard whenever something happened, until nobody is in it.
    async fn drive(self: Arc<Self>, index: usize) {
        let mut watch = self.room.watch();
        loop {
            let mut round = Round::new(&self.room, &self.meter, watch.arm());
            self.go_through(index, &mut round).await;
            let wakes_at = round.next_heartbeat.unwrap_or_else(|| Instant::now() + LONGEST);
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
            }
        }
    }

    async fn go_through(&self, index: usize, round: &mut Round<'_>) {
        let (mut key, mut turn) = (0, 0);
        loop {
            {
                let mut shard = self.shard(index);
                let end = shard.outlets.capacity().min(key + AT_ONCE);
                while key < end {
                    if let Some(outlet) = shard.outlets.get(key)
                        && !round.visit(outlet)
                    {
                        shard.outlets.remove(key);
                        self.waiting.fetch_sub(1, Relaxed);
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

impl Seat {
    /// Whether the crowd has let go of it.
    pub(super) fn is_over(&self) -> bool {
        !self.outlet.state().waiting
    }

    /// Leaves: where it came to.
    pub(super) fn leave(self) -> Place {
        let outlet = self.outlet.clone();
        drop(self);
        let state = outlet.state();
        state.place
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut shard = self.crowd.shard(self.shard);
        let mut state = self.outlet.state();
        if std::mem::replace(&mut state.waiting, false) {
            drop(state);
            shard.outlets.remove(self.key);
            self.crowd.waiting.fetch_sub(1, Relaxed);
        }
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

    async fn outlet(meter: &Arc<Meter>) -> (Arc<Outlet>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let other = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, peer) = listener.accept().await.unwrap();
        let (_, writer) = socket.into_split();
        (Arc::new(Outlet::new(writer, Connection::new(meter.clone(), peer))), other)
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
        for framing in [Framing::Sse, Framing::Websocket, Framing::Page { limit: 10 }] {
            let (first, _far) = outlet(&meter).await;
            let Ok(seat) = crowd.join(&first, framing, room.end()) else {
                panic!("it has everything");
            };
            let (second, _far) = outlet(&meter).await;
            assert_eq!(crowd.join(&second, framing, before).err(), Some(before));
            assert_eq!(crowd.waiting.load(Relaxed), 1, "the late one is not in it");
            drop(seat);
            assert_eq!(crowd.waiting.load(Relaxed), 0);
        }
        // Beside the messages there are notices; a page has none.
        let end = room.end();
        room.typing("ana".parse().unwrap());
        let (third, _far) = outlet(&meter).await;
        assert!(crowd.join(&third, Framing::Page { limit: 10 }, end).is_ok());
        assert_eq!(crowd.join(&third, Framing::Sse, end).err(), Some(end));
    }
}
