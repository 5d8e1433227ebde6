//! What must come out, what is aimed at, and whether it did.

use crate::{
    peers::Peer::{self, BareGather, Constant, Disk, Nchan, Tidings},
    results::{
        Figure,
        Metric::{self, CpuPerDelivery, CpuPerRequest, Memory, P99, Requests},
        Results,
    },
    stats::{Bound, Spread, shown},
    works::Work,
};

/// One line of the list.
pub(crate) struct Requirement {
    pub(crate) work: String,
    pub(crate) what: &'static str,
    pub(crate) must: Test,
    pub(crate) aim: Option<Test>,
}

/// Something that holds or doesn't.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test {
    /// This figure, as a share or a multiple of that one.
    Ratio { ours: Figure, theirs: Figure, bound: Bound, limit: f64 },
    /// This figure of ours, in this unit.
    Plain { ours: Figure, bound: Bound, limit: f64, unit: &'static str },
    /// From the small work to the large one, our figure grows by no more than theirs.
    Growth { small: Work, large: Work, theirs: Peer },
    /// Every listener got every message, once and in order, in every round.
    Intact(Work),
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// What was asked.
    pub(crate) asked: String,
    /// What came out, with its range; empty if it was not measured.
    pub(crate) found: String,
    /// `None` if it was not measured.
    pub(crate) holds: Option<bool>,
}

impl Test {
    /// What our figure is measured at.
    pub(crate) fn works(self) -> Vec<Work> {
        match self {
            Self::Ratio { ours, .. } | Self::Plain { ours, .. } => vec![ours.0],
            Self::Growth { small, large, .. } => vec![small, large],
            Self::Intact(work) => vec![work],
        }
    }

    pub(crate) fn verdict(self, results: &Results) -> Verdict {
        match self {
            Self::Ratio { ours, theirs, bound, limit } => {
                let asked = match bound {
                    Bound::AtMost => format!("≤ {limit} of {}", owner(theirs.1)),
                    Bound::AtLeast => format!("≥ {limit} × {}", owner(theirs.1)),
                };
                Verdict::of(asked, results.ratio(ours, theirs), bound, limit, "")
            }
            Self::Plain { ours: Figure(work, peer, metric), bound, limit, unit } => {
                let asked = format!("{} {limit} {unit}", bound.sign());
                Verdict::of(asked, results.spread(work, peer, metric), bound, limit, unit)
            }
            Self::Growth { small, large, theirs } => {
                let growth = |peer, round| {
                    let cpu = |work| results.figure(round, work, peer, CpuPerDelivery);
                    Some(cpu(large)? / cpu(small)?)
                };
                let pairs: Vec<_> = results
                    .all_rounds()
                    .filter_map(|round| Some((growth(Tidings, round)?, growth(theirs, round)?)))
                    .collect();
                let asked = format!("≤ 1 of {}", owner(theirs));
                Verdict::of(asked, Spread::ratio(&pairs), Bound::AtMost, 1.0, "")
            }
            Self::Intact(work) => {
                let rounds = results.of(work, Tidings).count();
                let intact =
                    results.of(work, Tidings).filter(|cell| cell.outcome.is_intact()).count();
                let listeners = shown(work.size(results.quick) as f64);
                Verdict {
                    asked: format!("{listeners}, each message once and in order"),
                    found: if rounds == 0 {
                        String::new()
                    } else {
                        format!("in {intact} of {rounds} rounds")
                    },
                    holds: (rounds > 0).then_some(intact == rounds),
                }
            }
        }
    }
}

impl Verdict {
    fn of(asked: String, spread: Option<Spread>, bound: Bound, limit: f64, unit: &str) -> Self {
        let found = spread.map(|spread| format!("{spread} {unit}").trim_end().to_owned());
        let holds = spread.map(|spread| bound.holds(spread.median, limit));
        Self { asked, found: found.unwrap_or_default(), holds }
    }
}

