//! The workbench: the room, its publisher, its panes and their lines, and all that can be done to them.
//! It lives as long as the page; what is seen of it is drawn anew when it says so.

mod lines;
mod stage;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use tidings_shared::{Cursor, RoomName};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use self::lines::close;
use super::{
    book::Book,
    chart::free,
    measure::Trace,
    net,
    pace::Pace,
    pane::Pane,
    publisher::Publisher,
    setup::{MOST_PANES, PaneSetup, Setup},
};
use crate::{
    browser::{is_http1, replace_address, steady_ms},
    net::{Failure, Task, sleep},
};

/// Of the six connections that a browser opens to a server over HTTP/1.1, so many may be held by panes:
/// the publisher, the polls and what else the page asks need the others.
const MOST_HELD: usize = 4;
/// How often the server's clock is asked, and how many times in a row at first.
const CLOCK_EVERY: Duration = Duration::from_secs(10);
const FIRST_CLOCKS: usize = 5;

/// Whether the server has lines for panes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lines {
    /// It was not asked yet.
    Unknown,
    /// Each pane has one of its own.
    There,
    /// Panes listen on the server itself.
    Absent,
}

/// The workbench.
pub struct Bench {
    room: RoomName,
    book: Rc<RefCell<Book>>,
    publisher: Rc<Publisher>,
    panes: RefCell<Vec<Rc<Pane>>>,
    lines: Cell<Lines>,
    next: Cell<u32>,
    wire: RefCell<Option<Task>>,
    clock: RefCell<Option<Task>>,
    failure: RefCell<Option<String>>,
    /// How often a scene was set up: an earlier one ends with the next.
    stagings: Cell<u32>,
    changed: Callback<()>,
}

impl Bench {
    /// As it is set up; `changed` is told when the page is to be drawn anew.
    #[must_use]
    pub fn new(setup: &Setup, page: &str, changed: Callback<()>) -> Rc<Self> {
        let book = Rc::new(RefCell::new(Book::new(page)));
        let publisher = Publisher::new(setup.room.clone(), book.clone(), setup.pace);
        let (panes, wire, clock, failure) = Default::default();
        let bench = Rc::new(Self {
            room: setup.room.clone(),
            book,
            publisher,
            panes,
            lines: Cell::new(Lines::Unknown),
            next: Cell::new(1),
            wire,
            clock,
            failure,
            stagings: Cell::new(0),
            changed,
        });
        let panes: Vec<_> = setup.panes.iter().map(|pane| bench.put(pane.clone(), None)).collect();
        let begun = bench.clone();
        spawn_local(async move { begun.begin(panes).await });
        bench
    }

    async fn begin(self: Rc<Self>, panes: Vec<Rc<Pane>>) {
        let lines = net::about().await.is_ok_and(|about| about.lines);
        self.lines.set(if lines { Lines::There } else { Lines::Absent });
        for _ in 0..FIRST_CLOCKS {
            self.ask_clock().await;
        }
        // All begin at the same place.
        let from = loop {
            match net::end(&self.room).await {
                Ok(from) => break from,
                Err(failure) => self.failed(&failure),
            }
            sleep(Duration::from_secs(1)).await;
        };
        self.failure.take();
        for pane in panes {
            self.open(&pane, from).await;
        }
        self.arrange();
        let asking = self.clone();
        *self.clock.borrow_mut() = Some(Task::begin(async move {
            loop {
                sleep(CLOCK_EVERY).await;
                asking.ask_clock().await;
            }
        }));
    }

    async fn ask_clock(&self) {
        let asked = steady_ms();
        if let Ok(unix_ms) = net::clock().await {
            self.book.borrow_mut().observe(asked, steady_ms(), unix_ms);
        }
    }

    /// Puts a pane into the page, behind the one of this number or at the end.
    fn put(&self, setup: PaneSetup, behind: Option<u32>) -> Rc<Pane> {
        let living: Vec<_> = self.panes.borrow().iter().map(|pane| pane.id).collect();
        let id = free(self.next.get(), &living);
        self.next.set(id + 1);
        let pane = Pane::new(id, self.room.clone(), self.book.clone(), setup);
        let mut panes = self.panes.borrow_mut();
        let at = panes.iter().position(|pane| Some(pane.id) == behind);
        let at = at.map_or(panes.len(), |at| at + 1);
        panes.insert(at, pane.clone());
        pane
    }

