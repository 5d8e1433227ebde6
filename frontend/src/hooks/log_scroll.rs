//! The view of the log: which of its lines are on the page, and where the reader is. At the bottom they
//! stay there; elsewhere, the line at the top of the view stays where it is, whatever comes below, is
//! put in above, turns out taller than was thought, or flows anew in a window of another width.
//!
//! Only the lines in view are on the page, with an empty space above and below that is as tall as the
//! others. What is reckoned is pure, and lives in `state`; this measures, and moves.

use std::{cell::RefCell, ops::Range, rc::Rc};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::{Store, history, keeper, use_while};
use crate::{
    browser::{document, is_visible},
    state::{Action, Heights, Look, Reader, Row, Side, Sought, View, heights::PIXEL, tab::Tab},
};

/// As near to the bottom as this many pixels, whoever scrolls down is there.
const NEAR: i32 = 40;
/// History is asked for before the reader has reached its end, when so much is left.
const AHEAD: i64 = 1_500 * PIXEL;
/// Who is so far up is shown the way down.
const FAR: i64 = 240 * PIXEL;
/// A line that ends so little below the view has been in it.
const EDGE: i64 = 8 * PIXEL;

/// What the log shows beside its messages.
#[derive(Clone, Debug)]
pub struct LogScroll {
    /// To be set on the element that scrolls.
    pub node: NodeRef,
    /// To be set on the element that holds the lines; the empty spaces are its neighbours.
    pub lines: NodeRef,
    /// The lines to be on the page.
    pub rows: Vec<Row>,
    /// Whether the reader is so far up that a way down is wanted.
    pub away: bool,
    /// How many messages have come in below since the reader was at the bottom.
    pub unread: usize,
    /// Messages that were not read and lie above: the first one, and how many they are.
    pub above: Option<(u64, u64)>,
    /// Goes to an end of what is shown.
    pub to: Callback<Side>,
}

/// Where the reader is.
struct Place {
    store: Store,
    node: NodeRef,
    lines_node: NodeRef,
    update: UseForceUpdateHandle,
    heights: Heights,
    window: u32,
    lines: Range<u64>,
    /// At the bottom, and to stay there.
    stick: bool,
    /// Else: the place of the line at the top of the view, and how far below that edge it begins.
    anchor: (u64, i64),
    /// What was seen last: how far the log is scrolled, and how tall it is.
    top: i32,
    height: i32,
    view: View,
    /// How many messages had arrived when the reader was at the bottom, and how many own are on their way.
    seen: usize,
    written: usize,
    /// Which search for a message was heeded last, and the line that is to have the focus.
    nth: u32,
    focus: Option<u64>,
    shown: (bool, Option<(u64, u64)>),
    look: Look,
}

type Shared = Rc<RefCell<Place>>;

/// Keeps the place in the log of the room that the tab is in; `written` of one's own stand at its end.
#[hook]
pub fn use_log_scroll(store: &Store, written: usize) -> LogScroll {
    let (node, lines_node) = (use_node_ref(), use_node_ref());
    let update = use_force_update();
    let place: Shared = {
        let (store, node, lines_node) = (store.clone(), node.clone(), lines_node.clone());
        use_mut_ref(move || Place::new(store, node, lines_node, update, written))
    };
    {
        let place = place.clone();
        use_while((0, 0), Box::new(|| Box::new(Keeping::begin(place))));
    }
    let to = {
        let place = place.clone();
        Callback::from(move |side| place.borrow_mut().go_to(side))
    };
    let mut this = place.borrow_mut();
    let rows = this.draw(written);
    let arrived = store.read(|tab| tab.room().arrived());
    let unread = arrived.saturating_sub(this.seen);
    let (away, above) = this.shown;
    drop(this);
    // As soon as the page has followed, and before it is painted.
    wasm_bindgen_futures::spawn_local(async move { settle(&place, false) });
    LogScroll { node, lines: lines_node, rows, away, unread, above, to }
}

impl Place {
    fn new(
        store: Store,
        node: NodeRef,
        lines_node: NodeRef,
        update: UseForceUpdateHandle,
        written: usize,
    ) -> Self {
        come(&store);
        let nth = store.read(|tab| tab.room().seek().map_or(0, |seek| seek.nth));
        Self {
            store,
            node,
            lines_node,
            update,
            heights: Heights::default(),
            window: 0,
            lines: 0..0,
            stick: true,
            anchor: (0, 0),
            top: 0,
            height: 0,
            view: View { top: 0, height: 800 * PIXEL },
            seen: 0,
            written,
            nth,
            focus: None,
            shown: (false, None),
            look: Look::default(),
        }
    }

    fn elements(&self) -> Option<(Element, Element)> {
        Some((self.node.cast()?, self.lines_node.cast()?))
    }

