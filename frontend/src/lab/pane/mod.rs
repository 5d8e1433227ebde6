//! A pane: one listener, what it hears, and what it measures. It listens for as long as it is not
//! stopped, and comes back after every break.

mod hearing;

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use tidings_shared::{Cursor, Message, Mode, RoomName};
use yew::NodeRef;

use super::{
    book::Book,
    fault::Fault,
    lines::{Faults, Line, Record, Totals},
    measure::{Bytes, Check, Figures, Recorder, Trace},
    reader::Reader,
    setup::PaneSetup,
    story::Story,
};
use crate::{
    browser::steady_ms,
    net::{Bell, Task},
};

/// How many of a line's records are kept.
pub const MOST_RECORDS: usize = 500;

/// What was before a fault is looked at over so many milliseconds.
const BEFORE_MS: f64 = 15_000.0;

/// After a change of how it listens, the page says for so many milliseconds that figures begin anew.
const ANEW_MS: f64 = 20_000.0;

/// How a pane stands.
#[derive(Clone, PartialEq, Debug)]
pub enum State {
    /// It asks, and was not answered yet.
    Opening,
    /// All connections that a browser opens to one server are taken; it waits for one.
    Waiting,
    /// It hears, or waits for the answer.
    Live,
    /// The next question goes out at this time of the page's clock.
    Resting(f64),
    /// It tries again at this time, and why.
    Broken(f64, String),
    /// A step of the tour is over, and what was measured in it stands still.
    Over,
}

/// A message that came and is not shown yet.
struct Fresh {
    message: Message,
    arrival: u32,
}

/// A pane.
pub struct Pane {
    /// Its number, from 1.
    pub id: u32,
    /// Where its rows go.
    pub list: NodeRef,
    room: RoomName,
    book: Rc<RefCell<Book>>,
    setup: RefCell<PaneSetup>,
    state: RefCell<State>,
    line: RefCell<Option<Line>>,
    reader: RefCell<Option<Reader>>,
    recorder: RefCell<Recorder>,
    story: RefCell<Option<Story>>,
    faults: Cell<Faults>,
    fresh: RefCell<Vec<Fresh>>,
    last_arrival: Cell<Option<u32>>,
    framed: Cell<bool>,
    /// When it last showed what had come, by the page's clock.
    flushed: Cell<f64>,
    /// When it last began to listen otherwise, by the page's clock.
    anew: Cell<Option<f64>>,
    totals: Cell<Option<Totals>>,
    base: Cell<Totals>,
    records: RefCell<VecDeque<Rc<Record>>>,
    bell: Bell,
    task: RefCell<Option<Task>>,
}

impl Pane {
    /// A pane of this room that does nothing yet.
    #[must_use]
    pub fn new(id: u32, room: RoomName, book: Rc<RefCell<Book>>, setup: PaneSetup) -> Rc<Self> {
        Rc::new(Self {
            id,
            list: NodeRef::default(),
            room,
            book,
            setup: RefCell::new(setup),
            state: RefCell::new(State::Opening),
            line: RefCell::default(),
            reader: RefCell::default(),
            recorder: RefCell::default(),
            story: RefCell::default(),
            faults: Cell::default(),
            fresh: RefCell::default(),
            last_arrival: Cell::default(),
            framed: Cell::default(),
            flushed: Cell::default(),
            anew: Cell::default(),
            totals: Cell::default(),
            base: Cell::default(),
            records: RefCell::default(),
            bell: Bell::default(),
            task: RefCell::default(),
        })
    }

    /// Begins to listen behind this place of the log, on this line if there are lines.
    pub fn begin(self: &Rc<Self>, line: Option<Line>, from: Cursor) {
        *self.line.borrow_mut() = line;
        *self.reader.borrow_mut() = Some(Reader::new(from));
        *self.recorder.borrow_mut() = Recorder::new(from.seq);
        self.listen();
    }

    /// Stops; the line is the caller's to close.
    pub fn stop(&self) -> Option<Line> {
        self.task.take();
        self.line.take()
    }

    /// Listens otherwise from now on, at the same place.
    pub fn change(self: &Rc<Self>, setup: PaneSetup) {
        let same = {
            let before = self.setup.borrow();
            before.mode == setup.mode && before.every == setup.every
        };
        *self.setup.borrow_mut() = setup;
        if !same && self.reader.borrow().is_some() {
            self.flush();
            self.anew.set(Some(steady_ms()));
            self.recorder.borrow_mut().begin_anew();
            self.story.take();
            self.last_arrival.take();
            self.base.set(self.totals.get().unwrap_or_default());
            self.listen();
        }
    }

    /// Waits for one of the browser's connections, or waits no more.
    pub fn hold(self: &Rc<Self>, waits: bool) {
        let is_waiting = *self.state.borrow() == State::Waiting;
        if waits && !is_waiting {
            self.task.take();
            self.set_state(State::Waiting);
        } else if !waits && is_waiting {
            self.listen();
        }
    }

    /// Listens no more, so that what it measured stays as it is, until it is woken or changed.
    pub fn rest(&self) {
        self.flush();
        self.task.take();
        self.set_state(State::Over);
    }

