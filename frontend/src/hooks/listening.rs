//! Keeps the tab listening: connects, comes back after a break with backoff, and begins anew at
//! the cursor whenever the room, the name, the mode or the interval is another. Where the mode is
//! left to the tab, it tells [`Choice`] what became of each try, and does what that says. A better
//! mode is tried beside the present one, which ends when the other works: both begin at the cursor,
//! and the conversation's memory knows each message, so that none is lost or shown twice.

use std::{cell::RefCell, future::pending, rc::Rc, time::Duration};

use gloo_events::EventListener;
use tidings_shared::{Backoff, Mode};
use yew::prelude::*;

use super::{
    Store,
    hearing::{Ear, Run},
    use_while,
};
use crate::{
    browser::{chance, now_ms, window},
    net::{self, Ask, Bell, Crowd, End, Failure, Line, Lost, Task, Tell, first},
    state::{Action, Choice, Tab, Told, choice::Fault},
};

/// Listens as the tab's address says; `bell` ends any wait. A browser may keep a page that one has left,
/// for whoever comes back, and its connections with it: one would be here for minutes after one has gone.
/// So the page hangs up at once, while it still can, and listens again when it is shown again.
#[hook]
pub fn use_listening(store: &Store, bell: &Bell, line: &Line, crowd: &Crowd) {
    let listener = Listener {
        generation: store.read(Tab::generation),
        store: store.clone(),
        bell: bell.clone(),
        line: line.clone(),
        crowd: crowd.clone(),
    };
    let generation = listener.generation;
    let begin = move || {
        let task = Rc::new(RefCell::new(Some(Task::begin(follow(listener.clone())))));
        ["pagehide", "pageshow"].map(|event| {
            let (task, listener) = (task.clone(), listener.clone());
            EventListener::new(&window(), event, move |_| {
                if event == "pagehide" {
                    listener.say(Told::Connecting);
                    task.take();
                } else if task.borrow().is_none() {
                    task.replace(Some(Task::begin(follow(listener.clone()))));
                }
            })
        })
    };
    use_while((generation, 0), Box::new(move || Box::new(begin())));
}

/// All that listening takes.
#[derive(Clone)]
struct Listener {
    generation: u32,
    store: Store,
    bell: Bell,
    line: Line,
    crowd: Crowd,
}

/// What happens next.
enum Turn {
    /// The present connection has ended.
    Ended(End),
    /// It is time to look for a better mode, or something has changed.
    Look { shaken: bool },
    /// The better mode works.
    Climbed,
    /// It does not.
    Missed(Fault),
}

async fn follow(listener: Listener) {
    let (auto, mode, mut choice) = listener.store.read(|tab| {
        let address = tab.address();
        (address.auto, address.mode, tab.choice().clone())
    });
    choice.ended();
    let mut backoff = Backoff::default();
    let mut present = listener.run(mode, auto, false);
    let mut rival: Option<Run> = None;
    loop {
        let turn = {
            let ended = async { Turn::Ended(present.end.as_mut().await) };
            let climb = async {
                match &mut rival {
                    _ if !auto => pending().await,
                    None => listener.time_to_look(&choice, &present.ear).await,
                    Some(rival) => becomes(rival).await,
                }
            };
            first(ended, climb).await
        };
        match turn {
            Turn::Look { shaken } => {
                if shaken {
                    choice.shake(now_ms());
                }
                rival = choice.candidate(now_ms()).map(|mode| listener.run(mode, auto, true));
            }
            Turn::Climbed => {
                choice.climbed(now_ms());
                present = rival.take().unwrap_or(present);
                listener.chose(&choice);
            }
            Turn::Missed(fault) => {
                rival = None;
                choice.missed(now_ms(), fault);
                listener.chose(&choice);
            }
            Turn::Ended(end) => {
                rival = None;
                if let Some(up_ms) = present.ear.up_ms() {
                    backoff.reset();
                    choice.up(up_ms);
                }
                let waited = end == End::Crowded && !auto;
                let fault = fault(&end, &present.ear);
                let fell = match &end {
                    _ if !auto => false,
                    End::Broke(failure) => {
                        let answers = failure.is_fault() && net::answers().await;
                        choice.broke(now_ms(), fault, answers)
                    }
                    End::Crowded => {
                        choice.crowded(now_ms());
                        true
                    }
                    End::Slept => {
                        choice.ended();
                        choice.shake(now_ms());
                        false
                    }
                    End::Goaway(_) => {
                        choice.ended();
                        false
                    }
                };
                if fell {
                    listener.chose(&choice);
                    listener.say(Told::Connecting);
                } else if let Some(wait) = listener.wait_after(end, &mut backoff) {
                    first(net::sleep(wait), listener.bell.rung()).await;
                }
                let mode = if auto { choice.mode() } else { mode };
                present = listener.run(mode, auto, waited);
            }
        }
    }
}

