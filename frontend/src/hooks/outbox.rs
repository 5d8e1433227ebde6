//! Sends what was written here: one message at a time, so that they arrive in the order of
//! writing, over the WebSocket while it is open and by HTTP otherwise. What finds no answer is
//! sent again under its id until it does; what is refused is shown as refused at once.

use std::{any::Any, time::Duration};

use tidings_shared::{Backoff, NewMessage, Receipt, RoomName};
use yew::prelude::*;

use super::{Store, keep_draft, use_while};
use crate::{
    browser::chance,
    early::Early,
    net::{self, Bell, Failure, Line, Lost, Task},
    state::{Action, Tab},
};

/// How long the server may take to answer on a WebSocket.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends what the tab has to send; `bell` ends any wait.
#[hook]
pub fn use_outbox(store: &Store, bell: &Bell, line: &Line) {
    let (store, bell, line) = (store.clone(), bell.clone(), line.clone());
    use_while((0, 0), Box::new(move || Box::new(Task::begin(run(store, bell, line)))));
}

/// Writes what was to be sent before the app was there. Only then it is no part of the draft any more: what
/// fails in between loses nothing.
#[hook]
pub fn use_early(store: &Store, early: &Early) {
    let (store, Early { draft, sent }) = (store.clone(), early.clone());
    let write = move || {
        sent.into_iter().for_each(|text| store.write(text));
        keep_draft(&store.room(), &draft);
        Box::new(()) as Box<dyn Any>
    };
    use_while((0, 0), Box::new(write));
}

async fn run(store: Store, bell: Bell, line: Line) {
    let mut backoff = Backoff::default();
    loop {
        let Some((room, message)) = store.read(Tab::next_to_send) else {
            store.outbox().rung().await;
            continue;
        };
        let id = message.id.clone();
        match send(&store, &line, &room, message).await {
            Ok(receipt) => {
                backoff.reset();
                store.dispatch(Action::Sent(room, receipt));
                if store.read(|tab| !tab.link().is_up()) {
                    // The server is back: whoever listens need not wait for its own next try.
                    bell.ring();
                }
            }
            Err(failure) if failure.is_passing() => {
                let wait = backoff.fail(chance()).max(failure.retry_after().unwrap_or_default());
                store.dispatch(Action::Trouble(failure.sentence()));
                let called = net::first(bell.rung(), store.outbox().rung());
                net::first(net::sleep(wait), called).await;
            }
            Err(failure) => {
                backoff.reset();
                store.dispatch(Action::Refused(room, id, failure.sentence()));
            }
        }
    }
}

async fn send(
    store: &Store,
    line: &Line,
    room: &RoomName,
    message: NewMessage,
) -> Result<Receipt, Failure> {
    if line.leads_to(room) {
        let answer = net::within(PATIENCE, line.post(message)).await;
        return answer.unwrap_or(Err(Failure::Lost(Lost::TooLong)));
    }
    net::post(room, &message, &|traffic| store.spend(traffic)).await
}
