//! The list of rooms: where one is, what is unread elsewhere and who spoke to one there, what else
//! there is. The field above it filters the list, and goes to what is typed.

use std::rc::Rc;

use tidings_shared::{RoomName, Timestamp, route};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{icon, when};
use crate::{
    browser,
    state::{
        find::tidy,
        rooms::{Listed, shown},
    },
    words::{count_in, fill, words},
};

/// More unread than this is said to be more.
const MANY: u64 = 999;

/// Props of [`Rooms`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The rooms there are.
    pub list: Rc<Vec<Listed>>,
    /// The one that one is in.
    pub present: RoomName,
    /// Why the address named none.
    #[prop_or_default]
    pub error: bool,
    /// Called with where to go, as it was typed or chosen.
    pub on_go: Callback<String>,
    /// Called with a room that is no longer to be listed.
    pub on_leave: Callback<RoomName>,
}

/// The list; a click goes there, or leaves.
#[component]
pub fn Rooms(props: &Props) -> Html {
    let words = &words().finding;
    // Nothing was typed yet, or this.
    let typing = use_state(|| None::<String>);
    let typed = typing.as_deref().unwrap_or_default();
    let go = {
        let (on_go, typing) = (props.on_go.clone(), typing.clone());
        Callback::from(move |name: String| {
            // What breaks the rule stays, with the rule beneath it.
            if name.parse::<RoomName>().is_ok() {
                typing.set(None);
            }
            on_go.emit(name);
        })
    };
    let oninput = {
        let typing = typing.clone();
        Callback::from(move |event: InputEvent| {
            typing.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let onsubmit = {
        let go = go.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = browser::typed("room").trim().to_owned();
            let holds = typed.parse::<RoomName>().is_ok();
            if !typed.is_empty() {
                go.emit(typed);
            }
            if holds {
                browser::focus_conversation();
            }
        })
    };
    let list = shown(&props.list, typed);
    let new = tidy(typed).filter(|name| props.list.iter().all(|room| room.name != *name));
    // The rule belongs to what was typed then, and goes when that is gone.
    let breaks = |typed: &String| !typed.is_empty() && typed.parse::<RoomName>().is_err();
    let error = props.error && typing.as_ref().is_none_or(breaks);
    let line = |room: &&Listed| line(room, props, &go);
    html! {
        <nav class="rooms" aria-labelledby="rooms-title">
            <h2 id="rooms-title">{ words.rooms }</h2>
            <form class="field rooms__find" {onsubmit}>
                <label class="unseen" for="room">{ words.go_or_make }</label>
                <input
                    id="room" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                    enterkeyhint="go" dir="auto" placeholder={words.go_or_make} value={typed.to_owned()}
                    aria-invalid={error.then_some("true")}
                    aria-describedby={error.then_some("room-rule")}
                    {oninput}
                />
                if error {
                    <p class="field__rule" id="room-rule" role="alert">{ words.room_rule }</p>
                }
            </form>
            if let Some(name) = new {
                <button type="button" class="rooms__new" onclick={go.reform({
                    let name = name.clone();
                    move |_: MouseEvent| name.to_string()
                })}>{ fill(words.new_room, name.as_str()) }</button>
            }
            <ul>{ for list.own.iter().map(line) }</ul>
            if !list.others.is_empty() {
                <h3>{ words.others }</h3>
                <ul>{ for list.others.iter().map(line) }</ul>
            }
            if list.hidden > 0 {
                <p class="hint rooms__more">{ fill(words.more_rooms, &list.hidden.to_string()) }</p>
            }
        </nav>
    }
}

fn line(room: &Listed, props: &Props, go: &Callback<String>) -> Html {
    let words = &words().finding;
    let name = room.name.as_str();
    // A click with a key held down is the browser's: another tab, another window.
    let onclick = {
        let (go, name) = (go.clone(), room.name.clone());
        Callback::from(move |event: MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                go.emit(name.to_string());
            }
        })
    };
    let on_leave = (room.joined && name != RoomName::LOBBY).then(|| {
        let name = room.name.clone();
        props.on_leave.reform(move |_: MouseEvent| name.clone())
    });
    let leave = AttrValue::from(fill(words.leave, name));
    let title = match room.topic.as_str() {
        "" => name.to_owned(),
        topic => [name, topic].join(" · "),
    };
    let mentions = (room.mentions > 0).then(|| count_in(words.mentions, room.mentions as usize));
    html! {
        <li key={name} class={if room.unread > 0 { "rooms__line is-unread" } else { "rooms__line" }}>
            <a href={route::page(&room.name)} data-room={name.to_owned()} {title}
                aria-current={(room.name == props.present).then_some("page")} {onclick}>
                <span class="rooms__name"><bdi>{ name }</bdi></span>
                if room.last_ms > 0 {
                    <span class="rooms__when">{ when::short(Timestamp::from_ms(room.last_ms)) }</span>
                }
                if let Some(mentions) = mentions {
                    <span class="rooms__mentions" title={mentions.clone()}>
                        <span aria-hidden="true">{ "@" }{ room.mentions }</span>
                        <span class="unseen">{ mentions }</span>
                    </span>
                }
                { unread(room.unread) }
            </a>
            if let Some(onclick) = on_leave {
                <button type="button" class="rooms__leave" title={&leave}
                    aria-label={&leave} {onclick}>
                    { icon(icon::CLOSE) }
                </button>
            }
        </li>
    }
}

/// How many messages are unread, where any are.
pub fn unread(n: u64) -> Html {
    html! {
        if n > 0 {
            <span class="rooms__unread">
                { count(n) }<span class="unseen">{ words().finding.unread }</span>
            </span>
        }
    }
}

/// So many unread messages, in few letters.
pub(super) fn count(unread: u64) -> String {
    match unread {
        n if n > MANY => [&MANY.to_string(), "+"].concat(),
        n => n.to_string(),
    }
}
