//! The runs of a round, and what follows from their reports.

use std::{thread, time::Duration};

use anyhow::{Context as _, Result, bail};

use super::{Effort, Server, Subject, found::Found};
use crate::{Load, Mode, Plan, Report, Way};

/// Bytes of a text.
const SIZE: usize = 64;
/// So few listen where the delay is to be the server's alone.
const LONE: usize = 10;
/// Posts a second to them.
const LONE_RATE: f64 = 20.0;
/// How long until all streams have been told who came.
const SETTLED: Duration = Duration::from_millis(1200);
/// Those that wait for news, of which there may be crowds.
const WAITING: [Mode; 3] = [Mode::LongPoll, Mode::Sse, Mode::Websocket];

/// How a round is loaded: what the rates of its crowds are multiplied by.
fn load(effort: &Effort, round: u32) -> f64 {
    match (effort.varied, round % 5) {
        (true, 1) => 0.25,
        (true, 2) => 2.5,
        _ => 1.0,
    }
}

/// One run; a loss would be no measurement.
fn run(server: &Server, mode: Mode, change: impl FnOnce(&mut Plan)) -> Result<Report> {
    let mut plan = Plan::new(server.target.clone(), Way::new(mode), LONE, Load::Idle);
    (plan.size, plan.pids, plan.warmup) = (SIZE, server.pids.clone(), Duration::from_millis(300));
    change(&mut plan);
    let report = crate::run(&plan)?;
    if report.lost + report.twice + report.out_of_order > 0 {
        bail!("messages were lost or came twice by {mode}: {report}");
    }
    Ok(report)
}

/// CPU time in the span, in µs.
fn cpu(report: &Report) -> Result<f64> {
    Ok(report.server.context("the server's processes were named")?.cpu_s * 1e6)
}

/// Measures each mode once.
pub(super) fn round(server: &Server, effort: &Effort, round: u32, found: &mut Found) -> Result<()> {
    let load = load(effort, round);
    for mode in WAITING {
        waiting(server, effort, load, mode, found)?;
    }
    polls(server, effort, load, found)
}

/// A few listeners, and a crowd: the difference is what a listener costs, and what is left is what
/// a post costs.
fn waiting(
    server: &Server,
    effort: &Effort,
    load: f64,
    mode: Mode,
    found: &mut Found,
) -> Result<()> {
    let crowd = effort.listeners / 2;
    let rate = 20.0 * load;
    let few = run(server, mode, |plan| {
        plan.load = Load::Rate(LONE_RATE);
        // A disk has its moods: some posts, so that the mean is one.
        plan.duration = effort.span.max(Duration::from_secs(1));
    })?;
    let many = run(server, mode, |plan| {
        (plan.listeners, plan.load) = (crowd, Load::Rate(rate));
        // At the lowest rate too, some messages.
        plan.duration = effort.span.max(Duration::from_secs_f64(8.0 / rate));
        plan.warmup = SETTLED;
    })?;
    found.events(many.deliveries as f64 / many.seconds);
    let of = Some(mode);
    let equation = |report: &Report| {
        let deliveries = (report.deliveries + report.poster_deliveries) as f64;
        Ok::<_, anyhow::Error>([deliveries, report.poster_deliveries as f64, cpu(report)?])
    };
    let [arrival, post] = solve(equation(&few)?, equation(&many)?);
    found.add(None, "post_us", post);
    for name in ["arrival_us", "idle_us"] {
        // A wait's end or a heartbeat is a timer and a write; an arrival is a wake-up and a write.
        found.add(of, name, arrival);
    }

    let (deliveries, carried) = (many.deliveries as f64, many.carried);
    let around = carried.down as f64 / deliveries - SIZE as f64;
    if mode == Mode::LongPoll {
        found.add(of, "request_bytes", carried.up as f64 / carried.asked as f64);
        // The envelope's share is known when the polls were measured.
        found.add(of, "around", around);
    } else {
        for (name, bytes) in
            [("request_bytes", 0.0), ("arrival_bytes", 0.0), ("message_bytes", around)]
        {
            found.add(of, name, bytes);
        }
    }
    let (few_delay, many_delay) =
        (few.delay.context("nothing came")?, many.delay.context("nothing came")?);
    found.add(of, "delay_ms", few_delay.mean_us / 1e3);
    found.add(of, "late_ms", few_delay.p99_us / 1e3);
    found.add(of, "fan_us", (many_delay.mean_us - few_delay.mean_us) / (crowd - LONE) as f64);
    if mode == Mode::Sse {
        // A poll's message is in the log as soon, and is then read within as long.
        found.add(Some(Mode::Poll), "delay_ms", few_delay.mean_us / 1e3);
        found.add(Some(Mode::Poll), "late_ms", few_delay.p99_us / 1e3);
        // Polls come at times of their own, and not all at once.
        found.add(Some(Mode::Poll), "fan_us", 0.0);
    }
    Ok(())
}

/// `x` and `y` of two lines `a x + b y = c`.
fn solve([a, b, c]: [f64; 3], [d, e, f]: [f64; 3]) -> [f64; 2] {
    let by = a * e - b * d;
    [(c * e - b * f) / by, (a * f - c * d) / by]
}