    /// The lines that are to be on the page. While this runs, the page still shows what was.
    fn draw(&mut self, written: usize) -> Vec<Row> {
        if let Some((log, lines)) = self.elements() {
            self.note(&log, &lines);
        }
        let store = self.store.clone();
        store.read(|tab| {
            let (room, window) = (tab.room(), tab.room().shown());
            if window.id() != self.window {
                self.heights = Heights::default();
                self.window = window.id();
                self.lines = 0..0;
            }
            self.heights.follow(window.places());
            // Whoever writes wants to see what they wrote.
            if written > std::mem::replace(&mut self.written, written) {
                self.stick = true;
            }
            self.stick &= !room.timeline().is_apart();
            if let Some(seek) = room.seek()
                && let Sought::Found(place) = seek.sought
                && seek.nth != self.nth
            {
                self.nth = seek.nth;
                self.stick = false;
                self.anchor = (place, self.view.height / 4);
                self.focus = seek.exact.then_some(place);
            }
            if self.stick {
                self.seen = room.arrived();
            }
            let view = self.wanted();
            if !view.is_within(&self.lines, &self.heights) {
                self.lines = view.lines(&self.heights);
            }
            tab.rows(self.lines.clone())
        })
    }

    /// What the reader should see.
    fn wanted(&self) -> View {
        let top = if self.stick {
            self.heights.total() - self.view.height
        } else {
            self.heights.top(self.anchor.0) - self.anchor.1
        };
        View { top, ..self.view }
    }

    /// Notes where the reader has gone since this was last looked at.
    fn note(&mut self, log: &Element, lines: &Element) {
        let (top, height) = (log.scroll_top(), log.scroll_height());
        let below = height - top - log.client_height();
        let moved = top - self.top;
        // What only shrank moved up by itself.
        if moved < 0 && height >= self.height || below <= 1 || moved > 0 && below <= NEAR {
            self.stick = below <= if moved < 0 { 1 } else { NEAR };
        }
        if moved != 0 {
            self.top = top;
            self.take_anchor(log, lines);
        }
    }

    /// The line at the top of the view is the one that stays from now on.
    fn take_anchor(&mut self, log: &Element, lines: &Element) {
        if let Some(far) = self.far_down(log, lines) {
            self.view = View { top: far, height: i64::from(log.client_height()) * PIXEL };
            let place = self.heights.at(far);
            self.anchor = (place, self.heights.top(place) - far);
        }
    }

    /// How far down the conversation the view begins.
    fn far_down(&self, log: &Element, lines: &Element) -> Option<i64> {
        let first = lines.first_element_child()?.get_bounding_client_rect().top();
        let far = units(log.get_bounding_client_rect().top() - first);
        Some(self.heights.top(self.lines.start) + far)
    }

    /// The page has followed, or its lines have other heights: measures them, and brings the reader to
    /// where they are to be.
    fn settle(&mut self, log: &Element, lines: &Element) {
        let mut line = lines.first_element_child();
        for place in self.lines.clone() {
            let Some(element) = line else { break };
            let height = units(element.get_bounding_client_rect().height());
            self.heights.measured(place, height as u32);
            line = element.next_element_sibling();
        }
        let above = self.heights.top(self.lines.start);
        // Large lengths are kept less exactly, so what is less than a pixel stands by itself.
        set(lines.previous_element_sibling().as_ref(), "height", above / PIXEL, "px");
        set(Some(lines), "padding-block-start", above % PIXEL, "px / 64");
        let below = self.heights.total() - self.heights.top(self.lines.end);
        set(lines.next_element_sibling().as_ref(), "height", below / PIXEL, "px");

        if self.stick {
            log.set_scroll_top(log.scroll_height());
        } else if let Some(far) = self.far_down(log, lines) {
            let wrong = self.heights.top(self.anchor.0) - far - self.anchor.1;
            if wrong.abs() >= PIXEL / 2 {
                log.scroll_by_with_x_and_y(0.0, wrong as f64 / PIXEL as f64);
            }
        }
        (self.top, self.height) = (log.scroll_top(), log.scroll_height());
        let wanted = self.anchor;
        self.take_anchor(log, lines);
        if wanted.0 == self.anchor.0 && (wanted.1 - self.anchor.1).abs() < PIXEL {
            // Less than a pixel is no reason to let go of it.
            self.anchor = wanted;
        }
        if let Some(place) = self.focus.take() {
            focus(lines, place.saturating_sub(self.lines.start));
        }
    }

    /// What is in view, by the heights that are known.
    fn look(&self) -> Look {
        let (top, bottom) = (self.view.top, self.view.top + self.view.height);
        let last = self.heights.at(bottom);
        let seen = self.heights.top(last + 1) <= bottom + EDGE;
        let end = if self.stick { self.heights.places().end } else { last + u64::from(seen) };
        Look { first: self.heights.at(top), end, at_end: self.stick, visible: is_visible() }
    }

