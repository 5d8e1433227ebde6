//! The model as a whole: that it says what the formulas promise, and never what can't be.

use proptest::prelude::*;

use super::*;

fn set() -> Coefficients {
    Coefficients::included()
}

fn any_inputs() -> impl Strategy<Value = Inputs> {
    let each: Vec<_> = FIELDS.iter().map(|_| 0.0..=1.0_f64).collect();
    each.prop_map(|shares| {
        FIELDS.iter().zip(shares).fold(Inputs::default(), |inputs, (field, share)| {
            let (from, to) = (field.least.max(1e-3).ln(), field.most.ln());
            inputs.with(field.input, (from + (to - from) * share).exp())
        })
    })
}

proptest! {
    #[test]
    fn every_figure_is_within_its_bounds_and_has_a_formula(inputs in any_inputs()) {
        let set = set();
        for (mode, outcome) in compare(&inputs, &set) {
            for figure in Figure::ALL {
                let term = outcome.get(figure);
                prop_assert!(term.value().is_sound(), "{mode} {figure:?}: {:?}", term.value());
                prop_assert!(!term.symbolic().is_empty() && !term.filled().is_empty());
            }
            prop_assert!(outcome.value(Figure::DelayMean).mid <= outcome.value(Figure::DelayWorst).mid);
            prop_assert!(outcome.value(Figure::Empty).high <= 1.0);
            prop_assert!(outcome.value(Figure::Machines).mid >= 1.0);
        }
        let advice = recommend(&inputs, &set);
        prop_assert!(advice.what.ends_with('.') && advice.why.ends_with('.'));
    }

    #[test]
    fn a_larger_audience_never_costs_less(inputs in any_inputs(), times in 1.0..100.0_f64) {
        let larger = inputs.with(Input::Audience, inputs.get(Input::Audience) * times);
        let set = set();
        for ((mode, less), (_, more)) in compare(&inputs, &set).iter().zip(compare(&larger, &set)) {
            for figure in [Figure::Requests, Figure::Down, Figure::Up, Figure::Card, Figure::Traffic,
                Figure::Connections, Figure::Memory, Figure::Kernel, Figure::Cpu, Figure::Cores,
                Figure::Machines] {
                let (less, more) = (less.value(figure).mid, more.value(figure).mid);
                prop_assert!(more >= less * (1.0 - 1e-9), "{mode} {figure:?}: {less} and {more}");
            }
        }
    }

    #[test]
    fn who_can_wait_longer_polls_for_less(inputs in any_inputs(), times in 1.0..20.0_f64) {
        let inputs = inputs.with(Input::Interval, 0.0);
        let patient = inputs.with(Input::Delay, inputs.get(Input::Delay) * times);
        let set = set();
        let requests = |inputs| outcome(crate::Mode::Poll, inputs, &set).value(Figure::Requests).mid;
        prop_assert!(requests(&patient) <= requests(&inputs) * (1.0 + 1e-9));
    }

    #[test]
    fn a_poll_s_interval_keeps_to_the_delay_where_it_can(inputs in any_inputs()) {
        let inputs = inputs.with(Input::Interval, 0.0);
        let poll = outcome(crate::Mode::Poll, &inputs, &set());
        let interval = poll.interval.as_ref().unwrap().mid();
        prop_assert!((0.5..=60.0).contains(&interval));
        if interval > 0.5 {
            prop_assert!(fits(&poll, &inputs));
        }
    }
}

#[test]
fn polls_cost_what_their_interval_says_and_come_half_of_it_late() {
    let inputs = Inputs::default()
        .with(Input::Interval, 3.0)
        .with(Input::RoundTrip, 0.0)
        .with(Input::Audience, 10_000.0);
    let poll = outcome(crate::Mode::Poll, &inputs, &set());
    let requests = poll.get(Figure::Requests);
    assert_eq!(requests.symbolic(), "listeners ÷ period");
    let filled = requests.filled().replace('\u{202f}', " ");
    assert_eq!(filled, "10,000 listeners ÷ 3 s = 3,333 requests/s");
    let late = poll.value(Figure::DelayMean).mid;
    assert!((1.5..1.52).contains(&late), "{late}");
    // At a message a second, e^-3 of the answers hold nothing.
    assert!((poll.value(Figure::Empty).mid - 0.0498).abs() < 1e-4);
}

#[test]
fn a_long_poll_asks_once_a_message_or_once_a_wait() {
    let at = |rate| {
        let inputs = Inputs::default().with(Input::Rate, rate).with(Input::Audience, 100.0);
        outcome(crate::Mode::LongPoll, &inputs, &set()).value(Figure::Requests).mid / 100.0
    };
    assert!((at(1.0) - 1.0).abs() < 0.01, "{}", at(1.0));
    // Hardly any news: a question as often as the wait of 30 s ends.
    assert!((at(0.001) - 1.0 / 30.0).abs() < 0.002, "{}", at(0.001));
    // More than there are round trips: a question a round trip.
    assert!((10.0..20.0).contains(&at(1000.0)), "{}", at(1000.0));
}

