//! A text that is there to be copied, with a button that does it: a line for a terminal that posts into
//! this room, which is the shortest proof that a room is nothing but an address, and code in a message.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::icon;
use crate::{browser, words::words};

/// Props of [`Copyable`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The text, as it was written.
    pub text: AttrValue,
    /// It is code in a message. The button's word is then drawn by the style sheet, since what is said in a
    /// message is its text alone.
    #[prop_or_default]
    pub is_code: bool,
}

/// The text and its button.
#[component]
pub fn Copyable(props: &Props) -> Html {
    let code = use_node_ref();
    let copied = use_state(|| false);
    let onclick = {
        let (node, copied, text) = (code.clone(), copied.clone(), props.text.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(node) = node.cast::<HtmlElement>() {
                copied.set(browser::copy(&text, &node));
            }
        })
    };
    let words = words();
    let label = if *copied { words.message.copied } else { words.message.copy };
    if props.is_code {
        html! {
            <div class="code" dir="ltr">
                <pre tabindex="0" aria-label={words.message.code}><code ref={code}>{ &props.text }</code></pre>
                <button type="button" class="code__copy" aria-label={label} data-label={label} {onclick}>
                    { icon(if *copied { icon::DONE } else { icon::COPY }) }
                </button>
            </div>
        }
    } else {
        html! {
            <div class="curl">
                <code ref={code} tabindex="0" aria-label={words.panel.command}>{ &props.text }</code>
                <button type="button" class="quiet" {onclick}>{ label }</button>
            </div>
        }
    }
}
