//! What each mode comes to, as formulas. `docs/planning.md` says why they are these.

use super::{
    coefficients::{Coefficients, Costs, Measured},
    fields::Input,
    figure::{A_SECOND, Outcome},
    inputs::Inputs,
    range::Range,
    term::Term,
    unit::Unit,
};
use crate::{Interval, Mode};

/// Seconds between two heartbeats of a stream.
const HEARTBEAT: f64 = 20.0;
/// Bytes that a packet holds at most.
const SEGMENT: f64 = 1448.0;

/// What a listener does in a second, and how long a message takes to it.
struct Traffic {
    requests: Term,
    /// Answers or heartbeats that bring nothing, a second.
    idle: Term,
    /// Answers that bring something, or writes to a stream, a second.
    arrivals: Term,
    /// Of the requests, those that are answered with nothing.
    empty: Term,
    /// What a message waits on average beyond the network and the server, and at most.
    waits: Option<[Term; 2]>,
    /// Whether all are told at once, and so in turn.
    in_turn: bool,
    interval: Option<Term>,
}

/// The numbers that all formulas speak of.
struct Given<'a> {
    inputs: &'a Inputs,
    costs: &'a Costs,
    listeners: Term,
    rate: Term,
    round_trip: Term,
    base: Term,
    late: Term,
}

/// What `mode` comes to.
#[must_use]
pub fn outcome(mode: Mode, inputs: &Inputs, set: &Coefficients) -> Outcome {
    let costs = set.of(mode);
    let given = Given {
        inputs,
        costs,
        listeners: inputs.term(Input::Audience),
        rate: inputs.term(Input::Rate),
        round_trip: inputs.term(Input::RoundTrip),
        base: time("server's part", costs.delay_ms, 1e-3),
        late: time("server's part at worst", costs.late_ms, 1e-3),
    };
    let traffic = match mode {
        Mode::Poll => given.poll(),
        Mode::LongPoll => given.long_poll(),
        _ => given.stream(),
    };
    given.outcome(&traffic, set)
}

fn measured(name: &'static str, value: Range, unit: Unit) -> Term {
    Term::given(name, value, unit)
}

fn time(name: &'static str, value: Range, seconds: f64) -> Term {
    measured(name, value.map(|x| x * seconds), Unit::Seconds)
}

fn cost(name: &'static str, micros: Range) -> Term {
    time(name, micros, 1e-6)
}

fn bytes(name: &'static str, value: Range) -> Term {
    measured(name, value, Unit::Bytes)
}

