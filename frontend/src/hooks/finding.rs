//! What the switcher and the search ask the server, for as long as they are open.

use std::{cell::RefCell, rc::Rc, time::Duration};

use tidings_shared::{RoomName, Username};
use yew::prelude::*;

use super::use_while;
use crate::{
    net::{self, Task},
    state::{finder::Finder, search::Standing},
};

/// The most rooms that are asked for who is in them.
const ROOMS: usize = 12;
/// A search goes out when nothing was typed for so long.
const QUIET: Duration = Duration::from_millis(180);

/// A dialog's state, and the way to show it anew.
#[derive(Clone)]
pub struct FinderHandle {
    finder: Rc<RefCell<Finder>>,
    page: UseForceUpdateHandle,
}

impl FinderHandle {
    /// Looks at it.
    pub fn read(&self) -> std::cell::Ref<'_, Finder> {
        self.finder.borrow()
    }

    /// Changes it.
    pub fn change(&self, change: impl FnOnce(&mut Finder)) {
        change(&mut self.finder.borrow_mut());
        self.page.force_update();
    }
}

/// The state of a dialog: it knows who is in `rooms`, but for oneself, and asks for what is searched
/// for in `room` whenever that is another question. A request to an earlier one is aborted.
#[hook]
pub fn use_finder(rooms: Vec<RoomName>, room: &RoomName, me: &Username) -> FinderHandle {
    let finder = use_mut_ref(Finder::default);
    let handle = FinderHandle { finder, page: use_force_update() };
    let (asked, path) = {
        let state = handle.read();
        (state.search.asked(), state.search.path(room))
    };
    let (asking, meeting, me) = (handle.clone(), handle.clone(), me.clone());
    let ask = move || path.map(|path| Task::begin(ask(asking, asked, path)));
    use_while((asked, 0), Box::new(move || Box::new(ask())));
    let meet = move || Task::begin(meet(meeting, rooms, me));
    use_while((0, 0), Box::new(move || Box::new(meet())));
    handle
}

async fn meet(handle: FinderHandle, rooms: Vec<RoomName>, me: Username) {
    for room in rooms.into_iter().take(ROOMS) {
        let Ok(here) = net::presence(&room).await else { return };
        handle.change(|finder| {
            for person in here.people {
                finder.met(person.username, &room, &me);
            }
        });
    }
}

async fn ask(handle: FinderHandle, asked: u32, path: String) {
    net::sleep(QUIET).await;
    let answer = net::search(&path).await;
    handle.change(|finder| match answer {
        Ok(found) => finder.search.heard(asked, found),
        Err(failure) => {
            let (passing, why) = (failure.is_passing(), failure.sentence());
            let standing = if passing { Standing::Failed(why) } else { Standing::Refused(why) };
            finder.search.failed(asked, standing);
        }
    });
}
