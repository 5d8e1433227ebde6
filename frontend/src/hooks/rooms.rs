//! Keeps the list of rooms, while somebody looks at the tab: what there is, what is unread, and where
//! one was spoken to. What it asks is on no mode's account.

use std::{cell::RefCell, rc::Rc, time::Duration};

use tidings_shared::Username;
use yew::prelude::*;

use super::{Store, keeper, use_while};
use crate::{
    browser::is_visible,
    net::{self, Bell, Task},
    state::{
        Action, Tab,
        mentions::Mentions,
        rooms::{Listed, There, list},
    },
};

/// How often the list is asked for.
const EVERY: Duration = Duration::from_secs(10);

/// Where somebody of this name was spoken to.
type Seen = Rc<RefCell<Option<(Username, Mentions)>>>;

/// The rooms there are, with what is unread in each.
#[hook]
pub fn use_rooms(store: &Store, bell: &Bell) -> UseStateHandle<Rc<Vec<Listed>>> {
    let rooms = {
        let store = store.clone();
        use_state_eq(move || Rc::new(lines(&store, &[], &Mentions::default())))
    };
    let seen: Seen = use_mut_ref(|| None);
    let generation = store.read(Tab::generation);
    let (store, bell, shown) = (store.clone(), bell.clone(), rooms.clone());
    let keep = move || Task::begin(keep_list(store, bell, shown, seen));
    use_while((generation, 0), Box::new(move || Box::new(keep())));
    rooms
}

fn lines(store: &Store, there: &[There], mentions: &Mentions) -> Vec<Listed> {
    list(there, &keeper::read_so_far(), mentions, &store.room())
}

async fn keep_list(store: Store, bell: Bell, shown: UseStateHandle<Rc<Vec<Listed>>>, seen: Seen) {
    let me = store.read(|tab| tab.address().name.clone());
    // Another name was spoken to elsewhere.
    let known = seen.take().filter(|(name, _)| *name == me);
    *seen.borrow_mut() = Some(known.unwrap_or_else(|| (me.clone(), Mentions::default())));
    let show = |there: &[There]| {
        if let Some((_, mentions)) = &*seen.borrow() {
            shown.set(Rc::new(lines(&store, there, mentions)));
        }
    };
    loop {
        if is_visible()
            && let Ok(there) = net::rooms().await
        {
            show(&there);
            tell_topic(&store, &there);
            if look_for_mentions(&store, &there, &seen, &me).await {
                show(&there);
            }
        }
        net::first(net::sleep(EVERY), bell.rung()).await;
    }
}

/// Looks into rooms that moved. Answers whether it did.
async fn look_for_mentions(store: &Store, there: &[There], seen: &Seen, me: &Username) -> bool {
    let looks = seen
        .borrow_mut()
        .as_mut()
        .map(|(_, mentions)| mentions.to_look_into(there, &keeper::read_so_far(), &store.room()));
    let looks = looks.unwrap_or_default();
    let any = !looks.is_empty();
    for look in looks {
        let Ok(messages) = net::newest(&look.room, look.head, look.limit).await else { break };
        if let Some((_, mentions)) = &mut *seen.borrow_mut() {
            mentions.looked(&look, &messages, me);
        }
    }
    any
}

/// The list tells a tab that polls what its room is about, and any other what it missed.
fn tell_topic(store: &Store, there: &[There]) {
    let room = store.room();
    let listed = there.iter().find(|line| line.room == room).and_then(|line| line.topic.clone());
    if let Some(set) = listed
        && store.read(|tab| tab.room().topic() != Some(&set))
    {
        store.dispatch(Action::Topic(room, set));
    }
}
