//! `tidings bench`: how much a server carries, and what that costs it. The flags become a plan; the
//! measuring is the bench crate's.

use std::{env, fmt::Display, fs, io::Write, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::ValueEnum;
use tidings_bench::{
    Dialect, Effort, Http, Load, Mode, OwnServer, Plan, Report, Subject, Target, Way,
};

use crate::term;

/// Measure how a server delivers: rate, delays, losses, CPU and memory
///
/// Connects listeners, posts, and counts what each of them gets and when. Without --server, a server
/// of its own is started over a database that is gone afterwards; its CPU time and memory are
/// measured too, as are those of a server on this machine whose processes --pid names.
///
/// Exits with 0 when everything was delivered once and in order, and with 1 and a sentence if not.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  tidings bench                                               1,000 WebSockets, 100 posts a second
  tidings bench --mode sse --http 2 --listeners 100000 --idle   what memory an idle listener takes
  tidings bench --flat 64 --listeners 100                     as fast as it goes
  tidings bench --server http://chat.example:3001 --mode long-poll --rate 5 --json
  tidings bench --calibrate --out data/coefficients.json      what /plan reckons with, on this machine")]
pub(crate) struct Args {
    /// How the listeners listen: poll, long-poll, sse, ndjson, raw or websocket
    #[arg(long, default_value = "websocket")]
    mode: Mode,

    /// How many listen
    #[arg(long, value_name = "N", default_value_t = 1000)]
    listeners: usize,

    /// Posts a second, each at its time, whether or not the server keeps up
    #[arg(long, value_name = "N", default_value_t = 100.0)]
    rate: f64,

    /// Post as fast as it goes, with at most N messages that some listener has not got
    #[arg(long, value_name = "N", group = "load", conflicts_with = "rate")]
    flat: Option<usize>,

    /// Post nothing: look at what listeners that wait take
    #[arg(long, group = "load", conflicts_with = "rate")]
    idle: bool,

    /// Poll for nothing new without a pause, on N connections
    #[arg(long, value_name = "N", group = "load", conflicts_with_all = ["rate", "mode"])]
    polls: Option<usize>,

    /// Post by HTTP without a pause, on N connections, each post acknowledged before the next
    #[arg(long, value_name = "N", group = "load", conflicts_with_all = ["rate", "mode"])]
    posts: Option<usize>,

    /// With --posts: each poster sends its posts as the lines of one request, up to N of them not
    /// acknowledged yet
    #[arg(long, value_name = "N", requires = "posts")]
    in_flight: Option<usize>,

    /// Have all listeners come at once, each N messages behind
    #[arg(long, value_name = "N", group = "load", conflicts_with = "rate")]
    catch_up: Option<usize>,

    /// Measure what each way of listening costs here, for /plan to reckon with: about three minutes,
    /// in which the machine should have nothing else to do
    #[arg(long, group = "load", conflicts_with_all = ["rate", "mode"])]
    calibrate: bool,

    /// Where --calibrate writes; a server reads coefficients.json beside its database. Without it,
    /// they are printed
    #[arg(long, value_name = "FILE", requires = "calibrate")]
    out: Option<PathBuf>,

    /// Calibrate by one round, in a quarter of a minute: at one load, without memory and heartbeats,
    /// which are taken from the set that comes along
    #[arg(long, requires = "calibrate")]
    brief: bool,

    /// Bytes of each text, at least 40
    #[arg(long, value_name = "BYTES", default_value_t = 64)]
    size: usize,

    /// How long it is measured
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = humantime::parse_duration)]
    duration: Duration,

    /// How long it runs before that
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = humantime::parse_duration)]
    warmup: Duration,

    /// The protocol: HTTP/1.1, or HTTP/2 in clear text with many listeners on a connection
    #[arg(long, value_name = "1|2", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=2))]
    http: u8,

    /// Listeners on a connection of HTTP/2
    #[arg(long, value_name = "N", default_value_t = 200)]
    streams: usize,

    /// Between two polls of a listener in mode poll
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    every: Duration,

    /// A server to measure, http://HOST:PORT; without it, one is started
    #[arg(long, value_name = "URL")]
    server: Option<String>,

    /// What that server speaks: other servers can be measured by the same means, at the paths that
    /// docs/bench.md lists
    #[arg(
        long,
        value_enum,
        value_name = "DIALECT",
        default_value = "tidings",
        requires = "server"
    )]
    dialect: DialectArg,

    /// The server's processes on this machine, all of them, separated by commas
    #[arg(long, value_name = "PID", value_delimiter = ',', requires = "server")]
    pid: Vec<u32>,

    /// The room; without it, a new one is used each time
    #[arg(long, value_name = "ROOM")]
    room: Option<tidings_shared::RoomName>,

    /// Processes that share the listeners; without it, as few as can hold them
    #[arg(long, value_name = "N")]
    processes: Option<usize>,

    /// Keep each of these processes to a core of its own, so that none waits for another
    #[arg(long)]
    spread: bool,

    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// The dialects, as flags name them.
