//! How long a connection on which nothing is asked may stay, how long a head may take, and how long a
//! long-poll waits. One timer, which is set anew only when it goes off, or would go off too late: a
//! busy connection never touches it.

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
    #[project = WaitProjection]
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
    /// How much of an answer was not taken when that was looked at last, in bytes.
    unsent: usize,
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
            unsent: 0,
        }
    }

    /// A request has come, or was answered, at that moment.
    pub(super) fn begin(&mut self, now: Instant) {
        self.since = now;
        self.in_head = false;
    }

    /// When that was.
    pub(super) fn since(&self) -> std::time::Instant {
        self.since.into_std()
    }

    /// Ends when the time for the next request is up, or that for the rest of its head, or when the
    /// server shuts down.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, in_head: bool) -> Poll<()> {
        if in_head != self.in_head {
            self.in_head = in_head;
            self.since = Instant::now();
        }
        let (idle, head) = self.limits;
        let due = self.since + if in_head { head } else { idle };
        if self.wait(due).closing.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        self.poll_until(cx, due)
    }

    /// While `unsent` bytes of an answer are not taken: the time begins anew with each part that is,
    /// however slowly, and an answer under way is finished when the server shuts down.
    pub(super) fn poll_answer(&mut self, cx: &mut Context<'_>, unsent: usize) -> Poll<()> {
        if unsent != self.unsent {
            self.unsent = unsent;
            self.begin(Instant::now());
        }
        self.poll_until(cx, self.since + self.limits.0)
    }

    /// Ends at that moment.
    pub(super) fn poll_until(&mut self, cx: &mut Context<'_>, due: Instant) -> Poll<()> {
        let mut sleep = self.wait(due).sleep;
        if due < sleep.deadline() {
            sleep.as_mut().reset(due);
        }
        while sleep.as_mut().poll(cx).is_ready() {
            if due <= sleep.deadline() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(due);
        }
        Poll::Pending
    }

    fn wait(&mut self, due: Instant) -> WaitProjection<'_> {
        let wait = self.wait.get_or_insert_with(|| {
            let closing = self.closing.clone().cancelled_owned();
            Box::pin(Wait { sleep: sleep_until(due), closing })
        });
        wait.as_mut().project()
    }
}
