//! A request's body that has to come within a time: it would hold its connection for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

/// A body with a limit, which runs from the moment it is first waited for.
pub(crate) struct Timed {
    body: Incoming,
    limit: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Timed {
    /// Gives `body` this long.
    pub(crate) fn new(body: Incoming, limit: Duration) -> Self {
        Self { body, limit, alarm: None }
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
