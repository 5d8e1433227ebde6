//! `tidings post`: one message, acknowledged or explained.

use std::{
    io::{self, Read},
    process::ExitCode,
    time::Duration,
};

use tidings_client::{Failure, Ids};
use tidings_shared::{MessageId, NewMessage, Text};

use crate::{
    options::{self, Place},
    term::{self, Term},
};

/// Post one message
///
/// Exits with 0 once the message is on the server's disk, with 1 if it was refused or the server
/// was not reached, and with 2 if the command line is wrong.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  tidings post backup done
  tidings post --room ops --name cron \"disk at 91 %\"
  df -h / | tidings post --room ops -
  tidings post --id nightly-2026-11-23 backup done    a second run posts nothing twice")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,

    /// The message's id: 1 to 64 of A-Z, a-z, 0-9, _ and -; the same id again is the same message
    #[arg(long)]
    id: Option<MessageId>,

    /// For how long to try while the server can't be reached
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = options::duration)]
    give_up: Duration,

    /// Print where in the log the message is
    #[arg(short, long)]
    verbose: bool,

    /// Print the server's receipt as JSON
    #[arg(long)]
    json: bool,

    /// What to say: words, or - to read them from stdin, as without any
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

/// Posts it.
pub(crate) async fn run(args: Args) -> ExitCode {
    let server = match args.place.server() {
        Ok(server) => server,
        Err(why) => return term::fail(format_args!("{why}")),
    };
    let text = match text(&args.text) {
        Ok(text) => text,
        Err(why) => return term::fail(format_args!("{why}")),
    };
    let message = NewMessage {
        id: args.id.unwrap_or_else(|| Ids::draw().next()),
        username: args.place.name(),
        text,
    };
    match server.post_within(&args.place.room, &message, args.give_up).await {
        Ok(receipt) => {
            let said = if args.json {
                Some(serde_json::to_string(&receipt).expect("a receipt is JSON"))
            } else {
                args.verbose.then(|| receipt.cursor.to_string())
            };
            // It is posted, whether or not anybody reads where.
            let _ = said.map(|line| Term::new(true).print(&line));
            ExitCode::SUCCESS
        }
        Err(Failure::Refused(problem)) => term::fail(format_args!("{}", problem.detail)),
        Err(failure) => term::fail(format_args!("not posted: {failure}")),
    }
}

/// What is to be said.
fn text(words: &[String]) -> Result<Text, String> {
    let text = match words {
        [] => from_stdin()?,
        [dash] if dash == "-" => from_stdin()?,
        words => words.join(" "),
    };
    text.parse().map_err(|error: tidings_shared::name::NameError| error.to_string())
}

/// All of stdin, without the newline at its end, which `echo` puts there.
fn from_stdin() -> Result<String, String> {
    let mut text = String::new();
    // Enough to say how much too long it is, and no more than that.
    let mut stdin = io::stdin().lock().take(1 << 20);
    stdin.read_to_string(&mut text).map_err(|error| format!("stdin: {error}"))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
