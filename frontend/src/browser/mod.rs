//! What the browser lends: its clock, chance, storage and address bar. Here and nowhere else, so
//! that everything above is handed plain values.

mod address;
mod chance;
mod keyboard;
mod language;
mod optional;
mod storage;
mod worker;

pub use address::{
    hash, is_http1, location, origin, point_at, push_address, replace_address, websocket_url,
};
pub use chance::{chance, draw_id};
pub use keyboard::{
    close_dialogs, copy, edit, focus, focus_conversation, has_focus, is_apple, put, text_area,
    typed,
};
pub use language::{speak, speak_only};
pub use optional::{ask, settle};
pub use storage::{all_kept, forget, keep, kept, store_name, stored_name};
pub use worker::{ask_notice_permission, notice_permission, start_worker, tell_worker};

/// Milliseconds since the Unix epoch by this machine's clock.
#[must_use]
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Milliseconds since the page was opened, by a clock that nobody sets: `performance.now()`. Browsers
/// round it, Chromium to a tenth of a millisecond.
#[must_use]
pub fn steady_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// The window.
///
/// # Panics
///
/// Outside a browser's page.
#[must_use]
pub fn window() -> web_sys::Window {
    web_sys::window().expect("the app runs in a page")
}

/// The document.
///
/// # Panics
///
/// Outside a browser's page.
#[must_use]
pub fn document() -> web_sys::Document {
    window().document().expect("the app runs in a page")
}

/// Scrolls what holds an element until it is in view, and no further.
pub fn bring_into_sight(element: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Whether somebody looks at the tab.
#[must_use]
pub fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}
