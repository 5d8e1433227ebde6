//! What a word that is begun may become, above the place to write. The keyboard stays in the field,
//! which says which of them is meant (ARIA's way of a text field with a list).

use yew::prelude::*;

use crate::{
    text::complete::{Kind, Offer},
    words::words,
};

/// The list's id, for the field that it belongs to.
pub const LIST: &str = "offers";

/// What is offered for the word that is begun.
#[derive(Clone, PartialEq, Debug)]
pub struct Offers {
    /// What the word will be.
    pub kind: Kind,
    /// Where it begins and ends, in UTF-16.
    pub word: (u32, u32),
    /// What it may become.
    pub offers: Vec<Offer>,
    /// Which of them is meant.
    pub meant: usize,
}

/// The id of one of them.
#[must_use]
pub fn id(at: usize) -> String {
    ["offer-", &at.to_string()].concat()
}

/// The list; a click takes one.
pub fn offers(list: &Offers, on_take: &Callback<usize>) -> Html {
    let words = &words().composer;
    let label = match list.kind {
        Kind::Name => words.people,
        Kind::Room => words.rooms,
        Kind::Emoji => words.emoji,
    };
    html! {
        <ul id={LIST} class="offers" role="listbox" aria-label={label}>
            { for list.offers.iter().enumerate().map(|(at, offer)| {
                let meant = at == list.meant;
                // Pressing takes, before the field could lose the keyboard to a click.
                let onmousedown = on_take.reform(move |event: MouseEvent| {
                    event.prevent_default();
                    at
                });
                html! {
                    <li id={id(at)} role="option" aria-selected={meant.to_string()} {onmousedown}>
                        <span class="offers__sign" aria-hidden="true">{ offer.sign }</span>
                        <bdi>{ &offer.label }</bdi>
                    </li>
                }
            }) }
        </ul>
    }
}
