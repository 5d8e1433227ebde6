//! Which mode to take, and how far to trust that.

use super::{Coefficients, Figure, Input, Inputs, MODES, Outcome, compare, unit::number};
use crate::{Interval, Mode};

/// What one does not pay for twice: a mode that costs at most so much more is as cheap.
const AS_CHEAP: f64 = 1.25;
/// Of a machine: what takes no more than that costs nothing that anybody would notice.
const NOTHING: f64 = 0.25;
/// Of a machine, and of cores: where no way takes more, its cost is no reason for it or against it.
const UNNOTICED: f64 = 0.02;
const UNNOTICED_CORES: f64 = 0.1;
/// Of those that are as cheap, the first is taken: streams before what asks, and what every HTTP
/// client can read before what needs a protocol of its own.
const PREFERRED: [Mode; 4] = [Mode::Sse, Mode::Websocket, Mode::LongPoll, Mode::Poll];

/// A mode, and why, in two sentences.
#[derive(Clone, PartialEq, Debug)]
pub struct Advice {
    /// The mode.
    pub mode: Mode,
    /// What to do, and what it comes to.
    pub what: String,
    /// Why not another.
    pub why: String,
}

/// A place where the model ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Whether it is passed by what was asked, rather than always there.
    pub now: bool,
    /// A sentence or two.
    pub text: String,
}

/// What a mode is called in a sentence.
#[must_use]
pub fn name(mode: Mode) -> &'static str {
    match mode {
        Mode::Poll => "polling",
        Mode::LongPoll => "long-polling",
        Mode::Sse => "a stream (SSE)",
        Mode::Ndjson | Mode::Raw => "lines",
        Mode::Websocket => "a WebSocket",
    }
}

/// Whether the mode brings each message within the bearable delay.
#[must_use]
pub fn fits(outcome: &Outcome, inputs: &Inputs) -> bool {
    outcome.value(Figure::DelayWorst).mid <= inputs.term(Input::Delay).mid() * (1.0 + 1e-9)
}

/// What to take.
#[must_use]
pub fn recommend(inputs: &Inputs, set: &Coefficients) -> Advice {
    let all = compare(inputs, set);
    let of = |mode: Mode| &all.iter().find(|(of, _)| *of == mode).expect("each is there").1;
    let fitting: Vec<Mode> = MODES.into_iter().filter(|mode| fits(of(*mode), inputs)).collect();
    let Some(least) = fitting.iter().map(|mode| of(*mode).load.mid()).min_by(f64::total_cmp) else {
        return in_vain(inputs, of);
    };
    let bearable = (least * AS_CHEAP).max(NOTHING);
    let cheap = |mode: &Mode| fitting.contains(mode) && of(*mode).load.mid() <= bearable;
    let mode = PREFERRED.into_iter().find(cheap).expect("the cheapest is as cheap as itself");
    Advice { mode, what: what(mode, inputs, of(mode)), why: why(mode, &fitting, of) }
}

/// Nothing is fast enough.
fn in_vain<'a>(inputs: &Inputs, of: impl Fn(Mode) -> &'a Outcome) -> Advice {
    let worst = |mode: &Mode| of(*mode).value(Figure::DelayWorst).mid;
    let mode = PREFERRED.into_iter().min_by(|a, b| worst(a).total_cmp(&worst(b))).expect("some");
    let why = format!(
        "Nothing keeps to {} from here: the way through the network alone takes {}.",
        inputs.term(Input::Delay).shown(),
        inputs.term(Input::RoundTrip).shown(),
    );
    Advice { mode, what: what(mode, inputs, of(mode)), why }
}

fn what(mode: Mode, inputs: &Inputs, outcome: &Outcome) -> String {
    let (verb, by) = match (mode, &outcome.interval) {
        (Mode::Poll, Some(interval)) => ("Poll", format!(" every {}", interval.shown())),
        (Mode::LongPoll, _) => ("Long-poll", String::new()),
        _ => ("Take", format!(" {}", name(mode))),
    };
    let machines = match outcome.value(Figure::Machines).mid {
        machines if machines > 1.0 => {
            format!(", on {} machines because of the {}", number(machines), outcome.most_of)
        }
        _ => String::new(),
    };
    format!(
        "{verb}{by}: a message is there after {} on average, and {} take {} and {}{machines}.",
        outcome.shown(Figure::DelayMean),
        inputs.term(Input::Audience).shown(),
        cores(outcome),
        outcome.shown(Figure::Card),
    )
}

fn cores(outcome: &Outcome) -> String {
    let cores = outcome.value(Figure::Cores).mid;
    if cores < UNNOTICED_CORES {
        "less than a tenth of a core".into()
    } else {
        outcome.shown(Figure::Cores)
    }
}

