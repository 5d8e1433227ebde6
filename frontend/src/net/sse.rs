//! Stream: one answer that never ends, as server-sent events.
//!
//! The browser would reconnect by itself, but it tells nobody, knows no backoff and does not notice
//! silence. So a connection that breaks is closed here, and whoever called comes back with the
//! cursor that the conversation's memory has.

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::StreamExt;
use gloo_events::EventListener;
use tidings_shared::Event;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use super::{Ask, End, Lost, Signal, Tell, hear::hear, patience, within};
use crate::{state::Traffic, wire};

/// A stream of server-sent events, which is closed when it is dropped.
pub(crate) struct Source {
    source: EventSource,
    _listeners: [EventListener; 2],
    events: UnboundedReceiver<web_sys::Event>,
}

impl Source {
    /// Opens the stream at `path`; `None` when the browser refuses to.
    pub(crate) fn open(path: &str) -> Option<Self> {
        let source = EventSource::new(path).ok()?;
        let (listeners, events) = hear(&source, ["message", "error"]);
        Some(Self { source, _listeners: listeners, events })
    }

    /// The next message; `None` upon an error, be it one after which the browser means to reconnect.
    pub(crate) async fn next(&mut self) -> Option<MessageEvent> {
        self.events.next().await?.dyn_into().ok()
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.source.close();
    }
}

pub(super) async fn listen(ask: &Ask, tell: &Tell) -> End {
    let path = ask.path();
    tell.cost(Traffic::request(&path, 0));
    let Some(mut source) = Source::open(&path) else {
        return Lost::Unopened.into();
    };

    let mut limit = ask.first_word;
    loop {
        let message = match within(limit, source.next()).await {
            Some(Some(message)) => message,
            Some(None) => return Lost::Broke.into(),
            None => return Lost::Silent.into(),
        };
        let (data, id) = (message.data().as_string().unwrap_or_default(), message.last_event_id());
        // The browser repeats the last id with every event that has none.
        let event = wire::read(&data).unwrap_or(Event::Unknown);
        let cursor = match event {
            Event::Message(_) => id.parse().ok(),
            _ => None,
        };
        tell.cost(Traffic::event(cursor.map_or(0, |_| id.len()), data.len()));
        match &event {
            Event::Hello(hello) => {
                limit = patience(hello.heartbeat);
                tell.cost(Traffic::opened());
                tell.tell(Signal::Up);
            }
            Event::Goaway(goaway) => {
                return End::Goaway(std::time::Duration::from_millis(goaway.retry_ms));
            }
            _ => {}
        }
        tell.tell(Signal::Event(event, cursor));
    }
}
