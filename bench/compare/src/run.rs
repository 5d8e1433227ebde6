//! Doing it: round by round, work by work, server by server, each fresh; every cell is kept.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use tidings_bench::{Dialect, Load, Plan, Target};

use crate::{
    cell::measure,
    disk,
    machine::Machine,
    peers::Peer,
    process::raise_files_limit,
    results::{Cell, Outcome, Results},
    settings::Settings,
    stats::shown,
    works::Work,
};

/// Bytes of the text that is posted to Tidings.
const TEXT: usize = 64;
/// Enough files for the largest works, with some to spare.
const FILES: u64 = 19_500;

/// Measures all that the settings ask for, and is not there yet.
pub(crate) fn run(settings: &Settings) -> Result<Results> {
    let path = settings.results();
    let mut results = if settings.resume && path.exists() {
        let mut results = Results::load(&path)?;
        if results.quick != settings.quick {
            bail!("{} is of another kind of run; without --resume it is replaced", path.display());
        }
        results.rounds = results.rounds.max(settings.rounds());
        results
    } else {
        let machine = Machine::look(settings);
        let (quick, rounds) = (settings.quick, settings.rounds());
        Results { machine, quick, rounds, cells: Vec::new() }
    };
    let files = raise_files_limit()?;
    if files < FILES {
        println!("note: a process here may open {files} files; the largest works will fail");
    }
    let mut todo: Vec<_> = cells(settings)
        .into_iter()
        .filter(|(round, work, peer)| !results.has(*round, *work, *peer))
        .collect();
    let last = todo.last().map_or(0, |(round, ..)| *round);
    todo.reverse();
    if todo.is_empty() {
        println!("all of it is measured already");
    }
    let mut clock = Progress::new(&todo, settings.quick);
    // A server that can't be started is said once; its other cells say the same.
    let mut complained = BTreeSet::new();
    while let Some((round, work, peer)) = todo.pop() {
        let begun = Instant::now();
        let outcome =
            one(settings, work, peer).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        let took = begun.elapsed();
        println!("{}", clock.line(round, last, work, peer, &outcome, took));
        if let Outcome::Failed(why) = &outcome
            && complained.insert((peer, why.clone()))
        {
            println!("    {why}");
        }
        let condition = settings.condition.clone();
        results.put(Cell { round, work, peer, took_s: took.as_secs_f64(), condition, outcome });
        // After each, so that whatever interrupts this loses one cell.
        results.save(&path)?;
    }
    Ok(results)
}

/// All cells in the order of their turn. Every other round goes through the servers backwards, so
/// that none always has the same one before it.
fn cells(settings: &Settings) -> Vec<(u32, Work, Peer)> {
    let mut cells = Vec::new();
    let all = |work: Work| work.peers(settings.quick).into_iter().map(move |peer| (work, peer));
    let rounds = |(work, peer): (Work, Peer)| work.rounds(peer, settings.rounds());
    let last = Work::ALL.into_iter().flat_map(all).map(rounds).max().unwrap_or(0);
    for round in 1..=last {
        for work in Work::ALL {
            let mut peers = work.peers(settings.quick);
            if round % 2 == 0 {
                peers.reverse();
            }
            let wanted = |peer: &Peer| {
                settings.wants(work.table(), *peer)
                    && round <= work.rounds(*peer, settings.rounds())
            };
            cells.extend(peers.into_iter().filter(wanted).map(|peer| (round, work, peer)));
        }
    }
    cells
}

/// One cell: a fresh server, the work, and its end.
fn one(settings: &Settings, work: Work, peer: Peer) -> Result<Outcome> {
    // What is still to be written of the build, or of the run before, would hold up this one's commits.
    rustix::fs::sync();
    if peer == Peer::Disk {
        let span = Duration::from_secs_f64(if settings.quick { 0.3 } else { 1.0 });
        return Ok(Outcome::FsyncsPerS(disk::fsyncs_per_s(&settings.root, span)?));
    }
    let mut server = peer.start(settings)?;
    let target = Target { dialect: peer.dialect(), base: server.base.clone() };
    let load = work.load(settings.quick);
    let mut plan = Plan::new(target, work.way(), work.size(settings.quick), load);
    (plan.warmup, plan.duration) = work.spans(settings.quick);
    plan.processes = work.readers();
    plan.spread = plan.processes.is_some();
    plan.size = if peer.dialect() == Dialect::Tidings { TEXT } else { event_size() };
    plan.pids.clone_from(&server.pids);
    let report = measure(&plan, work.deadline());
    if !server.is_alive() {
        bail!("the server ended in the middle of it: {}", server.last_words());
    }
    let report = report?;
    if report.received == 0 && !matches!(load, Load::Idle | Load::Polls { .. } | Load::Posts { .. })
    {
        bail!("nothing was delivered");
    }
    Ok(Outcome::Report(Box::new(report)))
}

