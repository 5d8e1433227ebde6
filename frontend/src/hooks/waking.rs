//! The tab and the browser around it: the network coming back, somebody looking again, the title,
//! and the question before leaving where something would be lost by it.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::{Store, use_while};
use crate::{
    browser::{document, is_visible, window},
    net::Bell,
};

/// Rings `bell` when the network is back, the page is shown again, or somebody looks at it.
#[hook]
pub fn use_waking(bell: &Bell) {
    let bell = bell.clone();
    let wake = move |target: &web_sys::EventTarget, event: &'static str| {
        let bell = bell.clone();
        EventListener::new(target, event, move |_| {
            if event == "online" || is_visible() {
                bell.ring();
            }
        })
    };
    let listen = move || {
        let (window, document) = (window(), document());
        [
            wake(&window, "online"),
            // Out of the memory of pages that one went back from.
            wake(&window, "pageshow"),
            wake(&document, "visibilitychange"),
            wake(&document, "resume"),
        ]
    };
    use_while((0, 0), Box::new(move || Box::new(listen())));
}

/// Names the tab after its room, and after what came while nobody looked.
#[hook]
pub fn use_title(store: &Store) {
    let (room, arrived) = store.read(|tab| (tab.address().room.clone(), tab.room().arrived()));
    // Which room was seen last, and how many messages it had then.
    let seen = use_mut_ref(|| (room.clone(), arrived));
    if is_visible() || seen.borrow().0 != room {
        *seen.borrow_mut() = (room.clone(), arrived);
    }
    let title = match arrived - seen.borrow().1 {
        0 => format!("{room} · Tidings"),
        missed => format!("({missed}) {room} · Tidings"),
    };
    if document().title() != title {
        document().set_title(&title);
    }
    let look_again = use_force_update();
    let listen =
        || EventListener::new(&document(), "visibilitychange", move |_| look_again.force_update());
    use_while((0, 0), Box::new(|| Box::new(listen())));
}

/// Lets the browser ask before the tab is closed while something written is neither on the server nor
/// kept by the browser.
#[hook]
pub fn use_unsent_warning(store: &Store) {
    let unsent = store.may_lose();
    let listen = || {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&window(), "beforeunload", options, |event| {
            event.prevent_default();
            if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
                event.set_return_value("unsent");
            }
        })
    };
    use_while((0, unsent.into()), Box::new(move || Box::new(unsent.then(listen))));
}
