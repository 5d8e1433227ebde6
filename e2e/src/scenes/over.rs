//! The states in which something lies over the page, or stands in it only while it is used: dialogs,
//! what is offered while one writes, a message's tools. Apart from the others, because the panel of
//! a narrow page can't be opened under a dialog.

use crate::keys::ENTER;

use super::{
    Scene,
    Step::{Begin, Click, Hear, Press, State, Until},
};

const HARBOUR: &str = "/r/harbour?mode=websocket&name=ana";
const READ: &str = "return document.querySelectorAll('#log [data-seq]').length > 5";

/// All of them.
pub const OVER: &[Scene] = &[
    Scene {
        name: "switching",
        path: HARBOUR,
        steps: &[
            State(&["live"]),
            Until("return !!document.querySelector('[data-room=ops]')"),
            Click(".find[data-opens='switch']"),
            Press("o"),
            Until("return document.querySelectorAll('dialog[open] [role=option]').length > 1"),
        ],
    },
    Scene {
        name: "searching",
        path: HARBOUR,
        steps: &[
            State(&["live"]),
            Click(".find[data-opens='search']"),
            Press("the"),
            Until("return document.querySelectorAll('.search__result mark').length > 1"),
        ],
    },
    Scene {
        name: "keys",
        path: HARBOUR,
        steps: &[
            State(&["live"]),
            Until(READ),
            Click("#log"),
            Press("?"),
            Until("return document.querySelectorAll('#keys .keys__line').length > 5"),
        ],
    },
    Scene {
        name: "topic",
        path: HARBOUR,
        steps: &[
            State(&["live"]),
            Click("#topic"),
            Until("return !!document.querySelector('input#topic')"),
            Press("What the pumps say"),
        ],
    },
    Scene {
        name: "offers",
        path: HARBOUR,
        steps: &[
            State(&["live"]),
            Until(READ),
            Begin("@l"),
            Until("return !!document.querySelector('.offers [role=option]')"),
        ],
    },
    Scene {
        name: "tools",
        path: HARBOUR,
        steps: &[
            State(&["live"]),
            Hear("harbour", "grace", BOLD),
            Until(HEARD),
            Until(SHOWN),
            // With the focus in them they stay while the page takes another size.
            Press(ENTER),
        ],
    },
    Scene {
        name: "as-written",
        path: HARBOUR,
        steps: &[
            State(&["live"]),
            Hear("harbour", "grace", BOLD),
            Until(HEARD),
            Until(SHOWN),
            Click("[data-tool=raw]"),
            Until("return !!document.querySelector('dialog[open] pre')"),
        ],
    },
];

/// Isn't shown as it was written, so there is a tool for that.
const BOLD: &str = "Then **the third** as well.";
const HEARD: &str = "return [...document.querySelectorAll('#log .text')].some(
    (text) => text.textContent === 'Then the third as well.')";
/// By the keyboard, to the last message; once more where the log has moved since, which takes the tools away.
const SHOWN: &str = "
    const shown = !!document.querySelector('.tools [data-tool=raw]');
    if (!shown) { document.activeElement.blur(); document.querySelector('#log').focus(); }
    return shown";