/// Whose figure ours is held against.
fn owner(peer: Peer) -> &'static str {
    match peer {
        BareGather => "the bare loop's",
        Nchan => "nchan's",
        Constant => "bare hyper's",
        Disk => "the disk's fsyncs",
        _ => peer.title(),
    }
}

/// The whole list.
pub(crate) fn all(quick: bool) -> Vec<Requirement> {
    let against = |work, metric, theirs, limit| Test::Ratio {
        ours: Figure(work, Tidings, metric),
        theirs: Figure(work, theirs, metric),
        bound: Bound::AtMost,
        limit,
    };
    let cpu = "server CPU per delivery";
    let mut list = Vec::new();
    let mut delivers = |name: &str, work: Work, what, metric: Metric, nchan: f64, bare: f64| {
        list.push(Requirement {
            work: format!("{name}, {}", work.title(quick)),
            what,
            must: against(work, metric, Nchan, nchan),
            aim: Some(against(work, metric, BareGather, bare)),
        });
    };
    delivers("WebSocket", Work::WsFlat100, cpu, CpuPerDelivery, 0.5, 1.25);
    delivers("WebSocket", Work::WsFlat1k, cpu, CpuPerDelivery, 1.0, 1.25);
    delivers("WebSocket", Work::WsFlat10k, cpu, CpuPerDelivery, 0.7, 1.25);
    delivers("WebSocket", Work::WsCalm, cpu, CpuPerDelivery, 1.0, 1.15);
    delivers("WebSocket", Work::WsCalm, "p99 delay", P99, 1.0, 1.2);
    delivers("SSE", Work::SseFlat100, cpu, CpuPerDelivery, 0.6, 1.25);
    delivers("SSE", Work::SseFlat1k, cpu, CpuPerDelivery, 0.5, 1.25);
    delivers("SSE", Work::SseFlat10k, cpu, CpuPerDelivery, 0.5, 1.25);
    delivers("SSE", Work::SseCalm, cpu, CpuPerDelivery, 1.0, 1.15);
    delivers("long-poll", Work::LongPollCalm, cpu, CpuPerDelivery, 0.9, 1.15);
    list.push(Requirement {
        work: format!("poll with nothing new, {}", Work::PollNothing.title(quick)),
        what: "server CPU per request",
        must: against(Work::PollNothing, CpuPerRequest, Nchan, 1.05),
        aim: Some(against(Work::PollNothing, CpuPerRequest, Constant, 1.1)),
    });
    let memory = |work, limit| Test::Plain {
        ours: Figure(work, Tidings, Memory),
        bound: Bound::AtMost,
        limit,
        unit: "KB",
    };
    for (work, must, aim) in [
        (Work::IdleWs, 4.5, 2.0),
        (Work::IdleSse, 8.0, 4.0),
        (Work::IdleNdjson, 8.0, 4.0),
        (Work::IdleLongPoll, 8.0, 4.0),
    ] {
        list.push(Requirement {
            work: format!("idle listeners: {}", work.title(quick)),
            what: "resident memory per listener",
            must: memory(work, must),
            aim: Some(memory(work, aim)),
        });
    }
    list.push(Requirement {
        work: "listeners on one process".into(),
        what: "sockets",
        must: Test::Intact(Work::ManySockets),
        aim: None,
    });
    list.push(Requirement {
        work: "listeners on one process".into(),
        what: "HTTP/2 streams",
        must: Test::Intact(Work::ManyStreams100k),
        aim: Some(Test::Intact(Work::ManyStreams200k)),
    });
    let posts = |limit| Test::Ratio {
        ours: Figure(Work::PostsBulk100, Tidings, Requests),
        theirs: Figure(Work::PostsBulk100, Disk, Requests),
        bound: Bound::AtLeast,
        limit,
    };
    list.push(Requirement {
        work: format!("durable posts, {}", Work::PostsBulk100.title(quick)),
        what: "acknowledged posts a second",
        must: posts(20.0),
        aim: Some(posts(50.0)),
    });
    list.push(Requirement {
        work: "WebSocket, one more listener".into(),
        what: "growth of CPU per delivery, fewest to most listeners",
        must: Test::Growth { small: Work::WsFlat100, large: Work::WsFlat10k, theirs: BareGather },
        aim: None,
    });
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{
        Outcome,
        tests::{cell, report, results},
    };

    fn at_most(limit: f64) -> Test {
        Test::Ratio {
            ours: Figure(Work::WsFlat100, Tidings, CpuPerDelivery),
            theirs: Figure(Work::WsFlat100, Nchan, CpuPerDelivery),
            bound: Bound::AtMost,
            limit,
        }
    }

    #[test]
    fn a_ratio_is_told_with_its_range_and_holds_by_its_median() {
        let work = Work::WsFlat100;
        let results = results(&[
            (1, work, Tidings, 1.0),
            (1, work, Nchan, 2.0),
            (2, work, Tidings, 1.0),
            (2, work, Nchan, 4.0),
            (3, work, Tidings, 3.0),
            (3, work, Nchan, 2.0),
        ]);
        let verdict = at_most(0.5).verdict(&results);
        assert_eq!(verdict.asked, "≤ 0.5 of nchan's");
        assert_eq!(verdict.found, "0.50 (0.25–1.50)");
        assert_eq!(verdict.holds, Some(true));
        assert_eq!(at_most(0.49).verdict(&results).holds, Some(false));
    }

    #[test]
    fn what_was_not_measured_neither_holds_nor_fails() {
        let verdict = at_most(0.5).verdict(&results(&[(1, Work::WsFlat100, Tidings, 1.0)]));
        assert_eq!((verdict.holds, &*verdict.found), (None, ""));
        let verdict = Test::Intact(Work::ManySockets).verdict(&results(&[]));
        assert_eq!((verdict.holds, &*verdict.found), (None, ""));
    }

    #[test]
    fn one_round_with_a_loss_is_enough_to_not_be_intact() {
        let mut results = results(&[(1, Work::ManySockets, Tidings, 1.0)]);
        let test = Test::Intact(Work::ManySockets);
        assert_eq!(test.verdict(&results).holds, Some(true));
        let mut lossy = report(1.0);
        lossy.lost = 1;
        results.put(cell(2, Work::ManySockets, Tidings, Outcome::Report(Box::new(lossy))));
        let verdict = test.verdict(&results);
        assert_eq!((verdict.holds, &*verdict.found), (Some(false), "in 1 of 2 rounds"));
        results.put(cell(2, Work::ManySockets, Tidings, Outcome::Failed("gone".into())));
        assert_eq!(test.verdict(&results).holds, Some(false), "a failed round is not intact");
    }

    #[test]
    fn growth_is_held_against_growth() {
        let (small, large) = (Work::WsFlat100, Work::WsFlat10k);
        let test = Test::Growth { small, large, theirs: BareGather };
        let grows = |ours: f64, theirs: f64| {
            let cells = [
                (1, small, Tidings, 2.0),
                (1, large, Tidings, 2.0 * ours),
                (1, small, BareGather, 1.0),
                (1, large, BareGather, theirs),
            ];
            test.verdict(&results(&cells)).holds
        };
        assert_eq!(grows(3.0, 3.0), Some(true));
        assert_eq!(grows(3.1, 3.0), Some(false));
    }

    #[test]
    fn at_least_is_told_as_a_multiple() {
        let mut results = results(&[]);
        results.put(cell(1, Work::PostsBulk100, Disk, Outcome::FsyncsPerS(100.0)));
        let mut posts = report(1.0);
        posts.requests = Some(tidings_bench::Requests { count: 9, per_s: 2_000.0, latency: None });
        results.put(cell(1, Work::PostsBulk100, Tidings, Outcome::Report(Box::new(posts))));
        let list = all(false);
        let line = list.iter().find(|line| line.work.starts_with("durable")).unwrap();
        let must = line.must.verdict(&results);
        assert_eq!((&*must.asked, must.holds), ("≥ 20 × the disk's fsyncs", Some(true)));
        assert_eq!(line.aim.unwrap().verdict(&results).holds, Some(false));
    }
}