/// Polls with nothing new, with one message each, and with many.
fn polls(server: &Server, effort: &Effort, load: f64, found: &mut Found) -> Result<()> {
    let of = Some(Mode::Poll);
    let every = Duration::from_millis(400).div_f64(load.max(0.5));
    let poll = |listeners: usize, rate: Option<f64>| {
        run(server, Mode::Poll, |plan| {
            (plan.listeners, plan.way.interval) = (listeners, every);
            plan.load = rate.map_or(Load::Idle, Load::Rate);
            plan.duration = effort.span.max(Duration::from_secs_f64(rate.map_or(0.0, |r| 3.0 / r)));
        })
    };
    let a_second = |report: &Report| report.requests.map_or(0.0, |requests| requests.per_s);
    let polls = |report: &Report| a_second(report) * report.seconds;

    let nothing = poll(effort.listeners, None)?;
    found.events(a_second(&nothing));
    let idle = cpu(&nothing)? / polls(&nothing);
    let idle_bytes = nothing.carried.down as f64 / nothing.carried.answered as f64;
    found.add(of, "idle_us", idle);
    found.add(of, "request_bytes", nothing.carried.up as f64 / nothing.carried.asked as f64);

    // As seldom as that each message has a poll for itself.
    let one = poll(effort.listeners, Some(0.8 / every.as_secs_f64()))?;
    let posts = one.poster_deliveries as f64 * found.mid(None, "post_us")?;
    let arrival = idle + (cpu(&one)? - polls(&one) * idle - posts) / one.deliveries as f64;
    found.add(of, "arrival_us", arrival);

    // The same posts to few and to many: they are paid for once in both.
    let few = poll(effort.listeners / 4, Some(100.0))?;
    let many = poll(effort.listeners, Some(100.0))?;
    let more = |of: fn(&Report) -> u64| of(&many) as f64 - of(&few) as f64;
    let answers = polls(&many) - polls(&few);
    let further = more(|report| report.deliveries) - answers;
    let message = (cpu(&many)? - cpu(&few)? - answers * arrival.max(idle)) / further;
    // What goes along with another message in a stream's write is as little work.
    for mode in [Mode::Poll, Mode::LongPoll, Mode::Sse, Mode::Websocket] {
        found.add(Some(mode), "message_us", message);
    }
    let further_bytes = {
        let envelopes = many.carried.answered as f64 * idle_bytes;
        (many.carried.down as f64 - envelopes) / many.deliveries as f64 - SIZE as f64
    };

    // The answers of a long-poll are those of a poll.
    let around = found.mid(Some(Mode::LongPoll), "around")?;
    for of in [of, Some(Mode::LongPoll)] {
        found.add(of, "idle_bytes", idle_bytes);
        found.add(of, "message_bytes", further_bytes);
        found.add(of, "arrival_bytes", around - further_bytes);
    }
    Ok(())
}

/// What listeners that wait take: a quarter of them, and all, each with a server that has no past.
pub(super) fn memory(subject: &Subject, effort: &Effort, found: &mut Found) -> Result<()> {
    for mode in [Mode::Poll, Mode::LongPoll, Mode::Sse, Mode::Websocket] {
        let rest = |listeners: usize| {
            run(&subject.server()?, mode, |plan| {
                (plan.listeners, plan.duration) = (listeners, Duration::from_millis(100));
            })?
            .server
            .context("the server's processes were named")
        };
        let all = effort.listeners;
        let (few, many) = (rest(all / 4)?, rest(all)?);
        let grown = |server: crate::Server| server.rss_connected as f64 - server.rss_before as f64;
        found.add(Some(mode), "memory_bytes", (grown(many) - grown(few)) / (all - all / 4) as f64);
        if let Some(kernel) = many.kernel_per_listener {
            found.add(Some(mode), "kernel_bytes", kernel);
        }
        found.add(None, "process_bytes", many.rss_before as f64);
    }
    Ok(())
}

/// Each stream has one heartbeat between its sixteenth and its twenty-fourth second, and the next
/// not before its thirty-second.
pub(super) fn heartbeats(server: &Server, found: &mut Found) -> Result<()> {
    let wait = |mode| {
        run(server, mode, |plan| {
            (plan.warmup, plan.duration) = (Duration::from_secs(2), Duration::from_secs(23));
        })
    };
    let (sse, websocket) = thread::scope(|scope| {
        let sse = scope.spawn(|| wait(Mode::Sse));
        let websocket = wait(Mode::Websocket);
        (sse.join(), websocket)
    });
    let sse = sse.map_err(|_| anyhow::anyhow!("a run ended unexpectedly"))??;
    for (mode, report) in [(Mode::Sse, sse), (Mode::Websocket, websocket?)] {
        found.add(Some(mode), "idle_bytes", report.carried.down as f64 / LONE as f64);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_tell_a_delivery_from_a_post() {
        // 5 µs a delivery and 400 µs a post; 10 and 1,000 listen.
        let at = |listeners: f64, posts: f64| {
            let deliveries = (listeners + 1.0) * posts;
            [deliveries, posts, deliveries * 5.0 + posts * 400.0]
        };
        let [delivery, post] = solve(at(10.0, 30.0), at(1000.0, 75.0));
        assert!((delivery - 5.0).abs() < 1e-9 && (post - 400.0).abs() < 1e-6);
    }

    #[test]
    fn rounds_are_loaded_lightly_and_heavily_in_turn_and_mostly_in_between() {
        let loads: Vec<_> = (0..5).map(|round| load(&Effort::full(), round)).collect();
        assert_eq!(loads, [1.0, 0.25, 2.5, 1.0, 1.0]);
        assert!((0..5).all(|round| load(&Effort::brief(), round) == 1.0));
    }
}
