//! The list of rooms: where one is, what is unread elsewhere, what else there is.

use tidings_shared::{RoomName, route};
use yew::prelude::*;

use crate::state::rooms::Listed;

/// More unread than this is said to be more.
const MANY: u64 = 999;

/// The list; a click goes there, or leaves.
pub fn rooms(
    list: &[Listed],
    present: &RoomName,
    on_go: &Callback<RoomName>,
    on_leave: &Callback<RoomName>,
) -> Html {
    let (joined, others): (Vec<_>, Vec<_>) = list.iter().partition(|room| room.joined);
    html! {
        <nav class="rooms" aria-labelledby="rooms-title">
            <h2 id="rooms-title">{ "Rooms" }</h2>
            <ul>{ for joined.iter().map(|room| line(room, present, on_go, Some(on_leave))) }</ul>
            if !others.is_empty() {
                <h3>{ "Others on this server" }</h3>
                <ul>{ for others.iter().map(|room| line(room, present, on_go, None)) }</ul>
            }
        </nav>
    }
}

fn line(
    room: &Listed,
    present: &RoomName,
    on_go: &Callback<RoomName>,
    on_leave: Option<&Callback<RoomName>>,
) -> Html {
    let name = room.name.as_str();
    let is_present = &room.name == present;
    let call = |on: &Callback<RoomName>| {
        let name = room.name.clone();
        on.reform(move |event: MouseEvent| {
            event.prevent_default();
            name.clone()
        })
    };
    // A click with a key held down is the browser's: another tab, another window.
    let onclick = {
        let (on_go, name) = (on_go.clone(), room.name.clone());
        Callback::from(move |event: MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                on_go.emit(name.clone());
            }
        })
    };
    let unread = match room.unread {
        0 => None,
        n if n > MANY => Some(format!("{MANY}+")),
        n => Some(n.to_string()),
    };
    let leave = on_leave.filter(|_| name != RoomName::LOBBY);
    html! {
        <li key={name} class={classes!("rooms__line", unread.is_some().then_some("is-unread"))}>
            <a href={route::page(&room.name)} data-room={name.to_owned()}
                aria-current={is_present.then_some("page")} {onclick}>
                <span class="rooms__name">{ name }</span>
                if let Some(unread) = unread {
                    <span class="rooms__unread">{ unread }<span class="unseen">{ " unread" }</span></span>
                }
            </a>
            if let Some(on_leave) = leave {
                <button type="button" class="rooms__leave" title="Leave" aria-label={format!("Leave {name}")}
                    onclick={call(on_leave)}>
                    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" /></svg>
                </button>
            }
        </li>
    }
}
