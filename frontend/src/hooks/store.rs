//! Holds the tab's state. Actions are taken in at once, so that whoever asks next (a transport for
//! its cursor, say) has the truth; the page follows, at most once a frame.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use tidings_shared::{NewMessage, RoomName, Text, Timestamp, route};
use yew::prelude::*;

use super::{keeper::Keeper, remember::remember};
use crate::{
    browser,
    net::Bell,
    route::Address,
    state::{Action, Tab, Traffic, transcript::DayOf},
};

/// The page follows its state at most once in so many milliseconds, and rests as long as the last
/// time took it: a stream may bring a thousand messages in one breath.
const FRAME_MS: f64 = 16.0;

/// The tab's state, and the way to change it.
#[derive(Clone)]
pub struct Store(Rc<Inner>);

struct Inner {
    tab: RefCell<Tab>,
    page: UseForceUpdateHandle,
    /// When it was last rendered, and until when it rests after that.
    shown_ms: Cell<f64>,
    rest_until_ms: Cell<f64>,
    due: RefCell<Option<Timeout>>,
    outbox: Bell,
    keeper: Keeper,
}

/// Equal when they are the same tab.
impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Store {
    /// Looks at the state.
    pub fn read<T>(&self, look: impl FnOnce(&Tab) -> T) -> T {
        look(&self.0.tab.borrow())
    }

    /// Looks at the state to show it.
    pub fn show<T>(&self, look: impl FnOnce(&Tab) -> T) -> T {
        self.0.shown_ms.set(browser::now_ms());
        self.read(look)
    }

    /// Takes in what happened.
    pub fn dispatch(&self, action: Action) {
        self.0.tab.borrow_mut().reduce(action);
        self.read(|tab| self.0.keeper.follow(tab));
        let mut due = self.0.due.borrow_mut();
        if due.is_none() {
            let rest = (self.0.rest_until_ms.get() - browser::now_ms()).clamp(0.0, 200.0);
            if rest == 0.0 {
                self.0.page.force_update();
            } else {
                let store = self.clone();
                *due = Some(Timeout::new(rest.ceil() as u32, move || {
                    store.0.due.borrow_mut().take();
                    store.0.page.force_update();
                }));
            }
        }
    }

    /// Takes in what changes nothing that the page shows.
    pub(super) fn note(&self, action: Action) {
        self.0.tab.borrow_mut().reduce(action);
        self.keep_place();
    }

    /// Bytes went over the wire beside listening.
    pub fn spend(&self, traffic: Traffic) {
        self.dispatch(Action::Cost(traffic, browser::now_ms()));
    }

    /// The page has followed.
    fn shown(&self) {
        let now_ms = browser::now_ms();
        let took = now_ms - self.0.shown_ms.get();
        self.0.rest_until_ms.set(now_ms + took.max(FRAME_MS));
        self.keep_place();
    }

    fn keep_place(&self) {
        if browser::is_visible() {
            self.read(|tab| self.0.keeper.has_read(tab));
        }
    }

    /// Rings when there may be something to send.
    #[must_use]
    pub fn outbox(&self) -> &Bell {
        &self.0.outbox
    }

    /// Whether something that is written and not sent would be lost with the tab.
    #[must_use]
    pub fn may_lose(&self) -> bool {
        self.0.keeper.may_lose()
    }

    /// Writes a message: it is shown at once and goes out in its turn.
    pub fn write(&self, text: Text) {
        let Ok(id) = browser::draw_id().parse() else { return };
        let username = self.read(|tab| tab.address().name.clone());
        let at = Timestamp::from_ms(browser::now_ms() as u64);
        self.dispatch(Action::Wrote { message: NewMessage { id, username, text }, at });
        self.0.outbox.ring();
    }

    /// Goes to an address, and writes it into the address bar: another room is a step that one can go back.
    pub fn go(&self, address: Address) {
        let (old, room) = self.read(|tab| (tab.address().clone(), address.room.clone()));
        if address.name != old.name {
            browser::store_name(&address.name);
        }
        if address != old {
            if room != old.room {
                self.read(remember);
            }
            // It says the room already where one stays in it, or comes back to it; then the message that
            // it names is one of this room.
            let text = address.to_string();
            if browser::location().0 == route::page(&room) {
                browser::replace_address(&[text, browser::hash()].concat());
            } else {
                browser::push_address(&text);
            }
            self.dispatch(Action::Went(address));
        }
        if room != old.room {
            self.0.outbox.ring();
        }
    }

    /// The room that the tab is in.
    #[must_use]
    pub fn room(&self) -> RoomName {
        self.read(|tab| tab.address().room.clone())
    }
}

/// The tab's state; the component that uses it is rendered anew when it changes.
#[hook]
pub fn use_store(address: impl FnOnce() -> Address + 'static, day: DayOf) -> Store {
    let page = use_force_update();
    let store = use_memo((), move |()| {
        let keeper = Keeper::default();
        let mut tab = Tab::new(address(), day);
        for unsent in keeper.left() {
            tab.reduce(Action::Left(unsent));
        }
        Store(Rc::new(Inner {
            tab: RefCell::new(tab),
            page,
            shown_ms: Cell::default(),
            rest_until_ms: Cell::default(),
            due: RefCell::default(),
            outbox: Bell::default(),
            keeper,
        }))
    });
    let store = (*store).clone();
    {
        let store = store.clone();
        use_effect(move || store.shown());
    }
    store
}
