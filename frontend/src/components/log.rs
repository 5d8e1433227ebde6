//! The conversation: its history, its messages, one's own on their way, and the reader's place.

use tidings_shared::{MessageId, Mode, Username, timeline::Outgoing};
use yew::prelude::*;

use super::{Curl, Messages, outgoing::on_their_way};
use crate::{hooks::use_log_scroll, state::Transcript, words::words};

/// Props of [`Log`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The room's name.
    pub room: AttrValue,
    /// The messages.
    pub transcript: Transcript,
    /// One's own messages on their way.
    pub outgoing: Vec<Outgoing>,
    /// How many have come in; it only grows.
    pub arrived: usize,
    /// The seq of the first one shown.
    pub oldest: Option<u64>,
    /// Whether older ones can be had.
    pub more: bool,
    /// Whether older ones are on their way.
    pub loading: bool,
    /// Whether the log has been heard from.
    pub known: bool,
    /// Why one's own are not on their way.
    pub trouble: Option<AttrValue>,
    /// How the tab listens.
    pub mode: Mode,
    /// Who reads.
    pub me: Username,
    /// A line for a terminal that posts into this room.
    pub curl: AttrValue,
    /// Called for older messages.
    pub on_older: Callback<()>,
    /// Called to send a refused message again.
    pub on_retry: Callback<MessageId>,
    /// Called to write a refused message anew.
    pub on_edit: Callback<MessageId>,
}

/// The log.
#[component]
pub fn Log(props: &Props) -> Html {
    let scroll =
        use_log_scroll(props.arrived, props.outgoing.len(), props.oldest, props.on_older.clone());
    let empty = props.known && props.transcript.blocks().is_empty() && props.outgoing.is_empty();
    let older = props.on_older.reform(|_: MouseEvent| ());
    let down = scroll.to_bottom.reform(|_: MouseEvent| ());
    html! {
        <div class="log-frame">
            <div
                id="log"
                class="log"
                ref={scroll.node}
                role="log"
                aria-label={format!("Messages in {}", props.room)}
                aria-busy={(!props.known || props.loading).to_string()}
                tabindex="0"
            >
                if props.more {
                    <button key="older" data-action="older" class="quiet older" type="button" onclick={older} disabled={props.loading}>
                        { if props.loading { "Loading older messages" } else { "Older messages" } }
                    </button>
                }
                if empty {
                    { nothing_yet(&props.room, &props.curl) }
                }
                { for props.transcript.blocks().iter().map(|block| html! {
                    <Messages key={block.key()} block={block.clone()} me={props.me.clone()} />
                }) }
                { on_their_way(props) }
            </div>
            if scroll.unread > 0 {
                <button class="unread" type="button" onclick={down}>
                    { (words().log.new_below)(scroll.unread) }
                </button>
            }
        </div>
    }
}

/// What a room with nothing in it teaches.
fn nothing_yet(room: &str, curl: &AttrValue) -> Html {
    html! {
        <div class="empty" key="empty">
            <h2>{ (words().log.nothing_yet)(room) }</h2>
            <p>{ "Write the first message below, or send it from a terminal:" }</p>
            <Curl line={curl} />
            <p>{ "Open this page in a second tab with another way of listening, and watch when \
                  each of them hears it." }</p>
        </div>
    }
}