#[test]
fn who_can_not_wait_is_not_told_to_poll_and_who_hears_a_flood_is() {
    let set = set();
    let hurried = Inputs::default().with(Input::Delay, 0.3);
    let advice = recommend(&hurried, &set);
    assert_eq!(advice.mode, crate::Mode::Sse);
    assert!(advice.why.contains("too late"), "{}", advice.why);
    let flood = Inputs::default()
        .with(Input::Rate, 100.0)
        .with(Input::Audience, 100_000.0)
        .with(Input::Size, 20.0)
        .with(Input::Card, 400.0)
        .with(Input::Delay, 10.0);
    let advice = recommend(&flood, &set);
    assert_eq!(advice.mode, crate::Mode::Poll, "{advice:?}");
    let impossible = Inputs::default().with(Input::Delay, 0.05).with(Input::RoundTrip, 300.0);
    assert!(recommend(&impossible, &set).why.starts_with("Nothing keeps to 50"));
}

#[test]
fn three_real_audiences_are_told_what_matters_to_each() {
    let said = |query: &str| recommend(&Inputs::of_query(query), &set());
    // A team: nothing costs anything, and polling is later.
    let team = said("audience=30&rate=0.02&delay=5");
    assert_eq!(team.mode, crate::Mode::Sse, "{team:?}");
    assert!(team.why.starts_with("At this size the cost decides nothing"), "{team:?}");
    // A live score: what it takes is machines, for connections.
    let score = said("audience=1000000&rate=0.1&delay=5");
    assert_eq!(score.mode, crate::Mode::Sse, "{score:?}");
    assert!(score.what.ends_with("on 4 machines because of the connections."), "{score:?}");
    assert!(score.why.starts_with("Polling every"), "{score:?}");
    // A sensors' dashboard.
    let sensors = said("audience=500&rate=10&delay=2");
    assert_eq!(sensors.mode, crate::Mode::Sse, "{sensors:?}");
    assert!(!sensors.what.contains("machines"), "{sensors:?}");
}

#[test]
fn where_the_network_decides_it_is_said() {
    let inputs = Inputs::default().with(Input::Rate, 20.0).with(Input::Audience, 200_000.0);
    let advice = recommend(&inputs, &set());
    assert_eq!(advice.mode, crate::Mode::Sse, "{advice:?}");
    assert!(advice.why.ends_with("what they need most of is network."), "{advice:?}");
}

#[test]
fn a_stream_s_server_that_is_busy_gathers_messages() {
    let writes = |audience: f64| {
        let inputs = Inputs::default()
            .with(Input::Rate, 100.0)
            .with(Input::Audience, audience)
            .with(Input::Card, 400.0);
        let stream = outcome(crate::Mode::Sse, &inputs, &set());
        stream.value(Figure::Cpu).mid / (audience * 100.0) * 1e6
    };
    let lone = set().sse.arrival_us.mid;
    // The posts' share is small, and so is the gathering.
    assert!((writes(1000.0) / lone - 1.0).abs() < 0.2, "{}", writes(1000.0));
    // Machines that are used as planned, 60 %, write 40 % as often; what goes along is not free.
    assert!((writes(1e6) / lone - 0.4).abs() < 0.05, "{}", writes(1e6));
}

#[test]
fn what_was_not_measured_is_said() {
    let set = set();
    let small = Inputs::default()
        .with(Input::Audience, 100.0)
        .with(Input::Cores, 1.0)
        .with(Input::Delay, 5.0);
    assert!(limits(&small, &set).iter().all(|limit| !limit.now), "{:?}", limits(&small, &set));
    let large = small.with(Input::Audience, 1e7).with(Input::Rate, 100.0);
    let said = limits(&large, &set).iter().filter(|limit| limit.now).count();
    assert!(said >= 4, "{:?}", limits(&large, &set));
}

#[test]
fn each_formula_leads_to_what_was_given() {
    fn walk(term: &Term, depth: usize) -> usize {
        assert!(depth < 16, "{}", term.symbolic());
        1 + term.parts().iter().map(|part| walk(part, depth + 1)).sum::<usize>()
    }
    for (mode, outcome) in compare(&Inputs::default(), &set()) {
        for figure in Figure::ALL {
            assert!(walk(outcome.get(figure), 0) < 2000, "{mode} {figure:?}");
        }
    }
}

#[test]
fn polls_and_streams_change_places_where_messages_come_as_often_as_polls() {
    let inputs = Inputs::default().with(Input::Delay, 3.0);
    let lines = lines(&inputs, &set(), Axis::Rate, Figure::Cores, 61);
    let crossing = crossings(&lines);
    let found =
        crossing.iter().find(|c| c.before == crate::Mode::Sse && c.behind == crate::Mode::Poll);
    let found = found.unwrap_or_else(|| panic!("{crossing:?}"));
    assert!((0.1..5.0).contains(&found.at), "{found:?}");
}
