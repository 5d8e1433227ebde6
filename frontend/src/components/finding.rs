//! Finding one's way, as the page holds it: the buttons in the bar, and whichever dialog is open.

use std::rc::Rc;

use tidings_shared::{RoomName, Username};
use yew::prelude::*;

use super::{Keys, Search, Switcher};
use crate::{
    state::{find::Target, rooms::Listed},
    words::words,
};

/// A dialog that can be open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// The quick switch.
    Switch,
    /// The search.
    Search,
    /// The keys.
    Keys,
}

/// What the dialogs are told, and tell.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which one is open.
    pub opened: Option<Opened>,
    /// The rooms there are.
    pub rooms: Rc<Vec<Listed>>,
    /// The one that one is in.
    pub present: RoomName,
    /// Who looks.
    pub me: Username,
    /// Called with what was chosen in the switcher.
    pub on_choose: Callback<Target>,
    /// Called with where a message stands.
    pub on_point: Callback<(RoomName, u64)>,
    /// Called when a dialog is closed.
    pub on_close: Callback<()>,
}

/// The dialog that is open.
pub fn dialogs(finding: Finding) -> Html {
    let Finding { opened, rooms, present, me, on_choose, on_point, on_close } = finding;
    match opened {
        None => html! {},
        Some(Opened::Switch) => html! {
            <Switcher key="switch" {rooms} {present} {me} {on_choose} {on_close} />
        },
        Some(Opened::Search) => html! {
            <Search key="search" room={present} on_go={on_point} {on_close} />
        },
        Some(Opened::Keys) => html! { <Keys key="keys" {on_close} /> },
    }
}

/// The buttons that open them, for hands without a keyboard and for whoever doesn't know the keys.
pub fn find_buttons(on_open: &Callback<Opened>) -> Html {
    let words = &words().finding;
    let button = |opened: Opened, label: &'static str, keys: &'static str, path: &'static str| {
        let onclick = on_open.reform(move |_: MouseEvent| opened);
        html! {
            <button type="button" class="find" data-opens={keys} title={[label, " (", keys, ")"].concat()}
                aria-label={label} aria-keyshortcuts={keys.replace(' ', "+")} {onclick}>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d={path} /></svg>
            </button>
        }
    };
    html! {
        <div class="finds">
            { button(Opened::Search, words.search, "/", "M9 3.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11M13 13l4 4") }
            { button(Opened::Switch, words.switch, "Ctrl K", "M3 6h9M3 10h6M3 14h9M14 7l3 3-3 3") }
            { button(Opened::Keys, words.keys, "?", "M2.500 5.500h15v9h-15zM5.500 8.500h.1M8.500 8.500h.1M11.500 8.500h.1M14.500 8.500h.1M6 11.500h8") }
        </div>
    }
}
