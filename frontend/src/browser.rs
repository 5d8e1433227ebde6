//! What the browser lends: its clock, chance, storage and address bar. Here and nowhere else, so
//! that everything above is handed plain values.

use js_sys::{Function, Object, Promise, Reflect};
use tidings_shared::{Mode, RoomName, Username, route};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The key under which the name is kept for the next visit.
const NAME_KEY: &str = "tidings.name";

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

/// A number in 0..1, for jitter.
#[must_use]
pub fn chance() -> f64 {
    js_sys::Math::random()
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

/// Draws a UUIDv4, a message's name for ever. `crypto.randomUUID` would do, but a page that came
/// over plain HTTP from another machine doesn't have it.
#[must_use]
pub fn draw_id() -> String {
    let mut bytes = [0u8; 16];
    fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut id = String::with_capacity(36);
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

fn fill(bytes: &mut [u8]) {
    let filled = window().crypto().and_then(|c| c.get_random_values_with_u8_array(bytes));
    if filled.is_err() {
        bytes.fill_with(|| (chance() * 256.0) as u8);
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Keeps a value beyond this visit, for all tabs of this browser. Answers whether it is kept: a
/// browser may have no room left, or be told to keep nothing.
pub fn keep(key: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, value).is_ok())
}

/// The value that is kept under this key.
#[must_use]
pub fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// All keys that begin so, and their values, in the keys' order.
#[must_use]
pub fn all_kept(prefix: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let Some(storage) = storage() else { return all };
    for key in (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok()?) {
        if key.starts_with(prefix)
            && let Some(value) = kept(&key)
        {
            // Few keys, inserted in order: a sorted map, or a sort, would weigh more than it saves.
            let place = all.partition_point(|(other, _)| *other < key);
            all.insert(place, (key, value));
        }
    }
    all
}

/// Keeps it no longer.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// The name of the last visit, or one for a guest.
#[must_use]
pub fn stored_name() -> Username {
    kept(NAME_KEY).and_then(|name| name.parse().ok()).unwrap_or_else(|| {
        let mut bytes = [0u8; 4];
        fill(&mut bytes);
        let letters =
            bytes.map(|b| char::from(b"abcdefghjkmnpqrstuvwxyz23456789"[usize::from(b) % 31]));
        Username::from_log(&format!("guest-{}", String::from_iter(letters)))
    })
}

/// Keeps the name for the next visit. A browser that keeps nothing is no reason to fail.
pub fn store_name(name: &Username) {
    keep(NAME_KEY, name.as_str());
}

/// The page's path and query.
#[must_use]
pub fn location() -> (String, String) {
    let location = window().location();
    (location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// The part of the address that names a message: `#57`, or nothing.
#[must_use]
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Where the page came from, `http://localhost:3001`.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Whether the server is spoken to over HTTP/1.1, where a browser has few connections to it.
#[must_use]
pub fn is_http1() -> bool {
    // Browsers speak HTTP/2 over TLS alone.
    if origin().starts_with("http:") {
        return true;
    }
    // The page and its files say nothing: the app's worker may have kept them from another time.
    // What is below /api comes from the server itself.
    let entries = window().performance().map(|p| p.get_entries_by_type("resource"));
    entries.is_some_and(|entries| {
        let says = |entry: &JsValue, what, begins: fn(&str) -> bool| {
            get(entry, what).and_then(|value| value.as_string()).is_some_and(|value| begins(&value))
        };
        entries.iter().any(|entry| {
            says(&entry, "name", |name| name.contains("/api/"))
                && says(&entry, "nextHopProtocol", |protocol| protocol.starts_with("http/1"))
        })
    })
}

/// Puts an address into the address bar, in place of the one that stands there.
pub fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        let nothing = JsValue::NULL;
        let _ = history.replace_state_with_url(&nothing, "", Some(address));
    }
}

/// Whether somebody looks at the tab.
#[must_use]
pub fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// The absolute address of a room's WebSocket at an origin; an empty one is the page's own.
///
/// trunk's development server cannot tell a WebSocket from a request by anything but the path, so
/// a build for it reaches the WebSocket under a path of its own (see `Trunk.toml`).
#[must_use]
pub fn websocket_url(base: &str, room: &RoomName) -> String {
    let path = route::listen(room, Mode::Websocket);
    let path = match option_env!("TIDINGS_DEV_WEBSOCKETS") {
        Some(prefix) => path.replacen(route::ROOMS, prefix, 1),
        None => path,
    };
    let own = origin();
    let base = if base.is_empty() { &own } else { base };
    format!("{}{path}", base.replacen("http", "ws", 1))
}

/// Puts the keyboard into an element, if it is there.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Puts the keyboard where one goes on after going somewhere: to where one writes; on a touch screen,
/// whose keyboard would cover half of what one came for, to what one reads.
pub fn focus_conversation() {
    let touch = window().navigator().max_touch_points() > 0;
    focus(if touch { "log" } else { "composer" });
}

/// Closes whatever dialog is open; the browser gives the focus back to where it was.
pub fn close_dialogs() {
    while let Ok(Some(dialog)) = document().query_selector("dialog[open]") {
        dialog.unchecked_into::<web_sys::HtmlDialogElement>().close();
    }
}

/// Whether the keyboard is an Apple one, whose Control edits texts.
#[must_use]
pub fn is_apple() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.starts_with("Mac") || platform.starts_with("iP")
}

/// Points at a message of the room that the page shows; whoever listens for `hashchange` goes there.
pub fn point_at(seq: u64) {
    let _ = window().location().set_hash(&seq.to_string());
}

/// Copies `text`, or selects it where it stands, for a page that may not write to the clipboard (it
/// came over plain HTTP from another machine). Answers whether it was copied.
pub fn copy(text: &str, stands_in: &web_sys::Element) -> bool {
    let window = window();
    if window.is_secure_context() {
        let _ = window.navigator().clipboard().write_text(text);
        return true;
    }
    if let Ok(Some(selection)) = window.get_selection() {
        let _ = selection.select_all_children(stands_in);
    }
    false
}

/// Calls a method that not every browser has; nothing where it is missing, or fails.
pub fn ask(of: &JsValue, method: &str, with: &JsValue) -> Option<JsValue> {
    let method: Function = get(of, method)?.dyn_into().ok()?;
    method.call1(of, with).ok()
}

/// A property, where there is one.
fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(of, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Lets what was begun come to its end, whatever it is.
pub fn settle(promise: Option<JsValue>) {
    if let Some(promise) = promise {
        spawn_local(async move { drop(until(promise).await) });
    }
}

async fn until(promise: JsValue) -> Option<JsValue> {
    JsFuture::from(promise.dyn_into::<Promise>().ok()?).await.ok()
}

/// Starts the app's worker (`sw.js`), which opens it without a server. It is absent from a page that
/// came over plain HTTP from another machine, and from trunk's development server, whose files
/// change under the same names.
pub fn start_worker() {
    if option_env!("TIDINGS_DEV_WEBSOCKETS").is_none()
        && let Some(workers) = get(&window().navigator(), "serviceWorker")
    {
        settle(ask(&workers, "register", &"/sw.js".into()));
    }
}

/// Hands something to the worker, when it is there.
pub fn tell_worker(what: &[(&str, JsValue)]) {
    let message = Object::new();
    for (key, value) in what {
        let _ = Reflect::set(&message, &(*key).into(), value);
    }
    spawn_local(async move {
        let workers = get(&window().navigator(), "serviceWorker");
        if let Some(ready) = workers.and_then(|workers| get(&workers, "ready"))
            && let Some(registration) = until(ready).await
            && let Some(active) = get(&registration, "active")
        {
            ask(&active, "postMessage", &message);
        }
    });
}

/// Whether notices may be shown: `granted`, `denied`, `default` before anybody was asked; nothing
/// where there can be none.
#[must_use]
pub fn notice_permission() -> Option<String> {
    get(&window().navigator(), "serviceWorker")?;
    get(&get(&window(), "Notification")?, "permission")?.as_string()
}

/// Asks the reader whether notices may be shown, unless they have answered before.
pub async fn ask_notice_permission() {
    if let Some(notices) = get(&window(), "Notification")
        && let Some(answer) = ask(&notices, "requestPermission", &JsValue::UNDEFINED)
    {
        until(answer).await;
    }
}

/// A field of several lines.
#[must_use]
pub fn text_area(id: &str) -> Option<web_sys::HtmlTextAreaElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Changes a field's text as if by the keyboard: the browser can undo it, and whoever listens hears it.
pub fn edit(field: &web_sys::HtmlTextAreaElement, edit: &crate::text::edit::Edit) {
    let _ = field.set_selection_range(edit.start, edit.end);
    // The newer ways to set a field's text forget what came before. This one every browser has.
    let page: web_sys::HtmlDocument = document().unchecked_into();
    let done = match edit.text.is_empty() {
        true => page.exec_command("delete"),
        false => page.exec_command_with_show_ui_and_value("insertText", false, &edit.text),
    };
    if !done.unwrap_or(false) {
        let _ = field.set_range_text_with_start_and_end(&edit.text, edit.start, edit.end);
        if let Ok(event) = web_sys::Event::new("input") {
            event.init_event_with_bubbles("input", true);
            let _ = field.dispatch_event(&event);
        }
    }
    let _ = field.set_selection_range(edit.select.0, edit.select.1);
}

/// Puts what stands behind the `#` in the address bar, and whoever listens hears it.
pub fn set_hash(hash: &str) {
    let _ = window().location().set_hash(hash);
}

/// The key under which a language is kept that was chosen by hand.
const LANGUAGE_KEY: &str = "tidings.language";

/// Speaks the reader's language, as far as the app knows it: the one chosen by hand, else the first of
/// the browser's. The page is told, for screen readers, hyphenation and the direction of reading.
pub fn speak() {
    let chosen = storage().and_then(|storage| storage.get_item(LANGUAGE_KEY).ok().flatten());
    let browser: Vec<String> =
        window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect();
    crate::words::choose(chosen.iter().chain(&browser).map(String::as_str));
    let words = crate::words::words();
    if let Some(html) = document().document_element() {
        // A page without its language is only less well read.
        let _ = html.set_attribute("lang", words.tag);
        let _ = html.set_attribute("dir", words.direction);
    }
}

/// Speaks this language from now on, in all tabs that open. Whatever is written is kept, so the page
/// simply begins anew.
pub fn speak_only(tag: &str) {
    keep(LANGUAGE_KEY, tag);
    let _ = window().location().reload();
}
