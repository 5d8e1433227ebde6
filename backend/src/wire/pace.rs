//! Whether a connection keeps pace: hyper has one limit for a request's head that counts the time
//! before its first byte as well, and none before it knows the protocol's version or between the
//! streams of an HTTP/2 connection. So the bytes are watched on their way to it, and the requests.

use std::{
    future::poll_fn,
    io::{self, IoSlice},
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use hyper::{
    Method, Request,
    body::{Body, Frame, SizeHint},
};
use pin_project_lite::pin_project;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, sleep_until},
};

use super::Limits;

/// What an HTTP/2 connection begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What is known of one connection's pace. It locks for a few instructions, and nearly always for
/// its own task.
pub(super) struct Pace {
    limits: Limits,
    state: Mutex<State>,
}

struct State {
    /// Requests whose answers are not all written.
    underway: usize,
    /// Since when there are none.
    since: Instant,
    /// When the first byte of a head came that is not whole yet.
    head: Option<Instant>,
    version: Version,
    /// A WebSocket was opened on it, over HTTP/2: its request ends, and it lives on unseen from
    /// here. Its heartbeats and the connection's pings notice when the other end is gone.
    carries_websockets: bool,
}

/// Which HTTP it speaks.
enum Version {
    /// So many bytes of the preface have come, and nothing else.
    Unknown(usize),
    One,
    /// Frames come at any time, and are no heads.
    Two,
}

/// How a connection failed to keep pace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slow {
    /// Nothing was asked for a long time.
    Idle,
    /// A head was begun and not finished.
    Head,
}

impl Pace {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        let state = State {
            underway: 0,
            since: Instant::now(),
            head: None,
            version: Version::Unknown(0),
            carries_websockets: false,
        };
        Arc::new(Self { limits, state: Mutex::new(state) })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These bytes came. What is sent ahead while a request is under way is not looked at: a
    /// half-sent head behind it has the longer limit.
    fn heard(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut state = self.state();
        if let Version::Unknown(known) = state.version {
            let more = bytes.len().min(PREFACE.len() - known);
            let known = known + more;
            state.version = match PREFACE[known - more..known] == bytes[..more] {
                true if known == PREFACE.len() => Version::Two,
                true => Version::Unknown(known),
                false => Version::One,
            };
        }
        match state.version {
            Version::Two => state.head = None,
            _ if state.underway == 0 => drop(state.head.get_or_insert_with(Instant::now)),
            _ => {}
        }
    }

    /// A request's head is whole; the request ends when what this answers is dropped.
    pub(super) fn begin<B>(self: &Arc<Self>, request: &Request<B>) -> Underway {
        let mut state = self.state();
        state.head = None;
        state.underway += 1;
        state.carries_websockets |= request.method() == Method::CONNECT;
        Underway(self.clone())
    }

    fn deadline(&self) -> Option<(Instant, Slow)> {
        let state = self.state();
        match state.head {
            _ if state.underway > 0 => None,
            Some(begun) => Some((begun + self.limits.head, Slow::Head)),
            None if state.carries_websockets => None,
            None => Some((state.since + self.limits.idle, Slow::Idle)),
        }
    }

    /// Ends when the connection has fallen behind. It is to be polled whenever the connection is,
    /// and after it: all that changes the deadline happens there.
    pub(super) async fn slow(&self) -> Slow {
        let look_again = || Instant::now() + self.limits.idle;
        let mut alarm = pin!(sleep_until(look_again()));
        poll_fn(|cx| {
            loop {
                match self.deadline() {
                    Some((at, slow)) if at <= Instant::now() => return Poll::Ready(slow),
                    // A timer that rings too early is cheaper than one that is always put off.
                    Some((at, _)) if at < alarm.deadline() => alarm.as_mut().reset(at),
                    _ => {}
                }
                if alarm.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                alarm.as_mut().reset(look_again());
            }
        })
        .await
    }
}

/// A request under way.
pub(super) struct Underway(Arc<Pace>);

impl Drop for Underway {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.underway -= 1;
        state.since = Instant::now();
    }
}

/// A connection whose bytes are watched.
pub(super) struct Paced<I> {
    pub(super) io: I,
    pub(super) pace: Arc<Pace>,
}

impl<I: AsyncRead + Unpin> AsyncRead for Paced<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(cx, buf);
        self.pace.heard(&buf.filled()[before..]);
        polled
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Paced<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

pin_project! {
    /// An answer's body, whose request is under way as long as it is there.
    pub(super) struct Held<B> {
        #[pin]
        pub(super) body: B,
        pub(super) underway: Underway,
    }
}

impl<B: Body> Body for Held<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().body.poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
