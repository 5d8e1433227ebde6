//! Keeps the reader's place in the log: at the bottom as long as they are there, and where they
//! are when they have scrolled up, whatever comes below or is put in above.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, MutationObserver, MutationObserverInit, ResizeObserver};
use yew::prelude::*;

use super::use_while;

/// As near to an end as this many pixels counts as being there.
const NEAR: i32 = 60;
/// History is asked for before the reader has reached its beginning.
const AHEAD: i32 = 600;

/// What the log shows beside its messages.
#[derive(Clone, Debug)]
pub struct LogScroll {
    /// To be set on the element that scrolls.
    pub node: NodeRef,
    /// How many messages have come in below since the reader was at the bottom.
    pub unread: usize,
    /// Goes to the bottom.
    pub to_bottom: Callback<()>,
}

/// Where the reader was when the page was last brought up to date.
#[derive(Default)]
struct Place {
    away: Cell<bool>,
    seen: Cell<usize>,
    oldest: Cell<Option<u64>>,
    written: Cell<usize>,
    height_before: Cell<Option<i32>>,
    /// How far down the log stood when this was last looked at.
    top: Cell<i32>,
    near_top: RefCell<Callback<()>>,
}

impl Place {
    /// Whether the reader is away from the bottom. Who has scrolled up in this very moment is,
    /// though the browser has not told yet; and what only shrank moved up by itself.
    fn look(&self, log: &Element) -> bool {
        let top = log.scroll_top();
        let below = log.scroll_height() - top - log.client_height();
        let moved_up = top < self.top.get() && below > NEAR;
        if moved_up {
            self.away.set(true);
        }
        self.away.get()
    }

    fn go_to(&self, log: &Element, top: i32) {
        log.set_scroll_top(top);
        self.top.set(log.scroll_top());
    }
}

/// Keeps the place in a log of which `arrived` messages have come in, `written` of one's own stand
/// at its end, and `oldest` is the first; `near_top` is called when history will soon be wanted.
#[hook]
pub fn use_log_scroll(
    arrived: usize,
    written: usize,
    oldest: Option<u64>,
    near_top: Callback<()>,
) -> LogScroll {
    let node = use_node_ref();
    let place = use_memo((), |()| Place::default());
    let update = use_force_update();

    // While this runs, the page still shows what was: the moment to measure it.
    if oldest != place.oldest.get() {
        place.oldest.set(oldest);
        place.height_before.set(element(&node).map(|log| log.scroll_height()));
    }
    // Whoever writes wants to see what they wrote.
    if written > place.written.replace(written) {
        place.away.set(false);
    }
    if !place.away.get() {
        place.seen.set(arrived);
    }

    // The newest callback, for a listener that stays.
    *place.near_top.borrow_mut() = near_top;
    {
        let (node, place, update) = (node.clone(), place.clone(), update.clone());
        let listen = move || {
            let log = element(&node)?;
            let scrolled = on_scroll(log.clone(), place.clone(), update);
            Some((EventListener::new(&log, "scroll", move |_| scrolled()), keep_place(&log, place)))
        };
        use_while((0, 0), Box::new(|| Box::new(listen())));
    }
    let to_bottom = {
        let (node, place) = (node.clone(), place.clone());
        Callback::from(move |()| {
            place.away.set(false);
            if let Some(log) = element(&node) {
                place.go_to(&log, log.scroll_height());
            }
            update.force_update();
        })
    };
    LogScroll { node, unread: arrived.saturating_sub(place.seen.get()), to_bottom }
}

/// Notes where the reader has gone.
fn on_scroll(log: Element, place: Rc<Place>, update: UseForceUpdateHandle) -> impl Fn() {
    move || {
        let top = log.scroll_top();
        let away = log.scroll_height() - top - log.client_height() > NEAR;
        place.top.set(top);
        if place.away.replace(away) != away {
            update.force_update();
        }
        if away && top < AHEAD {
            place.near_top.borrow().emit(());
        }
    }
}

/// Observes the log's lines and its height.
struct Keeping {
    on_lines: Option<MutationObserver>,
    on_height: Option<ResizeObserver>,
    _keep: Closure<dyn Fn()>,
}

impl Drop for Keeping {
    fn drop(&mut self) {
        if let Some(on_lines) = &self.on_lines {
            on_lines.disconnect();
        }
        if let Some(on_height) = &self.on_height {
            on_height.disconnect();
        }
    }
}

/// Keeps the place whenever the log's lines change, or its height: a keyboard that opens, or a
/// composer that grows, takes from that. An observer and no effect of the component, because it
/// runs before the browser paints, and an effect may run after: the reader would see a jump.
fn keep_place(log: &Element, place: Rc<Place>) -> Keeping {
    let keep = {
        let log = log.clone();
        move || {
            let before = place.height_before.take();
            if !place.look(&log) {
                place.go_to(&log, log.scroll_height());
            } else if let Some(before) = before {
                place.go_to(&log, log.scroll_top() + log.scroll_height() - before);
            }
        }
    };
    keep();
    let keep = Closure::<dyn Fn()>::new(keep);
    let on_lines = MutationObserver::new(keep.as_ref().unchecked_ref()).ok();
    let on_height = ResizeObserver::new(keep.as_ref().unchecked_ref()).ok();
    if let (Some(on_lines), Some(on_height)) = (&on_lines, &on_height) {
        let lines = MutationObserverInit::new();
        lines.set_child_list(true);
        lines.set_subtree(true);
        // What stands under a message on its way changes its words, and may need another line.
        lines.set_character_data(true);
        let _ = on_lines.observe_with_options(log, &lines);
        on_height.observe(log);
    }
    Keeping { on_lines, on_height, _keep: keep }
}

fn element(node: &NodeRef) -> Option<Element> {
    node.cast::<Element>()
}
