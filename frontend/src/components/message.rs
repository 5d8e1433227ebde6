//! One message of the log. It is drawn anew only when it changed.

use std::sync::Arc;

use tidings_shared::{Message, Username};
use yew::prelude::*;

use super::rich;
use crate::calendar::Local;

/// Props of [`Said`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The message.
    pub message: Arc<Message>,
    /// Who reads, to tell their own messages; on further lines, others whose names a text may hold.
    pub names: AttrValue,
    /// It goes on what the same person has just said.
    pub goes_on: bool,
    /// It is the one that the address names.
    pub marked: bool,
}

/// A message.
#[component]
pub fn Said(props: &Props) -> Html {
    let message = &*props.message;
    let at = Local::from(message.at);
    let seq = message.seq.to_string();
    let kind = match &message.username {
        name if props.names.split('\n').next() == Some(name.as_str()) => " is-own",
        name if name.as_str() == Username::SERVER => " is-server",
        _ => "",
    };
    let kinds = [
        kind,
        if props.goes_on { " goes-on" } else { "" },
        if props.marked { " is-marked" } else { "" },
    ];
    // Only a part of the log is on the page, and nobody knows how long it is: its numbers tell where a
    // message stands. The marked one takes the focus when a link has led to it.
    html! {
        <article
            class={["message", kinds[0], kinds[1], kinds[2]].concat()}
            data-message-id={message.id.to_string()}
            data-seq={seq.clone()}
            aria-posinset={seq.clone()}
            aria-setsize="-1"
            tabindex={props.marked.then_some("-1")}
        >
            <header class="message__head">
                <bdi class="author">{ message.username.as_str() }</bdi>
                <a
                    class="message__at"
                    href={["#", &seq].concat()}
                    tabindex={props.goes_on.then_some("-1")}
                >
                    <time datetime={message.at.to_string()} title={at.full()}>{ at.time() }</time>
                </a>
            </header>
            <div class="text" dir="auto" title={at.full()}>
                { rich(message.text.as_str(), &props.names) }
            </div>
        </article>
    }
}