#[derive(Clone, Copy, ValueEnum)]
enum DialectArg {
    Tidings,
    Nchan,
    Mosquitto,
    SocketIo,
    Plain,
}

impl From<DialectArg> for Dialect {
    fn from(dialect: DialectArg) -> Self {
        match dialect {
            DialectArg::Tidings => Self::Tidings,
            DialectArg::Nchan => Self::Nchan,
            DialectArg::Mosquitto => Self::Mosquitto,
            DialectArg::SocketIo => Self::SocketIo,
            DialectArg::Plain => Self::Plain,
        }
    }
}

impl Args {
    fn plan(&self, target: Target) -> Plan {
        let mode = if self.polls.is_some() { Mode::Poll } else { self.mode };
        let load = match (self.flat, self.polls, self.posts, self.catch_up) {
            (Some(window), ..) => Load::Flat { window },
            (_, Some(connections), ..) => Load::Polls { connections },
            (_, _, Some(posters), _) => Load::Posts { posters, in_flight: self.in_flight },
            (.., Some(missed)) => Load::CatchUp { missed },
            _ if self.idle => Load::Idle,
            _ => Load::Rate(self.rate),
        };
        let http = if self.http == 2 { Http::H2 } else { Http::H1 };
        let way = Way { mode, http, interval: self.every, streams: self.streams };
        Plan {
            size: self.size,
            warmup: self.warmup,
            duration: self.duration,
            pids: self.pid.clone(),
            processes: self.processes,
            spread: self.spread,
            room: self.room.as_ref().map(ToString::to_string),
            ..Plan::new(target, way, self.listeners, load)
        }
    }
}

/// Measures.
pub(crate) fn run(args: &Args) -> ExitCode {
    if args.calibrate {
        return match calibrate(args) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => term::fail(format_args!("{error:#}")),
        };
    }
    let report = match measure(args) {
        Ok(report) => report,
        Err(error) => return term::fail(format_args!("{error:#}")),
    };
    let printed = if args.json {
        print(&serde_json::to_string_pretty(&report).expect("a report is written to memory"))
    } else {
        print(&report.to_string().trim_end())
    };
    if let Err(error) = printed {
        return term::fail(format_args!("the report could not be printed: {error}"));
    }
    let Report { lost, twice, out_of_order, .. } = report;
    if lost + twice + out_of_order > 0 {
        return term::fail(format_args!(
            "{lost} deliveries were lost, {twice} came twice, {out_of_order} out of order"
        ));
    }
    ExitCode::SUCCESS
}

fn measure(args: &Args) -> anyhow::Result<Report> {
    if let Some(base) = &args.server {
        let target = Target { dialect: args.dialect.into(), base: base.clone() };
        return tidings_bench::run(&args.plan(target));
    }
    let server = OwnServer::start(env::current_exe()?)?;
    let plan = Plan { pids: vec![server.pid()], ..args.plan(server.target()) };
    tidings_bench::run(&plan)
}

/// Measures a set of coefficients, and puts it where it is wanted.
fn calibrate(args: &Args) -> anyhow::Result<()> {
    let subject = match &args.server {
        Some(base) => {
            let target = Target { dialect: args.dialect.into(), base: base.clone() };
            anyhow::ensure!(
                target.dialect == Dialect::Tidings,
                "the model is of Tidings alone: leave --dialect out"
            );
            Subject::Running(target, args.pid.clone())
        }
        None => Subject::Own(env::current_exe()?),
    };
    let effort = if args.brief { Effort::brief() } else { Effort::full() };
    let set = tidings_bench::calibrate(&subject, &effort, &mut |next| {
        // Nobody may be there to read it.
        let _ = writeln!(std::io::stderr(), "{next}");
    })?;
    let Some(file) = &args.out else {
        return print(&set.to_json().trim_end()).context("the set could not be printed");
    };
    let name = file.display();
    fs::write(file, set.to_json()).with_context(|| format!("{name} could not be written"))?;
    print(&format_args!("written to {name}")).context("that it is written could not be printed")
}

fn print(what: &impl Display) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{what}")
}
