//! A pane: one listener, what it hears, and what it measures. It listens for as long as it is not
//! stopped, and comes back after every break.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
    time::Duration,
};

use futures_util::future::LocalBoxFuture;
use js_sys::Promise;
use tidings_shared::{Backoff, Cursor, Message, Mode, RoomName, Username};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;
use yew::NodeRef;

use super::{
    book::Book,
    fault::Fault,
    lines::{Faults, Line, Record, Totals},
    measure::{Bytes, Check, Figures, Recorder, Sample, Trace},
    reader::Reader,
    rows::{self, Row},
    setup::PaneSetup,
    story::Story,
};
use crate::{
    browser::{chance, steady_ms, window},
    net::{self, Ask, Bell, End, Signal, Task, Tell, first, sleep},
};

/// How many of a line's records are kept.
pub const MOST_RECORDS: usize = 500;
/// A browser draws no frame of what it doesn't show; what has come is taken after this long all the same.
const UNSEEN: Duration = Duration::from_millis(300);

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
        let (newest, shown) = (self.newest(), self.recorder.borrow().newest());
        if let Some(story) = &mut *self.story.borrow_mut()
            && std::mem::discriminant(&story.fault()) == std::mem::discriminant(&fault)
        {
            story.lift(steady_ms(), newest, shown);
        }
        // Who was refused need not wait for the next try.
        self.bell.ring();
    }

    fn tell(&self, fault: Fault) {
        let recorder = self.recorder.borrow();
        let story = Story::new(fault, steady_ms(), recorder.mark(), recorder.figures(None));
        *self.story.borrow_mut() = Some(story);
    }

    /// The newest message that is known to be in the log.
    fn newest(&self) -> u64 {
        self.book.borrow().known().newest().unwrap_or(0)
    }

    fn set_state(&self, state: State) {
        *self.state.borrow_mut() = state;
    }

    fn listen(self: &Rc<Self>) {
        self.set_state(State::Opening);
        *self.task.borrow_mut() = Some(Task::begin(follow(Rc::downgrade(self))));
    }

    fn ask(&self) -> Ask {
        let setup = self.setup.borrow();
        let name: Result<Username, _> = setup.title().parse();
        let fallback = || Username::from_log(&format!("pane {}", self.id));
        Ask {
            base: self.line.borrow().as_ref().map(|line| line.origin.clone()).unwrap_or_default(),
            room: self.room.clone(),
            name: name.unwrap_or_else(|_| fallback()),
            mode: setup.mode,
            every: setup.every,
            after: self.reader.borrow().as_ref().and_then(Reader::cursor),
            first_word: net::FIRST_WORD,
        }
    }

    fn hear(self: &Rc<Self>, signal: Signal) {
        let now = steady_ms();
        match signal {
            Signal::Cost(cost) => {
                self.recorder.borrow_mut().traffic(cost.requests, cost.sent, cost.received);
            }
            Signal::Up => {
                self.set_state(State::Live);
                let (newest, mark) = (self.newest(), self.recorder.borrow().mark());
                let shown = self.recorder.borrow().newest();
                if let Some(story) = &mut *self.story.borrow_mut() {
                    story.up(now, mark.requests(), newest, shown);
                }
            }
            Signal::Resting(time) => {
                self.set_state(State::Resting(now + time.as_secs_f64() * 1000.0));
            }
            Signal::Event(event, id) => {
                let new = self.reader.borrow_mut().as_mut().and_then(|it| it.event(event, id));
                if let Some(message) = new {
                    let arrival = self.recorder.borrow_mut().event(now);
                    self.take(vec![message], arrival);
                }
            }
            Signal::Page(page) => {
                let arrival = self.recorder.borrow_mut().answer(page.messages.is_empty());
                let new = self.reader.borrow_mut().as_mut().map(|it| it.page(page));
                self.take(new.unwrap_or_default(), arrival);
            }
        }
    }

    /// Messages came; they are shown with the browser's next frame, however many come until then.
    fn take(self: &Rc<Self>, messages: Vec<Message>, arrival: u32) {
        if messages.is_empty() {
            return;
        }
        let fresh = messages.into_iter().map(|message| Fresh { message, arrival });
        self.fresh.borrow_mut().extend(fresh);
        if !self.framed.replace(true) {
            let pane = self.clone();
            spawn_local(async move {
                first(frame(), async { sleep(UNSEEN).await }).await;
                pane.framed.set(false);
                pane.flush();
            });
        }
    }

    /// Shows what has come, and measures it.
    fn flush(&self) {
        let fresh = self.fresh.take();
        if fresh.is_empty() {
            return;
        }
        let now = steady_ms();
        let timed: Vec<_> = {
            let mut book = self.book.borrow_mut();
            let timed = |it: Fresh| {
                book.saw(it.message.seq);
                let (sent, clock) = book.sent_at(&it.message.id, it.message.at.as_ms(), now);
                (it, sent, clock)
            };
            fresh.into_iter().map(timed).collect()
        };
        if let Some(list) = self.list.cast::<Element>() {
            let rows = timed.iter().map(|(it, sent, _)| Row {
                seq: it.message.seq,
                from: it.message.username.to_string(),
                text: it.message.text.to_string(),
                late: now - sent,
                starts: self.last_arrival.replace(Some(it.arrival)) != Some(it.arrival),
            });
            rows::append(&list, &rows.collect::<Vec<_>>());
        }
        // The rows stand in the page.
        let shown = steady_ms();
        let count = timed.len() as u64;
        let mut recorder = self.recorder.borrow_mut();
        for (it, sent, clock) in timed {
            let (seq, arrival) = (it.message.seq, it.arrival);
            recorder.show(Sample { seq, sent, shown, arrival, clock });
        }
        if let Some(story) = &mut *self.story.borrow_mut() {
            story.shown(shown, recorder.newest(), count);
        }
    }

    /// The connection ended: how long to wait.
    fn broke(&self, end: End, backoff: &mut Backoff) -> Duration {
        let (wait, why) = match end {
            End::Goaway(wait) => {
                (wait.min(Duration::from_secs(60)), "the server said goodbye".into())
            }
            End::Crowded | End::Slept => (Duration::ZERO, String::new()),
            End::Broke(failure) => {
                let wait = backoff.fail(chance()).max(failure.retry_after().unwrap_or_default());
                (wait, failure.sentence())
            }
        };
        let (now, requests) = (steady_ms(), self.recorder.borrow().mark().requests());
        if self.story.borrow().as_ref().is_none_or(Story::is_over) {
            self.tell(Fault::Unasked);
        }
        if let Some(story) = &mut *self.story.borrow_mut() {
            story.broke(now, requests);
        }
        self.set_state(State::Broken(now + wait.as_secs_f64() * 1000.0, why));
        wait
    }

    /// Whether it holds a connection for as long as it listens.
    pub fn holds(&self) -> bool {
        matches!(self.setup.borrow().mode, Mode::LongPoll | Mode::Sse)
    }
}

/// Listens without end.
async fn follow(pane: Weak<Pane>) {
    let mut backoff = Backoff::default();
    loop {
        let Some(here) = pane.upgrade() else { return };
        let (ask, bell) = (here.ask(), here.bell.clone());
        let up = Rc::<Cell<bool>>::default();
        let tell = Tell::new({
            let (pane, up) = (pane.clone(), up.clone());
            move |signal| {
                up.set(up.get() || signal == Signal::Up);
                if let Some(pane) = pane.upgrade() {
                    pane.hear(signal);
                }
            }
        });
        drop(here);
        // A poll's rest is not cut short by the bell, which is for tries after a break.
        let end = net::listen(ask, &tell, &Bell::default(), &net::Line::default()).await;
        if up.get() {
            backoff.reset();
        }
        let Some(here) = pane.upgrade() else { return };
        let wait = here.broke(end, &mut backoff);
        drop(here);
        first(async { sleep(wait).await }, bell.rung()).await;
    }
}

/// The browser's next frame.
fn frame() -> LocalBoxFuture<'static, ()> {
    let drawn = Promise::new(&mut |resolve, _| {
        let _ = window().request_animation_frame(&resolve);
    });
    Box::pin(async {
        let _ = JsFuture::from(drawn).await;
    })
}
