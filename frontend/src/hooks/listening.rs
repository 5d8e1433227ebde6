//! Keeps the tab listening: connects, comes back after a break with backoff, and begins anew at
//! the cursor whenever the room, the name, the mode or the interval is another.

use std::{cell::Cell, rc::Rc, time::Duration};

use tidings_shared::Backoff;
use yew::prelude::*;

use super::{Store, use_while};
use crate::{
    browser::{chance, now_ms},
    net::{self, Ask, Bell, Crowd, End, Line, Signal, Task, Tell},
    state::{Action, Tab, Told},
};

/// Listens as the tab's address says; `bell` ends any wait.
#[hook]
pub fn use_listening(store: &Store, bell: &Bell, line: &Line, crowd: &Crowd) {
    let generation = store.read(Tab::generation);
    let (store, bell, line) = (store.clone(), bell.clone(), line.clone());
    let crowd = crowd.clone();
    let begin = move || Task::begin(follow(generation, store, bell, line, crowd));
    use_while((generation, 0), Box::new(move || Box::new(begin())));
}

async fn follow(generation: u32, store: Store, bell: Bell, line: Line, crowd: Crowd) {
    let mut backoff = Backoff::default();
    let mut waited = false;
    let reached = Rc::new(Cell::new(false));
    let say = |told| store.dispatch(Action::Told(generation, told));
    let tell = {
        let (store, reached) = (store.clone(), reached.clone());
        Tell::new(move |signal| {
            let now_ms = now_ms();
            let told = match signal {
                Signal::Cost(traffic) => Told::Cost(traffic),
                Signal::Up => {
                    reached.set(true);
                    Told::Up
                }
                Signal::Resting(time) => {
                    Told::Resting { next_ms: now_ms + time.as_millis() as f64 }
                }
                Signal::Event(event, id) => Told::Heard { event, id, now_ms },
                Signal::Page(page) => Told::Page { page, now_ms },
            };
            let up = told == Told::Up;
            store.dispatch(Action::Told(generation, told));
            if up {
                // What waits to be sent need not wait for its own next try.
                store.outbox().ring();
            }
        })
    };
    loop {
        let ask = store.read(|tab| {
            let address = tab.address();
            Ask {
                room: address.room.clone(),
                name: address.name.clone(),
                mode: address.mode,
                every: address.every,
                after: tab.cursor(),
            }
        });
        let mode = ask.mode;
        let listening = net::listen(ask, &tell, &bell, &line);
        let end = crowd.take_turn(mode, waited, listening).await;
        waited = end == End::Crowded;
        if reached.take() {
            backoff.reset();
        }
        let wait = match end {
            End::Goaway(wait) => {
                say(Told::Connecting);
                wait.min(Duration::from_secs(60))
            }
            End::Crowded => {
                say(Told::Crowded);
                // Not all that wait ask at the same moment.
                Duration::from_millis(2_000 + (chance() * 2_000.0) as u64)
            }
            End::Broke(failure) => {
                let wait = backoff.fail(chance()).max(failure.retry_after().unwrap_or_default());
                let now_ms = now_ms();
                let retry_ms = now_ms + wait.as_millis() as f64;
                say(Told::Broke { now_ms, retry_ms, why: failure.sentence() });
                wait
            }
        };
        net::first(net::sleep(wait), bell.rung()).await;
    }
}
