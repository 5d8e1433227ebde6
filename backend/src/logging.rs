//! What the server says to its operator: a line an event, or JSON. `RUST_LOG` chooses how much.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error; does nothing if somebody else has already.
pub(crate) fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        use std::io::IsTerminal;
        let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        builder.with_target(false).with_ansi(colours).try_init()
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}
