//! One's own messages that have not come back through the log: on their way, kept by the server,
//! or refused, with the reason and a way on.

use tidings_shared::{
    MessageId, Mode,
    timeline::{Delivery, Entry, Outgoing},
};
use yew::prelude::*;

use super::{
    delivery_mark, link,
    log::{Props, day_line},
    rich,
};
use crate::{
    calendar::{Local, day_of},
    state::transcript::follows,
    words::{fill, words},
};

/// The messages, in the order of writing, below `last`, the log's newest line.
pub fn on_their_way(props: &Props, last: Option<&Entry>, names: &str) -> Html {
    let mut before = last.and_then(Entry::message).map(|last| (&last.username, last.at));
    let lines = props.outgoing.iter().enumerate().map(|(at, out)| {
        let next = (&out.message.username, out.at);
        // As it will when it has come back: nothing is to move then.
        let follows = before.replace(next).map(|before| follows(before, next, day_of));
        one(at, out, follows.unwrap_or_default(), props, names)
    });
    html! { <div key="outgoing">{ for lines }</div> }
}

fn one(
    place: usize,
    out: &Outgoing,
    (new_day, goes_on): (bool, bool),
    props: &Props,
    names: &str,
) -> Html {
    let id = &out.message.id;
    let at = Local::from(out.at);
    let (delivery, seq) = match &out.delivery {
        Delivery::Pending => ("pending", None),
        Delivery::Sent(receipt) => ("sent", Some(receipt.seq.to_string())),
        Delivery::Failed(_) => ("failed", None),
    };
    html! {
        <div class="line" key={id.as_str()}>
        if new_day {
            { day_line(at) }
        }
        <article
            class={if goes_on { "message is-own goes-on" } else { "message is-own" }}
            data-message-id={id.to_string()}
            data-seq={seq}
            data-delivery={delivery}
        >
            <header class="message__head">
                <bdi class="author">{ out.message.username.as_str() }</bdi>
                <time datetime={out.at.to_string()} title={at.full()}>{ at.time() }</time>
            </header>
            <div class="text" dir="auto">
                { rich(out.message.text.as_str(), names) }
                { delivery_mark(&out.delivery) }
            </div>
            { how_far(out, props.outgoing.get(place + 1), props) }
        </article>
        </div>
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
    let way = match (&out.delivery, &props.trouble) {
        (Delivery::Pending, None) => words.sending.to_owned(),
        (Delivery::Pending, Some(why)) => fill(words.not_sent_yet, why),
        (Delivery::Sent(_), _) if props.mode == Mode::Poll => words.kept_until_poll.to_owned(),
        (Delivery::Sent(_), _) => words.kept.to_owned(),
        (Delivery::Failed(why), _) => {
            let call = |on: &Callback<MessageId>| {
                let id = out.message.id.clone();
                on.reform(move |_: MouseEvent| id.clone())
            };
            return html! {
                <p class="message__way" role="alert">
                    { fill(words.not_sent, why) }
                    <span class="message__ways">
                        { link("retry", words.again, call(&props.on_retry)) }
                        { link("edit", words.edit, call(&props.on_edit)) }
                    </span>
                </p>
            };
        }
    };
    html! { <p class="message__way">{ way }</p> }
}
