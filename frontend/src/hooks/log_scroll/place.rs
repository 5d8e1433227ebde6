//! Where the reader of the log is, and the lines that are on the page for it: measured, and brought to
//! where they are to be.

use std::ops::Range;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::super::{Store, history};
use crate::{
    browser::{document, is_visible},
    state::{Action, Heights, Look, Reader, Row, Side, Sought, View, heights::PIXEL, tab::Tab},
};

/// As near to the bottom as this many pixels, whoever scrolls down is there.
const NEAR: i32 = 40;
/// Who is so far up is shown the way down.
const FAR: i64 = 240 * PIXEL;
/// A line that ends so little below the view has been in it.
const EDGE: i64 = 8 * PIXEL;

/// Where the reader is.
pub(super) struct Place {
    pub(super) store: Store,
    node: NodeRef,
    lines_node: NodeRef,
    pub(super) update: UseForceUpdateHandle,
    pub(super) heights: Heights,
    window: u32,
    /// There may be more between what is shown and the log's end.
    apart: bool,
    pub(super) lines: Range<u64>,
    /// At the bottom, and to stay there.
    pub(super) stick: bool,
    /// Else: the place of the line at the top of the view, and how far below that edge it begins.
    anchor: (u64, i64),
    /// What was seen last: how far the log is scrolled, and how wide its view.
    top: i32,
    width: i32,
    pub(super) view: View,
    /// How many messages had arrived when the reader was at the bottom, and how many own are on their way.
    pub(super) seen: usize,
    written: usize,
    /// One has written while the log's end was not shown.
    wrote: bool,
    /// One wants to see where what is shown begins.
    to_first: bool,
    /// Which search for a message was heeded last, and the line that is to have the focus.
    nth: u32,
    focus: Option<u64>,
    /// Whether something in a line has the focus: it must not be lost with the line.
    focused: bool,
    pub(super) shown: (bool, Option<(u64, u64)>),
    pub(super) look: Look,
}

impl Place {
    pub(super) fn new(
        store: Store,
        node: NodeRef,
        lines_node: NodeRef,
        update: UseForceUpdateHandle,
        written: usize,
    ) -> Self {
        let nth = store.read(|tab| tab.room().seek().map_or(0, |seek| seek.nth));
        Self {
            store,
            node,
            lines_node,
            update,
            heights: Heights::default(),
            window: 0,
            apart: false,
            lines: 0..0,
            stick: true,
            anchor: (0, 0),
            top: 0,
            width: 0,
            view: View { top: 0, height: 800 * PIXEL },
            seen: 0,
            written,
            wrote: false,
            to_first: false,
            nth,
            focus: None,
            focused: false,
            shown: (false, None),
            look: Look::default(),
        }
    }

    pub(super) fn elements(&self) -> Option<(Element, Element)> {
        Some((self.node.cast()?, self.lines_node.cast()?))
    }

    /// The lines that are to be on the page. While this runs, the page still shows what was.
    pub(super) fn draw(&mut self, written: usize) -> Vec<Row> {
        if let Some((log, lines)) = self.elements() {
            self.note(&log, &lines);
            let active = document().active_element();
            self.focused = is_within(active, &lines);
        }
        let store = self.store.clone();
        store.read(|tab| {
            let (room, window) = (tab.room(), tab.room().shown());
            self.apart = room.timeline().is_apart();
            if window.id() != self.window {
                self.heights = Heights::default();
                self.window = window.id();
                self.lines = 0..0;
                self.stick = true;
            }
            self.heights.follow(window.places());
            // Whoever writes wants to see what they wrote.
            if written > std::mem::replace(&mut self.written, written) {
                self.stick = true;
                self.wrote = self.apart;
            }
            self.stick &= !self.apart;
            if std::mem::take(&mut self.to_first) {
                // With what is said above the first line.
                (self.stick, self.anchor) = (false, (window.places().start, self.view.height / 4));
            }
            if let Some(seek) = room.seek().filter(|seek| seek.nth != self.nth) {
                let found = match seek.sought {
                    Sought::Found(place) => Some(place),
                    // As far as there is anything: there it says that the rest could not be had.
                    Sought::Failed if !seek.exact => Some(window.places().start),
                    _ => None,
                };
                if let Some(place) = found {
                    self.nth = seek.nth;
                    self.stick = false;
                    self.anchor = (place, self.view.height / 4);
                    self.focus = seek.exact.then_some(place);
                }
            }
            if self.stick || !room.is_caught_up() {
                self.seen = room.news();
            }
            let view = self.wanted();
            if !view.is_within(&self.lines, &self.heights) {
                self.lines = view.lines(&self.heights);
            }
            tab.rows(self.lines.clone())
        })
    }

