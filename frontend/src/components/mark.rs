//! The mark of each mode: one shape and one colour, the same wherever the mode is spoken of, so
//! that neither has to be told apart by the other alone.

use tidings_shared::Mode;
use yew::prelude::*;

/// The mode's name for eyes.
#[must_use]
pub fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Poll => "Poll",
        Mode::LongPoll => "Long-poll",
        Mode::Sse => "Stream",
        Mode::Ndjson => "JSON lines",
        Mode::Raw => "Raw lines",
        Mode::Websocket => "WebSocket",
    }
}

/// The mark; what it says is also said in words beside it.
pub fn mark(mode: Mode) -> Html {
    let shape = match mode {
        // Questions, one after the other.
        Mode::Poll => html! {
            <><circle cx="2.6" cy="8" r="1.6"/><circle cx="8" cy="8" r="1.6"/>
            <circle cx="13.4" cy="8" r="1.6"/></>
        },
        // One question that waits for its answer.
        Mode::LongPoll => html! { <><path d="M2 8h7"/><circle cx="13.2" cy="8" r="1.8"/></> },
        // One way, without end.
        Mode::Sse => html! { <path d="M1.5 8h12M9.5 4l4 4-4 4"/> },
        // Both ways.
        Mode::Websocket => html! {
            <path d="M1.5 5h12M10.5 2l3 3-3 3M14.5 11h-12M5.5 8l-3 3 3 3"/>
        },
        // Line by line.
        Mode::Ndjson | Mode::Raw => html! { <path d="M2 4h12M2 8h12M2 12h7"/> },
    };
    html! {
        <svg class="mark" data-mode={mode.as_str()} viewBox="0 0 16 16" aria-hidden="true">
            { shape }
        </svg>
    }
}
