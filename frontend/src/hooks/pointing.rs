//! Which message is meant: the one that is pointed at, tapped, or reached by keys. It listens to the
//! page as a whole and looks at what the rows say of themselves, so the log needs to know nothing of it,
//! however its rows come and go.

use std::cell::{Cell, RefCell};

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent};
use yew::prelude::*;

use super::use_while;
use crate::{
    browser,
    text::edit::{self, Edit},
};

/// A message that the log holds.
const MESSAGE: &str = "#log [data-seq]:not([data-delivery])";

/// The message that is meant.
pub struct Pointing {
    /// Its place in the log.
    pub seq: Option<u64>,
    /// To be set on what stands beside it.
    pub node: NodeRef,
    /// What the keys do there: up and down to another message, left and right along the tools, Escape
    /// back to the log.
    pub on_key: Callback<KeyboardEvent>,
}

#[derive(Default)]
struct Memory {
    seq: Cell<Option<u64>>,
    on_link: RefCell<Callback<String>>,
}

/// Follows the reader; `on_link` is called with where a link within the app leads.
#[hook]
pub fn use_pointing(on_link: Callback<String>) -> Pointing {
    let node = use_node_ref();
    let memory = use_memo((), |()| Memory::default());
    let update = use_force_update();
    // The newest callback, for listeners that stay.
    *memory.on_link.borrow_mut() = on_link;

    let mean = {
        let memory = memory.clone();
        Callback::from(move |seq: Option<u64>| {
            if memory.seq.replace(seq) != seq {
                update.force_update();
            }
        })
    };
    {
        let (node, memory, mean) = (node.clone(), memory.clone(), mean.clone());
        use_while((0, 0), Box::new(move || Box::new(listen(&node, memory, &mean))));
    }
    {
        let (node, seq) = (node.clone(), memory.seq.get());
        let key = seq.map_or(0, |seq| seq as u32 | 1 << 31);
        use_while(
            (key, 1),
            Box::new(move || {
                put_beside(&node, seq);
                Box::new(())
            }),
        );
    }
    let on_key = {
        let (node, memory) = (node.clone(), memory.clone());
        Callback::from(move |event: KeyboardEvent| on_key(&event, &node, &memory, &mean))
    };
    Pointing { seq: memory.seq.get(), node, on_key }
}

fn listen(
    node: &NodeRef,
    memory: std::rc::Rc<Memory>,
    mean: &Callback<Option<u64>>,
) -> Vec<EventListener> {
    let document = browser::document();
    let over = {
        let (node, mean) = (node.clone(), mean.clone());
        EventListener::new(&document, "pointerover", move |event| {
            // A finger comes and clicks at once: tools that came with it would be under it by then.
            let is_touch =
                event.dyn_ref::<PointerEvent>().is_some_and(|e| e.pointer_type() == "touch");
            let Some(target) = target(event).filter(|_| !is_touch) else { return };
            if !is_within(&node, &target) && !has_focus(&node) {
                mean.emit(message_around(&target).and_then(|row| seq(&row)));
            }
        })
    };
    let focused = {
        let (node, mean) = (node.clone(), mean.clone());
        EventListener::new(&document, "focusin", move |event| {
            let Some(target) = target(event) else { return };
            let row = match target.id() == "log" {
                true if is_by_keys(&target) => last_in_view(&target),
                // A tap gives it the focus, and means the message that it is on.
                true => return,
                false if is_within(&node, &target) => return,
                false => message_around(&target),
            };
            mean.emit(row.and_then(|row| seq(&row)));
        })
    };
    let click = {
        let (node, mean) = (node.clone(), mean.clone());
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, "click", options, move |event| {
            let Some(target) = target(event) else { return };
            // So a finger means one.
            if let Some(row) = message_around(&target).filter(|_| !is_within(&node, &target)) {
                mean.emit(seq(&row));
            }
            let held = event
                .dyn_ref::<MouseEvent>()
                .is_some_and(|e| e.ctrl_key() || e.meta_key() || e.shift_key());
            let link = target.closest("a[data-go]").ok().flatten();
            if let Some(to) = link.and_then(|link| link.get_attribute("data-go")).filter(|_| !held)
            {
                event.prevent_default();
                memory.on_link.borrow().emit(to);
            }
        })
    };
    let scroll = {
        let (node, mean) = (node.clone(), mean.clone());
        let options = EventListenerOptions::run_in_capture_phase();
        EventListener::new_with_options(&document, "scroll", options, move |event| {
            let is_log = target(event).is_some_and(|target| target.id() == "log");
            if is_log && has_focus(&node) {
                put_beside(&node, beside(&node));
            } else if is_log {
                mean.emit(None);
            }
        })
    };
    let enter = {
        let node = node.clone();
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, "keydown", options, move |event| {
            let is_log = target(event).is_some_and(|target| target.id() == "log");
            let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
            if is_log && key.as_deref() == Some("Enter") {
                // Or it would press what it leads to.
                event.prevent_default();
                focus(all(&node.cast(), "button").first());
            }
        })
    };
    vec![over, focused, click, scroll, enter]
}

