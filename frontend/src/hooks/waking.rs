//! The tab and the browser around it: the network coming back, somebody looking again, and
//! the question before leaving where something would be lost by it.

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
