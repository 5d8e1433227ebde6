//! Messages on their way: sent in the order in which they were put in, each kept until the server
//! has answered for it, and sent again under the same id as often as it takes.
//!
//! Two carriers can take them. Over HTTP one message is sent at a time. A WebSocket that is
//! followed anyway (see [`FollowOptions::outbox`](crate::FollowOptions)) takes many at once, which
//! the server commits together. Both begin with the oldest message that is unanswered and send in
//! order, and the server takes each id once: so a change of carrier, or a connection that broke
//! with messages in it, can't change the order and can't send anything twice.

mod http;
mod queue;

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
    time::Duration,
};

use queue::Queue;
use tidings_shared::{MessageId, NewMessage, Problem, Receipt, RoomName, event::Command};
use tokio::{
    sync::{Notify, oneshot},
    task::AbortHandle,
    time::Instant,
};

use crate::Server;

/// A queue of messages for one room. Clones are handles of the same queue; when the last is
/// dropped, sending ends.
#[derive(Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
    _courier: Arc<Courier>,
}

/// What the handles, the HTTP carrier and the WebSocket have in common.
pub(crate) struct Shared {
    server: Server,
    room: RoomName,
    queue: Mutex<Queue>,
    /// Something changed: a message came in, was answered, or the carrier is another.
    wake: Notify,
}

/// Ends the HTTP carrier with the last handle.
struct Courier(AbortHandle);

impl Drop for Courier {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Who carries the messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Carrier {
    /// One after the other over HTTP.
    #[default]
    Http,
    /// A WebSocket that is being opened: HTTP waits for it.
    SocketSoon,
    /// A WebSocket that is open.
    Socket,
}

/// Why a message will not arrive.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The server refused it.
    #[error("{}", .0.detail)]
    Refused(Problem),
    /// It was given up before the server answered; it may have arrived all the same.
    #[error("given up before the server answered")]
    Abandoned,
}

/// The fate of one message, as a future.
#[derive(Debug)]
pub struct Delivery(oneshot::Receiver<Result<Receipt, Problem>>);

impl Future for Delivery {
    type Output = Result<Receipt, DeliveryError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| match answer {
            Ok(answer) => answer.map_err(DeliveryError::Refused),
            Err(_) => Err(DeliveryError::Abandoned),
        })
    }
}

impl Outbox {
    /// An empty outbox for `room`.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, on which the sending runs.
    #[must_use]
    pub fn new(server: &Server, room: RoomName) -> Self {
        let shared = Arc::new(Shared {
            server: server.clone(),
            room,
            queue: Mutex::new(Queue::new(Instant::now())),
            wake: Notify::new(),
        });
        let task = tokio::spawn(http::carry(shared.clone()));
        Self { shared, _courier: Arc::new(Courier(task.abort_handle())) }
    }

    /// Puts a message at the queue's end. The queue has no bound of its own: whoever reads from an
    /// endless source looks at [`waiting`](Self::waiting).
    pub fn push(&self, message: NewMessage) -> Delivery {
        let (answer, receiver) = oneshot::channel();
        self.shared.queue().push(message, answer, Instant::now());
        self.shared.wake.notify_waiters();
        Delivery(receiver)
    }

    /// How many messages are unanswered.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.queue().len()
    }

    /// For how long messages have waited without the server answering for any of them; zero when
    /// none waits.
    #[must_use]
    pub fn stuck_for(&self) -> Duration {
        self.shared.queue().stuck_since().map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// What went wrong last, if nothing has gone right since.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.shared.queue().trouble.clone()
    }

    /// Gives up what is unanswered: answers these messages, oldest first. The server may have
    /// taken some of the first of them without its answer coming through.
    pub fn abandon(&self) -> Vec<NewMessage> {
        self.shared.queue().abandon()
    }

    /// A WebSocket's claim on what waits here.
    pub(crate) fn lease(&self) -> Lease {
        Lease::take(self.shared.clone())
    }
}

/// A WebSocket's claim on the outbox, for as long as a room is followed by one. However the
/// following ends, HTTP takes over.
pub(crate) struct Lease(Arc<Shared>);

impl Lease {
    fn take(outbox: Arc<Shared>) -> Self {
        outbox.carry_by(Carrier::SocketSoon);
        Self(outbox)
    }

    /// It is open: what it sends begins with the oldest message.
    pub(crate) fn opened(&self) -> Arc<Shared> {
        self.0.carry_by(Carrier::Socket);
        self.0.clone()
    }

    /// It was open, and is lost: the next is likely at hand.
    pub(crate) fn lost(&self) {
        self.0.carry_by(Carrier::SocketSoon);
    }

    /// It could not be opened: until one can, HTTP carries.
    pub(crate) fn failed(&self, why: &str) {
        self.0.queue().trouble = Some(why.to_owned());
        self.0.carry_by(Carrier::Http);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.carry_by(Carrier::Http);
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("nothing panics while it holds the queue")
    }

    /// Names the carrier.
    fn carry_by(&self, carrier: Carrier) {
        self.queue().carry_by(carrier);
        self.wake.notify_waiters();
    }

    /// What a WebSocket sends next, as many as may be in flight; waits until there is something.
    pub(crate) async fn next_frames(&self) -> Vec<String> {
        loop {
            let changed = self.wake.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let (messages, resume) = self.queue().take(Instant::now());
            if !messages.is_empty() {
                return messages.into_iter().map(frame).collect();
            }
            match resume {
                Some(at) => {
                    tokio::select! { () = changed => {}, () = tokio::time::sleep_until(at) => {} }
                }
                None => changed.await,
            }
        }
    }

    /// The server has it on disk.
    pub(crate) fn posted(&self, receipt: Receipt) {
        let id = receipt.id.clone();
        self.queue().settle(&id, Ok(receipt), Instant::now());
        self.wake.notify_waiters();
    }

    /// The server said no to it: for good, or for now.
    pub(crate) fn rejected(&self, id: &MessageId, problem: Problem) {
        if problem.is_passing() {
            self.queue().hold(problem.detail, fastrand::f64(), Instant::now());
        } else {
            self.queue().settle(id, Err(problem), Instant::now());
        }
        self.wake.notify_waiters();
    }
}

fn frame(message: NewMessage) -> String {
    let NewMessage { id, username, text } = message;
    serde_json::to_string(&Command::Post { id, username, text }).expect("a command is JSON")
}