    /// What the reader should see.
    pub(super) fn wanted(&self) -> View {
        let top = if self.stick {
            self.heights.total() - self.view.height
        } else {
            self.heights.top(self.anchor.0) - self.anchor.1
        };
        View { top, ..self.view }
    }

    /// Notes where the reader has gone since this was last looked at.
    pub(super) fn note(&mut self, log: &Element, lines: &Element) {
        if log.client_width() != self.width {
            // The lines have flowed anew, and whatever moved, it was not the reader. Their heights are
            // measured before anybody sees it, and the place that was noted last is kept.
            return;
        }
        let top = log.scroll_top();
        let below = log.scroll_height() - top - log.client_height();
        let moved = top - self.top;
        // What only shrank moved up by itself, but then it ends at the bottom.
        if moved < 0 && below > 1 {
            self.stick = false;
        } else if below <= 1 || moved > 0 && below <= NEAR {
            self.stick = !self.apart;
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
    pub(super) fn settle(&mut self, log: &Element, lines: &Element) {
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
        self.top = log.scroll_top();
        self.width = log.client_width();
        let wanted = self.anchor;
        self.take_anchor(log, lines);
        if wanted.0 == self.anchor.0 && (wanted.1 - self.anchor.1).abs() < PIXEL {
            // Less than a pixel is no reason to let go of it.
            self.anchor = wanted;
        }
        if let Some(place) = self.focus.take() {
            focus_message(lines, place.saturating_sub(self.lines.start));
        } else if std::mem::take(&mut self.focused) && !is_within(document().active_element(), log)
        {
            focus(log);
        }
    }

    /// What is in view, by the heights that are known.
    pub(super) fn look(&self) -> Look {
        let (top, bottom) = (self.view.top, self.view.top + self.view.height);
        let last = self.heights.at(bottom);
        let seen = self.heights.top(last + 1) <= bottom + EDGE;
        let end = if self.stick { self.heights.places().end } else { last + u64::from(seen) };
        Look { first: self.heights.at(top), end, at_end: self.stick, visible: is_visible() }
    }

    /// What is on the page beside the lines.
    pub(super) fn beside(&self, tab: &Tab) -> (bool, Option<(u64, u64)>) {
        let room = tab.room();
        let far = self.heights.total() - self.view.top - self.view.height > FAR;
        let away = !self.stick && (far || self.apart || room.news() > self.seen);
        let (shown, end, me) = (room.shown(), room.timeline().end(), &tab.address().name);
        (away, room.reading().unread_before(self.look.first, shown, end, me))
    }

    /// Whoever has written is brought to where it is shown.
    pub(super) fn see_written(&mut self) {
        if std::mem::take(&mut self.wrote) {
            self.go_to(Side::Newer);
        }
    }

    pub(super) fn go_to(&mut self, side: Side) {
        match side {
            // To the room's first message, though what is shown begins later.
            Side::Older if self.store.read(|tab| tab.room().more(side).is_some()) => {
                history::seek(&self.store, 1, false);
            }
            // Not before it is drawn: until then the log stands at its end, where one would stay.
            Side::Older => self.to_first = true,
            Side::Newer => {
                self.stick = true;
                self.store.dispatch(Action::Reader(self.store.room(), Reader::ToEnd));
            }
        }
        self.update.force_update();
    }
}

fn is_within(element: Option<Element>, log: &Element) -> bool {
    element.is_some_and(|element| log.contains(Some(element.as_ref())))
}

/// Gives the focus to the message in the nth line, for whoever follows by ear.
fn focus_message(lines: &Element, nth: u64) {
    let mut line = lines.first_element_child();
    for _ in 0..nth {
        line = line.and_then(|line| line.next_element_sibling());
    }
    let message = line.and_then(|line| line.query_selector("[data-message-id]").ok()?);
    if let Some(message) = message {
        focus(&message);
    }
}

/// Gives the focus to an element and scrolls nothing.
fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
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
