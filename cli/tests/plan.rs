//! Holds the cost model to reality: calibrates on this machine as it is now, and then runs each mode
//! at another point (another audience, rate, size and interval) to see whether what was predicted
//! happens. It does both again and again, one right behind the other, and the median counts: a machine
//! that others use too is now faster and now slower.

#![cfg(target_os = "linux")]

mod common;

use common::{Running, tidings};
use tidings_bench::Report;
use tidings_shared::{
    Mode,
    plan::{Coefficients, Figure, Input, Inputs, outcome},
};

/// How often each point is measured, right behind a calibration.
const LOOKS: usize = 3;
/// How often if that doesn't convince: somebody else may have had the machine.
const MOST_LOOKS: usize = 7;
/// How far off a prediction may be: a share of it.
const MAY: f64 = 0.30;
/// The same for CPU time.
const MAY_CPU: f64 = 0.50;

/// A figure, measured over predicted, and by how much that may differ from 1.
type Ratio = (&'static str, f64, f64);

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
        let mut bench = tidings(&["bench", "--json", "--duration", "2s", "--warmup", "1200ms"]);
        bench.args(["--mode", self.mode.as_str()]);
        bench.args(["--listeners", &text(self.listeners), "--rate", &text(self.rate)]);
        bench.args(["--size", &text(self.size), "--every", &format!("{}s", self.interval)]);
        let (status, out, err) = Running::fed(bench, "");
        assert!(status.success(), "{}: {err:#?}", self.mode);
        serde_json::from_str(&out.join("\n")).unwrap()
    }

    /// Measured over predicted, of each figure.
    fn ratios(&self, report: &Report, set: &Coefficients) -> Vec<Ratio> {
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

/// A calibration, and what happened right behind it.
type Look = (Coefficients, Report);

/// The median of each figure's ratios, and by how much it may differ from 1.
fn medians(point: &Point, looks: &[Look]) -> Vec<Ratio> {
    let each: Vec<_> = looks.iter().map(|(set, report)| point.ratios(report, set)).collect();
    let median = |at: usize| {
        let mut ratios: Vec<_> = each.iter().map(|look| look[at].1).collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    };
    each[0].iter().enumerate().map(|(at, (name, _, may))| (*name, median(at), *may)).collect()
}

/// What is farther off than it may be.
fn wrong(medians: &[Ratio]) -> Vec<&'static str> {
    let off = |(_, ratio, may): &&Ratio| (ratio - 1.0).abs() > *may;
    medians.iter().filter(off).map(|(name, ..)| *name).collect()
}

fn calibrated() -> Coefficients {
    let bench = tidings(&["bench", "--calibrate", "--brief"]);
    let (status, out, err) = Running::fed(bench, "");
    assert!(status.success(), "{err:#?}");
    Coefficients::parse(&out.join("\n")).unwrap()
}

/// A set by which everything takes four times as much.
fn misjudged(set: &Coefficients) -> Coefficients {
    let mut set = set.clone();
    let mut wrong = vec![&mut set.post_us];
    for costs in [&mut set.poll, &mut set.long_poll, &mut set.sse, &mut set.websocket] {
        wrong.extend([&mut costs.idle_us, &mut costs.arrival_us]);
        wrong.extend([&mut costs.message_bytes, &mut costs.arrival_bytes]);
        wrong.extend([&mut costs.delay_ms, &mut costs.fan_us]);
    }
    for range in wrong {
        *range = range.map(|value| value * 4.0);
    }
    set
}

#[test]
fn what_is_predicted_is_what_happens() {
    let at =
        |mode, listeners, rate, size, interval| Point { mode, listeners, rate, size, interval };
    let points = [
        at(Mode::Poll, 800.0, 3.0, 200.0, 0.6),
        at(Mode::LongPoll, 700.0, 14.0, 200.0, 1.0),
        at(Mode::Sse, 700.0, 14.0, 200.0, 1.0),
        at(Mode::Websocket, 700.0, 14.0, 200.0, 1.0),
    ];
    let mut looks: [Vec<Look>; 4] = Default::default();
    let failures = |looks: &[Vec<Look>; 4]| {
        let each = points.iter().zip(looks).map(|(point, looks)| (point, medians(point, looks)));
        let each = each.filter(|(_, medians)| !wrong(medians).is_empty());
        each.map(|(point, medians)| format!("{}: {medians:.2?}", point.mode)).collect::<Vec<_>>()
    };
    for turn in 1..=MOST_LOOKS {
        let set = calibrated();
        for (point, looks) in points.iter().zip(&mut looks) {
            looks.push((set.clone(), point.measure()));
        }
        if turn >= LOOKS && failures(&looks).is_empty() {
            break;
        }
    }
    for (point, looks) in points.iter().zip(&looks) {
        eprintln!("{}: {:.2?}", point.mode, medians(point, looks));
        // With other coefficients it would have been noticed.
        let misjudged: Vec<_> =
            looks.iter().map(|(set, report)| (misjudged(set), report.clone())).collect();
        let noticed = wrong(&medians(point, &misjudged));
        assert!(noticed.contains(&"CPU time"), "{}: {noticed:?}", point.mode);
        assert!(noticed.contains(&"bytes to listeners"), "{}: {noticed:?}", point.mode);
        if point.mode != Mode::Poll {
            assert!(noticed.contains(&"mean delay"), "{}: {noticed:?}", point.mode);
        }
    }
    let failures = failures(&looks);
    assert!(failures.is_empty(), "measured over predicted:\n{}", failures.join("\n"));
}