fn on_key(event: &KeyboardEvent, node: &NodeRef, memory: &Memory, mean: &Callback<Option<u64>>) {
    let key = event.key();
    let step = match key.as_str() {
        "ArrowUp" | "ArrowLeft" => -1,
        "ArrowDown" | "ArrowRight" => 1,
        "Escape" => 0,
        _ => return,
    };
    event.prevent_default();
    let Some(tools) = node.cast::<Element>() else { return };
    match key.as_str() {
        "Escape" => {
            browser::focus("log");
            mean.emit(None);
        }
        "ArrowUp" | "ArrowDown" => {
            // Not every message has the last tool: the focus would be lost with it.
            if tools.matches(":has([data-tool=raw]:focus)").unwrap_or(false) {
                focus(all(&Some(tools), "button").first());
            }
            let rows = all(&browser::document().document_element(), MESSAGE);
            let present = rows.iter().position(|row| seq(row) == memory.seq.get());
            let next = present.and_then(|at| rows.get(at.checked_add_signed(step)?));
            if let Some(row) = next {
                browser::bring_into_sight(row);
                mean.emit(seq(row));
            }
        }
        _ => {
            let buttons = all(&Some(tools), "button");
            let present =
                buttons.iter().position(|button| button.matches(":focus").unwrap_or(false));
            let next = present.and_then(|at| buttons.get(at.checked_add_signed(step)?));
            focus(next);
        }
    }
}

fn focus(element: Option<&Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_ref::<HtmlElement>()) {
        let _ = element.focus();
    }
}

fn all(root: &Option<Element>, selector: &str) -> Vec<Element> {
    let found = root.as_ref().and_then(|root| root.query_selector_all(selector).ok());
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn message_around(target: &Element) -> Option<Element> {
    target.closest(MESSAGE).ok()?
}

fn seq(row: &Element) -> Option<u64> {
    row.get_attribute("data-seq")?.parse().ok()
}

/// Whether it is one of the tools, or the message as it was written, which a tool has opened: from there
/// the focus comes back to that tool.
fn is_within(node: &NodeRef, target: &Element) -> bool {
    node.get().is_some_and(|node| node.contains(Some(target)))
        || target.closest("dialog.raw").is_ok_and(|dialog| dialog.is_some())
}

/// Whether somebody is there by keys. A click leaves the focus too, but a mouse goes on.
fn has_focus(node: &NodeRef) -> bool {
    let active = browser::document().active_element();
    active.is_some_and(|element| is_within(node, &element) && is_by_keys(&element))
}

fn is_by_keys(focused: &Element) -> bool {
    focused.matches(":focus-visible").unwrap_or(false)
}

/// The message that the tools stand beside.
fn beside(node: &NodeRef) -> Option<u64> {
    node.cast::<Element>()?.get_attribute("data-for")?.parse().ok()
}

fn last_in_view(log: &Element) -> Option<Element> {
    let bottom = log.get_bounding_client_rect().bottom();
    let rows = all(&Some(log.clone()), MESSAGE).into_iter().rev();
    rows.into_iter().find(|row| row.get_bounding_client_rect().top() < bottom - 8.0)
}

/// The element that holds a message's text.
#[must_use]
pub fn message_text(seq: u64) -> Option<Element> {
    let selector = ["#log [data-seq=\"", &seq.to_string(), "\"] .text"].concat();
    browser::document().query_selector(&selector).ok()?
}

/// Puts the tools beside the message: where there is room by the side that its corner points away from,
/// else over its upper edge beside the time, or above a time that leaves too little room; below it where
/// that would be out of view. Always within the log.
fn put_beside(node: &NodeRef, seq: Option<u64>) {
    const NEAR: f64 = 6.0;
    let place = || {
        let tools = node.cast::<HtmlElement>()?;
        let text = message_text(seq?)?;
        let row = text.closest(MESSAGE).ok()??;
        let log = text.closest("#log").ok()??.get_bounding_client_rect();
        let time = row.query_selector("time").ok()??.get_bounding_client_rect();
        let (row, text) = (row.get_bounding_client_rect(), text.get_bounding_client_rect());
        let size = tools.get_bounding_client_rect();
        let (width, height) = (size.width(), size.height());
        let is_at_end = text.left() - row.left() > row.right() - text.right();
        let last = row.right() - width;
        let mut left = if is_at_end { text.left() - width - NEAR } else { text.right() + NEAR };
        let mut top = text.top();
        if left < row.left() || left > last {
            left = if is_at_end { row.left() } else { last };
            let is_free = is_at_end || time.right() < last;
            top = if is_free { top + NEAR } else { time.top() } - height;
            if top < log.top() {
                top = text.bottom();
            }
        }
        let top = top.min(log.bottom() - height).max(log.top()) as i32;
        let inset = [&top.to_string(), "px auto auto ", &(left as i32).to_string(), "px"].concat();
        tools.style().set_property("inset", &inset).ok()
    };
    place();
}

/// Writes on at the end of what is begun in the place to write, on a line of its own.
pub fn write_more(more: &str) {
    browser::focus("composer");
    if let Some(field) = browser::text_area("composer") {
        let text = field.value();
        let end = edit::units(&text);
        let more = if text.is_empty() || text.ends_with('\n') {
            more.to_owned()
        } else {
            ["\n", more].concat()
        };
        let caret = end + edit::units(&more);
        browser::edit(&field, &Edit { start: end, end, text: more, select: (caret, caret) });
    }
}
