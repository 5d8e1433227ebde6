//! `tidings join`: the chat in a terminal, and in a pipe. What it is told stands here, and what it
//! reads from and prints to is chosen here; the conversation is in `chat`.

mod chat;
mod input;
mod progress;
mod prompt;
mod status;
mod stop;
mod unsent;

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    time::Duration,
};

use chat::{Chat, Source};
use tidings_client::{FollowOptions, Ids, Outbox, follow};
use tidings_shared::{Interval, Mode};

use crate::{
    options::{self, Given, Place},
    term::{self, Term},
};

/// Join a room: print what others say, and say each line of stdin
///
/// At a terminal, Ctrl-D or Ctrl-C ends it. In a pipe it is a bot: at the end of its input it waits
/// until everything is on the server's disk and exits with 0, or says what was not sent and exits
/// with 1. A server that restarts in between costs nothing: no line is lost, and none comes twice.
/// Without --json, what one said oneself isn't printed again.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  tidings join                                        the lobby, by WebSocket
  tidings join --mode poll --every 3s --name leandro
  tidings join --room ops --listen-only --json | jq .text
  (for i in $(seq 1 10000); do sleep 1; echo $i; done) | NAME=superbot tidings join
  MODE=poll NAME=leandro WS_SERVER_HOST_PORT=server:3001 tidings join")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,

    /// How to listen: poll, long-poll, sse, ndjson or websocket; stream is websocket too
    /// [default: websocket]
    #[arg(long, env = "MODE")]
    mode: Option<Given<Mode>>,

    /// The time between two polls, 0.5s to 60s
    #[arg(long, env = "TIDINGS_EVERY", value_name = "TIME", default_value_t)]
    every: Interval,

    /// With how many of the newest messages to begin; 0 is only what is new
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(0..=1000))]
    last: u16,

    /// Listen without reading stdin, until stopped
    #[arg(long)]
    listen_only: bool,

    /// Print every event as the JSON object it is, a line each: all messages, one's own included,
    /// and posted or rejected for each line of input
    #[arg(long)]
    json: bool,

    /// Say nothing on stderr about how the connection stands
    #[arg(short, long)]
    quiet: bool,

    /// For how long to try, once the input has ended or if the server was never reached, while it
    /// acknowledges nothing
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = options::duration)]
    give_up: Duration,
}

/// Joins, until the input ends or somebody stops it.
pub(crate) async fn run(args: Args) -> ExitCode {
    let server = match args.place.server() {
        Ok(server) => server,
        Err(why) => return term::fail(format_args!("{why}")),
    };
    let (name, room) = (args.place.name(), args.place.room);
    let mode = match Given::or_else(args.mode, || Mode::Websocket) {
        // Raw lines carry no cursor; NDJSON is the same stream with one, and prints the same.
        Mode::Raw => Mode::Ndjson,
        mode => mode,
    };
    let mut term = Term::new(args.quiet);
    let mut found = None;
    let source = if args.listen_only {
        Source::None
    } else if !io::stdin().is_terminal() {
        Source::Pipe(input::read())
    } else {
        let editing = io::stdout().is_terminal() && !args.json;
        // What one types then looks as the lines of others do.
        match editing.then(|| prompt::read(format!("> {name}: "))) {
            Some(Ok((lines, printer, settings))) => {
                found = Some(settings);
                term.print_above(printer);
                Source::Keyboard(lines)
            }
            // A terminal that can't be edited on, or whose output goes elsewhere, gives lines.
            _ => Source::Keyboard(input::read()),
        }
    };
    let outbox = Outbox::new(&server, room.clone());
    let options = FollowOptions {
        mode,
        username: Some(name.clone()),
        every: args.every,
        limit: args.last,
        outbox: Some(outbox.clone()),
        ..FollowOptions::new(room.clone(), mode)
    };
    let code = Chat {
        follow: follow(&server, options),
        whereabouts: format!("{server}, room {room}, as {name}, by {mode}"),
        name,
        ids: Ids::draw(),
        outbox,
        term,
        json: args.json,
        give_up: args.give_up,
    }
    .run(source)
    .await;
    drop(found);
    code
}
