//! The shapes on buttons: lines of one width in a square of 16, each a path. What a shape means is said
//! beside it in words, if only to a screen reader.

use yew::prelude::*;

/// Two sheets.
pub const COPY: &str = "M6 6h7v7H6zM3 10V3h7";
/// A tick.
pub const DONE: &str = "M3 8.5l3.5 3.5L13 5";
/// A link of a chain.
pub const LINK: &str = "M7 9.5a3 3 0 0 0 4.2 0l2-2A3 3 0 0 0 9 3.3l-1 1M9 6.5a3 3 0 0 0-4.2 0l-2 2A3 3 0 0 0 7 12.7l1-1";
/// An arrow that turns back.
pub const REPLY: &str = "M6.5 3.5L3 7l3.5 3.5M3 7h6a4 4 0 0 1 4 4v1.5";
/// Signs of markup.
pub const RAW: &str = "M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5";
/// A cross.
pub const CLOSE: &str = "M4 4l8 8M12 4l-8 8";
/// An arrow that leads up, and one that leads down.
pub const UP: &str = "M8 13V3M4 7l4-4 4 4";
/// See [`UP`].
pub const DOWN: &str = "M8 3v10M4 9l4 4 4-4";
/// A clock: not sent yet.
pub const WAITING: &str = "M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3.2l2 1.3";
/// An exclamation mark in a circle: not taken.
pub const FAILED: &str = "M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3.5M8 11v.01";

/// A shape.
pub fn icon(path: &'static str) -> Html {
    html! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg> }
}