    /// What is on the page beside the lines.
    fn beside(&self, tab: &Tab) -> (bool, Option<(u64, u64)>) {
        let room = tab.room();
        let far = self.heights.total() - self.view.top - self.view.height > FAR;
        let away = !self.stick && (far || room.timeline().is_apart() || room.arrived() > self.seen);
        let unread = room.reading().unread(room.timeline().end());
        let line = room.reading().line_in(room.shown());
        (away, unread.filter(|_| line.is_none_or(|line| line < self.look.first)))
    }

    fn go_to(&mut self, side: Side) {
        match side {
            Side::Older => (self.stick, self.anchor) = (false, (self.heights.places().start, 0)),
            Side::Newer => {
                self.stick = true;
                self.store.dispatch(Action::Reader(self.store.room(), Reader::ToEnd));
            }
        }
        self.update.force_update();
    }
}

/// The page has followed, or its lines have other heights.
fn settle(place: &Shared, observed: bool) {
    let mut this = place.borrow_mut();
    let Some((log, lines)) = this.elements() else { return };
    this.settle(&log, &lines);
    drop(this);
    follow(place, observed);
}

/// What comes of where the reader is: what was read, what is to be asked for, what is to be drawn.
fn follow(place: &Shared, observed: bool) {
    let mut this = place.borrow_mut();
    let store = this.store.clone();
    let look = this.look();
    if look != std::mem::replace(&mut this.look, look) && this.lines.start < this.lines.end {
        store.note(Action::Reader(store.room(), Reader::Looks(look)));
    }
    let (view, total) = (this.view, this.heights.total());
    let older = view.top < AHEAD && (!this.stick || total <= view.height);
    let newer = total - view.top - view.height < AHEAD;
    let shown = store.read(|tab| this.beside(tab));
    let another = shown != std::mem::replace(&mut this.shown, shown);
    let wanting = !this.wanted().is_within(&this.lines, &this.heights);
    let update = this.update.clone();
    drop(this);
    if another || wanting {
        if observed {
            // Not from within the observer: lines that come now would be observed in the next frame.
            Timeout::new(0, move || update.force_update()).forget();
        } else {
            update.force_update();
        }
    }
    if older {
        history::ask_more(&store, Side::Older, false);
    }
    if newer {
        history::ask_more(&store, Side::Newer, false);
    }
}

/// The reader comes to the room, or back to the tab.
fn come(store: &Store) {
    let room = store.room();
    let kept = keeper::read_in(&room);
    store.note(Action::Reader(room, Reader::Comes(kept)));
}

/// Listens to what the reader does, and observes the lines and the view.
struct Keeping {
    _listeners: Option<[EventListener; 2]>,
    observer: Option<ResizeObserver>,
    _observe: Closure<dyn Fn()>,
}

impl Keeping {
    fn begin(place: Shared) -> Self {
        let observe = {
            let place = place.clone();
            Closure::<dyn Fn()>::new(move || settle(&place, true))
        };
        let observer = ResizeObserver::new(observe.as_ref().unchecked_ref()).ok();
        let elements = place.borrow().elements();
        let listeners = elements.map(|(log, lines)| {
            if let Some(observer) = &observer {
                observer.observe(&log);
                observer.observe(&lines);
            }
            let (seen, scrolled) = (place.clone(), place);
            let on_scroll = EventListener::new(&log.clone(), "scroll", move |_| {
                scrolled.borrow_mut().note(&log, &lines);
                follow(&scrolled, false);
            });
            let on_sight = EventListener::new(&document(), "visibilitychange", move |_| {
                if is_visible() {
                    let store = seen.borrow().store.clone();
                    come(&store);
                    seen.borrow().update.force_update();
                }
                follow(&seen, false);
            });
            [on_scroll, on_sight]
        });
        Self { _listeners: listeners, observer, _observe: observe }
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Gives the focus to the message in the nth line, for whoever follows by ear.
fn focus(lines: &Element, nth: u64) {
    let mut line = lines.first_element_child();
    for _ in 0..nth {
        line = line.and_then(|line| line.next_element_sibling());
    }
    let message = line.and_then(|line| line.query_selector("[data-message-id]").ok()?);
    if let Some(message) = message.and_then(|message| message.dyn_into::<HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = message.focus_with_options(&options);
    }
}

/// The page's policy allows no style in attributes; a style that a script sets is another matter.
fn set(element: Option<&Element>, property: &str, length: i64, unit: &str) {
    if let Some(element) = element.and_then(|element| element.dyn_ref::<HtmlElement>()) {
        let _ = element.style().set_property(property, &format!("calc({length}{unit})"));
    }
}

fn units(pixels: f64) -> i64 {
    (pixels * PIXEL as f64).round() as i64
}
