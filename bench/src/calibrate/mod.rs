//! Measures what the cost model of `tidings_shared::plan` multiplies by: small runs in each mode, a
//! few rounds of them, lightly and heavily loaded in turn, so that the bounds hold for both.

mod found;
mod machine;
mod rounds;

use std::{path::PathBuf, time::Duration};

use anyhow::{Result, bail};
use tidings_shared::plan::{Coefficients, Costs, Measured, Range};

use self::found::Found;
use crate::{Mode, OwnServer, Target};

/// The server that is measured.
#[derive(Clone, Debug)]
pub enum Subject {
    /// This program, started anew whenever a server without a past is needed.
    Own(PathBuf),
    /// One that runs already on this machine, and its processes. What memory a listener takes can't
    /// be seen there, since memory that was used once is used again: that is taken from the set
    /// that comes along.
    Running(Target, Vec<u32>),
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Rounds. Every second one is loaded otherwise than the first.
    pub rounds: u32,
    /// How long each run is measured.
    pub span: Duration,
    /// How many listen in a crowd, at most; at least 100.
    pub listeners: usize,
    /// Whether rounds are loaded lightly and heavily in turn.
    pub varied: bool,
    /// Whether memory and heartbeats are measured; else they are taken from the set that comes along.
    pub at_rest: bool,
}

impl Effort {
    /// What a set is measured by that is to be kept: about three minutes.
    #[must_use]
    pub const fn full() -> Self {
        Self {
            rounds: 5,
            span: Duration::from_millis(1500),
            listeners: 2000,
            varied: true,
            at_rest: true,
        }
    }

    /// One look, to predict what this machine does within the next moments: a quarter of a minute.
    #[must_use]
    pub const fn brief() -> Self {
        Self {
            rounds: 1,
            span: Duration::from_millis(600),
            listeners: 1000,
            varied: false,
            at_rest: false,
        }
    }
}

/// A server for some runs: its target and its processes.
struct Server {
    target: Target,
    pids: Vec<u32>,
    _own: Option<OwnServer>,
}

impl Subject {
    fn server(&self) -> Result<Server> {
        Ok(match self {
            Self::Own(program) => {
                let own = OwnServer::start(program)?;
                Server { target: own.target(), pids: vec![own.pid()], _own: Some(own) }
            }
            Self::Running(target, pids) => {
                Server { target: target.clone(), pids: pids.clone(), _own: None }
            }
        })
    }
}

/// Measures a set. `say` is told what comes next, for whoever waits.
///
/// # Errors
///
/// When a run fails, messages are lost, or a server that runs already has no processes named.
pub fn calibrate(
    subject: &Subject,
    effort: &Effort,
    say: &mut dyn FnMut(&str),
) -> Result<Coefficients> {
    if matches!(subject, Subject::Running(_, pids) if pids.is_empty()) {
        bail!("a server's processes must be named (--pid): what costs is its CPU time");
    }
    let mut found = Found::default();
    for round in 0..effort.rounds {
        say(&format!("round {} of {}", round + 1, effort.rounds));
        let server = subject.server()?;
        rounds::round(&server, effort, round, &mut found)?;
    }
    let at_rest = effort.at_rest && matches!(subject, Subject::Own(_));
    if at_rest {
        say("memory of listeners that wait");
        for _ in 0..3 {
            rounds::memory(subject, effort, &mut found)?;
        }
    }
    if effort.at_rest {
        say("heartbeats, which take half a minute to come");
        rounds::heartbeats(&subject.server()?, &mut found)?;
    }
    set(&found, subject, effort)
}

/// Puts a set together; what was not measured is of the one that comes along.
fn set(found: &Found, subject: &Subject, effort: &Effort) -> Result<Coefficients> {
    let known = Coefficients::included();
    let server = match subject {
        Subject::Own(_) => format!("tidings {}", env!("CARGO_PKG_VERSION")),
        Subject::Running(target, _) => format!("tidings at {}", target.base),
    };
    Ok(Coefficients {
        version: Coefficients::VERSION,
        measured: Measured {
            date: machine::today(),
            server,
            machine: machine::name(),
            system: machine::system(),
            cores: machine::cores(),
            rounds: effort.rounds,
            listeners: u32::try_from(effort.listeners)?,
            events_per_s: found.most_events(),
        },
        post_us: found.range(None, "post_us")?,
        process_bytes: found.range(None, "process_bytes").unwrap_or(known.process_bytes),
        poll: costs(found, Mode::Poll, &known.poll)?,
        long_poll: costs(found, Mode::LongPoll, &known.long_poll)?,
        sse: costs(found, Mode::Sse, &known.sse)?,
        websocket: costs(found, Mode::Websocket, &known.websocket)?,
    })
}

fn costs(found: &Found, mode: Mode, known: &Costs) -> Result<Costs> {
    let of = |name| found.range(Some(mode), name);
    let or = |name, known: Range| found.range(Some(mode), name).unwrap_or(known);
    Ok(Costs {
        idle_us: of("idle_us")?,
        arrival_us: of("arrival_us")?,
        message_us: of("message_us")?,
        request_bytes: of("request_bytes")?,
        idle_bytes: or("idle_bytes", known.idle_bytes),
        arrival_bytes: of("arrival_bytes")?,
        message_bytes: of("message_bytes")?,
        memory_bytes: or("memory_bytes", known.memory_bytes),
        kernel_bytes: or("kernel_bytes", known.kernel_bytes),
        delay_ms: of("delay_ms")?,
        late_ms: of("late_ms")?,
        fan_us: of("fan_us")?,
    })
}