    /// Gives a pane its line, and lets it begin.
    async fn open(&self, pane: &Rc<Pane>, from: Cursor) {
        let line = match self.lines.get() {
            Lines::There => net::open_line().await.map_err(|failure| self.failed(&failure)).ok(),
            _ => None,
        };
        // It may have been removed meanwhile.
        if self.pane(pane.id).is_some() {
            pane.begin(line, from);
        } else if let Some(line) = line {
            close(line);
        }
    }

    /// Without lines, panes share the browser's connections.
    fn share_out(&self) {
        if self.lines.get() == Lines::Absent && is_http1() {
            let mut held = 0;
            for pane in self.panes() {
                held += usize::from(pane.holds());
                pane.hold(pane.holds() && held > MOST_HELD);
            }
        }
    }

    fn say(&self) {
        let path = crate::browser::location().0;
        replace_address(&format!("{path}{}{}", self.setup(), crate::browser::hash()));
        self.changed.emit(());
    }

    fn failed(&self, failure: &Failure) {
        *self.failure.borrow_mut() = Some(failure.sentence());
        self.changed.emit(());
    }

    /// The room.
    pub fn room(&self) -> &RoomName {
        &self.room
    }

    /// The publisher.
    pub fn publisher(&self) -> &Rc<Publisher> {
        &self.publisher
    }

    /// Whether the server has lines for panes.
    pub fn lines(&self) -> Lines {
        self.lines.get()
    }

    /// Why something that was asked of the server did not come about.
    pub fn failure(&self) -> Option<String> {
        self.failure.borrow().clone()
    }

    /// How many messages were sent, and how many the server has taken.
    pub fn sent(&self) -> (u64, u64) {
        let book = self.book.borrow();
        (book.sent(), book.stored())
    }

    /// The panes, from left to right.
    pub fn panes(&self) -> Vec<Rc<Pane>> {
        self.panes.borrow().clone()
    }

    /// One of them.
    pub fn pane(&self, id: u32) -> Option<Rc<Pane>> {
        self.panes.borrow().iter().find(|pane| pane.id == id).cloned()
    }

    /// What the panes have measured.
    pub fn traces(&self) -> Vec<Trace> {
        self.panes.borrow().iter().map(|pane| pane.trace()).collect()
    }

    /// How all of it is set up.
    pub fn setup(&self) -> Setup {
        let panes = self.panes.borrow().iter().map(|pane| pane.setup()).collect();
        Setup { room: self.room.clone(), pace: self.publisher.pace(), panes }
    }

    /// The publisher sends otherwise from now on.
    pub fn set_pace(&self, pace: Pace) {
        self.publisher.set_pace(pace);
        self.say();
    }

    /// Starts or stops the publisher.
    pub fn run(&self, runs: bool) {
        if runs {
            self.wake();
            self.publisher.start();
        } else {
            self.publisher.stop();
        }
        self.changed.emit(());
    }

    /// Sends one message.
    pub fn send_one(&self) {
        self.wake();
        self.publisher.send();
    }

    /// Lets panes that rest listen again.
    fn wake(&self) {
        self.panes().iter().for_each(Pane::wake);
    }

    /// Adds a pane, behind the one of this number or at the end. It begins at the room's present end.
    pub fn add(self: &Rc<Self>, setup: PaneSetup, behind: Option<u32>) {
        if self.panes.borrow().len() >= MOST_PANES {
            return;
        }
        let (pane, bench) = (self.put(setup, behind), self.clone());
        self.say();
        spawn_local(async move {
            match net::end(&bench.room).await {
                Ok(from) => bench.open(&pane, from).await,
                Err(failure) => {
                    bench.remove(pane.id);
                    bench.failed(&failure);
                }
            }
            bench.arrange();
        });
    }

    /// Removes a pane.
    pub fn remove(self: &Rc<Self>, id: u32) {
        let Some(pane) = self.pane(id) else { return };
        self.panes.borrow_mut().retain(|pane| pane.id != id);
        if let Some(line) = pane.stop() {
            close(line);
        }
        self.arrange();
    }

    /// A pane listens otherwise from now on.
    pub fn change(&self, id: u32, setup: PaneSetup) {
        if let Some(pane) = self.pane(id) {
            pane.change(setup);
        }
        self.share_out();
        self.say();
    }
}
