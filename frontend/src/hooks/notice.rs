//! Notices on the reader's desk, of the rooms that they asked it for: while nobody looks at the tab,
//! and one for each room, however much is said in it.
//!
//! The tab hands them to the app's worker (`sw.js`), which all tabs of a browser share: it shows each
//! once, and knows the way back when one is clicked. How far a room was told of is kept by the
//! browser, so that a tab which polls doesn't tell late what another has told.

use tidings_shared::{Cursor, RoomName, timeline::Entry};
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::Store;
use crate::{
    browser::{self, is_visible},
    state::{Tab, notice::Loudness},
    words::{fill, fill_both, words},
};

/// Begins the key of how much a room may tell.
const LOUDNESS: &str = "tidings.notice.";
/// Begins the key of how far a room was told of.
const TOLD: &str = "tidings.told.";

/// How much a room may tell, as the browser keeps it: the name of a [`Loudness`].
#[must_use]
pub fn loudness(room: &RoomName) -> Option<String> {
    browser::kept(&[LOUDNESS, room.as_str()].concat())
}

/// Keeps it.
pub fn keep_loudness(room: &RoomName, name: &str) {
    browser::keep(&[LOUDNESS, room.as_str()].concat(), name);
}

/// Where the tab was when it was last looked at.
#[derive(Default)]
struct Seen {
    room: Option<RoomName>,
    seq: u64,
    away: bool,
}

/// Tells of what is said while nobody looks.
#[hook]
pub fn use_notice(store: &Store) {
    let seen = use_mut_ref(Seen::default);
    store.read(|tab| {
        let mut seen = seen.borrow_mut();
        let (room, Some(cursor)) = (&tab.address().room, tab.cursor()) else { return };
        let (here, visible) = (seen.room.as_ref() == Some(room), is_visible());
        let back = here && visible && std::mem::take(&mut seen.away);
        let from = seen.seq.max(tab.room().history());
        seen.away |= !visible;
        if back {
            forget(room);
        } else if here && !visible && cursor.seq > from {
            tell(tab, cursor, from);
        }
        seen.seq = cursor.seq;
        if !here {
            seen.room = Some(room.clone());
        }
    });
}

/// Hands over the newest of what is worth it, with how many there are.
fn tell(tab: &Tab, cursor: Cursor, from: u64) {
    let (me, room) = (&tab.address().name, &tab.address().room);
    let loudness = Loudness::of(&loudness(room).unwrap_or_default());
    let newer = tab.room().timeline().end().entries().iter().rev().map_while(|entry| match entry {
        Entry::Message(message) if message.seq > from => Some(message),
        _ => None,
    });
    let mut worth = newer.filter(|message| loudness.tells(message, me));
    let Some(newest) = worth.next() else { return };
    let key = [TOLD, room.as_str()].concat();
    let told = browser::kept(&key).and_then(|told| told.parse().ok());
    if told.is_some_and(|told: Cursor| told.epoch == cursor.epoch && told.seq >= newest.seq) {
        return;
    }
    browser::keep(&key, &cursor.to_string());
    let words = words();
    let more = worth.count();
    let mut body: String = newest.text.as_str().chars().take(200).collect();
    if more > 0 {
        body = [&body, "\n", &*fill(words.notice.and_more, &more.to_string())].concat();
    }
    browser::tell_worker(&[
        ("room", room.as_str().into()),
        ("seq", JsValue::from_f64(newest.seq as f64)),
        ("title", fill_both(words.notice.title, newest.username.as_str(), room.as_str()).into()),
        ("body", body.into()),
        ("lang", words.tag.into()),
        ("dir", "auto".into()),
    ]);
}

/// The room was read: what lies on the desk of it is old news.
fn forget(room: &RoomName) {
    if Loudness::of(&loudness(room).unwrap_or_default()) != Loudness::Quiet {
        browser::tell_worker(&[("room", room.as_str().into())]);
    }
}