impl Listener {
    fn say(&self, told: Told) {
        self.store.dispatch(Action::Told(self.generation, told));
    }

    fn chose(&self, choice: &Choice) {
        self.say(Told::Chose(choice.clone()));
    }

    /// Begins to listen at the cursor; `waited` says that it waited for a connection before.
    fn run(&self, mode: Mode, auto: bool, waited: bool) -> Run {
        let ask = self.store.read(|tab| {
            let address = tab.address();
            Ask {
                base: String::new(),
                room: address.room.clone(),
                name: address.name.clone(),
                mode,
                every: address.every,
                after: tab.cursor(),
                first_word: if auto { net::FIRST_WORD_OF_MANY } else { net::FIRST_WORD },
            }
        });
        let (store, generation) = (self.store.clone(), self.generation);
        let dispatch = move |told| {
            let up = told == Told::Up;
            store.dispatch(Action::Told(generation, told));
            if up {
                // What waits to be sent need not wait for its own next try.
                store.outbox().ring();
            }
        };
        let ear = Ear::new(mode, now_ms());
        let tell = Tell::new(ear.hear(dispatch));
        let (bell, line, crowd) = (self.bell.clone(), self.line.clone(), self.crowd.clone());
        let watching = ear.clone();
        let end = Box::pin(async move {
            let listening = net::listen(ask, &tell, &bell, &line);
            first(crowd.take_turn(mode, waited, listening), watching.sleeps(&bell)).await
        });
        Run { ear, end }
    }

    /// Says how it ended, and answers how long to wait before the same is tried again.
    fn wait_after(&self, end: End, backoff: &mut Backoff) -> Option<Duration> {
        let wait = match end {
            End::Slept => {
                self.say(Told::Connecting);
                return None;
            }
            End::Goaway(wait) => {
                self.say(Told::Connecting);
                wait.min(Duration::from_secs(60))
            }
            End::Crowded => {
                self.say(Told::Crowded);
                // Not all that wait ask at the same moment.
                Duration::from_millis(2_000 + (chance() * 2_000.0) as u64)
            }
            End::Broke(failure) => {
                let wait = backoff.fail(chance()).max(failure.retry_after().unwrap_or_default());
                let now_ms = now_ms();
                let retry_ms = now_ms + wait.as_millis() as f64;
                self.say(Told::Broke { now_ms, retry_ms, why: failure.sentence() });
                wait
            }
        };
        Some(wait)
    }

    /// Waits until a better mode is to be looked for, be it because the bell rang.
    async fn time_to_look(&self, choice: &Choice, present: &Ear) -> Turn {
        let Some(wait_ms) = choice.climb_in(now_ms()) else { return pending().await };
        // What is no better off now would be blamed for nothing.
        present.works().await;
        let time = async {
            net::sleep(Duration::from_millis(wait_ms.ceil() as u64)).await;
            Turn::Look { shaken: false }
        };
        let bell = async {
            self.bell.rung().await;
            Turn::Look { shaken: true }
        };
        first(time, bell).await
    }
}

/// Waits until it is known whether the better mode works.
async fn becomes(rival: &mut Run) -> Turn {
    let works = async {
        rival.ear.works().await;
        Turn::Climbed
    };
    let ends = async { Turn::Missed(fault(&rival.end.as_mut().await, &rival.ear)) };
    first(works, ends).await
}

/// What is the matter with a mode whose connection ended so.
fn fault(end: &End, ear: &Ear) -> Fault {
    match end {
        End::Crowded => Fault::Crowded,
        _ if ear.up_ms().is_some() => Fault::Cut,
        End::Slept | End::Broke(Failure::Lost(Lost::Silent | Lost::TooLong)) => Fault::Silent,
        End::Goaway(_) | End::Broke(_) => Fault::Refused,
    }
}
