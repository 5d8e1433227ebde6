//! The address bar, the server that the page came from, and the way to its WebSockets.

use tidings_shared::{Mode, RoomName, route};
use wasm_bindgen::JsValue;

use super::{optional::get, window};

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

/// Points at a message of the room that the page shows; whoever listens for `hashchange` goes there. It is a
/// step that one can go back, unless coming to the room was that step already (`came`).
pub fn point_at(seq: &str, came: bool) {
    let (location, hash) = (window().location(), ["#", seq].concat());
    let _ = if came { location.replace(&hash) } else { location.set_hash(&hash) };
}

/// Puts an address into the address bar, in place of the one that stands there.
pub fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        let nothing = JsValue::NULL;
        let _ = history.replace_state_with_url(&nothing, "", Some(address));
    }
}

/// Puts an address into the address bar; the one that stood there is a step back.
pub fn push_address(address: &str) {
    if let Ok(history) = window().history() {
        let nothing = JsValue::NULL;
        let _ = history.push_state_with_url(&nothing, "", Some(address));
    }
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
