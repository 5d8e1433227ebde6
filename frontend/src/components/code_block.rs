//! Code between fences, and a button that copies it.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::icon;
use crate::{browser, words::words};

/// Props of [`CodeBlock`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The code, as it was written.
    pub code: AttrValue,
}

/// The code. The button's word is drawn by the style sheet: what is said in a message is its text alone.
#[component]
pub fn CodeBlock(props: &Props) -> Html {
    let code = use_node_ref();
    let copied = use_state(|| false);
    let onclick = {
        let (node, copied, code) = (code.clone(), copied.clone(), props.code.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(node) = node.cast::<HtmlElement>() {
                copied.set(browser::copy(&code, &node));
            }
        })
    };
    let words = &words().message;
    let label = if *copied { words.copied } else { words.copy };
    html! {
        <div class="code" dir="ltr">
            <pre tabindex="0" aria-label={words.code}><code ref={code}>{ &props.code }</code></pre>
            <button type="button" class="code__copy" aria-label={label} data-label={label} {onclick}>
                { icon(if *copied { icon::DONE } else { icon::COPY }) }
            </button>
        </div>
    }
}
