//! What the ways of finding do to the tab: where a choice leads, what a key does, how a topic is set.
//! The page only has to show them.

use std::rc::Rc;

use tidings_shared::{RoomName, Topic, Username};
use yew::prelude::*;

use crate::{
    browser,
    components::{Finding, Opened},
    hooks::Store,
    net,
    state::{
        Action,
        find::Target,
        keys::Meant,
        rooms::{Listed, step},
    },
};

/// The dialogs and what is chosen in them.
#[must_use]
pub fn finding(
    store: &Store,
    rooms: &Rc<Vec<Listed>>,
    opened: &UseStateHandle<Option<Opened>>,
    on_go: Callback<RoomName>,
    on_mention: Callback<Username>,
) -> Finding {
    let (present, me) = store.read(|tab| (tab.address().room.clone(), tab.address().name.clone()));
    let on_close = Callback::from({
        let opened = opened.clone();
        move |()| opened.set(None)
    });
    // The page behind an open dialog takes no focus.
    let done = on_close.reform(|()| browser::close_dialogs());
    let on_choose = Callback::from({
        let (present, done, on_go) = (present.clone(), done.clone(), on_go.clone());
        move |target: Target| {
            done.emit(());
            match target {
                Target::Person(name, room) if room == present => {
                    on_mention.emit(name);
                    browser::focus("composer");
                    return;
                }
                Target::Room(Listed { name: room, .. })
                | Target::Person(_, room)
                | Target::New(room) => on_go.emit(room),
            }
            browser::focus_conversation();
        }
    });
    let on_point = Callback::from({
        let present = present.clone();
        move |(room, seq): (RoomName, u64)| {
            done.emit(());
            if room != present {
                on_go.emit(room);
            }
            browser::point_at(seq);
            browser::focus("log");
        }
    });
    Finding { opened: **opened, rooms: rooms.clone(), present, me, on_choose, on_point, on_close }
}

/// What a key does; it answers whether that is anything.
#[must_use]
pub fn on_key(
    store: &Store,
    rooms: &Rc<Vec<Listed>>,
    opened: &UseStateHandle<Option<Opened>>,
    on_go: Callback<RoomName>,
) -> Callback<Meant, bool> {
    let (store, rooms, opened) = (store.clone(), rooms.clone(), opened.clone());
    Callback::from(move |meant| {
        let dialog = match meant {
            Meant::Switch => Opened::Switch,
            Meant::Search => Opened::Search,
            Meant::Keys => Opened::Keys,
            Meant::Step { .. } if opened.is_some() => return false,
            Meant::Step { forward, unread } => {
                if let Some(room) = step(&rooms, &store.room(), forward, unread) {
                    on_go.emit(room);
                }
                return true;
            }
        };
        // The same key opens and closes; another one takes its place, and the focus still returns
        // to where it was before the first.
        let next = Some(dialog).filter(|_| *opened != Some(dialog));
        browser::close_dialogs();
        opened.set(next);
        true
    })
}

/// Sets the topic of the room one is in, and says what became of it.
#[must_use]
pub fn on_topic(store: &Store) -> Callback<(Topic, Callback<Option<String>>)> {
    let store = store.clone();
    Callback::from(move |(topic, done): (Topic, Callback<Option<String>>)| {
        let (room, me) = store.read(|tab| (tab.address().room.clone(), tab.address().name.clone()));
        let store = store.clone();
        wasm_bindgen_futures::spawn_local(async move {
            match net::set_topic(&room, &me, topic.as_str()).await {
                Ok(set) => {
                    store.dispatch(Action::Topic(room, set));
                    done.emit(None);
                }
                Err(failure) => done.emit(Some(failure.sentence())),
            }
        });
    })
}

/// What is being written, with somebody's name behind it.
#[must_use]
pub fn mention(draft: &str, name: &Username) -> String {
    let blank = if draft.is_empty() || draft.ends_with(char::is_whitespace) { "" } else { " " };
    [draft, blank, "@", name.as_str(), " "].concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mention_stands_as_a_word_behind_what_is_written() {
        let ana = "ana".parse().unwrap();
        assert_eq!(super::mention("", &ana), "@ana ");
        assert_eq!(super::mention("ask", &ana), "ask @ana ");
        assert_eq!(super::mention("ask\n", &ana), "ask\n@ana ");
    }
}
