//! The addresses, each written down once.

use crate::{Mode, RoomName};

/// The server's time.
pub const CLOCK: &str = "/api/clock";
/// What each mode costs the server.
pub const METER: &str = "/api/meter";
/// What the cost of listening is reckoned with.
pub const COEFFICIENTS: &str = "/api/coefficients";
/// The rooms there are.
pub const ROOMS: &str = "/api/rooms";
/// Full-text search over all rooms.
pub const SEARCH: &str = "/api/search";
/// The contract for machines.
pub const OPENAPI: &str = "/api/openapi.json";
/// Up and able to commit.
pub const READY: &str = "/readyz";
/// The teaching demo's own surface.
pub const DEMO: &str = "/messages";

/// Where one reads and posts messages.
#[must_use]
pub fn messages(room: &RoomName) -> String {
    format!("{ROOMS}/{room}/messages")
}

/// Who is here.
#[must_use]
pub fn presence(room: &RoomName) -> String {
    format!("{ROOMS}/{room}/presence")
}

/// The room itself: where it stands, who is here, what it is about.
#[must_use]
pub fn room(room: &RoomName) -> String {
    format!("{ROOMS}/{room}")
}

/// Where its topic is set.
#[must_use]
pub fn topic(room: &RoomName) -> String {
    format!("{ROOMS}/{room}/topic")
}

/// Where one listens in a mode.
#[must_use]
pub fn listen(room: &RoomName, mode: Mode) -> String {
    let last = match mode {
        Mode::Poll | Mode::LongPoll => "messages",
        Mode::Sse => "sse",
        Mode::Ndjson => "ndjson",
        Mode::Raw => "raw",
        Mode::Websocket => "ws",
    };
    format!("{ROOMS}/{room}/{last}")
}

/// The room's page, which curl may post to.
#[must_use]
pub fn page(room: &RoomName) -> String {
    format!("/r/{room}")
}
