//! Keeps the list of rooms, while somebody looks at the tab. What it asks is on no mode's account.

use std::time::Duration;

use yew::prelude::*;

use super::{Store, keeper, use_while};
use crate::{
    browser::is_visible,
    net::{self, Bell, Task},
    state::{
        Tab,
        rooms::{Listed, list},
    },
};

/// How often the list is asked for.
const EVERY: Duration = Duration::from_secs(10);

/// The rooms there are, with what is unread in each.
#[hook]
pub fn use_rooms(store: &Store, bell: &Bell) -> UseStateHandle<Vec<Listed>> {
    let rooms = {
        let store = store.clone();
        use_state_eq(move || list(&[], &keeper::read_so_far(), &store.room()))
    };
    let generation = store.read(Tab::generation);
    let (store, bell, shown) = (store.clone(), bell.clone(), rooms.clone());
    let keep = move || Task::begin(keep_list(store, bell, shown));
    use_while((generation, 0), Box::new(move || Box::new(keep())));
    rooms
}

async fn keep_list(store: Store, bell: Bell, shown: UseStateHandle<Vec<Listed>>) {
    loop {
        if is_visible()
            && let Ok(there) = net::rooms().await
        {
            shown.set(list(&there, &keeper::read_so_far(), &store.room()));
        }
        net::first(net::sleep(EVERY), bell.rung()).await;
    }
}
