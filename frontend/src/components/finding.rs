//! Finding one's way, as the page holds it: the buttons in the bar, and the dialog that is open. The
//! dialog is the browser's own, which holds the focus, closes on Escape and gives the focus back.

use std::rc::Rc;

use tidings_shared::{RoomName, Username};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};
use yew::prelude::*;

use super::{icon, keys::keys, search::search, switcher::switcher};
use crate::{
    browser,
    hooks::{use_finder, use_while},
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

/// What comes of a dialog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// Something was chosen in the switcher.
    Target(Target),
    /// A message was, by its place.
    Message(RoomName, u64),
    /// Nothing was: it is closed.
    Nothing,
}

/// Props of [`Finder`].
#[derive(Clone, Properties, PartialEq, Debug)]
pub struct Finding {
    /// Which one is open.
    pub opened: Opened,
    /// The rooms there are.
    pub rooms: Rc<Vec<Listed>>,
    /// The one that one is in.
    pub present: RoomName,
    /// Who looks.
    pub me: Username,
    /// Called with what came of it.
    pub on_found: Callback<Found>,
}

/// The dialog; it is open as long as it is there.
#[component]
pub fn Finder(props: &Finding) -> Html {
    let words = &words().finding;
    let asks_who = props.opened == Opened::Switch;
    let finder = use_finder(asks_who, &props.rooms, &props.present, &props.me);
    let node = use_node_ref();
    let dialog = node.clone();
    let show = move || dialog.cast::<HtmlDialogElement>().map(|dialog| dialog.show_modal().is_ok());
    use_while((0, 1), Box::new(move || Box::new(show())));

    // The ground around it is the dialog's own; what is in it stands in an element that fills it.
    let onclick = Callback::from(|event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| {
            target.matches("dialog, .dialog__close, .dialog__close *").unwrap_or(false)
        }) {
            browser::close_dialogs();
        }
    });
    let onclose = props.on_found.reform(|_: Event| Found::Nothing);
    let (label, inside) = match props.opened {
        Opened::Switch => (words.switch, switcher(props, &finder)),
        Opened::Search => (words.search, search(props, &finder)),
        Opened::Keys => (words.keys, keys(&finder)),
    };
    html! {
        <dialog ref={node} class="dialog" aria-label={label} {onclick} {onclose}>
            <div class="dialog__inside">
                <button type="button" class="dialog__close" aria-label={words.close}>
                    { icon(icon::CLOSE) }
                </button>
                { inside }
            </div>
        </dialog>
    }
}

/// The buttons that open them, for hands without a keyboard and for whoever doesn't know the keys.
pub fn find_buttons(on_open: &Callback<Opened>) -> Html {
    let words = &words().finding;
    let (shown, said) =
        if browser::is_apple() { ("⌘ K", "Meta+K") } else { ("Ctrl K", "Control+K") };
    let button = |opened: Opened,
                  name: &'static str,
                  label: &'static str,
                  [keys, said]: [&'static str; 2],
                  path: &'static str| {
        let onclick = on_open.reform(move |_: MouseEvent| opened);
        html! {
            <button type="button" class="find" data-opens={name} title={[label, " (", keys, ")"].concat()}
                aria-label={label} aria-keyshortcuts={said} {onclick}>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d={path} /></svg>
            </button>
        }
    };
    html! {
        <div class="finds">
            { button(Opened::Search, "search", words.search, ["/"; 2], "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M13 13l4 4") }
            { button(Opened::Switch, "switch", words.switch, [shown, said], "M3 6h9M3 10h6M3 14h9M14 7l3 3-3 3") }
            { button(Opened::Keys, "keys", words.keys, ["?"; 2], "M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6 11.5h8") }
        </div>
    }
}
