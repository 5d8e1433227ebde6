//! What one of the browser's connections says, in its order.

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use gloo_events::EventListener;
use web_sys::{Event, EventTarget};

/// The events of these kinds that happen at `target`. Whoever drops the listeners hears no more.
pub(super) fn hear<const N: usize>(
    target: &EventTarget,
    kinds: [&'static str; N],
) -> ([EventListener; N], UnboundedReceiver<Event>) {
    let (heard, events) = unbounded();
    let listeners = kinds.map(|kind| {
        let heard = heard.clone();
        EventListener::new(target, kind, move |event| {
            let _ = heard.unbounded_send(event.clone());
        })
    });
    (listeners, events)
}