    /// Listens again, if it rests.
    pub fn wake(self: &Rc<Self>) {
        if *self.state.borrow() == State::Over {
            self.listen();
        }
    }

    /// The page is left: hangs up at once, for the browser may keep the page and its connections with it.
    pub fn leave(self: &Rc<Self>) {
        self.task.take();
    }

    /// The page is there again: listens where it was, if it was listening.
    pub fn come_back(self: &Rc<Self>) {
        let listens = !matches!(*self.state.borrow(), State::Over | State::Waiting);
        if listens && self.reader.borrow().is_some() && self.task.borrow().is_none() {
            self.listen();
        }
    }

    /// Whether its figures began anew a moment ago, since it listens otherwise.
    pub fn is_anew(&self) -> bool {
        self.anew.get().is_some_and(|at| steady_ms() - at < ANEW_MS)
    }

    /// Whether it waits for a connection.
    pub fn waits(&self) -> bool {
        *self.state.borrow() == State::Waiting
    }

    /// What it is set up to do.
    pub fn setup(&self) -> PaneSetup {
        self.setup.borrow().clone()
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Its line's name.
    pub fn line(&self) -> Option<String> {
        self.line.borrow().as_ref().map(|line| line.id.clone())
    }

    /// Where its line begins; the page's own origin without one.
    pub fn origin(&self) -> String {
        self.line.borrow().as_ref().map_or_else(crate::browser::origin, |line| line.origin.clone())
    }

    /// The conditions on its line.
    pub fn faults(&self) -> Faults {
        self.faults.get()
    }

    /// What it has measured, with its name.
    pub fn trace(&self) -> Trace {
        let setup = self.setup.borrow();
        let samples = self.recorder.borrow().samples();
        Trace { pane: self.id, name: setup.title(), mode: setup.mode, samples }
    }

    /// Its figures.
    pub fn figures(&self) -> Figures {
        let base = self.base.get();
        let counted = self.totals.get().map(|totals| Bytes {
            up: totals.up.saturating_sub(base.up),
            down: totals.down.saturating_sub(base.down),
            exact: true,
        });
        self.recorder.borrow().figures(counted)
    }

    /// Its figures and what it has of the log, as they are exported.
    pub fn to_json(&self) -> serde_json::Value {
        let (mut all, check) = (self.figures().to_json(), self.check());
        all["log"] = serde_json::json!({
            "shown": check.shown,
            "lost": check.lost,
            "twice": check.twice,
            "out_of_order": check.disordered,
            "waiting": check.waiting,
        });
        all
    }

    /// What it has of the log.
    pub fn check(&self) -> Check {
        self.recorder.borrow().check(self.book.borrow().known())
    }

    /// The last things that passed on its line, oldest first, at most [`MOST_RECORDS`].
    pub fn records(&self) -> Vec<Rc<Record>> {
        self.records.borrow().iter().cloned().collect()
    }

    /// Something passed on its line.
    pub fn pass(&self, record: Record) {
        self.totals.set(Some(record.totals));
        if record.what == "totals" {
            return;
        }
        let mut records = self.records.borrow_mut();
        if records.len() == MOST_RECORDS {
            records.pop_front();
        }
        records.push_back(Rc::new(record));
    }

    /// What happened last, in a sentence or two, and whether that is over.
    pub fn story(&self) -> Option<(String, bool)> {
        let story = self.story.borrow();
        let story = story.as_ref()?;
        let since = self.recorder.borrow().since(story.mark());
        Some((story.tell(steady_ms(), &since, &self.check()), story.is_over()))
    }

    /// A fault is made on its line now.
    pub fn strike(&self, fault: Fault) {
        self.faults.set(fault.on(self.faults.get(), true));
        self.tell(fault);
    }

    /// A lasting one holds no more.
    pub fn lift(&self, fault: Fault) {
        self.faults.set(fault.on(self.faults.get(), false));
        let (newest, recorder) = (self.newest(), self.recorder.borrow());
        if let Some(story) = &mut *self.story.borrow_mut()
            && std::mem::discriminant(&story.fault()) == std::mem::discriminant(&fault)
        {
            let since = recorder.since(story.mark());
            story.lift(steady_ms(), newest, recorder.newest(), since);
        }
        // Who was refused need not wait for the next try.
        self.bell.ring();
    }

    fn tell(&self, fault: Fault) {
        let (now, recorder) = (steady_ms(), self.recorder.borrow());
        let (mark, before) = (recorder.mark(), recorder.lately(now - BEFORE_MS));
        let mut story = Story::new(fault, now, mark, before);
        if matches!(*self.state.borrow(), State::Broken(..)) {
            story.broke(now, mark.requests());
        }
        *self.story.borrow_mut() = Some(story);
    }

    /// The newest message that is known to be in the log.
    fn newest(&self) -> u64 {
        self.book.borrow().known().newest().unwrap_or(0)
    }

    fn set_state(&self, state: State) {
        *self.state.borrow_mut() = state;
    }

    /// Whether it holds a connection for as long as it listens.
    pub fn holds(&self) -> bool {
        matches!(self.setup.borrow().mode, Mode::LongPoll | Mode::Sse)
    }
}
