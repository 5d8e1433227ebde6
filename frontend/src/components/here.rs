//! Who is here, each with the marks of their modes. A short list at first; a long one is shown and
//! narrowed on demand, and never whole, since a thousand people are a thousand lines.

use tidings_shared::{Mode, Username};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{mark, mode_name};
use crate::{
    state::{People, people::Named},
    words::{fill, fill_both, words},
};

/// As many names as are shown at first.
const FEW: usize = 8;
/// As many as are shown on demand.
const MANY: usize = 150;
/// As many marks as one name bears.
const MARKS: usize = 4;

/// Props of [`WhoIsHere`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Those who are here.
    pub people: People,
    /// Who looks.
    pub me: Username,
    /// Called with the name that is to be written into the message.
    pub on_mention: Callback<Username>,
}

/// The list.
#[component]
pub fn WhoIsHere(props: &Props) -> Html {
    let all = use_state(|| false);
    let part = use_state(String::new);
    let words = &words().people;
    let people = &props.people;
    let long = people.by_name().len() > FEW;
    let open = *all && long;
    let listed = match open {
        true => people.list(&props.me, &part, MANY),
        false => people.list(&props.me, "", FEW),
    };
    let toggle = {
        let (all, part) = (all.clone(), part.clone());
        Callback::from(move |_: MouseEvent| {
            part.set(String::new());
            all.set(!*all);
        })
    };
    let oninput = {
        let part = part.clone();
        Callback::from(move |event: InputEvent| {
            part.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    html! {
        <section class="here" aria-labelledby="here-title">
            <h2 id="here-title">{ words.title }
                if people.count() > 0 { <span class="count">{ people.count() }</span> }</h2>
            if !people.by_name().is_empty() {
                <ul class="here__by" aria-labelledby="here-title">
                    { for Mode::ALL.iter().rev().map(|&mode| by_mode(mode, people.by_mode(mode))) }
                </ul>
            }
            if open {
                <input
                    type="search" class="here__filter" autocomplete="off" spellcheck="false" dir="auto"
                    aria-label={words.filter} placeholder={words.filter}
                    value={(*part).clone()} {oninput}
                />
            }
            <ul class={if open { "here__people is-long" } else { "here__people" }}>
                { for listed.shown.iter().map(|named| person(named, &props.me, &props.on_mention)) }
                if people.count() == 0 {
                    <li class="here__rest">{ words.nobody }</li>
                } else if open && listed.shown.is_empty() {
                    <li class="here__rest">{ words.nobody_fits }</li>
                }
                if open && listed.hidden > 0 {
                    <li class="here__rest">{ fill(words.and_more_fit, &listed.hidden.to_string()) }</li>
                }
            </ul>
            if long {
                <button id="here-more" class="link" type="button" aria-expanded={open.to_string()} onclick={toggle}>
                    { if open { words.fewer.into() } else { fill(words.and_more, &listed.hidden.to_string()) } }
                </button>
            }
            if people.nameless() > 0 {
                <p class="here__rest">{ fill(words.nameless, &people.nameless().to_string()) }</p>
            }
        </section>
    }
}

/// How many names listen by a mode, if any does.
fn by_mode(mode: Mode, count: usize) -> Html {
    let said = fill_both(words().people.by_mode, &count.to_string(), mode_name(mode));
    html! {
        if count > 0 {
            <li title={said.clone()}>
                { mark(mode) }<span aria-hidden="true">{ count }</span>
                <span class="unseen">{ said }</span>
            </li>
        }
    }
}

fn person((name, modes): &Named, me: &Username, on_mention: &Callback<Username>) -> Html {
    let words = &words().people;
    let shown = html! { <bdi class="here__name">{ name.as_str() }</bdi> };
    let mention = {
        let name = name.clone();
        on_mention.reform(move |_: MouseEvent| name.clone())
    };
    html! {
        <li key={name.as_str()} data-name={name.to_string()}>
            if name == me {
                <span class="here__who">{ shown }<span class="here__you">{ words.you }</span></span>
            } else {
                <button
                    class="here__who" type="button"
                    title={fill(words.mention, name.as_str())} onclick={mention}
                >{ shown }</button>
            }
            <span class="here__modes">
                { for modes.iter().take(MARKS).map(|&mode| html! {
                    <span title={mode_name(mode)}>
                        { mark(mode) }<span class="unseen">{ mode_name(mode) }</span>
                    </span>
                }) }
                if modes.len() > MARKS { <span>{ format!("+{}", modes.len() - MARKS) }</span> }
            </span>
        </li>
    }
}
