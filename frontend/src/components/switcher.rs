//! The quick switch: a few letters, and one is there. A combobox with a list (WAI-ARIA's pattern): the
//! keyboard stays in the field, arrows choose, Enter goes.

use tidings_shared::RoomName;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    finding::{Finding, Found},
    rooms::count,
};
use crate::{
    browser::document,
    hooks::FinderHandle,
    state::{
        find::{Target, offer},
        finder::Finder as State,
    },
    words::{fill, words},
};

/// The switcher.
pub fn switcher(props: &Finding, finder: &FinderHandle) -> Html {
    let words = &words().finding;
    let state = finder.read();
    let (offered, at) = choices(props, &state);

    let oninput = {
        let finder = finder.clone();
        Callback::from(move |event: InputEvent| {
            finder.change(|state| {
                state.typed = event.target_unchecked_into::<HtmlInputElement>().value();
                state.place = 0;
            });
        })
    };
    let onkeydown = {
        let (finder, props) = (finder.clone(), props.clone());
        Callback::from(move |event: KeyboardEvent| {
            // The last letter may not be seen to have done anything yet.
            let (offered, at) = choices(&props, &finder.read());
            let count = offered.len();
            if event.is_composing() || event.key_code() == 229 || count == 0 {
                return;
            }
            let place = match event.key().as_str() {
                "Enter" => {
                    event.prevent_default();
                    return props.on_found.emit(Found::Target(offered[at].clone()));
                }
                "ArrowDown" => (at + 1) % count,
                "ArrowUp" => (at + count - 1) % count,
                _ => return,
            };
            event.prevent_default();
            finder.change(|state| state.place = place);
            bring_into_sight(place);
        })
    };
    html! {
        <>
            <input
                id="switch" class="dialog__field" type="text" autofocus=true autocomplete="off"
                autocapitalize="none" spellcheck="false" dir="auto" enterkeyhint="go"
                role="combobox" aria-expanded="true" aria-autocomplete="list"
                aria-controls="switch-list" aria-label={words.switch}
                aria-activedescendant={(!offered.is_empty()).then(|| option(at))}
                placeholder={words.switch_hint} value={state.typed.clone()} {oninput} {onkeydown}
            />
            <ul id="switch-list" class="switch" role="listbox" aria-label={words.switch}>
                { for offered.iter().enumerate().map(|(n, target)| line(target, n, n == at, props, finder)) }
            </ul>
            <p class="hint" role="status">{ if offered.is_empty() { words.nothing_fits } else { "" } }</p>
        </>
    }
}

/// What is offered for what is typed, and which of it is chosen.
fn choices(props: &Finding, state: &State) -> (Vec<Target>, usize) {
    let offered = offer(&state.typed, &props.rooms, &state.people, &props.present);
    let at = state.place.min(offered.len().saturating_sub(1));
    (offered, at)
}

fn option(n: usize) -> String {
    ["switch-", &n.to_string()].concat()
}

/// Scrolls the list, and nothing around it.
fn bring_into_sight(place: usize) {
    let line = document().get_element_by_id(&option(place));
    let line = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok());
    let Some((line, list)) = line.and_then(|line| Some((line.clone(), line.parent_element()?)))
    else {
        return;
    };
    let (top, bottom) = (line.offset_top(), line.offset_top() + line.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}

fn line(target: &Target, n: usize, chosen: bool, props: &Finding, finder: &FinderHandle) -> Html {
    let words = &words().finding;
    let (sign, name, does) = words_for(target, &props.present);
    let (mentions, unread) = match target {
        Target::Room(room) => (room.mentions, room.unread),
        _ => (0, 0),
    };
    let onclick = {
        let target = target.clone();
        props.on_found.reform(move |_: MouseEvent| Found::Target(target.clone()))
    };
    // The mouse chooses as the arrows do: one line is marked, and Enter takes it. A line that comes
    // under a mouse that lies still is not chosen.
    let onmousemove = (!chosen).then(|| {
        let finder = finder.clone();
        Callback::from(move |_: MouseEvent| finder.change(|state| state.place = n))
    });
    html! {
        <li id={option(n)} class="switch__line" role="option" aria-selected={chosen.to_string()} {onclick} {onmousemove}>
            <span class="switch__sign" aria-hidden="true">{ sign }</span>
            <bdi class="switch__name">{ name }</bdi>
            <span class="switch__does">{ does }</span>
            if mentions > 0 {
                <span class="rooms__mentions">{ "@" }{ mentions }</span>
            }
            if unread > 0 {
                <span class="rooms__unread">{ count(unread) }<span class="unseen">{ words.unread }</span></span>
            }
        </li>
    }
}

/// A sign, a name, and what happens or what it is about.
fn words_for(target: &Target, present: &RoomName) -> (&'static str, String, String) {
    let words = &words().finding;
    match target {
        Target::Room(room) => ("#", room.name.to_string(), room.topic.to_string()),
        Target::New(room) => ("+", fill(words.new_room, room.as_str()), String::new()),
        Target::Person(name, room) => {
            let does = if room == present {
                fill(words.mention, name.as_str())
            } else {
                fill(words.go_to_person, room.as_str())
            };
            ("@", name.to_string(), does)
        }
    }
}
