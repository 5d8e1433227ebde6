//! What the tab shows of itself while something else is in front of it: its name, its icon, and the
//! badge of an app that was installed.

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::{Store, use_while};
use crate::{
    browser::{self, ask, document, is_visible, window},
    state::rooms::Listed,
};

/// Names the tab after its room and after what came while nobody looked, and marks its icon when
/// anything waits in any room that one has been in, or speaks to one in another. Answers how many messages
/// wait in the others.
#[hook]
pub fn use_badge(store: &Store, rooms: &[Listed]) -> u64 {
    let (room, arrived) = store.read(|tab| (tab.address().room.clone(), tab.room().arrived()));
    // Which room was seen last, and how many messages it had then.
    let seen = use_mut_ref(|| (room.clone(), arrived));
    if is_visible() || seen.borrow().0 != room {
        *seen.borrow_mut() = (room.clone(), arrived);
    }
    let missed = arrived - seen.borrow().1;
    let title = match missed {
        0 => format!("{room} · Tidings"),
        missed => format!("({missed}) {room} · Tidings"),
    };
    if document().title() != title {
        document().set_title(&title);
    }
    let waits = |room: &Listed| room.unread.max(room.mentions);
    let elsewhere: u64 = rooms.iter().map(waits).sum();
    let waiting = missed as u64 + elsewhere;
    let shown = use_mut_ref(|| 0);
    if shown.replace(waiting) != waiting {
        show(waiting);
    }
    let look_again = use_force_update();
    let listen =
        || EventListener::new(&document(), "visibilitychange", move |_| look_again.force_update());
    use_while((0, 0), Box::new(|| Box::new(listen())));
    elsewhere
}

/// Marks the tab's icon, and the app's where the browser can.
fn show(waiting: u64) {
    if let Ok(Some(link)) = document().query_selector("link[rel=icon]") {
        let _ = link.set_attribute("href", &icon(waiting));
    }
    let navigator = window().navigator();
    // It answers later whether it could, which makes no difference.
    match waiting {
        0 => browser::settle(ask(&navigator, "clearAppBadge", &JsValue::UNDEFINED)),
        n => browser::settle(ask(&navigator, "setAppBadge", &JsValue::from_f64(n as f64))),
    }
}

/// The icon: as it is, or with a number in its corner. The same sign as in `favicon.svg`.
fn icon(waiting: u64) -> String {
    let number = match waiting {
        0 => return "/favicon.svg".into(),
        n if n > 9 => "9+".into(),
        n => n.to_string(),
    };
    format!(
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>\
         <rect width='24' height='24' rx='6' fill='%230f6e66'/><path d='M4 8q2-4 4 0t4 0 4 0 4 0' \
         fill='none' stroke='white' stroke-width='2'/><circle cx='15.5' cy='15.5' r='8.5' \
         fill='%23b3261e'/><text x='15.5' y='19.5' text-anchor='middle' fill='white' \
         font-family='sans-serif' font-weight='700' font-size='11'>{number}</text></svg>"
    )
}
