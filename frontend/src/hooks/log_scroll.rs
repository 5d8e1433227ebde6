//! The view of the log: which of its lines are on the page, and where the reader is. At the bottom they
//! stay there; elsewhere, the line at the top of the view stays where it is, whatever comes below, is
//! put in above, turns out taller than was thought, or flows anew in a window of another width.
//!
//! Only the lines in view are on the page, with an empty space above and below that is as tall as the
//! others. What is reckoned is pure, and lives in `state`; this measures, and moves.

mod place;

use std::{cell::RefCell, rc::Rc};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::ResizeObserver;
use yew::prelude::*;

use self::place::Place;
use super::{Store, history, keeper, use_while};
use crate::{
    browser::{document, is_visible},
    state::{Action, Reader, Row, Side, heights::PIXEL},
};

/// History is asked for before the reader has reached its end, when so much is left.
const AHEAD: i64 = 1_500 * PIXEL;

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

type Shared = Rc<RefCell<Place>>;

/// Keeps the place in the log of the room that the tab is in; `written` of one's own stand at its end.
#[hook]
pub fn use_log_scroll(store: &Store, written: usize) -> LogScroll {
    let (node, lines_node) = (use_node_ref(), use_node_ref());
    let update = use_force_update();
    let place: Shared = {
        let (store, node, lines_node) = (store.clone(), node.clone(), lines_node.clone());
        use_mut_ref(move || {
            come(&store);
            Place::new(store, node, lines_node, update, written)
        })
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
    let news = store.read(|tab| tab.room().news());
    let unread = news.saturating_sub(this.seen);
    let (away, above) = this.shown;
    drop(this);
    // As soon as the page has followed, and before it is painted.
    wasm_bindgen_futures::spawn_local(async move { settle(&place, false) });
    LogScroll { node, lines: lines_node, rows, away, unread, above, to }
}

/// The page has followed, or its lines have other heights.
fn settle(place: &Shared, observed: bool) {
    let mut this = place.borrow_mut();
    let Some((log, lines)) = this.elements() else { return };
    if log.client_height() == 0 {
        // Nobody sees it, and nothing in it can be measured.
        return;
    }
    this.settle(&log, &lines);
    this.see_written();
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