impl Given<'_> {
    fn poll(&self) -> Traffic {
        let interval = self.interval();
        let period = (&interval + &self.round_trip).called("period", Unit::Seconds);
        let polls = (&self.listeners / &period).called("requests", A_SECOND);
        // News come at times of their own: how often none came in a period.
        let empty = (&self.rate * &period).decay().called("empty answers", Unit::Share);
        let idle = (&polls * &empty).called("answers with nothing", Unit::Of("answers/s"));
        let news = Term::number(1.0) - &empty;
        let arrivals = (&polls * news).called("answers with news", Unit::Of("answers/s"));
        Traffic {
            requests: polls,
            idle,
            arrivals,
            empty,
            waits: Some([&period / Term::number(2.0), period]),
            in_turn: false,
            interval: Some(interval),
        }
    }

    /// What was asked, or the longest after which a message is still there in time.
    fn interval(&self) -> Term {
        let (least, most) = (Interval::MIN.as_secs(), Interval::MAX.as_secs());
        if self.inputs.get(Input::Interval) > 0.0 {
            return self.inputs.term(Input::Interval);
        }
        // Half a round trip from the sender, a period, half a round trip to the listener; and a
        // period is an interval and a round trip.
        let allowed =
            self.inputs.term(Input::Delay) - Term::number(2.0) * &self.round_trip - &self.late;
        let held = allowed.mid().clamp(least, most);
        if held > allowed.mid() {
            return Term::given("shortest interval", Range::exact(least), Unit::Seconds);
        }
        if held < allowed.mid() {
            return Term::given("longest interval", Range::exact(most), Unit::Seconds);
        }
        allowed.called("interval", Unit::Seconds)
    }

    fn long_poll(&self) -> Traffic {
        let wait = self.inputs.term(Input::Wait);
        // Nobody asks while an answer travels and the next question does.
        let gap = (&self.round_trip + &self.base).called("gap", Unit::Seconds);
        let waits = ((&self.rate * &gap).decay()
            * (Term::number(1.0) - (&self.rate * &wait).decay())
            / &self.rate)
            .called("time until news", Unit::Seconds);
        let cycle = (&gap + &waits).called("cycle", Unit::Seconds);
        let requests = (&self.listeners / &cycle).called("requests", A_SECOND);
        let empty = (&self.rate * (&gap + &wait)).decay().called("empty answers", Unit::Share);
        let idle = (&requests * &empty).called("answers with nothing", Unit::Of("answers/s"));
        let news = Term::number(1.0) - &empty;
        let arrivals = (&requests * news).called("answers with news", Unit::Of("answers/s"));
        let in_the_gap = (&gap / &cycle).called("messages in the gap", Unit::Share);
        Traffic {
            requests,
            idle,
            arrivals,
            empty,
            waits: Some([in_the_gap * &gap / Term::number(2.0), gap]),
            in_turn: true,
            interval: None,
        }
    }

    fn stream(&self) -> Traffic {
        let every = Term::given("heartbeat", Range::exact(HEARTBEAT), Unit::Seconds);
        let none = || Term::given("none, once it is open", Range::exact(0.0), A_SECOND);
        // What comes while a server still writes what came before goes into the next write: the
        // busier it is, the more goes together.
        let deliveries = &self.listeners * &self.rate;
        let busy = deliveries.clone() * cost("cost of an arrival", self.costs.arrival_us)
            / self.inputs.term(Input::Cores);
        let alone = Term::largest(vec![
            Term::number(1.0) - self.inputs.term(Input::Utilisation),
            Term::number(1.0) / (Term::number(1.0) + busy),
        ])
        .called("writes a delivery", Unit::Share);
        Traffic {
            requests: none(),
            idle: (&self.listeners / every).called("heartbeats", Unit::Of("heartbeats/s")),
            arrivals: (deliveries * alone).called("writes", Unit::Of("writes/s")),
            empty: Term::given("nothing is asked", Range::exact(0.0), Unit::Share),
            waits: None,
            in_turn: true,
            interval: None,
        }
    }

    fn outcome(&self, traffic: &Traffic, set: &Coefficients) -> Outcome {
        let inputs = self.inputs;
        let messages =
            (&self.listeners * &self.rate).called("deliveries", Unit::Of("deliveries/s"));
        let [up, down, card_up, card_down] = self.bandwidth(traffic, &messages);
        let card = Term::largest(vec![card_down.clone(), card_up.clone()])
            .called("on the card", Unit::ByteRate);
        let day = ((card_down + card_up) * inputs.term(Input::Hours)).called("a day", Unit::Bytes);

        let connections = self.listeners.clone().called("connections", Unit::Of("connections"));
        let memory = (bytes("empty server", set.process_bytes)
            + &connections * bytes("a listener's memory", self.costs.memory_bytes))
        .called("server's memory", Unit::Bytes);
        let kernel = (&connections * bytes("a connection's memory", self.costs.kernel_bytes))
            .called("kernel's memory", Unit::Bytes);

        let cpu = self.cpu(traffic, &messages, set);
        let planned = inputs.term(Input::Utilisation);
        let cores = (&cpu / &planned).called("cores", Unit::Of("cores"));
        let needs = [
            ("cores", &cores / inputs.term(Input::Cores)),
            ("network", &card / (inputs.term(Input::Card) * &planned)),
            ("memory", (&memory + &kernel) / (inputs.term(Input::Memory) * &planned)),
            ("connections", &connections / inputs.term(Input::Sockets)),
        ];
        let most = needs.iter().max_by(|a, b| a.1.mid().total_cmp(&b.1.mid()));
        let most_of = most.map_or("", |(name, _)| *name);
        let load = Term::largest(needs.map(|(_, need)| need).into())
            .called("machines' worth", Unit::Of("machines"));
        let machines = load.clone().whole().called("machines", Unit::Of("machines"));

        let [mean, worst] = self.delays(traffic, &machines, &set.measured);
        Outcome {
            figures: [
                mean,
                worst,
                traffic.requests.clone(),
                traffic.empty.clone(),
                down,
                up,
                card,
                day,
                connections,
                memory,
                kernel,
                cpu,
                cores,
                machines,
            ],
            interval: traffic.interval.clone(),
            load,
            most_of,
            framing: bytes("around a text", self.costs.message_bytes),
        }
    }

    /// Bytes a second up and down, above TCP and with all that a card carries.
    fn bandwidth(&self, traffic: &Traffic, messages: &Term) -> [Term; 4] {
        let (inputs, costs) = (self.inputs, self.costs);
        let up = (&traffic.requests
            * (bytes("request", costs.request_bytes) + inputs.term(Input::Header)))
        .called("from the listeners", Unit::ByteRate);
        let down = (&traffic.idle * bytes("an empty one's bytes", costs.idle_bytes)
            + &traffic.arrivals * bytes("an arrival's bytes", costs.arrival_bytes)
            + messages * (inputs.term(Input::Size) + bytes("around a text", costs.message_bytes)))
        .called("to the listeners", Unit::ByteRate);
        let head = inputs.term(Input::Packet);
        let writes = &traffic.idle + &traffic.arrivals;
        let full = || Term::given("packet", Range::exact(SEGMENT), Unit::Bytes);
        // Each write is a packet, or as many as it fills; and each is answered by one, be it a
        // request or a bare acknowledgement.
        let packets = (writes + &down / full()).called("packets", Unit::Of("packets/s"));
        let card_down = (&down + &packets * &head).called("card, down", Unit::ByteRate);
        let card_up = (&up + &packets * &head).called("card, up", Unit::ByteRate);
        [up, down, card_up, card_down]
    }

    fn cpu(&self, traffic: &Traffic, messages: &Term, set: &Coefficients) -> Term {
        let costs = self.costs;
        // Of the messages, those that come together with another.
        let further = (messages - &traffic.arrivals)
            .called("messages that come with another", Unit::Of("messages/s"));
        (&traffic.idle * cost("cost of an empty one", costs.idle_us)
            + &traffic.arrivals * cost("cost of an arrival", costs.arrival_us)
            + further * cost("cost of a further message", costs.message_us)
            + &self.rate * cost("cost of a post", set.post_us))
        .called("CPU time", Unit::Of("s a second"))
    }

    /// The mean delay and the worst.
    fn delays(&self, traffic: &Traffic, machines: &Term, measured: &Measured) -> [Term; 2] {
        let mut mean = &self.round_trip + &self.base;
        let mut worst = &self.round_trip + &self.late;
        if let Some([wait, longest]) = &traffic.waits {
            (mean, worst) = (mean + wait, worst + longest);
        }
        if traffic.in_turn {
            let turns = self.turns(machines, measured);
            (mean, worst) = (mean + &turns, worst + Term::number(2.0) * turns);
        }
        [mean.called("mean delay", Unit::Seconds), worst.called("worst delay", Unit::Seconds)]
    }

    /// Listeners of a machine are written to in turn: what that takes until the middle one's turn.
    fn turns(&self, machines: &Term, measured: &Measured) -> Term {
        let here = Term::given(
            "cores measured on",
            Range::exact(measured.cores.into()),
            Unit::Of("cores"),
        );
        // How many machines there are is derived where it is asked for, and not beside each delay.
        let machines = Term::given("machines", machines.value(), machines.unit());
        (&self.listeners / machines * cost("turn of a listener", self.costs.fan_us) * here
            / self.inputs.term(Input::Cores))
        .called("the others' turns", Unit::Seconds)
    }
}
