//! What helps while one writes: completion of names, rooms and emoji; the keys that format; the offer to
//! make code of a long paste. It reads the field itself, where the caret is, and changes it as a
//! keyboard would, so that the browser can undo it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::{
    browser,
    components::{Offers, composer},
    text::{
        complete::{self, Kind},
        edit::{self, Edit},
    },
};

/// The help there is at this moment, and what to call for it.
pub struct Writing {
    /// What the word before the caret may become.
    pub offered: Option<Offers>,
    /// A paste that may be meant as code.
    pub pasted: Option<String>,
    /// Takes an offer.
    pub on_take: Callback<usize>,
    /// Makes code of the paste.
    pub on_fence: Callback<MouseEvent>,
    /// A key; answers whether it was for the help.
    pub on_key: Callback<KeyboardEvent, bool>,
    /// Something has changed: the text (`true`), or only where the caret is.
    pub on_change: Callback<bool>,
    /// Something is pasted.
    pub on_paste: Callback<Event>,
}

/// The list that is open, as it is now: the next key may come before the page shows it.
#[derive(Clone)]
struct Offered {
    list: Rc<RefCell<Option<Offers>>>,
    page: UseForceUpdateHandle,
}

impl Offered {
    fn set(&self, list: Option<Offers>) {
        let is_news = *self.list.borrow() != list;
        *self.list.borrow_mut() = list;
        if is_news {
            self.page.force_update();
        }
    }
}

fn field() -> Option<HtmlTextAreaElement> {
    browser::text_area(composer::ID)
}

fn selection(field: &HtmlTextAreaElement) -> (u32, u32) {
    let at = |units: Result<Option<u32>, _>| units.ok().flatten().unwrap_or(0);
    (at(field.selection_start()), at(field.selection_end()))
}

/// Helps with what is written; `known` names the people or the rooms that are known.
#[hook]
pub fn use_writing(known: &Callback<Kind, Vec<String>>) -> Writing {
    let offered = Offered { list: use_mut_ref(|| None), page: use_force_update() };
    let pasted = use_state_eq(|| None::<String>);
    // Closed by Escape: it stays so until the next word.
    let closed = use_memo((), |()| Cell::new(false));

    let on_take = {
        let offered = offered.clone();
        Callback::from(move |at: usize| {
            let list = offered.list.borrow().clone();
            let offer = list.as_ref().and_then(|list| Some((list.word, list.offers.get(at)?)));
            if let (Some(((start, end), offer)), Some(field)) = (offer, field()) {
                let text = [&offer.text, " "].concat();
                let caret = start + edit::units(&text);
                browser::edit(&field, &Edit { start, end, text, select: (caret, caret) });
            }
            offered.set(None);
        })
    };
    let on_change = {
        let (offered, closed, known) = (offered.clone(), closed.clone(), known.clone());
        Callback::from(move |written: bool| {
            let list = look(&known);
            if list.is_none() {
                closed.set(false);
            }
            // A list opens because one writes, and follows the caret; it does not open for a caret alone.
            let old = offered.list.borrow().clone();
            let list = list.filter(|_| !closed.get() && (written || old.is_some()));
            let same = |a: &Offers, b: &Offers| a.word == b.word && a.offers == b.offers;
            match (&old, list) {
                (Some(old), Some(new)) if same(old, &new) => {}
                (_, list) => offered.set(list),
            }
        })
    };
    let on_key = {
        let (offered, on_take) = (offered.clone(), on_take.clone());
        Callback::from(move |event: KeyboardEvent| {
            let list = offered.list.borrow().clone();
            let in_list = |list| key_in_list(&event, &list, &offered, &on_take, &closed);
            let done = list.is_some_and(in_list) || key_of_format(&event);
            if done {
                event.prevent_default();
            }
            done
        })
    };
    let on_paste = {
        let pasted = pasted.clone();
        Callback::from(move |event: Event| {
            let data = event
                .dyn_ref::<web_sys::ClipboardEvent>()
                .and_then(web_sys::ClipboardEvent::clipboard_data);
            let text = data.and_then(|data| data.get_data("text/plain").ok());
            let text = text.map(|text| text.replace("\r\n", "\n"));
            pasted.set(text.filter(|text| edit::looks_like_code(text)));
        })
    };
    let on_fence = {
        let pasted = pasted.clone();
        Callback::from(move |_: MouseEvent| {
            if let (Some(text), Some(field)) = (&*pasted, field()) {
                let _ = field.focus();
                if let Some(edit) = edit::fence(&field.value(), text) {
                    browser::edit(&field, &edit);
                }
            }
            pasted.set(None);
        })
    };
    Writing {
        offered: offered.list.borrow().clone(),
        pasted: (*pasted).clone(),
        on_take,
        on_fence,
        on_key,
        on_change,
        on_paste,
    }
}

/// What is offered where the caret is.
fn look(known: &Callback<Kind, Vec<String>>) -> Option<Offers> {
    let field = field()?;
    let (start, end) = selection(&field);
    if !browser::has_focus(composer::ID) || start != end {
        return None;
    }
    let text = field.value();
    let begun = complete::begun(&text, edit::to_bytes(&text, end))?;
    let names = if begun.kind == Kind::Emoji { Vec::new() } else { known.emit(begun.kind) };
    let offers = complete::offers(&begun, &names);
    let word = (edit::units(&text[..begun.at]), end);
    (!offers.is_empty()).then_some(Offers { kind: begun.kind, word, offers, meant: 0 })
}

/// A key while the list is open.
fn key_in_list(
    event: &KeyboardEvent,
    list: &Offers,
    offered: &Offered,
    on_take: &Callback<usize>,
    closed: &Rc<Cell<bool>>,
) -> bool {
    let count = list.offers.len();
    let mean = |meant: usize| offered.set(Some(Offers { meant: meant % count, ..list.clone() }));
    match event.key().as_str() {
        "ArrowDown" => mean(list.meant + 1),
        "ArrowUp" => mean(list.meant + count - 1),
        "Enter" | "Tab" if !event.shift_key() => on_take.emit(list.meant),
        "Escape" => {
            closed.set(true);
            offered.set(None);
        }
        _ => return false,
    }
    true
}

/// Ctrl or Cmd with B, I, E: bold, italic, code.
fn key_of_format(event: &KeyboardEvent) -> bool {
    let held = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
    let sign = match event.key().as_str() {
        "b" | "B" if held => "**",
        "i" | "I" if held => "*",
        "e" | "E" if held => "`",
        _ => return false,
    };
    if let Some(field) = field() {
        let (start, end) = selection(&field);
        browser::edit(&field, &edit::wrap(&field.value(), start, end, sign));
    }
    true
}
