//! Asks the server for what was said before: the pages that follow on at either end of what is shown,
//! and the surroundings of a message that somebody follows a link to.

use gloo_events::EventListener;
use tidings_shared::{Cursor, RoomName};
use yew::prelude::*;

use super::{Store, use_while};
use crate::{
    browser, net,
    state::{Action, Loading, Reader, Side, Sought},
};

/// Asks for the page that follows on, unless one is under way or there is none. After a failure it is
/// the reader who says that it be tried `again`.
pub fn ask_more(store: &Store, side: Side, again: bool) {
    let wanted = store.read(|tab| {
        let room = tab.room();
        let free = match room.loading(side) {
            Loading::Idle => true,
            Loading::UnderWay => false,
            Loading::Failed => again,
        };
        room.more(side).filter(|_| free).map(|from| (tab.address().room.clone(), from))
    });
    let Some((room, from)) = wanted else { return };
    store.dispatch(Action::Reader(room.clone(), Reader::Asks(side)));
    let store = store.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let page = page(&store, &room, side, from).await;
        let answered = match side {
            Side::Older => Reader::Older(from.seq, page),
            Side::Newer => Reader::Newer(from.seq, page),
        };
        store.dispatch(Action::Reader(room, answered));
    });
}

/// Shows a message of the room one is in; `exact` if it is that very one, and to be marked, and not
/// the first that comes from there on.
pub fn seek(store: &Store, seq: u64, exact: bool) {
    let room = store.room();
    store.dispatch(Action::Reader(room.clone(), Reader::Seeks(seq, exact)));
    let asked = store.read(|tab| tab.room().seek().filter(|seek| seek.sought == Sought::Asked));
    let Some(asked) = asked else { return };
    let store = store.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let pages = surroundings(&store, &room, seq, exact).await;
        store.dispatch(Action::Reader(room, Reader::Around(asked.nth, pages)));
    });
}

type Surroundings = (tidings_shared::Page, Option<tidings_shared::Page>);

async fn surroundings(
    store: &Store,
    room: &RoomName,
    seq: u64,
    exact: bool,
) -> Option<Surroundings> {
    // Of which log a page is, only an answer tells; the place before the message is asked with none.
    let before = seq.checked_add(1)?;
    let ask = |traffic| store.spend(traffic);
    let up_to = net::older(room, before, &ask).await.ok()?;
    if exact && up_to.messages.last().is_none_or(|message| message.seq != seq) {
        return Some((up_to, None));
    }
    let from = Cursor::new(up_to.cursor.epoch, seq.min(up_to.cursor.seq));
    let following = page(store, room, Side::Newer, from).await?;
    Some((up_to, Some(following)))
}

async fn page(
    store: &Store,
    room: &RoomName,
    side: Side,
    from: Cursor,
) -> Option<tidings_shared::Page> {
    let ask = |traffic| store.spend(traffic);
    let page = match side {
        Side::Older => net::older(room, from.seq, &ask).await,
        Side::Newer => net::newer(room, from, &ask).await,
    };
    page.ok()
}

/// Follows who goes back, or forth, to another room; `on_room` goes there.
#[hook]
pub fn use_going_back(store: &Store, on_room: &Callback<RoomName>) {
    let latest = use_mut_ref(|| on_room.clone());
    *latest.borrow_mut() = on_room.clone();
    let store = store.clone();
    let listen = move || {
        EventListener::new(&browser::window(), "popstate", move |_| {
            let (path, _) = browser::location();
            let room = path.strip_prefix("/r/").and_then(|room| room.parse().ok());
            // Going to another message is an event of its own.
            if let Some(room) = room.filter(|room| *room != store.room()) {
                let on_room = latest.borrow().clone();
                on_room.emit(room);
            }
        })
    };
    use_while((0, 0), Box::new(|| Box::new(listen())));
}

/// Shows the message that the address names, `/r/ops#57`: when the room opens, and when the address
/// changes because a link was followed or somebody went back.
#[hook]
pub fn use_permalink(store: &Store) {
    let store = store.clone();
    let listen = move || {
        follow_address(&store);
        EventListener::new(&browser::window(), "hashchange", move |_| follow_address(&store))
    };
    use_while((0, 0), Box::new(|| Box::new(listen())));
}

fn follow_address(store: &Store) {
    match browser::hash().trim_start_matches('#').parse() {
        Ok(seq) => seek(store, seq, true),
        Err(_) => {
            let marked = store.read(|tab| tab.room().seek().is_some());
            if marked {
                store.dispatch(Action::Reader(store.room(), Reader::SeeksNone));
            }
        }
    }
}
