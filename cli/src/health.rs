//! `tidings health`: whether a server could keep a message now, as an exit code. Containers ask it,
//! whose images hold no curl.

use std::{process::ExitCode, time::Duration};

use crate::{options::Address, term};

/// How long the server may take to say so.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ask whether a server is up and able to keep a message
///
/// Exits with 0 if it is, and with 1 and a sentence if it isn't.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    address: Address,
}

/// Asks.
pub(crate) async fn run(args: Args) -> ExitCode {
    let server = match args.address.server() {
        Ok(server) => server,
        Err(why) => return term::fail(format_args!("{why}")),
    };
    match server.ready(PATIENCE).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => term::fail(format_args!("{failure}")),
    }
}
