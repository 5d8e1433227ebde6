//! Sockets: accepting them, speaking HTTP/1.1 and HTTP/2 on them, and ending it all in good order.
//!
//! The connections are built by hand rather than with `axum::serve`, for the time limits that it
//! lacks (a client that never finishes its head would hold a socket for ever) and for the meter.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use bytes::Bytes;
use hyper::{Request, Response, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tower::{Service, ServiceExt, service_fn};

use crate::{
    app::{App, router},
    front::{Front, Outcome},
    meter::{Busy, BusyBody, Connection, Metered},
};

/// How long a client may take for the head of a request, an idle connection's next one included.
const HEAD: Duration = Duration::from_secs(75);
/// How long shutting down waits for answers and WebSockets that are under way.
const GRACE: Duration = Duration::from_secs(5);
/// A peer that acknowledges nothing for so long is gone.
const PEER: Duration = Duration::from_secs(60);

/// Serves until `shutdown` ends, and then until what is under way is done, or its time is up.
pub(crate) async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()>) {
    let ticker = tokio::spawn(tick(app.clone()));
    let app = Arc::new(app);
    let general = Arc::new(General { routes: router(App::clone(&app)), server: builder() });
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        let (socket, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(e) => {
                    // Too many open files, most likely: some will close.
                    tracing::warn!(error = %e, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut shutdown => break,
        };
        if let Err(e) = prepare(&socket) {
            tracing::debug!(%peer, error = %e, "a socket could not be prepared");
        }
        let connection = Connection::new(app.meter.clone(), peer);
        let front = Front::new(app.clone(), socket, connection.clone());
        let (app, general) = (app.clone(), general.clone());
        // As long as somebody has its watcher, a connection is not over.
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            match front.run().await {
                Outcome::Closed => {}
                // What waits for a long time is a task of its own, and no larger than it must be.
                Outcome::Stream(listener) => app.spawn_listener(connection, listener.run()),
                Outcome::Websocket(listener) => app.spawn_listener(connection, (*listener).run()),
                Outcome::Other(socket, before) => {
                    Box::pin(general.serve(socket, before, connection, watcher)).await;
                }
            }
        });
    }
    drop(listener);
    tracing::info!("shutting down: streams are told to go away");
    app.rooms.end_waits();
    app.closing.cancel();
    app.tasks.close();
    let done = async {
        graceful.shutdown().await;
        app.tasks.wait().await;
    };
    if tokio::time::timeout(GRACE, done).await.is_err() {
        tracing::warn!("some connections did not end in time and are cut");
    }
    ticker.abort();
    app.rooms.close().await;
    tracing::info!("everything accepted is committed; goodbye");
}

/// The general server: every request, over HTTP/1.1 and HTTP/2.
struct General {
    routes: Router,
    server: auto::Builder<TokioExecutor>,
}

impl General {
    /// Serves a connection from which `before` was read already.
    async fn serve(
        &self,
        socket: TcpStream,
        before: Bytes,
        connection: Arc<Connection>,
        watcher: Watcher,
    ) {
        let peer = connection.peer;
        let io = Metered::new(socket, connection.clone()).having_read(before);
        let service = service(self.routes.clone(), connection);
        let served = self.server.serve_connection_with_upgrades(TokioIo::new(io), service);
        if let Err(e) = watcher.watch(served).await {
            tracing::debug!(%peer, error = %e, "a connection broke");
        }
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20))
        .max_concurrent_streams(256)
        .max_header_list_size(32 << 10)
        .enable_connect_protocol();
    server
}

fn prepare(socket: &TcpStream) -> io::Result<()> {
    // A message goes out at once, not when there are more.
    socket.set_nodelay(true)?;
    let socket = socket2::SockRef::from(socket);
    socket.set_tcp_keepalive(&socket2::TcpKeepalive::new().with_time(PEER))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(PEER))?;
    Ok(())
}

type Answered = Result<Response<BusyBody>, std::convert::Infallible>;

/// The routes, metered, with the connection among each request's extensions.
fn service(
    routes: Router,
    connection: Arc<Connection>,
) -> TowerToHyperService<
    impl Service<
        Request<Incoming>,
        Response = Response<BusyBody>,
        Error = std::convert::Infallible,
        Future = impl Future<Output = Answered> + Send,
    > + Clone,
> {
    TowerToHyperService::new(service_fn(move |request: Request<Incoming>| {
        let connection = connection.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(connection.clone());
        connection.arrived();
        let answer = Busy::request(routes.clone().oneshot(request), connection.clone());
        async move {
            let response = answer.await?;
            connection.answered();
            Ok(response.map(|body| BusyBody::new(body, connection)))
        }
    }))
}

/// Once a second: who came and went.
async fn tick(app: App) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        app.rooms.tick(Instant::now());
    }
}
