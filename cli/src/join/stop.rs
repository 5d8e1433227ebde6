//! Being asked to stop: Ctrl-C, `kill`, a terminal that closes.

/// Resolves when somebody asks.
#[cfg(unix)]
pub(super) async fn asked() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut signals: Vec<_> =
        [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]
            .into_iter()
            .filter_map(|kind| signal(kind).ok())
            .collect();
    let any = signals.iter_mut().map(|signal| Box::pin(signal.recv()));
    if any.len() == 0 {
        // Without handlers the system's own stop the program.
        std::future::pending::<()>().await;
    }
    futures_util::future::select_all(any).await;
}

/// Resolves when somebody asks.
#[cfg(not(unix))]
pub(super) async fn asked() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own stops the program.
        std::future::pending::<()>().await;
    }
}
