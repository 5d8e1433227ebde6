//! One's own messages that have not come back through the log: on their way, kept by the server,
//! or refused, with the reason and a way on.

use tidings_shared::{
    MessageId, Mode,
    timeline::{Delivery, Outgoing},
};
use yew::prelude::*;

use super::{delivery_mark, log::Props, rich};
use crate::{calendar::Local, words::words};

/// The messages, in the order of writing.
pub fn on_their_way(props: &Props) -> Html {
    html! {
        <div class="block is-outgoing" key="outgoing">
            { for props.outgoing.iter().enumerate().map(|(at, out)| one(at, out, props)) }
        </div>
    }
}

fn one(place: usize, out: &Outgoing, props: &Props) -> Html {
    let id = &out.message.id;
    let at = Local::from(out.at);
    let (delivery, seq) = match &out.delivery {
        Delivery::Pending => ("pending", None),
        Delivery::Sent(receipt) => ("sent", Some(receipt.seq.to_string())),
        Delivery::Failed(_) => ("failed", None),
    };
    html! {
        <article
            key={id.as_str()}
            class={if place == 0 { "message is-own" } else { "message is-own goes-on" }}
            data-message-id={id.to_string()}
            data-seq={seq}
            data-delivery={delivery}
        >
            <header class="message__head">
                <bdi class="author">{ out.message.username.as_str() }</bdi>
                <time datetime={out.at.to_string()} title={at.full()}>{ at.time() }</time>
            </header>
            <div class="text" dir="auto">
                { rich(out.message.text.as_str(), out.message.username.as_str()) }
                { delivery_mark(&out.delivery) }
            </div>
            { how_far(out, props.outgoing.get(place + 1), props) }
        </article>
    }
}

/// Said once beneath messages that got equally far.
fn how_far(out: &Outgoing, next: Option<&Outgoing>, props: &Props) -> Html {
    let alike = |next: &Outgoing| match (&out.delivery, &next.delivery) {
        (Delivery::Failed(_), _) => false,
        (this, next) => std::mem::discriminant(this) == std::mem::discriminant(next),
    };
    if next.is_some_and(alike) {
        return Html::default();
    }
    let words = &words().log;
    match (&out.delivery, &props.trouble) {
        (Delivery::Pending, None) => html! { <p class="message__way">{ words.sending }</p> },
        (Delivery::Pending, Some(why)) => html! {
            <p class="message__way">{ (words.not_sent_yet)(why) }</p>
        },
        (Delivery::Sent(_), _) => html! {
            <p class="message__way">
                { match props.mode {
                    Mode::Poll => words.kept_until_poll,
                    _ => words.kept,
                } }
            </p>
        },
        (Delivery::Failed(why), _) => {
            let call = |on: &Callback<MessageId>| {
                let id = out.message.id.clone();
                on.reform(move |_: MouseEvent| id.clone())
            };
            html! {
                <p class="message__way" role="alert">
                    { (words.not_sent)(why) }
                    <span class="message__ways">
                        <button class="link" type="button" data-action="retry" onclick={call(&props.on_retry)}>
                            { words.again }
                        </button>
                        <button class="link" type="button" data-action="edit" onclick={call(&props.on_edit)}>
                            { words.edit }
                        </button>
                    </span>
                </p>
            }
        }
    }
}
