//! The mark of each mode: one shape and one colour, the same wherever the mode is spoken of, so
//! that neither has to be told apart by the other alone.

use tidings_shared::Mode;
use yew::prelude::*;

use crate::words::{self, words};

/// The mode's name for eyes.
#[must_use]
pub fn mode_name(mode: Mode) -> &'static str {
    let words = &words().listening;
    match mode {
        Mode::Ndjson => words.json_lines,
        Mode::Raw => words.raw_lines,
        mode => mode_words(mode).name,
    }
}

/// What is said of a mode that a browser listens by.
#[must_use]
pub fn mode_words(mode: Mode) -> &'static words::Mode {
    let words = &words().listening;
    match mode {
        Mode::Poll => &words.poll,
        Mode::LongPoll => &words.long_poll,
        Mode::Websocket => &words.websocket,
        Mode::Sse | Mode::Ndjson | Mode::Raw => &words.stream,
    }
}

/// The mark; what it says is also said in words beside it.
pub fn mark(mode: Mode) -> Html {
    framed(mode.as_str(), shape(mode))
}

/// The mark of a tab that chooses by itself: stairs.
pub fn auto_mark() -> Html {
    framed("auto", html! { <path d="M2 13h4V9.5h4V6h4M11.5 2.5H14V5" /> })
}

fn framed(mode: &'static str, shape: Html) -> Html {
    html! {
        <svg class="mark" data-mode={mode} viewBox="0 0 16 16" aria-hidden="true">{ shape }</svg>
    }
}

/// The mark's shape, sixteen units wide and high.
pub fn shape(mode: Mode) -> Html {
    match mode {
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
    }
}
