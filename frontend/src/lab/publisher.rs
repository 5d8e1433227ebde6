//! The publisher: posts by a schedule or by hand, and writes into the book what it sent and what the
//! server has taken.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use tidings_shared::{NewMessage, RoomName, Username};
use wasm_bindgen_futures::spawn_local;

use super::{
    book::Book,
    pace::{Pace, Schedule, text},
};
use crate::{
    browser::{chance, steady_ms},
    net::{self, Task, sleep},
};

/// So many posts may wait for their answers. What is due meanwhile is not sent, and said to be.
const MOST_WAITING: u32 = 64;
/// How often a post is tried again, and after how long: a server that restarts is back by then.
const TRIES: u32 = 60;
const AGAIN: Duration = Duration::from_millis(500);
/// Who it is.
const NAME: &str = "publisher";

/// The publisher of one room.
pub struct Publisher {
    room: RoomName,
    book: Rc<RefCell<Book>>,
    pace: Cell<Pace>,
    task: RefCell<Option<Task>>,
    waiting: Cell<u32>,
    skipped: Cell<u64>,
    failure: RefCell<Option<String>>,
}

impl Publisher {
    /// One that is silent.
    #[must_use]
    pub fn new(room: RoomName, book: Rc<RefCell<Book>>, pace: Pace) -> Rc<Self> {
        let (task, waiting, skipped, failure) = Default::default();
        Rc::new(Self { room, book, pace: Cell::new(pace), task, waiting, skipped, failure })
    }

    /// How it sends.
    pub fn pace(&self) -> Pace {
        self.pace.get()
    }

    /// It sends otherwise from now on.
    pub fn set_pace(self: &Rc<Self>, pace: Pace) {
        self.pace.set(pace);
        if self.is_running() {
            self.start();
        }
    }

    /// Whether it sends by its schedule.
    pub fn is_running(&self) -> bool {
        self.task.borrow().is_some()
    }

    /// Sends by its schedule from now on.
    pub fn start(self: &Rc<Self>) {
        let publisher = self.clone();
        let seed = chance().to_bits();
        *self.task.borrow_mut() = Some(Task::begin(async move {
            let begun = steady_ms();
            for at in Schedule::new(publisher.pace.get(), seed) {
                let wait = begun + at - steady_ms();
                if wait > 0.5 {
                    sleep(Duration::from_secs_f64(wait / 1000.0)).await;
                }
                publisher.send();
            }
        }));
    }

    /// Sends by its schedule no more.
    pub fn stop(&self) {
        self.task.take();
    }

    /// How many were due and not sent, because the server was behind.
    pub fn skipped(&self) -> u64 {
        self.skipped.get()
    }

    /// Why the last one was not taken, unless one was taken since.
    pub fn failure(&self) -> Option<String> {
        self.failure.borrow().clone()
    }

    /// Sends one message.
    pub fn send(self: &Rc<Self>) {
        if self.waiting.get() >= MOST_WAITING {
            self.skipped.set(self.skipped.get() + 1);
            return;
        }
        let (n, id) = self.book.borrow_mut().send(steady_ms());
        let text = text(n, self.pace.get().size);
        // Letters, digits and hyphens: all three rules are kept.
        let (Ok(id), Ok(text)) = (id.parse(), text.parse()) else { return };
        let message = NewMessage { id, username: Username::from_log(NAME), text };
        self.waiting.set(self.waiting.get() + 1);
        let publisher = self.clone();
        spawn_local(async move {
            publisher.post(message).await;
            publisher.waiting.set(publisher.waiting.get() - 1);
        });
    }

    /// Posts until it is taken or refused; under its id that is safe.
    async fn post(&self, message: NewMessage) {
        for _ in 0..TRIES {
            match net::post(&self.room, &message, &|_| ()).await {
                Ok(receipt) => {
                    self.book.borrow_mut().store(receipt.seq);
                    self.failure.take();
                    return;
                }
                Err(failure) => {
                    *self.failure.borrow_mut() = Some(failure.sentence());
                    if !failure.is_passing() {
                        return;
                    }
                    sleep(failure.retry_after().unwrap_or(AGAIN)).await;
                }
            }
        }
    }
}
