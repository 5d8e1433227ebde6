//! From what was seen to what is reported.

use super::{Memory, Sample};
use crate::{
    Carried, CatchUp, Load, Mode, Own, Percentiles, Plan, Report, Requests, Server, clock::SECOND,
    tally::Times, wire::Outcome,
};

/// A process that is busy for more than this share of a core may hold up what it measures.
const BUSY: f64 = 0.9;
/// Posts later than this, in µs, are no longer the plan's load.
const LATE: f64 = 1000.0;
/// With less than this share of its CPU time to spare, the machine makes everybody wait.
const SPARE: f64 = 0.03;

/// All that was seen in a run.
pub(super) struct Findings {
    pub(super) begin: Sample,
    pub(super) end: Sample,
    /// Before, when all had connected, and at the end.
    pub(super) memory: [Memory; 3],
    pub(super) outcomes: Vec<Outcome>,
    pub(super) total: u32,
    pub(super) late: Option<Times>,
    pub(super) catch_up: Option<CatchUp>,
}

impl Findings {
    pub(super) fn report(&self, plan: &Plan) -> Report {
        let sum = |of: fn(&Outcome) -> u64| self.outcomes.iter().map(of).sum::<u64>();
        let seconds = (self.end.at - self.begin.at) as f64 / SECOND as f64;
        let deliveries = sum(|o| o.deliveries);
        let poster_deliveries = self.end.poster_delivered - self.begin.poster_delivered;
        let last = self.outcomes.iter().map(|o| o.last).max().unwrap_or(0);
        let delivering = last.saturating_sub(self.begin.at) as f64 / SECOND as f64;
        let requests = self.requests(plan);
        let mut carried = Carried::default();
        self.outcomes.iter().for_each(|outcome| carried += outcome.carried);
        let own = self.own(seconds);
        Report {
            plan: plan.clone(),
            seconds,
            sent: self.total.into(),
            received: sum(|o| o.received),
            deliveries,
            deliveries_per_s: ratio(deliveries as f64, delivering).unwrap_or(0.0),
            poster_deliveries,
            delay: percentiles(&self.outcomes, |o| &o.delays),
            lost: sum(|o| o.lost),
            twice: sum(|o| o.twice),
            out_of_order: sum(|o| o.out_of_order),
            bytes_per_delivery: ratio((carried.up + carried.down) as f64, deliveries as f64),
            carried,
            server: (!plan.pids.is_empty())
                .then(|| self.server(plan, seconds, deliveries + poster_deliveries, requests)),
            requests,
            catch_up: self.catch_up,
            bottleneck: bottleneck(plan, &own),
            own,
        }
    }

    fn requests(&self, plan: &Plan) -> Option<Requests> {
        let count: u64 = self.outcomes.iter().map(|o| o.requests).sum();
        // Listeners that ask are followed until the last message has come, the others in the time
        // that was planned.
        let asks = matches!(plan.load, Load::Polls { .. } | Load::Posts { .. });
        let seconds = plan.duration.as_secs_f64();
        let waits = plan.way.mode == Mode::LongPoll && !asks;
        let latency = percentiles(&self.outcomes, |o| &o.latencies).filter(|_| !waits);
        (count > 0).then(|| Requests { count, per_s: count as f64 / seconds, latency })
    }

    fn server(&self, plan: &Plan, seconds: f64, work: u64, requests: Option<Requests>) -> Server {
        let cpu_s = (self.end.server - self.begin.server) as f64 / SECOND as f64;
        let [before, connected, end] = self.memory;
        let listeners = match plan.load {
            // One was there before the others came.
            Load::CatchUp { .. } | Load::Polls { .. } | Load::Posts { .. } => 0.0,
            _ => plan.listeners as f64,
        };
        let added = |before: u64, after: u64| ratio(after as f64 - before as f64, listeners);
        let asked =
            requests.filter(|_| matches!(plan.load, Load::Polls { .. } | Load::Posts { .. }));
        Server {
            cpu_s,
            cpu_us_per_delivery: ratio(cpu_s * 1e6, work as f64),
            cpu_us_per_request: asked.and_then(|asked| ratio(cpu_s * 1e6, asked.count as f64)),
            cores: cpu_s / seconds,
            rss_before: before.rss,
            rss_connected: connected.rss,
            rss_end: end.rss,
            rss_per_listener: added(before.rss, connected.rss),
            anon_per_listener: added(before.anon, connected.anon),
            kernel_per_listener: added(before.slab, connected.slab).map(|both| both / 2.0),
        }
    }

    fn own(&self, seconds: f64) -> Own {
        // Workers that began within the span had used nothing before it. This process is last.
        let (mut before, mut after) = (self.begin.own.clone(), self.end.own.clone());
        let mut used = Vec::new();
        if let (Some(parent_before), Some(parent_after)) = (before.pop(), after.pop()) {
            used.push(parent_after - parent_before);
        }
        before.resize(after.len(), 0);
        used.extend(after.iter().zip(&before).map(|(after, before)| after - before));
        let busiest = used.iter().copied().max().unwrap_or(0) as f64 / SECOND as f64;
        let all = self.end.machine.1 - self.begin.machine.1;
        let idle = self.end.machine.0.saturating_sub(self.begin.machine.0);
        Own {
            processes: used.len(),
            cpu_s: used.iter().sum::<u64>() as f64 / SECOND as f64,
            busiest: busiest / seconds,
            late: self.late.as_ref().and_then(Times::percentiles),
            machine_idle: ratio(idle as f64, all as f64).unwrap_or(0.0),
        }
    }
}

fn bottleneck(plan: &Plan, own: &Own) -> Vec<String> {
    let mut sentences = Vec::new();
    let percent = |share: f64| share * 100.0;
    if own.busiest > BUSY {
        sentences.push(format!(
            "a process of the generator was busy for {:.0} % of a core: it may have been what was \
             slow; give it more processes, or fewer listeners",
            percent(own.busiest)
        ));
    }
    if let Some(late) = own.late.filter(|late| late.p99_us > LATE) {
        sentences.push(format!(
            "the generator sent some posts late (99 % within {:.1} ms); delays are counted from \
             when they were due",
            late.p99_us / 1000.0
        ));
    }
    if matches!(plan.load, Load::Rate(_)) && own.machine_idle < SPARE {
        sentences.push(format!(
            "the machine had {:.0} % of its CPU time to spare: delays tell of the queue for it too",
            percent(own.machine_idle)
        ));
    }
    sentences
}

fn ratio(of: f64, by: f64) -> Option<f64> {
    (by > 0.0).then(|| of / by)
}

fn percentiles(outcomes: &[Outcome], of: fn(&Outcome) -> &Vec<(u64, u64)>) -> Option<Percentiles> {
    let mut times = Times::new();
    for outcome in outcomes {
        times.merge(of(outcome));
    }
    times.percentiles()
}
