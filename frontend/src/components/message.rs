//! The messages of the log, block by block. A block is drawn anew only when it changed.

use tidings_shared::{Message, Username, timeline::Entry};
use yew::prelude::*;

use super::rich;
use crate::{
    calendar::Local,
    state::{Block, Row},
};

/// Props of [`Messages`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Some messages that stand together.
    pub block: Block,
    /// Who reads, to tell their own messages.
    pub me: Username,
}

/// One block of the log.
#[component]
pub fn Messages(props: &Props) -> Html {
    html! {
        <div class="block">
            { for props.block.rows().iter().map(|row| line(row, &props.me)) }
        </div>
    }
}

fn line(row: &Row, me: &Username) -> Html {
    match &row.entry {
        Entry::Message(message) => said(message, row, me),
        Entry::Gap(gap) => html! {
            <p class="divider is-gap" key={gap.resume.to_string()}>
                <span>{ format!("Some messages may be missing here: {}", gap.reason) }</span>
            </p>
        },
    }
}

fn said(message: &Message, row: &Row, me: &Username) -> Html {
    let at = Local::from(message.at);
    let kind = match &message.username {
        name if name == me => Some("is-own"),
        name if name.as_str() == Username::SERVER => Some("is-server"),
        _ => None,
    };
    // Keyed as a whole, day and message: a list with one line without a key is matched by place, and
    // then each new message would rewrite all that stand in its block.
    html! {
        <key={message.seq}>
            if row.new_day {
                <p class="divider"><span>{ at.date() }</span></p>
            }
            <article
                class={classes!("message", kind, row.goes_on.then_some("goes-on"))}
                data-message-id={message.id.to_string()}
                data-seq={message.seq.to_string()}
            >
                <header class="message__head">
                    <bdi class="author">{ message.username.as_str() }</bdi>
                    <time datetime={message.at.to_string()} title={at.full()}>{ at.time() }</time>
                </header>
                <div class="text" dir="auto" title={at.full()}>{ rich(message.text.as_str(), me.as_str()) }</div>
            </article>
        </>
    }
}
