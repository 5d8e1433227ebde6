//! A request's body that has to come within a time: it would hold its connection for ever. A body
//! that may take as long as it likes is one whose handler says so.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

/// A body with a limit, which runs from the moment it is first waited for.
pub(crate) struct Timed {
    body: Incoming,
    limit: Duration,
    patience: Patience,
    alarm: Option<Pin<Box<Sleep>>>,
}

/// How a handler lets a body take its time; among the request's extensions.
#[derive(Clone, Default)]
pub struct Patience(Arc<AtomicBool>);

impl Patience {
    /// The body has no limit from now on. That its sender is gone is still noticed, by TCP's means.
    pub(crate) fn lift(&self) {
        self.0.store(true, Relaxed);
    }
}

impl Timed {
    /// Gives `body` this long, unless `patience` is lifted.
    pub(crate) fn new(body: Incoming, limit: Duration, patience: Patience) -> Self {
        Self { body, limit, patience, alarm: None }
    }
}

impl Body for Timed {
    type Data = <Incoming as Body>::Data;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::new)));
        }
        if this.patience.0.load(Relaxed) {
            return Poll::Pending;
        }
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep(this.limit)));
        ready!(alarm.as_mut().poll(cx));
        let late = io::Error::new(io::ErrorKind::TimedOut, "the body took too long");
        Poll::Ready(Some(Err(axum::Error::new(late))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
