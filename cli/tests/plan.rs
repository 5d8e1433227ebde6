//! Holds the cost model to reality: calibrates on this machine as it is now, and then runs each mode
//! at another point (another audience, rate, size and interval) to see whether what was predicted
//! happens. Each is measured several times and the median counts, since others use the machine too.

#![cfg(target_os = "linux")]

mod common;

use common::{Running, tidings};
use tidings_bench::Report;
use tidings_shared::{
    Mode,
    plan::{Coefficients, Figure, Input, Inputs, outcome},
};

/// How often a point is measured.
const ROUNDS: usize = 3;
/// How far off a prediction may be: a share of it.
const MAY: f64 = 0.30;
/// The same for CPU time.
const MAY_CPU: f64 = 0.50;

/// Where a mode is measured.
struct Point {
    mode: Mode,
    listeners: f64,
    rate: f64,
    size: f64,
    /// Between polls, in seconds.
    interval: f64,
}

impl Point {
    fn measure(&self) -> Report {
        let text = |number: f64| number.to_string();
        let mut bench = tidings(&["bench", "--json", "--duration", "3s", "--warmup", "1200ms"]);
        bench.args(["--mode", self.mode.as_str()]);
        bench.args(["--listeners", &text(self.listeners), "--rate", &text(self.rate)]);
        bench.args(["--size", &text(self.size), "--every", &format!("{}s", self.interval)]);
        let (status, out, err) = Running::fed(bench, "");
        assert!(status.success(), "{}: {err:#?}", self.mode);
        serde_json::from_str(&out.join("\n")).unwrap()
    }

    /// Measured over predicted, of each figure.
    fn ratios(&self, report: &Report, set: &Coefficients) -> Vec<(&'static str, f64, f64)> {
        let seconds = report.seconds;
        let inputs = Inputs::default()
            .with(Input::Audience, self.listeners)
            // As many as came in the span, whose end waits for the last poll.
            .with(Input::Rate, report.deliveries as f64 / self.listeners / seconds)
            .with(Input::Size, self.size)
            .with(Input::Interval, self.interval)
            .with(Input::Cores, set.measured.cores.into())
            // Nobody here is a browser, or far away.
            .with(Input::RoundTrip, 0.0)
            .with(Input::Header, 0.0);
        let predicted = outcome(self.mode, &inputs, set);
        let of = |figure| predicted.value(figure).mid;
        let server = report.server.expect("its processes are known");
        let delay = report.delay.expect("something came").mean_us / 1e6;
        let mut ratios = vec![
            ("bytes to listeners", report.carried.down as f64 / seconds / of(Figure::Down), MAY),
            ("mean delay", delay / of(Figure::DelayMean), MAY),
            ("CPU time", server.cpu_s / seconds / of(Figure::Cpu), MAY_CPU),
        ];
        if self.mode.is_stream() {
            assert!((of(Figure::Requests), report.carried.up) == (0.0, 0), "a stream asks nothing");
        } else {
            let requests = report.requests.expect("they were counted").per_s;
            ratios.push(("requests", requests / of(Figure::Requests), MAY));
            ratios.push((
                "bytes from listeners",
                report.carried.up as f64 / seconds / of(Figure::Up),
                MAY,
            ));
        }
        ratios
    }
}

/// The median of each figure's ratios, and by how much it may differ from 1.
fn medians(point: &Point, reports: &[Report], set: &Coefficients) -> Vec<(&'static str, f64, f64)> {
    let rounds: Vec<_> = reports.iter().map(|report| point.ratios(report, set)).collect();
    let median = |at: usize| {
        let mut ratios: Vec<_> = rounds.iter().map(|round| round[at].1).collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    };
    rounds[0].iter().enumerate().map(|(at, (name, _, may))| (*name, median(at), *may)).collect()
}

/// What is farther off than it may be.
fn wrong(medians: &[(&'static str, f64, f64)]) -> Vec<&'static str> {
    let off = |(_, ratio, may): &&(&str, f64, f64)| (ratio - 1.0).abs() > *may;
    medians.iter().filter(off).map(|(name, ..)| *name).collect()
}

fn calibrated() -> Coefficients {
    let bench = tidings(&["bench", "--calibrate", "--brief"]);
    let (status, out, err) = Running::fed(bench, "");
    assert!(status.success(), "{err:#?}");
    Coefficients::parse(&out.join("\n")).unwrap()
}

#[test]
fn what_is_predicted_is_what_happens() {
    let set = calibrated();
    let at =
        |mode, listeners, rate, size, interval| Point { mode, listeners, rate, size, interval };
    let points = [
        at(Mode::Poll, 800.0, 3.0, 200.0, 0.6),
        at(Mode::LongPoll, 700.0, 14.0, 200.0, 1.0),
        at(Mode::Sse, 700.0, 14.0, 200.0, 1.0),
        at(Mode::Websocket, 700.0, 14.0, 200.0, 1.0),
    ];
    let mut failures = Vec::new();
    for point in &points {
        let measure = || (0..ROUNDS).map(|_| point.measure()).collect::<Vec<_>>();
        let (mut reports, mut medians) = (Vec::new(), Vec::new());
        // Once more if need be: somebody else may have had the machine for these seconds.
        for _ in 0..2 {
            reports = measure();
            medians = self::medians(point, &reports, &set);
            eprintln!("{}: {medians:.2?}", point.mode);
            if wrong(&medians).is_empty() {
                break;
            }
        }
        if !wrong(&medians).is_empty() {
            failures.push(format!("{}: {:?} of {medians:.2?}", point.mode, wrong(&medians)));
        }
        // With other coefficients it would have been noticed.
        let mut wrong_set = set.clone();
        wrong_set.post_us = wrong_set.post_us.map(|us| us * 4.0);
        let costs = match point.mode {
            Mode::Poll => &mut wrong_set.poll,
            Mode::LongPoll => &mut wrong_set.long_poll,
            Mode::Websocket => &mut wrong_set.websocket,
            _ => &mut wrong_set.sse,
        };
        for range in [
            &mut costs.idle_us,
            &mut costs.arrival_us,
            &mut costs.message_bytes,
            &mut costs.arrival_bytes,
        ] {
            *range = range.map(|value| value * 4.0);
        }
        let noticed = wrong(&self::medians(point, &reports, &wrong_set));
        assert!(noticed.contains(&"CPU time"), "{}: {noticed:?}", point.mode);
        assert!(noticed.contains(&"bytes to listeners"), "{}: {noticed:?}", point.mode);
    }
    assert!(failures.is_empty(), "measured over predicted:\n{}", failures.join("\n"));
}
