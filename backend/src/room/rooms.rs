//! All rooms. Each that the store knows is here from the start, so that one that isn't here is
//! empty; it comes into memory when somebody looks, and goes again if nobody stays or speaks.

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tidings_shared::{Epoch, RoomName, Text, TopicSet};

use super::{Room, State, pages::Pages};
use crate::store::{self, OpenError, Record, RoomHead, Sink, Store, StoreError, StoreUrl};

/// Where the store tells what it has committed.
struct Board {
    rooms: RwLock<HashMap<RoomName, Arc<State>>>,
    epoch: OnceLock<Epoch>,
    closing: AtomicBool,
    pages: Pages,
}

impl Board {
    fn new() -> Self {
        Self {
            rooms: RwLock::default(),
            epoch: OnceLock::new(),
            closing: AtomicBool::new(false),
            pages: Pages::new(),
        }
    }

    fn get(&self, name: &RoomName) -> Option<Arc<State>> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn get_or_open(&self, name: &RoomName) -> Arc<State> {
        if let Some(state) = self.get(name) {
            return state;
        }
        let mut rooms = self.rooms.write().unwrap_or_else(PoisonError::into_inner);
        let open = || {
            let epoch = *self.epoch.get().expect("the store is open before a room is looked at");
            let closing = self.closing.load(Ordering::SeqCst);
            let room =
                RoomHead { name: name.clone(), head: 0, messages: 0, last_at: None, topic: None };
            Arc::new(State::new(epoch, room, closing, self.pages.for_room()))
        };
        rooms.entry(name.clone()).or_insert_with(open).clone()
    }

    fn all(&self) -> Vec<Arc<State>> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

impl Sink for Board {
    fn committed(&self, batch: Vec<(RoomName, Record)>) {
        let mut touched: Vec<Arc<State>> = Vec::new();
        for (name, record) in batch {
            let state = match touched.iter().find(|state| state.name == name) {
                Some(state) => state,
                None => {
                    touched.push(self.get_or_open(&name));
                    touched.last().expect("one was just pushed")
                }
            };
            state.push(&record);
        }
        for state in touched {
            state.wake();
        }
    }

    fn topic(&self, room: RoomName, set: TopicSet) {
        self.get_or_open(&room).set_topic(set);
    }
}

/// All rooms of one log.
#[derive(Clone)]
pub struct Rooms {
    board: Arc<Board>,
    store: Arc<dyn Store>,
}

impl Rooms {
    /// Opens the store, and with it all rooms. `welcome` is what the server says first in each.
    ///
    /// # Errors
    ///
    /// A sentence that says why the store can't be used.
    pub fn open(url: &StoreUrl, welcome: Text) -> Result<Self, OpenError> {
        let board = Arc::new(Board::new());
        let store = store::open(url, welcome, board.clone())?;
        let epoch = *board.epoch.get_or_init(|| store.epoch());
        let mut rooms = board.rooms.write().unwrap_or_else(PoisonError::into_inner);
        for room in store.rooms() {
            let name = room.name.clone();
            let state = State::new(epoch, room, false, board.pages.for_room());
            rooms.insert(name, Arc::new(state));
        }
        drop(rooms);
        Ok(Self { board, store })
    }

    /// Which log this is.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        *self.board.epoch.get().expect("the store is open")
    }

    /// The room of that name, whether or not anything was said in it.
    #[must_use]
    pub fn get(&self, name: &RoomName) -> Room {
        Room { state: self.board.get_or_open(name), store: self.store.clone() }
    }

    /// The rooms in which something was said, or somebody is, or that have a topic, by name.
    #[must_use]
    pub fn list(&self) -> Vec<Room> {
        let mut rooms = self.board.all();
        rooms.retain(|state| state.is_alive());
        rooms.sort_by(|a, b| a.name.cmp(&b.name));
        rooms.into_iter().map(|state| Room { state, store: self.store.clone() }).collect()
    }

    /// Tells each room who came and went, and forgets rooms in which nothing is. To be called once
    /// a second.
    pub fn tick(&self, now: Instant) {
        for state in self.board.all() {
            if let Some(event) = state.presence.tick(now) {
                state.notice(&event);
            }
        }
        let mut rooms = self.board.rooms.write().unwrap_or_else(PoisonError::into_inner);
        // The map holds the only handle, and nobody can get another while it is locked.
        rooms.retain(|_, state| Arc::strong_count(state) > 1 || state.is_alive());
    }

    /// Ends every wait: whoever follows a room hears that the server is closing.
    pub fn end_waits(&self) {
        self.board.closing.store(true, Ordering::SeqCst);
        for state in self.board.all() {
            state.close();
        }
    }

    /// Ends without error if a message could be committed now.
    ///
    /// # Errors
    ///
    /// Why it could not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }

    /// Commits what was accepted, and closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
