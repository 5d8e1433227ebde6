//! Every raw round, as it is kept in results.json, and the figures that are read from it.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tidings_bench::Report;

use crate::{machine::Machine, peers::Peer, stats::Spread, works::Work};

/// All that was measured in one comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    /// How many rounds were asked for.
    pub(crate) rounds: u32,
    pub(crate) cells: Vec<Cell>,
}

/// One server at one work in one round.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cell {
    /// From 1.
    pub(crate) round: u32,
    pub(crate) work: Work,
    pub(crate) peer: Peer,
    /// With all around it, in seconds.
    pub(crate) took_s: f64,
    /// What the machine was made to be for it; without, it was as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) condition: Option<String>,
    pub(crate) outcome: Outcome,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Report(Box<Report>),
    /// Of [`Peer::Disk`]: how often a second it took 4 KiB.
    FsyncsPerS(f64),
    /// Why there is none, a sentence.
    Failed(String),
}

/// What can be read from an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    /// The server's CPU time, µs.
    CpuPerDelivery,
    /// The server's CPU time, µs.
    CpuPerRequest,
    /// Deliveries a second.
    Deliveries,
    /// Delay, ms.
    Median,
    /// Delay, ms.
    P99,
    /// Bytes over a listener's connection, above TCP.
    Bytes,
    /// Resident memory that a listener adds, KB (1,024 bytes).
    Memory,
    /// Requests a second; of the disk, fsyncs.
    Requests,
    /// From a request to its answer, ms.
    Latency,
    /// Until the last had all that it missed, s.
    CatchUp,
    /// Messages a second to those who came back.
    CatchUpRate,
    /// Resident memory of the server with all connected, MB (1,048,576 bytes).
    Resident,
}

impl Outcome {
    /// `None` where it has no such figure.
    pub(crate) fn figure(&self, metric: Metric) -> Option<f64> {
        let report = match self {
            Self::Report(report) => report,
            Self::FsyncsPerS(per_s) => return (metric == Metric::Requests).then_some(*per_s),
            Self::Failed(_) => return None,
        };
        let server = report.server.as_ref();
        let delay = report.delay.as_ref();
        match metric {
            Metric::CpuPerDelivery => server?.cpu_us_per_delivery,
            Metric::CpuPerRequest => server?.cpu_us_per_request,
            Metric::Deliveries => (report.deliveries > 0).then_some(report.deliveries_per_s),
            Metric::Median => Some(delay?.p50_us / 1e3),
            Metric::P99 => Some(delay?.p99_us / 1e3),
            Metric::Bytes => report.bytes_per_delivery,
            Metric::Memory => Some(server?.rss_per_listener? / 1024.0),
            Metric::Requests => Some(report.requests.as_ref()?.per_s),
            Metric::Latency => Some(report.requests.as_ref()?.latency?.p50_us / 1e3),
            Metric::CatchUp => Some(report.catch_up.as_ref()?.seconds),
            Metric::CatchUpRate => Some(report.catch_up.as_ref()?.messages_per_s),
            Metric::Resident => Some(server?.rss_connected as f64 / 1_048_576.0),
        }
        .filter(|figure| figure.is_finite())
    }

    /// Whether every listener got every message once and in order; nothing else counts as having
    /// delivered.
    pub(crate) fn is_intact(&self) -> bool {
        matches!(self, Self::Report(report)
            if report.received > 0 && report.lost + report.twice + report.out_of_order == 0)
    }
}

impl Results {
    /// # Errors
    ///
    /// When there are none, or they are of another version of this program.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let text = fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
        serde_json::from_slice(&text)
            .with_context(|| format!("{} is not of this version", path.display()))
    }

    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        crate::files::write(path, &json)
    }

    /// Keeps this cell in place of an earlier one of the same.
    pub(crate) fn put(&mut self, cell: Cell) {
        let same =
            |old: &Cell| (old.round, old.work, old.peer) == (cell.round, cell.work, cell.peer);
        self.cells.retain(|old| !same(old));
        self.cells.push(cell);
        self.cells.sort_by_key(|cell| (cell.round, cell.work, cell.peer));
    }

    /// Whether it was measured and need not be again.
    pub(crate) fn has(&self, round: u32, work: Work, peer: Peer) -> bool {
        self.of(work, peer)
            .any(|cell| cell.round == round && !matches!(cell.outcome, Outcome::Failed(_)))
    }

    /// All rounds of one server at one work.
    pub(crate) fn of(&self, work: Work, peer: Peer) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| cell.work == work && cell.peer == peer)
    }

    /// What the machine was made to be for any of these works, each said once.
    pub(crate) fn conditions(&self, works: &[Work]) -> BTreeSet<&str> {
        let of_these = self.cells.iter().filter(|cell| works.contains(&cell.work));
        of_these.filter_map(|cell| cell.condition.as_deref()).collect()
    }

    /// The same figure from all rounds that have it.
    pub(crate) fn spread(&self, work: Work, peer: Peer, metric: Metric) -> Option<Spread> {
        Spread::of(self.of(work, peer).filter_map(|cell| cell.outcome.figure(metric)))
    }

    /// This figure in one round.
    pub(crate) fn figure(&self, round: u32, work: Work, peer: Peer, metric: Metric) -> Option<f64> {
        let mut cells = self.of(work, peer).filter(|cell| cell.round == round);
        cells.find_map(|cell| cell.outcome.figure(metric))
    }

    /// One figure over another, from the rounds that have both.
    pub(crate) fn ratio(&self, ours: Figure, theirs: Figure) -> Option<Spread> {
        let pair = |round| Some((ours.at(self, round)?, theirs.at(self, round)?));
        Spread::ratio(&self.all_rounds().filter_map(pair).collect::<Vec<_>>())
    }

    /// The rounds of the work that has most of them.
    pub(crate) fn all_rounds(&self) -> std::ops::RangeInclusive<u32> {
        1..=self.cells.iter().map(|cell| cell.round).max().unwrap_or(0)
    }
}

