//! `tidings serve`: the server, whose flags and whose running are the backend's own.

use std::process::ExitCode;

use crate::term;

/// Serve rooms over HTTP and WebSocket, and the browser app
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  tidings serve                                     http://127.0.0.1:3001, messages in ./data
  tidings serve --listen 0.0.0.0:3001               for other machines too
  tidings serve --store memory: --listen 127.0.0.1:0
  tidings serve --lab                               with lines for the Lab, at /lab
  tidings serve --listen 0.0.0.0:3001 --tls self-signed   HTTPS and HTTP/2 on a local network
  tidings serve --listen 0.0.0.0:443 --tls-cert fullchain.pem --tls-key privkey.pem")]
pub(crate) struct Args {
    #[command(flatten)]
    config: tidings_backend::Config,
}

/// Serves until it is told to stop.
pub(crate) async fn run(args: Args) -> ExitCode {
    match tidings_backend::run(args.config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => term::fail(format_args!("{error}")),
    }
}
