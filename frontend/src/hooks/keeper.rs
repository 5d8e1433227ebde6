//! What outlives a tab: the text that is begun in a room, messages that are not sent, and how far each
//! room was read.
//!
//! Each unsent message is an item of its own in the browser's storage, which all of its tabs share, and
//! a tab that opens takes over whatever is there. It needs not to know whether the tab that wrote it
//! is gone: whoever sends a message sends it under the id that it was written with, so that the server
//! takes it once; and each sends them in the order of writing, so that they are taken in it.

use std::cell::{Cell, RefCell};

use tidings_shared::{Cursor, MessageId, RoomName};

use crate::{
    browser,
    state::{Tab, Unsent, rooms::Read},
    wire,
};

/// Begins the key of each unsent message; what follows sorts them by when they were written.
const UNSENT: &str = "tidings.unsent.";
/// Begins the key of the text that is begun in a room.
const DRAFT: &str = "tidings.draft.";

/// Begins the key of how far a room was read.
const READ: &str = "tidings.read.";

/// Keeps the messages of one tab that are not sent, and how far it has read.
#[derive(Default)]
pub(super) struct Keeper {
    keys: RefCell<Vec<(MessageId, String)>>,
    /// How many it has begun to keep: what tells two of one millisecond apart.
    count: Cell<u32>,
    /// The browser did not keep one.
    failed: Cell<bool>,
    read: RefCell<Option<(RoomName, Cursor)>>,
}

impl Keeper {
    /// What tabs before this one left, in the order of writing. An item that is nothing to this app,
    /// a later version's perhaps, stays where it is.
    pub(super) fn left(&self) -> Vec<Unsent> {
        let mut keys = self.keys.borrow_mut();
        let items = browser::all_kept(UNSENT).into_iter();
        let left = items.filter_map(|(key, item)| {
            let unsent: Unsent = wire::read(&item)?;
            keys.push((unsent.message.id.clone(), key));
            Some(unsent)
        });
        left.collect()
    }

    /// Keeps what the tab has not sent, and nothing else of it.
    pub(super) fn follow(&self, tab: &Tab) {
        let mut keys = self.keys.borrow_mut();
        let mut gone = std::mem::take(&mut *keys);
        for unsent in tab.unsent() {
            let id = unsent.message.id.clone();
            let known = gone.iter().position(|(of, _)| *of == id);
            let key = known.map(|at| gone.swap_remove(at).1);
            keys.push((id, key.unwrap_or_else(|| self.keep(&unsent))));
        }
        for (_, key) in gone {
            browser::forget(&key);
        }
    }

    fn keep(&self, unsent: &Unsent) -> String {
        let nth = self.count.replace(self.count.get() + 1);
        let key = format!("{UNSENT}{:014}.{nth:06}.{}", unsent.at.as_ms(), unsent.message.id);
        if !browser::keep(&key, &wire::unsent(unsent)) {
            self.failed.set(true);
        }
        key
    }

    /// Keeps how far its room has been read.
    pub(super) fn has_read(&self, tab: &Tab) {
        let Some(cursor) = tab.room().read() else { return };
        let (mut read, room) = (self.read.borrow_mut(), &tab.address().room);
        if read.as_ref().is_none_or(|(of, at)| of != room || *at != cursor) {
            browser::keep(&[READ, room.as_str()].concat(), &cursor.to_string());
            *read = Some((room.clone(), cursor));
        }
    }

    /// Whether something unsent would be lost with the tab.
    pub(super) fn may_lose(&self) -> bool {
        self.failed.get() && !self.keys.borrow().is_empty()
    }
}

/// The text that is begun in a room.
#[must_use]
pub fn draft(room: &RoomName) -> String {
    browser::kept(&[DRAFT, room.as_str()].concat()).unwrap_or_default()
}

/// Keeps it; one that is empty is none.
pub fn keep_draft(room: &RoomName, text: &str) {
    let key = [DRAFT, room.as_str()].concat();
    if text.is_empty() {
        browser::forget(&key);
    } else {
        browser::keep(&key, text);
    }
}

/// How far each room was read that one has been in.
#[must_use]
pub(super) fn read_so_far() -> Read {
    let mut read = Read::new();
    // One by one: collecting them would bring a sort along, and weigh more than it saves.
    for (key, at) in browser::all_kept(READ) {
        if let (Some(Ok(room)), Ok(at)) = (key.strip_prefix(READ).map(str::parse), at.parse()) {
            read.push((room, at));
        }
    }
    read
}

/// How far a room was read.
#[must_use]
pub(super) fn read_in(room: &RoomName) -> Option<Cursor> {
    browser::kept(&[READ, room.as_str()].concat())?.parse().ok()
}

/// One has left it.
pub fn leave(room: &RoomName) {
    browser::forget(&[READ, room.as_str()].concat());
    super::remember::forget(room);
}
