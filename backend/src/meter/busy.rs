//! How long the server is at work on a request: the time spent inside each poll of its future and
//! of its body. Waiting is not work, and is not counted.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::{Connection, Lane};

pub(super) fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

pin_project! {
    /// A future whose work is counted: for `lane`, or for what its connection turns out to be for.
    pub struct Busy<F> {
        #[pin]
        future: F,
        connection: Arc<Connection>,
        lane: Option<Lane>,
        spent: u64,
    }
}

impl<F> Busy<F> {
    /// A request, whose lane is known when it is answered.
    pub fn request(future: F, connection: Arc<Connection>) -> Self {
        Self { future, connection, lane: None, spent: 0 }
    }

    /// A task that goes on after its request was answered: a WebSocket.
    pub fn task(future: F, connection: Arc<Connection>, lane: Lane) -> Self {
        Self { future, connection, lane: Some(lane), spent: 0 }
    }
}

impl<F: Future> Future for Busy<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let start = Instant::now();
        let polled = this.future.poll(cx);
        *this.spent += since(start);
        if this.lane.is_some() || polled.is_ready() {
            this.connection.busy(*this.lane, std::mem::take(this.spent));
        }
        polled
    }
}

/// A body whose work is counted.
pub struct BusyBody {
    body: UnsyncBoxBody<Bytes, axum::Error>,
    connection: Arc<Connection>,
    lane: Lane,
}

impl BusyBody {
    /// The answer to the request at hand.
    #[must_use]
    pub fn new(body: axum::body::Body, connection: Arc<Connection>) -> Self {
        let lane = connection.lane();
        Self { body: UnsyncBoxBody::new(body), connection, lane }
    }
}

impl Body for BusyBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let start = Instant::now();
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.connection.busy(Some(self.lane), since(start));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
