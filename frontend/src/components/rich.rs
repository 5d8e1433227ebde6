//! A text as elements. Only elements and text nodes are made of it, never HTML: what somebody wrote can
//! look like markup, and is none.

use tidings_shared::RoomName;
use yew::prelude::*;

use super::Copyable;
use crate::{
    browser,
    text::{self, Block, Item, Span, What},
};

/// What a text says, where these `names` are known, the reader's own first (see [`text::parse`]). Whoever
/// shows it keeps what came of it: it is parsed at each call, unless it holds nothing to be parsed.
pub fn rich(text: &str, names: &str) -> Html {
    if text::is_plain(text) {
        return plain(text);
    }
    match &*text::parse(text, names) {
        [Block::Lines(spans)] => running(spans),
        several => blocks(several),
    }
}

fn plain(text: &str) -> Html {
    Html::VText(yew::virtual_dom::VText::new(AttrValue::from(text.to_owned())))
}

fn blocks(blocks: &[Block]) -> Html {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Html {
    match block {
        Block::Lines(spans) => html! { <p>{ running(spans) }</p> },
        Block::Heading(spans) => html! { <p><strong>{ running(spans) }</strong></p> },
        Block::Code(code) => html! { <Copyable text={code.clone()} is_code=true /> },
        Block::Quote(inner) => html! { <blockquote>{ blocks(inner) }</blockquote> },
        Block::Rule => html! { <hr /> },
        Block::List { start: None, items } => html! { <ul>{ points(items) }</ul> },
        Block::List { start: Some(n), items } => {
            html! { <ol start={n.to_string()}>{ points(items) }</ol> }
        }
    }
}

fn points(items: &[Item]) -> Html {
    let point = |item: &Item| html! { <li>{ running(&item.spans) }{ blocks(&item.below) }</li> };
    items.iter().map(point).collect()
}

fn running(spans: &[Span]) -> Html {
    spans.iter().map(span).collect()
}

fn span(span: &Span) -> Html {
    let mut html = match &span.what {
        What::Text(text) => plain(text),
        What::Code(code) => html! { <code>{ plain(code) }</code> },
        What::Link { href, label } => link(href, label),
        What::Mention { name, me } => {
            html! { <b class={if *me { "mention is-me" } else { "mention" }}>{ plain(&["@", name].concat()) }</b> }
        }
        What::Room(name) => link(&["/r/", name].concat(), &["#", name].concat()),
    };
    let style = span.style;
    if style.gone {
        html = html! { <del>{ html }</del> };
    }
    if style.emphasis {
        html = html! { <em>{ html }</em> };
    }
    if style.strong {
        html = html! { <strong>{ html }</strong> };
    }
    html
}

/// A link to elsewhere opens elsewhere; one to a message here goes there, whether it names the site or not.
fn link(href: &str, label: &str) -> Html {
    let path = href.strip_prefix(&*browser::origin()).unwrap_or(href);
    if place(path).is_some() {
        return html! { <a href={href.to_owned()} data-go={path.to_owned()}>{ plain(label) }</a> };
    }
    let title = (href != label).then(|| href.to_owned());
    html! {
        <a href={href.to_owned()} {title} target="_blank" rel="noopener noreferrer">{ plain(label) }</a>
    }
}

/// The room, and the message's number or nothing, that an address of this site names: `/r/ops` or
/// `/r/ops#57`.
#[must_use]
pub fn place(address: &str) -> Option<(RoomName, &str)> {
    let to = address.strip_prefix("/r/")?;
    let (room, seq) = to.split_once('#').unwrap_or((to, ""));
    if !seq.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((room.parse().ok()?, seq))
}
