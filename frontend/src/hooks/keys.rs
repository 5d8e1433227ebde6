//! Hears keys wherever the page has the focus, and tells what they mean.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

use super::use_while;
use crate::{
    browser::{self, document},
    state::keys::{Focus, Meant, Pressed},
};

/// The key under which it is kept that single keys are switched off.
const SINGLE: &str = "tidings.single-keys";

/// Whether keys count that stand alone; `choose` changes it. Somebody who dictates, or whose hand
/// trembles, may want them off (WCAG 2.2, 2.1.4).
pub fn single_keys(choose: Option<bool>) -> bool {
    match choose {
        Some(true) => browser::forget(SINGLE),
        Some(false) => drop(browser::keep(SINGLE, "off")),
        None => {}
    }
    browser::kept(SINGLE).is_none()
}

/// Calls `on` for what a key means; it answers whether it did anything.
#[hook]
pub fn use_keys(on: Callback<Meant, bool>) {
    let latest = use_mut_ref(|| on.clone());
    *latest.borrow_mut() = on;
    let listen = move || {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document(), "keydown", options, move |event| {
            let Some(meant) = event.dyn_ref().and_then(meant) else { return };
            let on = latest.borrow().clone();
            if on.emit(meant) {
                event.prevent_default();
            }
        })
    };
    use_while((0, 0), Box::new(|| Box::new(listen())));
}

fn meant(event: &KeyboardEvent) -> Option<Meant> {
    // While an input method composes, keys choose words (229 is how Safari says so).
    if event.default_prevented() || event.is_composing() || event.key_code() == 229 {
        return None;
    }
    let (key, code) = (event.key(), event.code());
    let pressed = Pressed {
        key: &key,
        code: &code,
        ctrl: event.ctrl_key(),
        meta: event.meta_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
        focus: focus(),
        apple: browser::is_apple(),
        single: single_keys(None),
    };
    pressed.meant()
}

/// What has the focus.
fn focus() -> Focus {
    let Some(element) = document().active_element() else { return Focus::Page };
    let is = |selector: &str| Element::matches(&element, selector).unwrap_or(false);
    if is("select") {
        Focus::Choice
    } else if is("input:not([type=radio], [type=checkbox]), textarea, [contenteditable]") {
        Focus::Text
    } else if is("dialog input, dialog a") {
        Focus::Beside
    } else {
        Focus::Page
    }
}
