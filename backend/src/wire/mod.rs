//! One connection, from the accepted socket to its end: TLS where it is spoken, then HTTP/1.1 or
//! HTTP/2 by hyper, within [`Limits`].
//!
//! The connections are built by hand rather than with `axum::serve`, for the limits that it lacks:
//! a client that never finishes its head would hold a socket for ever.

mod limits;
mod pace;
mod timed;

use std::{convert::Infallible, error::Error, net::SocketAddr, pin::pin, sync::Arc};

use hyper::{
    Request, Response,
    body::{Body, Incoming},
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    meter::{Connection, Metered},
    tls::Tls,
};
use pace::{Held, Pace, Paced, Slow};

pub use limits::Limits;
pub use timed::Patience;
pub(crate) use timed::Timed;

/// What all connections share.
pub(crate) struct Wire {
    http: auto::Builder<TokioExecutor>,
    tls: Option<Tls>,
    limits: Limits,
    leaving: CancellationToken,
    open: TaskTracker,
}

impl Wire {
    /// The way from sockets to requests; with `tls`, nothing else is spoken.
    pub(crate) fn new(limits: &Limits, tls: Option<Tls>) -> Arc<Self> {
        Arc::new(Self {
            http: builder(limits),
            tls,
            limits: limits.clone(),
            leaving: CancellationToken::new(),
            open: TaskTracker::new(),
        })
    }

    /// Serves a socket until it ends, in a task of its own.
    pub(crate) fn take<S, B>(
        self: &Arc<Self>,
        socket: TcpStream,
        connection: Arc<Connection>,
        service: S,
    ) where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
        S::Future: Send + 'static,
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let wire = self.clone();
        self.open.spawn(async move {
            let peer = connection.peer;
            let Some(tls) = &wire.tls else {
                return wire.speak(Metered::new(socket, connection), service, peer).await;
            };
            let shaken = tokio::select! {
                shaken = timeout(wire.limits.handshake, tls.accept(socket, connection)) => shaken,
                () = wire.leaving.cancelled() => return,
            };
            match shaken {
                Ok(Ok(Some(stream))) => wire.speak(stream, service, peer).await,
                Ok(Ok(None)) => tracing::debug!(%peer, "plain HTTP was told that this is TLS"),
                Ok(Err(e)) => tracing::debug!(%peer, error = %e, "a TLS handshake failed"),
                Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
            }
        });
    }

    /// Speaks HTTP on a connection until it ends or falls behind.
    pub(crate) async fn speak<I, S, B>(&self, io: I, service: S, peer: SocketAddr)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
        S::Future: Send + 'static,
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let pace = Pace::new(self.limits.clone());
        let paced = Paced { io, pace: pace.clone() };
        let requests = pace.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let underway = requests.begin(&request);
            let answer = service.call(request);
            async move { answer.await.map(|answer| answer.map(|body| Held { body, underway })) }
        });
        let mut served =
            pin!(self.http.serve_connection_with_upgrades(TokioIo::new(paced), service));
        let mut slow = pin!(pace.slow());
        let mut ending = false;
        loop {
            tokio::select! {
                biased;
                served = served.as_mut() => {
                    if let Err(e) = served {
                        tracing::debug!(%peer, error = %e, "a connection broke");
                    }
                    return;
                }
                () = self.leaving.cancelled(), if !ending => {}
                slow = slow.as_mut(), if !ending => {
                    tracing::debug!(%peer, ?slow, "a connection fell behind");
                    if slow == Slow::Head {
                        return;
                    }
                }
            }
            // What is under way is finished; over HTTP/2, a GOAWAY frame says so.
            served.as_mut().graceful_shutdown();
            ending = true;
        }
    }

    /// Takes the connections down in good order, and ends when they have.
    pub(crate) async fn leave(&self) {
        self.leaving.cancel();
        self.open.close();
        self.open.wait().await;
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut http = auto::Builder::new(TokioExecutor::new());
    // Its limit for a head counts idle time as well; `Pace` has two.
    http.http1().timer(TokioTimer::new()).header_read_timeout(None);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.ping_every)
        .keep_alive_timeout(limits.ping_answer)
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(limits.head_bytes)
        .initial_stream_window_size(limits.stream_window)
        .initial_connection_window_size(limits.connection_window)
        .max_send_buf_size(limits.send_buffer)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .enable_connect_protocol();
    http
}
