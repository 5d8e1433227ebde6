//! How long a connection on which nothing is asked may stay, and how long a head may take. One
//! timer, which is set anew only when it goes off: a busy connection never touches it.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::app::App;

pin_project! {
    struct Wait {
        #[pin]
        sleep: Sleep,
        #[pin]
        closing: WaitForCancellationFutureOwned,
    }
}

/// The patience that there is with one connection.
pub(super) struct Idle {
    closing: CancellationToken,
    /// For the next request, and for the rest of a head that has begun.
    limits: (Duration, Duration),
    wait: Option<Pin<Box<Wait>>>,
    since: Instant,
    in_head: bool,
}

impl Idle {
    pub(super) fn new(app: &App) -> Self {
        let limits = (app.config.limits.idle, app.config.limits.head);
        Self {
            closing: app.closing.clone(),
            limits,
            wait: None,
            since: Instant::now(),
            in_head: false,
        }
    }

    /// A request has come.
    pub(super) fn begin(&mut self) {
        self.since = Instant::now();
        self.in_head = false;
    }

    /// Ends when its time is up, or the server shuts down.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, in_head: bool) -> Poll<()> {
        if in_head != self.in_head {
            self.in_head = in_head;
            self.since = Instant::now();
        }
        let (idle, head) = self.limits;
        let due = self.since + if in_head { head } else { idle };
        let wait = self.wait.get_or_insert_with(|| {
            let closing = self.closing.clone().cancelled_owned();
            Box::pin(Wait { sleep: sleep_until(due), closing })
        });
        let mut wait = wait.as_mut().project();
        if wait.closing.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if due < wait.sleep.deadline() {
            wait.sleep.as_mut().reset(due);
        }
        while wait.sleep.as_mut().poll(cx).is_ready() {
            if due <= wait.sleep.deadline() {
                return Poll::Ready(());
            }
            wait.sleep.as_mut().reset(due);
        }
        Poll::Pending
    }
}