/// How long Tidings' event is for such a text, in bytes. The others are posted texts of this length,
/// so that all deliver as much.
pub(crate) fn event_size() -> usize {
    let message = tidings_shared::Message {
        seq: 10_000,
        id: "0199f1a2-7c3b-7d4e-8f5a-6b7c8d9e0f1a".parse().expect("an id"),
        username: tidings_shared::Username::from_log("bench"),
        text: tidings_shared::Text::from_log(&"x".repeat(TEXT)),
        at: tidings_shared::Timestamp::from_ms(1_780_000_000_123),
    };
    let event = serde_json::to_string(&tidings_shared::Event::Message(message));
    event.expect("an event is written to memory").len()
}

/// How far it is, and when it will be done.
struct Progress {
    begun: Instant,
    quick: bool,
    cells: usize,
    done: usize,
    /// Seconds as expected: of all, and of what is done.
    all: f64,
    passed: f64,
}

impl Progress {
    fn new(todo: &[(u32, Work, Peer)], quick: bool) -> Self {
        let all = todo.iter().map(|(_, work, peer)| work.expected(*peer, quick)).sum();
        println!("{} runs, about {}", todo.len(), minutes(all));
        Self { begun: Instant::now(), quick, cells: todo.len(), done: 0, all, passed: 0.0 }
    }

    /// A line for what was done just now.
    fn line(
        &mut self,
        round: u32,
        rounds: u32,
        work: Work,
        peer: Peer,
        outcome: &Outcome,
        took: Duration,
    ) -> String {
        self.done += 1;
        self.passed += work.expected(peer, self.quick);
        // What is to come is expected to be off by as much as what was.
        let pace = self.begun.elapsed().as_secs_f64() / self.passed;
        let left = minutes((self.all - self.passed).max(0.0) * pace);
        let table = format!("{:?}", work.table()).to_lowercase();
        let what = format!("{table}: {}", work.title(self.quick));
        format!(
            "[{:>3}/{}] round {round}/{rounds}  {what:<34} {:<24} {:<28} {:>5.1} s   {left} left",
            self.done,
            self.cells,
            peer.title(),
            summary(outcome),
            took.as_secs_f64(),
        )
    }
}

/// The figure that one looks for first.
fn summary(outcome: &Outcome) -> String {
    use crate::results::Metric::{CatchUp, CpuPerDelivery, Memory, Requests};
    if let Outcome::Failed(_) = outcome {
        return "failed".into();
    }
    let figures = [
        (CatchUp, "s"),
        (CpuPerDelivery, "µs CPU a delivery"),
        (Requests, "a second"),
        (Memory, "KB a listener"),
    ];
    let found = |(metric, unit)| Some(format!("{} {unit}", shown(outcome.figure(metric)?)));
    figures.into_iter().find_map(found).unwrap_or_default()
}

fn minutes(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::works::Table;

    fn settings(args: &[&str]) -> Settings {
        Settings::try_parse_from(std::iter::once(&"compare").chain(args)).unwrap()
    }

    #[test]
    fn rounds_are_interleaved_and_every_other_one_goes_backwards() {
        let cells = cells(&settings(&["--rounds", "2", "--only", "long-poll"]));
        let peers = |round| {
            let of = cells.iter().filter(move |cell| cell.0 == round);
            of.map(|cell| cell.2).collect::<Vec<_>>()
        };
        assert!(cells.is_sorted_by_key(|cell| cell.0));
        assert!(cells.iter().all(|cell| cell.1.table() == Table::LongPoll));
        assert!(peers(1).len() >= 3);
        assert_eq!(peers(1), peers(2).into_iter().rev().collect::<Vec<_>>());
    }

    #[test]
    fn what_a_requirement_names_is_measured_in_every_round() {
        let cells = cells(&settings(&[]));
        let rounds = |work, peer| cells.iter().filter(|c| (c.1, c.2) == (work, peer)).count();
        for peer in [Peer::Tidings, Peer::BareGather, Peer::Nchan] {
            assert_eq!(rounds(Work::WsFlat10k, peer), 5);
        }
        assert_eq!(rounds(Work::WsFlat10k, Peer::SocketIo), 3);
        assert_eq!(rounds(Work::Posts100, Peer::Disk), 5);
        for peer in [Peer::Tidings, Peer::BareGather, Peer::Nchan] {
            assert_eq!(rounds(Work::WsCalm, peer), 10);
        }
        assert_eq!(rounds(Work::WsCalm, Peer::SocketIo), 3);
    }

    #[test]
    fn all_deliver_as_many_bytes() {
        // The text, and what the log says about it.
        assert!((190..=210).contains(&event_size()), "{}", event_size());
    }
}
