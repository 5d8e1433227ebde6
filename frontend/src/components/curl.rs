//! A line for a terminal that posts into this room, to be copied: the shortest proof that a room is
//! nothing but an address.

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{browser, words::words};

/// Props of [`Curl`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The line.
    pub line: AttrValue,
}

/// The line and a button that copies it.
#[component]
pub fn Curl(props: &Props) -> Html {
    let code = use_node_ref();
    let copied = use_state(|| false);
    let onclick = {
        let (code, copied, line) = (code.clone(), copied.clone(), props.line.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(code) = code.cast::<HtmlElement>() {
                copied.set(browser::copy(&line, &code));
            }
        })
    };
    let words = words();
    html! {
        <div class="curl">
            <code ref={code} tabindex="0" aria-label={words.panel.command}>{ &props.line }</code>
            <button type="button" class="quiet" {onclick}>
                { if *copied { words.message.copied } else { words.message.copy } }
            </button>
        </div>
    }
}