/// Which figure: of which server, at which work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure(pub(crate) Work, pub(crate) Peer, pub(crate) Metric);

impl Figure {
    pub(crate) fn at(self, results: &Results, round: u32) -> Option<f64> {
        results.figure(round, self.0, self.1, self.2)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use tidings_bench::{Own, Plan, Server, Target};

    use super::*;

    /// Results whose figures are these: CPU time a delivery, of one server at one work.
    pub(crate) fn results(cells: &[(u32, Work, Peer, f64)]) -> Results {
        let machine = Machine {
            cpu: "A CPU".into(),
            cores: 2,
            memory_gb: 4.0,
            kernel: "Linux 6".into(),
            rustc: "rustc 1.95".into(),
            volume: "ext4 on /dev/vda".into(),
            date: "2026-01-02 03:04 UTC".into(),
            versions: vec![(Peer::Nchan, "nchan 1.3.6, nginx 1.22.1".into())],
        };
        let mut results = Results { machine, quick: false, rounds: 5, cells: Vec::new() };
        for (round, work, peer, cpu) in cells {
            results.put(cell(*round, *work, *peer, Outcome::Report(Box::new(report(*cpu)))));
        }
        results
    }

    pub(crate) fn cell(round: u32, work: Work, peer: Peer, outcome: Outcome) -> Cell {
        Cell { round, work, peer, took_s: 1.0, condition: None, outcome }
    }

    pub(crate) fn report(cpu: f64) -> Report {
        let target = Target { dialect: Peer::Tidings.dialect(), base: "http://127.0.0.1:1".into() };
        let work = Work::WsFlat100;
        Report {
            plan: Plan::new(target, work.way(), 100, work.load(false)),
            seconds: 3.0,
            sent: 10,
            received: 1000,
            deliveries: 900,
            deliveries_per_s: 300.0,
            poster_deliveries: 0,
            delay: None,
            lost: 0,
            twice: 0,
            out_of_order: 0,
            bytes_per_delivery: None,
            carried: tidings_bench::Carried::default(),
            requests: None,
            catch_up: None,
            server: Some(Server {
                cpu_s: 1.0,
                cpu_us_per_delivery: Some(cpu),
                cpu_us_per_request: None,
                cores: 0.5,
                rss_before: 1,
                rss_connected: 2,
                rss_end: 3,
                rss_per_listener: Some(4096.0),
                anon_per_listener: None,
                kernel_per_listener: None,
            }),
            own: Own { processes: 2, cpu_s: 1.0, busiest: 0.5, late: None, machine_idle: 0.2 },
            bottleneck: Vec::new(),
        }
    }

    const WORK: Work = Work::WsFlat100;

    #[test]
    fn a_ratio_is_of_the_rounds_that_both_took_part_in() {
        let results = results(&[
            (1, WORK, Peer::Tidings, 1.0),
            (2, WORK, Peer::Tidings, 3.0),
            (3, WORK, Peer::Tidings, 90.0),
            (1, WORK, Peer::Nchan, 2.0),
            (2, WORK, Peer::Nchan, 4.0),
        ]);
        let figure = |peer| Figure(WORK, peer, Metric::CpuPerDelivery);
        let ratio = results.ratio(figure(Peer::Tidings), figure(Peer::Nchan)).unwrap();
        assert_eq!((ratio.rounds, ratio.min, ratio.max), (2, 0.5, 0.75));
        assert!(results.ratio(figure(Peer::Tidings), figure(Peer::Ws)).is_none());
    }

    #[test]
    fn what_failed_is_measured_again_and_then_replaced() {
        let mut results = results(&[(1, WORK, Peer::Tidings, 1.0)]);
        results.put(cell(1, WORK, Peer::Nchan, Outcome::Failed("it left".into())));
        assert!(results.has(1, WORK, Peer::Tidings));
        assert!(!results.has(1, WORK, Peer::Nchan), "it failed");
        assert!(!results.has(2, WORK, Peer::Tidings), "another round");
        results.put(cell(1, WORK, Peer::Nchan, Outcome::Report(Box::new(report(2.0)))));
        assert!(results.has(1, WORK, Peer::Nchan));
        assert_eq!(results.cells.len(), 2);
    }

    #[test]
    fn results_come_back_from_their_file_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("performance/results.json");
        let mut results = results(&[(1, WORK, Peer::Tidings, 1.25)]);
        results.put(cell(1, Work::Posts100, Peer::Disk, Outcome::FsyncsPerS(800.0)));
        results.put(cell(1, WORK, Peer::Nchan, Outcome::Failed("it left".into())));
        results.save(&path).unwrap();
        let back = Results::load(&path).unwrap();
        assert_eq!(format!("{back:?}"), format!("{results:?}"));
        assert!(Results::load(&dir.path().join("absent")).is_err());
    }

    #[test]
    fn only_all_messages_once_and_in_order_is_intact() {
        assert!(Outcome::Report(Box::new(report(1.0))).is_intact());
        let broken: [fn(&mut Report); 4] =
            [|r| r.lost = 1, |r| r.twice = 1, |r| r.out_of_order = 1, |r| r.received = 0];
        for break_it in broken {
            let mut report = report(1.0);
            break_it(&mut report);
            assert!(!Outcome::Report(Box::new(report)).is_intact());
        }
    }
}
