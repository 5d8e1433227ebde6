//! What the switcher and the search ask the server, for as long as they are open; and who may be named,
//! while one writes.

use std::{cell::RefCell, rc::Rc, time::Duration};

use tidings_shared::{RoomName, Username};
use yew::prelude::*;

use super::use_while;
use crate::{
    browser,
    net::{self, Task},
    state::{finder::Finder, rooms::Listed},
};

/// Who is where is asked at most once in so many milliseconds.
const MEET_MS: f64 = 10_000.0;
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

    /// Asks who is in `room`, and in those of `rooms` that one has been in, if that was not asked a moment
    /// ago.
    #[inline(never)]
    pub fn meet(&self, rooms: &Rc<Vec<Listed>>, room: &RoomName, me: &Username) {
        let now_ms = browser::now_ms();
        if now_ms - self.read().met_ms > MEET_MS {
            self.finder.borrow_mut().met_ms = now_ms;
            // It ends by itself, and whom it met is known for the next time.
            let task = meet(self.clone(), rooms.clone(), room.clone(), me.clone());
            std::mem::forget(Task::begin(task));
        }
    }
}

/// A state that asks for nothing by itself.
#[hook]
pub fn use_finder_handle() -> FinderHandle {
    FinderHandle { finder: use_mut_ref(Finder::default), page: use_force_update() }
}

/// The state of a dialog: it asks who is where, if it `asks_who`, and for what is searched for in `room`
/// whenever that is another question. A request to an earlier one is aborted.
#[hook]
pub fn use_finder(
    asks_who: bool,
    rooms: &Rc<Vec<Listed>>,
    room: &RoomName,
    me: &Username,
) -> FinderHandle {
    let handle = use_finder_handle();
    if asks_who {
        handle.meet(rooms, room, me);
    }
    let (asked, path) = {
        let state = handle.read();
        (state.search.asked(), state.search.path(room))
    };
    let asking = handle.clone();
    let ask = move || path.map(|path| Task::begin(ask(asking, asked, path)));
    use_while((asked, 0), Box::new(move || Box::new(ask())));
    handle
}

async fn meet(handle: FinderHandle, rooms: Rc<Vec<Listed>>, present: RoomName, me: Username) {
    let own = rooms.iter().filter(|room| room.joined && room.peopled);
    let others = own.map(|room| &room.name).filter(|room| **room != present);
    for room in [&present].into_iter().chain(others).take(ROOMS) {
        let Ok(here) = net::presence(room).await else { return };
        handle.change(|finder| {
            for person in here.people {
                finder.met(person.username, room, &me);
            }
        });
    }
}

async fn ask(handle: FinderHandle, asked: u32, path: String) {
    net::sleep(QUIET).await;
    let answer = net::search(&path).await;
    handle.change(|finder| match answer {
        Ok(found) => finder.search.heard(asked, found),
        Err(failure) if failure.is_passing() => finder.search.failed(asked, failure.sentence()),
        Err(_) => finder.search.refused(asked),
    });
}
