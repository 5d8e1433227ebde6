//! The tabs of one server, where they stand in each other's way. Over HTTP/1.1 a browser opens six
//! connections to a server, for all its tabs together, and a stream or a long-poll holds one. With
//! six of them held, no further tab could even load, and none could post. So the sixth connection
//! is left free: a tab asks the others, and where five hold one, it waits and says so.
//!
//! They speak over a `BroadcastChannel`, which needs no connection, and which a page that came over
//! plain HTTP from another machine has too. A question is a number, an answer is its negative.

use std::{
    cell::Cell,
    future::{Future, pending},
    rc::Rc,
    time::Duration,
};

use gloo_events::EventListener;
use tidings_shared::Mode;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::{End, first, sleep};
use crate::browser;

/// How many tabs may hold a connection at a time.
const MOST: u32 = 5;
/// How long the others may take to answer; a tab that nobody looks at takes a moment.
const ANSWERS: Duration = Duration::from_millis(400);

/// The other tabs; nobody, where a tab can't speak to them.
#[derive(Clone, Debug)]
pub struct Crowd(Option<Rc<Inner>>);

#[derive(Debug)]
struct Inner {
    channel: BroadcastChannel,
    ear: Rc<Ear>,
    _listener: EventListener,
}

#[derive(Debug, Default)]
struct Ear {
    /// How many connections this tab holds: two, while one is to follow another.
    holds: Cell<u32>,
    /// The question at hand, and how many answered it.
    question: Cell<f64>,
    answers: Cell<u32>,
}

impl Default for Crowd {
    fn default() -> Self {
        Self(Inner::new())
    }
}

/// Equal when they are the same tab's, of which there is one.
impl PartialEq for Crowd {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Crowd {
    /// Listens with one of the connections that there are, or ends because too many others do.
    /// `waited` says that it ended so before: then it asks before it tries.
    pub async fn take_turn(
        &self,
        mode: Mode,
        waited: bool,
        listen: impl Future<Output = End>,
    ) -> End {
        let Some(inner) = &self.0 else { return listen.await };
        // A poll's connection is free again at once, and a WebSocket's isn't counted.
        if matches!(mode, Mode::Poll | Mode::Websocket) {
            return listen.await;
        }
        if waited && inner.is_full().await {
            return End::Crowded;
        }
        inner.ear.holds.set(inner.ear.holds.get() + 1);
        let _holding = Holding(inner.ear.clone());
        first(listen, async { if inner.is_full().await { End::Crowded } else { pending().await } })
            .await
    }
}

/// This tab holds a connection, or is about to.
struct Holding(Rc<Ear>);

impl Drop for Holding {
    fn drop(&mut self) {
        self.0.holds.set(self.0.holds.get() - 1);
    }
}

impl Inner {
    fn new() -> Option<Rc<Self>> {
        let channel = BroadcastChannel::new("tidings.connections").ok()?;
        let ear = Rc::<Ear>::default();
        let (hearing, answering) = (ear.clone(), channel.clone());
        let listener = EventListener::new(&channel, "message", move |event| {
            let said = event.unchecked_ref::<MessageEvent>().data().as_f64().unwrap_or_default();
            if said == -hearing.question.get() {
                hearing.answers.set(hearing.answers.get() + 1);
            } else if said > 0.0 && hearing.holds.get() > 0 {
                let _ = answering.post_message(&JsValue::from(-said));
            }
        });
        Some(Rc::new(Self { channel, ear, _listener: listener }))
    }

    /// Whether as many other tabs hold a connection as may, which over HTTP/2 is any number.
    async fn is_full(&self) -> bool {
        // Not zero, which is no question.
        let question = 1.0 + browser::chance();
        self.ear.question.set(question);
        self.ear.answers.set(0);
        let _ = self.channel.post_message(&JsValue::from(question));
        sleep(ANSWERS).await;
        // Which HTTP it is can't be known before the server has answered something.
        self.ear.answers.get() >= MOST && browser::is_http1()
    }
}
