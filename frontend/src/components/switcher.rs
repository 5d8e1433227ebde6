//! The quick switch: a few letters, and one is there. A combobox with a list (WAI-ARIA's pattern): the
//! keyboard stays in the field, arrows choose, Enter goes.

use std::rc::Rc;

use tidings_shared::{RoomName, Username};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::{Dialog, rooms::count};
use crate::{
    browser::document,
    hooks::use_people,
    state::{
        find::{Target, offer},
        rooms::Listed,
    },
    words::words,
};

/// Props of [`Switcher`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The rooms there are.
    pub rooms: Rc<Vec<Listed>>,
    /// The one that one is in.
    pub present: RoomName,
    /// Who goes; nobody looks for oneself.
    pub me: Username,
    /// Called with what was chosen.
    pub on_choose: Callback<Target>,
    /// Called when nothing was.
    pub on_close: Callback<()>,
}

/// The switcher.
#[component]
pub fn Switcher(props: &Props) -> Html {
    let words = &words().finding;
    let typed = use_state(String::new);
    let place = use_state(|| 0_usize);
    let people = use_people(peopled(props), props.me.clone());
    let offered = Rc::new(offer(&typed, &props.rooms, &people, &props.present));
    let at = (*place).min(offered.len().saturating_sub(1));

    let oninput = {
        let (typed, place) = (typed.clone(), place.clone());
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
            place.set(0);
        })
    };
    let onkeydown = {
        let (offered, place) = (offered.clone(), place.clone());
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let count = offered.len();
            if event.is_composing() || event.key_code() == 229 || count == 0 {
                return;
            }
            match event.key().as_str() {
                "Enter" => on_choose.emit(offered[at].clone()),
                "ArrowDown" => choose(&place, (at + 1) % count),
                "ArrowUp" => choose(&place, (at + count - 1) % count),
                _ => return,
            }
            event.prevent_default();
        })
    };
    html! {
        <Dialog label={words.switch} on_close={props.on_close.clone()}>
            <input
                id="switch" class="dialog__field" type="text" autofocus=true autocomplete="off"
                autocapitalize="none" spellcheck="false" dir="auto" enterkeyhint="go"
                role="combobox" aria-expanded="true" aria-autocomplete="list"
                aria-controls="switch-list" aria-label={words.switch}
                aria-activedescendant={(!offered.is_empty()).then(|| option(at))}
                placeholder={words.switch_hint} value={(*typed).clone()} {oninput} {onkeydown}
            />
            <ul id="switch-list" class="switch" role="listbox" aria-label={words.switch}>
                { for offered.iter().enumerate().map(|(n, target)| {
                    let (target, on_choose) = (target.clone(), props.on_choose.clone());
                    let shown = line(&target, &props.present);
                    let onclick = Callback::from(move |_: MouseEvent| on_choose.emit(target.clone()));
                    html! {
                        <li id={option(n)} class="switch__line" role="option"
                            aria-selected={(n == at).to_string()} {onclick}>{ shown }</li>
                    }
                }) }
            </ul>
            <p class="hint" role="status">{ if offered.is_empty() { words.nothing_fits } else { "" } }</p>
        </Dialog>
    }
}

/// The rooms to ask who is there: this one, and one's own in which somebody is.
fn peopled(props: &Props) -> Vec<RoomName> {
    let others =
        props.rooms.iter().filter(|room| room.joined && room.peopled && room.name != props.present);
    std::iter::once(&props.present).chain(others.map(|room| &room.name)).cloned().collect()
}

fn option(n: usize) -> String {
    format!("switch-{n}")
}

/// Chooses a line, and brings it into sight.
fn choose(place: &UseStateHandle<usize>, n: usize) {
    place.set(n);
    if let Some(line) = document().get_element_by_id(&option(n)) {
        scroll_to(&line);
    }
}

/// Scrolls the list, and nothing around it.
fn scroll_to(line: &Element) {
    let Some(line) = line.dyn_ref::<web_sys::HtmlElement>() else { return };
    let Some(list) = line.parent_element() else { return };
    let (top, bottom) = (line.offset_top(), line.offset_top() + line.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}

fn line(target: &Target, present: &RoomName) -> Html {
    let words = &words().finding;
    let (sign, name, does) = match target {
        Target::Room(room) => ("#", room.name.to_string(), room.topic.to_string()),
        Target::Person(name, room) if room == present => {
            ("@", name.to_string(), (words.mention)(name.as_str()))
        }
        Target::Person(name, room) => ("@", name.to_string(), (words.go_to_person)(room.as_str())),
        Target::New(room) => ("+", (words.new_room)(room.as_str()), String::new()),
    };
    let unread = match target {
        Target::Room(room) if room.unread > 0 => Some((room.mentions, room.unread)),
        _ => None,
    };
    html! {
        <>
            <span class="switch__sign" aria-hidden="true">{ sign }</span>
            <bdi class="switch__name">{ name }</bdi>
            <span class="switch__does">{ does }</span>
            if let Some((mentions, unread)) = unread {
                if mentions > 0 {
                    <span class="rooms__mentions">{ "@" }{ mentions }</span>
                }
                <span class="rooms__unread">{ count(unread) }<span class="unseen">{ words.unread }</span></span>
            }
        </>
    }
}
