//! Stream: one answer that never ends, as server-sent events.
//!
//! The browser would reconnect by itself, but it tells nobody, knows no backoff and does not notice
//! silence. So a connection that breaks is closed here, and whoever called comes back with the
//! cursor that the conversation's memory has.

use futures_util::StreamExt;
use gloo_net::eventsource::futures::EventSource;
use tidings_shared::Event;

use super::{Ask, End, Lost, Signal, Tell, first, patience, within};
use crate::{state::Traffic, wire};

pub(super) async fn listen(ask: &Ask, tell: &Tell) -> End {
    let path = ask.path();
    tell.cost(Traffic::request(&path, 0));
    let opened = EventSource::new(&path).and_then(|mut source| {
        let messages = source.subscribe("message")?;
        // As an event of its own: the subscription to messages keeps quiet about an error after
        // which the browser means to reconnect.
        let errors = source.subscribe("error")?;
        Ok((source, messages, errors))
    });
    let Ok((_source, mut messages, mut errors)) = opened else {
        return Lost::Unopened.into();
    };

    let mut limit = ask.first_word;
    loop {
        let next = first(messages.next(), async {
            errors.next().await;
            None
        });
        let message = match within(limit, next).await {
            Some(Some(Ok((_, message)))) => message,
            Some(_) => return Lost::Broke.into(),
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
