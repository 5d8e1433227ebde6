//! Stream: one answer that never ends, as server-sent events.
//!
//! The browser would reconnect by itself, but it tells nobody, knows no backoff and does not notice
//! silence. So a connection that breaks is closed here, and whoever called comes back with the
//! cursor that the conversation's memory has.

use futures_util::StreamExt;
use tidings_shared::Event;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use super::{Ask, End, Lost, Signal, Tell, hear::hear, patience, within};
use crate::{state::Traffic, wire};

/// Closes the connection when it is dropped.
struct Closing(EventSource);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

pub(super) async fn listen(ask: &Ask, tell: &Tell) -> End {
    let path = ask.path();
    tell.cost(Traffic::request(&path, 0));
    let Ok(source) = EventSource::new(&path) else {
        return Lost::Unopened.into();
    };
    let source = Closing(source);
    let (_listeners, mut events) = hear(&source.0, ["message", "error"]);

    let mut limit = ask.first_word;
    loop {
        let Some(event) = within(limit, events.next()).await else {
            return Lost::Silent.into();
        };
        // An error, be it one after which the browser means to reconnect.
        let Some(message) = event.as_ref().and_then(JsCast::dyn_ref::<MessageEvent>) else {
            return Lost::Broke.into();
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
