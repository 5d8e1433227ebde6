//! The Tidings server.
//!
//! One idea: a room is an ordered log, a client is a cursor into it, and every way of listening is
//! a way to wait for the log to grow. [`store`] keeps the log, [`room`] waits on it, [`transport`]
//! turns requests into cursors and events into bytes. The rest stands around that.

mod api;
mod app;
mod config;
mod error;
mod front;
#[doc(hidden)]
pub mod hot;
mod lab;
mod limit;
mod logging;
mod meter;
pub mod room;
mod search;
mod serve;
pub mod store;
mod tls;
mod transport;
mod web;
mod wire;

use std::{io, pin::pin, sync::Arc};

use tokio::net::TcpListener;

pub use config::Config;
pub use store::OpenError;
pub use tls::{TlsError, TlsMode};
pub use wire::Limits;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// TLS can't be spoken.
    #[error("TLS can't be spoken: {0}")]
    Tls(#[from] TlsError),
    /// The Lab and TLS were both asked for.
    #[error("the Lab's lines carry plain HTTP; leave out --lab, or TLS")]
    LabWithTls,
    /// The address can't be listened on.
    #[error("{0} can't be listened on: {1}; name another with --listen ADDR:PORT")]
    Listen(std::net::SocketAddr, io::Error),
    /// The process can't be told of signals, or a socket has no address.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

/// Serves as `config` says until SIGTERM or Ctrl-C, logging to standard error.
///
/// # Errors
///
/// Why the server could not start. Once it listens it doesn't fail.
pub async fn run(config: Config) -> Result<(), ServeError> {
    logging::start(config.log_json);
    let address = config.listen;
    let shutdown = stop_signal()?;
    let listener = TcpListener::bind(address).await.map_err(|e| ServeError::Listen(address, e))?;
    serve(listener, config, shutdown).await
}

/// Serves on `listener` until `shutdown` ends; then streams are told to go away, what was accepted
/// is committed, and within about 6 s it returns. The address in `config` is not looked at.
///
/// # Errors
///
/// Why the server could not start. Once it listens it doesn't fail.
pub async fn serve(
    mut listener: TcpListener,
    mut config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    if config.lab && (config.tls.is_some() || config.tls_cert.is_some()) {
        return Err(ServeError::LabWithTls);
    }
    let mut tls = tls::Tls::open(&config)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let lab = config.lab.then(|| lab::Lab::open(address, config.limits.line));
    let own_pages = lab.iter().flat_map(|lab| lab.origins());
    config.allow_origin.extend(own_pages.map(|origin| origin.to_string()));
    let mut shutdown = pin!(shutdown);
    loop {
        let app = Arc::new(app::App { lab: lab.clone(), ..app::App::open(config.clone())? });
        tracing::info!(store = ?config.store, web = %config.web.display(), "listening on {scheme}://{address}");
        if let Some(lab) = &lab {
            tracing::info!("the Lab is at {}", lab.page());
        }
        // What is not given back was closed: the end is not of the Lab's making.
        match serve::serve(listener, app, tls.take(), shutdown.as_mut()).await {
            Some(open) => listener = open,
            None => break,
        }
    }
    if let Some(lab) = lab {
        lab.close().await;
    }
    Ok(())
}

/// Ends with the first SIGTERM or Ctrl-C.
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut term, mut int) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
