//! What the switcher and the search ask the server, for as long as they are open.

use std::{cell::RefCell, rc::Rc, time::Duration};

use tidings_shared::{RoomName, Username};
use yew::prelude::*;

use super::use_while;
use crate::{
    net::{self, Failure, Task},
    state::search::{Search, Standing},
};

/// The most rooms that are asked for who is in them.
const ROOMS: usize = 12;
/// A search goes out when nothing was typed for so long.
const QUIET: Duration = Duration::from_millis(180);

/// Who is in these rooms, each in the first of them; nobody else is asked for.
#[hook]
pub fn use_people(rooms: Vec<RoomName>, me: Username) -> UseStateHandle<Vec<(Username, RoomName)>> {
    let people = use_state_eq(Vec::new);
    let found = people.clone();
    let begin = move || Task::begin(ask_who_is_there(rooms, me, found));
    use_while((0, 0), Box::new(move || Box::new(begin())));
    people
}

async fn ask_who_is_there(
    rooms: Vec<RoomName>,
    me: Username,
    found: UseStateHandle<Vec<(Username, RoomName)>>,
) {
    let mut people: Vec<(Username, RoomName)> = Vec::new();
    for room in rooms.into_iter().take(ROOMS) {
        let Ok(here) = net::presence(&room).await else { return };
        for person in here.people {
            let known = people.iter().any(|(name, _)| *name == person.username);
            if person.username != me && !known {
                people.push((person.username, room.clone()));
            }
        }
        found.set(people.clone());
    }
}

/// A search that is asked for when its question has changed; an answer to an earlier one is aborted.
#[hook]
pub fn use_search(room: &RoomName) -> (Rc<RefCell<Search>>, UseForceUpdateHandle) {
    let search = use_mut_ref(Search::default);
    let page = use_force_update();
    let asked = search.borrow().asked();
    let (state, shown, room) = (search.clone(), page.clone(), room.clone());
    let begin = move || {
        let path = state.borrow().path(&room)?;
        Some(Task::begin(ask(state, shown, asked, path)))
    };
    use_while((asked, 0), Box::new(move || Box::new(begin())));
    (search, page)
}

async fn ask(search: Rc<RefCell<Search>>, page: UseForceUpdateHandle, asked: u32, path: String) {
    net::sleep(QUIET).await;
    let answer = net::search(&path).await;
    let mut state = search.borrow_mut();
    match answer {
        Ok(found) => state.heard(asked, found),
        Err(Failure::Problem(problem, _)) if !problem.is_passing() => {
            state.failed(asked, Standing::Refused(problem.detail));
        }
        Err(failure) => state.failed(asked, Standing::Failed(failure.sentence())),
    }
    drop(state);
    page.force_update();
}
