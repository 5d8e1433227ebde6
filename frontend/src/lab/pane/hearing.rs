//! How a pane listens: asks, takes what comes, shows it with the browser's next frame, and comes back after
//! a break.

use std::{
    cell::Cell,
    rc::{Rc, Weak},
    time::Duration,
};

use futures_util::future::LocalBoxFuture;
use js_sys::Promise;
use tidings_shared::{Backoff, Message, Username};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;

use super::{Fresh, Pane, State};
use crate::{
    browser::{chance, steady_ms, window},
    lab::{
        fault::Fault,
        measure::Sample,
        reader::Reader,
        rows::{self, Row},
        story::Story,
    },
    net::{self, Ask, Bell, End, Signal, Task, Tell, first, sleep},
};

/// A browser draws no frame of what it doesn't show; what has come is taken after this long all the same.
const UNSEEN: Duration = Duration::from_millis(300);

impl Pane {
    pub(super) fn listen(self: &Rc<Self>) {
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
                if cost.requests > 0 && matches!(*self.state.borrow(), State::Resting(_)) {
                    self.set_state(State::Live);
                }
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
                    let arrival = if is_by_server(&message) {
                        // It comes with the log's first message.
                        0
                    } else {
                        self.recorder.borrow_mut().event(now)
                    };
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
    pub(super) fn flush(&self) {
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
                text: it.message.text.to_string(),
                late: now - sent,
                starts: self.last_arrival.replace(Some(it.arrival)) != Some(it.arrival),
            });
            let most = rows::most(now - self.flushed.replace(now));
            rows::append(&list, &rows.collect::<Vec<_>>(), most);
        }
        // The rows stand in the page.
        let shown = steady_ms();
        let count = timed.len() as u64;
        let mut recorder = self.recorder.borrow_mut();
        for (it, sent, clock) in timed {
            let (seq, arrival) = (it.message.seq, it.arrival);
            if is_by_server(&it.message) {
                recorder.account(seq);
            } else {
                recorder.show(Sample { seq, sent, shown, arrival, clock });
            }
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
}

/// The server's own greeting, which nobody sent. No sender can take its name.
fn is_by_server(message: &Message) -> bool {
    message.username.as_str() == Username::SERVER
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