fn why<'a>(mode: Mode, fitting: &[Mode], of: impl Fn(Mode) -> &'a Outcome) -> String {
    let (poll, stream) = (of(Mode::Poll), of(Mode::Sse));
    let every = poll.interval.as_ref().map(super::Term::shown).unwrap_or_default();
    match mode {
        Mode::Sse | Mode::Websocket if !fitting.contains(&Mode::Poll) => format!(
            "Polls come too late: asking every {every}, a message may take {}, and they would need {}.",
            poll.shown(Figure::DelayWorst),
            cores(poll),
        ),
        Mode::Websocket => format!(
            "It puts {} around a message where a stream (SSE) puts {}, and at so many deliveries \
             that counts; polls every {every} would need {}.",
            framing(of(mode)),
            framing(stream),
            cores(poll),
        ),
        Mode::Sse if [poll, stream].into_iter().all(is_unnoticed) => format!(
            "At this size the cost decides nothing, so the sooner way is taken: polling every {every} \
             would bring a message after {} on average; a WebSocket is worth it where listeners write \
             as often as they read.",
            poll.shown(Figure::DelayMean),
        ),
        Mode::Sse if saves(poll, stream) => format!(
            "Polling every {every} would take {} instead, for a delay of {}, and hardly fewer \
             machines: what they need most of is {}.",
            cores(poll),
            poll.shown(Figure::DelayMean),
            poll.most_of,
        ),
        Mode::Sse => format!(
            "Polling every {every} would need {} and {} for a delay of {}; a WebSocket costs about \
             the same, and is worth it where listeners write as often as they read.",
            cores(poll),
            poll.shown(Figure::Card),
            poll.shown(Figure::DelayMean),
        ),
        Mode::LongPoll | Mode::Poll | Mode::Ndjson | Mode::Raw => format!(
            "A stream (SSE) would be there after {}, but by so many writes that it needs {} and {}.",
            stream.shown(Figure::DelayMean),
            cores(stream),
            stream.shown(Figure::Card),
        ),
    }
}

/// Whether it takes so little that nobody would notice.
fn is_unnoticed(outcome: &Outcome) -> bool {
    outcome.load.mid() <= UNNOTICED && outcome.value(Figure::Cores).mid < UNNOTICED_CORES
}

/// Whether polls take far fewer cores, where that is something, and yet as many machines.
fn saves(poll: &Outcome, stream: &Outcome) -> bool {
    let cores = |outcome: &Outcome| outcome.value(Figure::Cores).mid;
    cores(poll) * 2.0 < cores(stream) && stream.load.mid() > NOTHING
}

/// Bytes around a text.
fn framing(outcome: &Outcome) -> String {
    outcome.framing.shown()
}

/// Where the model ends: first what was passed by what was asked.
#[must_use]
pub fn limits(inputs: &Inputs, set: &Coefficients) -> Vec<Limit> {
    let all = compare(inputs, set);
    let measured = &set.measured;
    let audience = inputs.get(Input::Audience);
    let deliveries = audience * inputs.get(Input::Rate);
    let machines = |outcome: &Outcome| outcome.value(Figure::Machines).mid;
    let most = all.iter().map(|(_, outcome)| machines(outcome)).fold(1.0, f64::max);
    let interval =
        all.iter().find_map(|(_, outcome)| outcome.interval.as_ref()).map(super::Term::mid);
    let mut limits = Vec::new();
    let mut now = |holds: bool, text: String| {
        if holds {
            limits.push(Limit { now: true, text });
        }
    };
    let times = |of: f64, by: u32| number(of / f64::from(by));
    now(
        audience > f64::from(measured.listeners),
        format!(
            "{} listeners were measured at most, and this is {} times as many: the rest is reckoned on in \
         a straight line.",
            number(measured.listeners.into()),
            times(audience, measured.listeners),
        ),
    );
    now(
        deliveries > f64::from(measured.events_per_s),
        format!(
            "{} deliveries a second were measured, and this is {} times as many. That a busy server \
         writes to a stream more at a time is reckoned with up to the planned use; beyond that it \
         gathers far more, for a later message.",
            number(measured.events_per_s.into()),
            times(deliveries, measured.events_per_s),
        ),
    );
    now(
        inputs.get(Input::Cores) > f64::from(measured.cores),
        format!(
            "It was measured on {} cores. That more cores do more work in proportion is taken for \
         granted; the one thread that writes to the disk doesn't.",
            measured.cores,
        ),
    );
    now(
        most > 1.0,
        "Where more than one machine is needed: Tidings is one process over one log. \
         Machines beside it would have to be told each message by something that is not measured \
         here, and each would do the work of a post again."
            .into(),
    );
    let together = interval.unwrap_or(0.0) * inputs.get(Input::Rate);
    now(
        together > 100.0,
        format!(
            "A poll's answer holds 100 messages unless more are asked for, and here {} come in an \
         interval: there would be more requests than shown.",
            number(together),
        ),
    );
    now(
        interval.is_some_and(|interval| interval <= Interval::MIN.as_secs()),
        "A poll every 0.5 s is the fastest that Tidings' clients ask.".into(),
    );
    now(audience > 28_000.0, "Beyond some ten thousand connections a machine's defaults end: open \
         files, the tables of firewalls and NAT, and the ports of a proxy in between (28,000 to one \
         address).".into());
    for text in ALWAYS {
        limits.push(Limit { now: false, text: text.into() });
    }
    limits
}

/// What the model never knows of.
const ALWAYS: [&str; 7] = [
    "Bursts. All is reckoned from averages. A burst of ten times the rate takes a stream ten times \
     the cores while it lasts, or later messages; polls take it as it comes.",
    "Everybody at once. After a restart all come back within seconds, each with a connection and a \
     request; the room to spare must bear it.",
    "TLS and HTTP/2. Measured was HTTP/1.1 without TLS. A handshake takes a millisecond of CPU or so, \
     a record some bytes; HTTP/2 makes heads smaller and shares connections.",
    "Coming and going. While people come or go, each stream is told so once a second at most.",
    "The network. Packets that get lost make a message late by a round trip or more, proxies may hold \
     a stream back or cut it.",
    "Phones. Whatever wakes the radio costs the battery: each poll does, and each message on a stream.",
    "A busy server does more for its time than an idle one, up to three times as much: the bounds are \
     from such rounds, and the lower one holds for busy servers.",
];
