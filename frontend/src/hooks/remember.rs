//! What the browser keeps of each room, so that the app shows what it had when no server answers: the
//! newest messages, within bounds, and the topic. They are read only then; a server that answers knows
//! better.
//!
//! The browser's simple storage will do: some twenty items of some kilobytes, read once. It is there
//! before the page has drawn anything, where a database would be asked and waited for.

use gloo_events::EventListener;
use tidings_shared::{RoomName, timeline::Entry};
use yew::prelude::*;

use super::{Store, use_while};
use crate::{
    browser::{self, document, is_visible, now_ms, window},
    state::{Action, Link, Tab, Told, room::FIRST},
    wire::{self, Had},
};

/// Begins the key of what a room had.
const HAD: &str = "tidings.had.";
/// The key of the rooms that are kept, those that one was in last first.
const ROOMS: &str = "tidings.had";
/// So many rooms are kept, with so much text each: together a quarter of what browsers give a site.
const MOST_ROOMS: usize = 20;
const MOST_BYTES: usize = 48 * 1024;

/// Keeps the room's messages when one turns away, and shows them when the app opens without a server.
#[hook]
pub fn use_remembering(store: &Store) {
    let turned = [store.clone(), store.clone()];
    let listen = || {
        let [hidden, gone] = turned;
        [
            EventListener::new(&document(), "visibilitychange", move |_| {
                if !is_visible() {
                    hidden.read(remember);
                }
            }),
            EventListener::new(&window(), "pagehide", move |_| gone.read(remember)),
        ]
    };
    use_while((0, 0), Box::new(|| Box::new(listen())));

    let (generation, alone) = store.read(|tab| {
        let alone = matches!(tab.link(), Link::Offline { .. }) && !tab.room().is_known();
        (tab.generation(), alone)
    });
    let store = store.clone();
    let show = move || {
        let page = browser::kept(&key(store.room().as_str()));
        if let Some(Had { page, topic }) = page.and_then(|page| wire::read(&page)) {
            store.dispatch(Action::Told(generation, Told::Page { page, now_ms: now_ms() }));
            if let Some(topic) = topic {
                store.dispatch(Action::Topic(store.room(), topic));
            }
        }
    };
    use_while((generation, alone.into()), Box::new(move || Box::new(alone.then(show))));
}

/// Keeps the newest messages of the tab's room, and its topic.
pub(super) fn remember(tab: &Tab) {
    let (room, Some(cursor)) = (&tab.address().room, tab.cursor()) else { return };
    let mut bytes = 0;
    let newest =
        tab.room().timeline().end().entries().iter().rev().map_while(|entry| match entry {
            Entry::Message(message) => {
                bytes += message.text.as_str().len();
                (bytes <= MOST_BYTES).then_some(&**message)
            }
            _ => None,
        });
    let mut messages: Vec<_> = newest.take(FIRST as usize).collect();
    let topic = tab.room().topic();
    if messages.is_empty() && topic.is_none() {
        return;
    }
    messages.reverse();
    let had = wire::had(&messages, cursor, topic);
    let list = browser::kept(ROOMS).unwrap_or_default();
    let others = list.split('\n').filter(|other| *other != room.as_str() && !other.is_empty());
    let mut rooms = room.to_string();
    for (nth, other) in others.enumerate() {
        if nth + 1 < MOST_ROOMS {
            rooms.push('\n');
            rooms.push_str(other);
        } else {
            browser::forget(&key(other));
        }
    }
    browser::keep(ROOMS, &rooms);
    if !browser::keep(&key(room.as_str()), &had) {
        // No room left: then what is unsent needs it more.
        forget(room);
    }
}

/// The key of what a room had.
fn key(room: &str) -> String {
    [HAD, room].concat()
}

/// Keeps nothing of a room any longer.
pub(super) fn forget(room: &RoomName) {
    browser::forget(&key(room.as_str()));
}
