//! The search: what is typed, what was found, each in its context and a link to its place.

use tidings_shared::SearchResult;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::{
    finding::{Finding, Found},
    link, when,
};
use crate::{
    browser::{self, document},
    hooks::FinderHandle,
    state::{
        excerpt::{excerpt, readable},
        search::{Search, Standing},
    },
    words::{fill, words},
};

/// The search.
pub fn search(props: &Finding, finder: &FinderHandle) -> Html {
    let words = &words().finding;
    let state = finder.read();
    let found = &state.search;
    let oninput = {
        let finder = finder.clone();
        Callback::from(move |event: InputEvent| {
            let typed = event.target_unchecked_into::<HtmlInputElement>().value();
            finder.change(|state| state.search.ask(typed));
        })
    };
    let scope = |everywhere: bool, value: &'static str, label: String| {
        let finder = finder.clone();
        let onchange = Callback::from(move |_: Event| {
            finder.change(|state| state.search.look(everywhere));
        });
        html! {
            <label class="search__scope">
                <input type="radio" name="scope" {value} checked={found.everywhere() == everywhere} {onchange} />
                <bdi>{ label }</bdi>
            </label>
        }
    };
    let go_on = {
        let finder = finder.clone();
        Callback::from(move |_: MouseEvent| finder.change(|state| state.search.go_on()))
    };
    html! {
        <div class="search" role="search" onkeydown={Callback::from(|event: KeyboardEvent| step(&event))}>
            <input
                id="search" class="dialog__field" type="text" role="searchbox" autofocus=true
                autocomplete="off" autocapitalize="none" spellcheck="false" dir="auto"
                enterkeyhint="search" maxlength="512" aria-label={words.search}
                aria-describedby="search-stands" placeholder={words.search_hint}
                value={found.typed().to_owned()} {oninput}
            />
            <div class="search__scopes" role="radiogroup" aria-label={words.search}>
                { scope(false, "one", fill(words.in_room, props.present.as_str())) }
                { scope(true, "all", words.everywhere.to_owned()) }
            </div>
            <p id="search-stands" class="search__stands" role="status">
                { stands(found) }
                if let Standing::Failed(_) = found.standing() {
                    { link("again", words.try_again, go_on.clone()) }
                }
            </p>
            if *found.standing() == Standing::Idle {
                <dl class="search__operators">
                    { for words.operators.iter().map(|(example, does)| html! {
                        <div><dt><code>{ *example }</code></dt><dd>{ *does }</dd></div>
                    }) }
                </dl>
            } else {
                <ul class="search__results" aria-busy={(*found.standing() == Standing::Asking).to_string()}>
                    { for found.results().iter().map(|result| line(result, &props.on_found)) }
                </ul>
                if found.has_more() {
                    <button type="button" class="quiet search__more" onclick={go_on}>{ words.more_found }</button>
                }
            }
        </div>
    }
}

/// How it stands, in a few words: nothing that is still being typed is a mistake.
fn stands(search: &Search) -> String {
    let words = &words().finding;
    match search.standing() {
        Standing::Idle => String::new(),
        Standing::HalfTyped(filter) | Standing::Refused(Some(filter)) => {
            words.half_typed[*filter as usize].to_owned()
        }
        Standing::Asking => words.searching.to_owned(),
        Standing::Found if search.results().is_empty() => {
            fill(words.none_found, search.typed().trim())
        }
        Standing::Found => {
            let count = search.results().len();
            fill((words.found)(count, search.has_more()), &count.to_string())
        }
        Standing::Refused(None) => words.not_understood.to_owned(),
        Standing::Failed(why) => why.clone(),
    }
}

/// A message that was found: its text as text, with the words that were meant marked.
fn line(result: &SearchResult, on_found: &Callback<Found>) -> Html {
    let message = &result.message;
    let (room, seq) = (result.room.clone(), message.seq);
    let place = [room.as_str(), "#", &seq.to_string()].concat();
    let href = ["/r/", &place].concat();
    let (text, words) = readable(message.text.as_str(), &result.found);
    let excerpt = excerpt(&text, &words);
    // A click with a key held down is the browser's: another tab, another window.
    let onclick = {
        let (on_found, room) = (on_found.clone(), room.clone());
        Callback::from(move |event: MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                on_found.emit(Found::Message(room.clone(), seq));
            }
        })
    };
    let cut = |cut: bool| if cut { "…" } else { "" };
    html! {
        <li key={place}>
            <a class="search__result" {href} {onclick}>
                <span class="search__head">
                    <bdi class="search__from">{ message.username.as_str() }</bdi>
                    <bdi class="search__room">{ "#" }{ room.as_str() }</bdi>
                    <time datetime={message.at.to_string()} title={when::exact(message.at)}>{ when::short(message.at) }</time>
                </span>
                <span class="search__text" dir="auto">
                    { cut(excerpt.cut_before) }
                    { for excerpt.pieces.iter().map(|&(piece, marked)| if marked {
                        html! { <mark>{ piece }</mark> }
                    } else {
                        html! { { piece } }
                    }) }
                    { cut(excerpt.cut_behind) }
                </span>
            </a>
        </li>
    }
}

/// Arrows go from the field to the results and through them; Enter in the field goes to the first.
fn step(event: &KeyboardEvent) {
    if event.is_composing() || event.key_code() == 229 {
        return;
    }
    let Some(at) = document().active_element() else { return };
    let in_field = at.id() == "search";
    let forward = match event.key().as_str() {
        "ArrowDown" => true,
        "Enter" if in_field => true,
        "ArrowUp" if !in_field => false,
        _ => return,
    };
    let Ok(stops) = document().query_selector_all(".search__result, .search__more") else { return };
    let stop = |n: u32| stops.get(n).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let place = (0..stops.length()).find(|&n| stop(n).is_some_and(|stop| *stop == at));
    let next = match (place, forward) {
        (None, true) if in_field => Some(0),
        (None, _) => return,
        (Some(n), true) => Some(n + 1),
        (Some(n), false) => n.checked_sub(1),
    };
    event.prevent_default();
    match next {
        None => browser::focus("search"),
        Some(n) => {
            if let Some(stop) = stop(n) {
                let _ = stop.focus();
            }
        }
    }
}
