//! One connection as it is heard: since when it works, and when something came last. By the wall's
//! clock, not by a timer: a machine that sleeps stops its timers, and wakes beside a connection of
//! which nobody told it that it is gone.

use std::{cell::Cell, rc::Rc, time::Duration};

use futures_util::future::LocalBoxFuture;
use tidings_shared::{Event, Mode};

use crate::{
    browser::now_ms,
    net::{self, Bell, End, Signal, first},
    state::Told,
};

/// How often it is looked whether something came.
const LOOK: Duration = Duration::from_secs(10);
/// What a timer in the connection itself gets beyond its time, to find the same.
const GRACE_MS: f64 = 5_000.0;

/// A connection under way.
pub(super) struct Run {
    /// What is heard of it.
    pub ear: Rc<Ear>,
    /// How it ends.
    pub end: LocalBoxFuture<'static, End>,
}

/// What is heard of a connection.
pub(super) struct Ear {
    up_ms: Cell<Option<f64>>,
    up: Bell,
    heard_ms: Cell<f64>,
    patience_ms: Cell<f64>,
}

impl Ear {
    /// Of a connection by this mode, which begins now.
    pub fn new(mode: Mode, now_ms: f64) -> Rc<Self> {
        let patience = net::first_patience(mode);
        Rc::new(Self {
            up_ms: Cell::default(),
            up: Bell::default(),
            heard_ms: Cell::new(now_ms),
            patience_ms: Cell::new(patience.as_millis() as f64),
        })
    }

    /// Since when it works, if it does.
    pub fn up_ms(&self) -> Option<f64> {
        self.up_ms.get()
    }

    /// Waits until it works.
    pub async fn works(&self) {
        let rung = self.up.rung();
        if self.up_ms().is_none() {
            rung.await;
        }
    }

    /// What hears the connection's signals, and hands them on as the tab is told them.
    pub fn hear(self: &Rc<Self>, dispatch: impl Fn(Told) + 'static) -> impl Fn(Signal) + 'static {
        let ear = self.clone();
        move |signal| {
            let now_ms = now_ms();
            if ear.note(&signal, now_ms) {
                ear.up.ring();
            }
            dispatch(match signal {
                Signal::Cost(traffic) => Told::Cost(traffic, now_ms),
                Signal::Up => Told::Up,
                Signal::Resting(time) => {
                    Told::Resting { next_ms: now_ms + time.as_millis() as f64 }
                }
                Signal::Event(event, id) => Told::Heard { event, id, now_ms },
                Signal::Page(page) => Told::Page { page, now_ms },
            });
        }
    }

    /// Answers whether it works from now on.
    fn note(&self, signal: &Signal, now_ms: f64) -> bool {
        let patience = match signal {
            // What went out is nothing heard.
            Signal::Cost(_) => return false,
            Signal::Event(Event::Hello(hello), _) => Some(net::patience(hello.heartbeat)),
            Signal::Resting(time) => Some(*time + net::first_patience(Mode::Poll)),
            Signal::Up | Signal::Event(..) | Signal::Page(_) => None,
        };
        self.heard_ms.set(now_ms);
        if let Some(patience) = patience {
            self.patience_ms.set(patience.as_millis() as f64);
        }
        let first = *signal == Signal::Up && self.up_ms().is_none();
        if first {
            self.up_ms.set(Some(now_ms));
        }
        first
    }

    /// Ends when nothing came for so long that the connection is not to be trusted. The bell says
    /// that the tab may have slept, and is the reason to look at once.
    pub async fn sleeps(&self, bell: &Bell) -> End {
        loop {
            let look = async {
                net::sleep(LOOK).await;
                GRACE_MS
            };
            let wake = async {
                bell.rung().await;
                0.0
            };
            let grace_ms = first(look, wake).await;
            if now_ms() - self.heard_ms.get() > self.patience_ms.get() + grace_ms {
                return End::Slept;
            }
        }
    }
}
