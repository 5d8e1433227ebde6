//! Sockets: accepting them, handing each to the front or to [`Wire`] with the routes, and ending it
//! all in good order.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use hyper::{Request, Response, body::Incoming};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::{Service, ServiceExt, service_fn};

use crate::{
    app::{App, router},
    front::{Front, Outcome},
    meter::{Busy, BusyBody, Connection, Metered},
    tls::Tls,
    wire::{Patience, Timed, Wire},
};

/// How long shutting down waits for answers and WebSockets that are under way.
const GRACE: Duration = Duration::from_secs(5);
/// A peer that acknowledges nothing for so long is gone.
const PEER: Duration = Duration::from_secs(60);

/// Serves until `shutdown` ends or the Lab wants a restart, and then until what is under way is done,
/// or its time is up. For a restart the listener is given back, open: who connects meanwhile waits.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()>,
) -> Option<TcpListener> {
    let limits = &app.config.limits;
    let reading = tls.as_ref().map(|tls| tokio::spawn(tls.keep_reading(limits.certificate)));
    let plain = tls.is_none();
    let wire = Wire::new(limits, tls);
    let ticker = tokio::spawn(tick(app.clone()));
    let routes = router(app.clone());
    let restart = async {
        match &app.lab {
            Some(lab) => lab.restarts().await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(shutdown, restart);
    let restarts = loop {
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
            () = &mut shutdown => break false,
            () = &mut restart => break true,
        };
        if let Err(e) = prepare(&socket) {
            tracing::debug!(%peer, error = %e, "a socket could not be prepared");
        }
        let connection = Connection::new(app.meter.clone(), peer);
        let service = service(routes.clone(), connection.clone(), app.config.limits.body);
        if plain {
            let begun = begin(app.clone(), wire.clone(), socket, connection, service);
            app.spawn(begun);
        } else {
            wire.take(socket, connection, service);
        }
    };
    let listener = restarts.then_some(listener);
    tracing::info!("shutting down: streams are told to go away");
    app.rooms.end_waits();
    app.closing.cancel();
    let done = async {
        wire.leave().await;
        app.idle().await;
    };
    if tokio::time::timeout(GRACE, done).await.is_err() {
        tracing::warn!("some connections did not end in time and are cut");
        app.cut().await;
    }
    ticker.abort();
    if let Some(reading) = reading {
        reading.abort();
    }
    app.search.close().await;
    app.rooms.close().await;
    tracing::info!("everything accepted is committed; goodbye");
    listener
}

/// A plain connection: who listens is answered by the front; everything else is spoken with hyper.
async fn begin<S>(
    app: Arc<App>,
    wire: Arc<Wire>,
    socket: TcpStream,
    connection: Arc<Connection>,
    service: S,
) where
    S: hyper::service::Service<
            Request<Incoming>,
            Response = Response<BusyBody>,
            Error = std::convert::Infallible,
        > + Send
        + 'static,
    S::Future: Send + 'static,
{
    match Front::new(app.clone(), socket, connection.clone()).run().await {
        Outcome::Closed => {}
        // What waits for a long time is a task of its own, and no larger than it must be.
        Outcome::Stream(listener) => app.spawn_listener(connection, listener.run()),
        Outcome::Websocket(listener) => app.spawn_listener(connection, (*listener).run()),
        Outcome::Other(socket, before) => {
            let peer = connection.peer;
            let io = Metered::new(socket, connection).having_read(before);
            Box::pin(wire.speak(io, service, peer)).await;
        }
    }
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
    body: Duration,
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
        let patience = Patience::default();
        let timed = |incoming| Body::new(Timed::new(incoming, body, patience.clone()));
        let mut request = request.map(timed);
        request.extensions_mut().insert(patience);
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
async fn tick(app: Arc<App>) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        app.rooms.tick(Instant::now());
    }
}
