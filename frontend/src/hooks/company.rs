//! What the tab asks beside the conversation: who is here, and what time the server has. Neither
//! is on the mode's account, so neither is counted among its costs.

use std::time::Duration;

use tidings_shared::RoomName;
use yew::prelude::*;

use super::{Store, use_while};
use crate::{
    browser::{is_visible, now_ms},
    net::{self, Bell, Task},
    state::Action,
};

/// A tab that polls asks who is here this often, while somebody looks at it.
const PRESENCE: Duration = Duration::from_secs(10);
/// After a stream began or lost touch: by then one's own coming has been told to all.
const SETTLE: Duration = Duration::from_millis(1_200);
/// How often those who stopped writing are forgotten.
const TICK: Duration = Duration::from_secs(1);

/// Keeps the list of who is here, and forgets those who stopped writing.
#[hook]
pub fn use_company(store: &Store) {
    let (generation, room, wanted, writing) = store.read(|tab| {
        let (address, room) = (tab.address(), tab.room());
        let wanted = room.people_stale() || !address.mode.is_stream();
        let wanted = wanted && tab.link().is_up();
        (tab.generation(), address.room.clone(), wanted, room.people().anybody_writing())
    });
    {
        let store = store.clone();
        let keep = || Task::begin(keep_list(store, room));
        use_while((generation, wanted.into()), Box::new(move || Box::new(wanted.then(keep))));
    }
    let store = store.clone();
    let forget = || Task::begin(forget_writers(store));
    use_while((0, writing.into()), Box::new(move || Box::new(writing.then(forget))));
}

async fn keep_list(store: Store, room: RoomName) {
    net::sleep(SETTLE).await;
    loop {
        let told = || store.read(|tab| tab.room().people().told());
        let (before, mut wait) = (told(), PRESENCE);
        if is_visible()
            && let Ok(here) = net::presence(&room).await
        {
            // What was told in the meantime may be news to the list, and isn't told again.
            if told() == before {
                store.dispatch(Action::Here(room.clone(), here));
            } else {
                wait = SETTLE;
            }
        }
        net::sleep(wait).await;
    }
}

async fn forget_writers(store: Store) {
    loop {
        net::sleep(TICK).await;
        store.dispatch(Action::Tick { now_ms: now_ms() });
    }
}

/// Learns how far the server's clock is from this one, from the quickest of a few questions.
#[hook]
pub fn use_clock(store: &Store, bell: &Bell) {
    let (store, bell) = (store.clone(), bell.clone());
    use_while((0, 0), Box::new(move || Box::new(Task::begin(ask_the_time(store, bell)))));
}

async fn ask_the_time(store: Store, bell: Bell) {
    for wait_s in [0, 2, 10, 600, 3600].into_iter().chain(std::iter::repeat(7200)) {
        net::first(net::sleep(Duration::from_secs(wait_s)), bell.rung()).await;
        let asked = now_ms();
        if let Ok(server) = net::clock().await {
            store.dispatch(Action::Clock(asked, now_ms(), server));
        }
    }
}
