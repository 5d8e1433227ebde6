//! What the ways of finding do to the tab: where a choice leads, what a key does, how a topic is set.
//! The page only has to show them.

use std::rc::Rc;

use tidings_shared::{RoomName, Topic, Username};
use yew::prelude::*;

use crate::{
    browser,
    components::{Finder, Finding, Found, Opened},
    hooks::{Store, use_keys},
    net,
    state::{
        Action,
        find::Target,
        keys::Meant,
        rooms::{Listed, step},
    },
};

/// Where the tab is, and who.
fn here(store: &Store) -> (RoomName, Username) {
    store.read(|tab| (tab.address().room.clone(), tab.address().name.clone()))
}

/// The dialog that is open, and the keys. `on_go` goes to a room, `on_mention` puts somebody's name
/// into what is being written.
#[hook]
pub fn use_finding(
    store: &Store,
    rooms: &Rc<Vec<Listed>>,
    opened: &UseStateHandle<Option<Opened>>,
    on_go: Callback<RoomName>,
    on_mention: Callback<Username>,
) -> Html {
    let (present, me) = here(store);
    {
        let (store, rooms, opened, on_go) =
            (store.clone(), rooms.clone(), opened.clone(), on_go.clone());
        use_keys(Callback::from(move |meant: Meant| {
            on_key(meant, &store, &rooms, &opened, &on_go)
        }));
    }
    let Some(which) = **opened else { return Html::default() };
    let on_found = Callback::from({
        let (present, opened) = (present.clone(), opened.clone());
        move |found: Found| {
            // The page behind an open dialog takes no focus.
            browser::close_dialogs();
            opened.set(None);
            match found {
                Found::Nothing => {}
                Found::Target(Target::Person(name, room)) if room == present => {
                    on_mention.emit(name);
                }
                Found::Target(
                    Target::Room(Listed { name: room, .. })
                    | Target::Person(_, room)
                    | Target::New(room),
                ) => {
                    on_go.emit(room);
                    browser::focus_conversation();
                }
                Found::Message(room, seq) => {
                    let elsewhere = room != present;
                    if elsewhere {
                        on_go.emit(room);
                    }
                    browser::point_at(&seq.to_string(), elsewhere);
                    browser::focus("log");
                }
            }
        }
    });
    let finding = Finding { opened: which, rooms: rooms.clone(), present, me, on_found };
    // Another dialog begins anew.
    html! { <Finder key={which as u32} ..finding /> }
}

/// Does what a key asks for; answers whether that is anything.
fn on_key(
    meant: Meant,
    store: &Store,
    rooms: &[Listed],
    opened: &UseStateHandle<Option<Opened>>,
    on_go: &Callback<RoomName>,
) -> bool {
    let dialog = match meant {
        Meant::Switch => Opened::Switch,
        Meant::Search => Opened::Search,
        Meant::Keys => Opened::Keys,
        Meant::Write => {
            // The browser then writes the character into what has the focus. While a dialog is open,
            // nothing behind it can take that.
            browser::focus("composer");
            browser::focus("search");
            return false;
        }
        Meant::Step { .. } if opened.is_some() => return false,
        Meant::Step { forward, unread } => {
            if let Some(room) = step(rooms, &store.room(), forward, unread) {
                on_go.emit(room);
            }
            return true;
        }
    };
    // The same key opens and closes; another one takes its place, and the focus still returns to
    // where it was before the first.
    let next = Some(dialog).filter(|_| **opened != Some(dialog));
    browser::close_dialogs();
    opened.set(next);
    true
}

/// Sets the topic of the room one is in, and says what became of it.
#[must_use]
pub fn on_topic(store: &Store) -> Callback<(Topic, Callback<Option<String>>)> {
    let store = store.clone();
    Callback::from(move |(topic, done): (Topic, Callback<Option<String>>)| {
        let ((room, me), store) = (here(&store), store.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let failed = match net::set_topic(&room, &me, topic.as_str()).await {
                Ok(set) => {
                    store.dispatch(Action::Topic(room, set));
                    None
                }
                Err(failure) => Some(failure.sentence()),
            };
            done.emit(failed);
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
