//! A pane as it is seen: how it listens, what that costs, what it hears, and what happened to it.

use std::rc::Rc;

use tidings_shared::Mode;
use yew::prelude::*;

use super::{
    bench::Bench,
    chart::eyes::delay,
    fault::Fault,
    measure::{Check, Figures},
    page::Live,
    pane::{Pane, State},
    pane_head::{PaneHead, title_id},
    wire::Wire,
};
use crate::{browser::steady_ms, state::cost::bytes_for_eyes};

/// The pane.
pub fn pane_view(bench: &Rc<Bench>, pane: &Rc<Pane>) -> Html {
    let (setup, figures, check) = (pane.setup(), pane.figures(), pane.check());
    let title = title_id(pane.id);
    let story = pane.story();
    html! {
        <article class="pane" key={pane.id} id={format!("p{}", pane.id)} data-pane={pane.id.to_string()}
            data-mode={setup.mode.as_str()} data-origin={pane.origin()} aria-labelledby={title.clone()}>
            <PaneHead bench={Live(bench.clone())} id={pane.id} setup={setup.clone()} />
            { state(pane) }
            if pane.is_anew() {
                <p class="pane__anew">
                    { "Its figures and its line on the chart begin anew, since they are of one way of \
                       listening. To compare two ways, duplicate the pane." }
                </p>
            }
            { delays(&figures) }
            { costs(&figures) }
            { account(&check) }
            <div class="heard" role="log" aria-live="off" tabindex="0"
                aria-label={format!("What {} heard, the newest last", setup.title())}>
                <ul ref={pane.list.clone()} class="rows"></ul>
            </div>
            if pane.line().is_some() {
                <Wire name={setup.title()} records={pane.records()} origin={pane.origin()} />
            }
            if let Some((story, over)) = story {
                <p class="pane__story" data-over={over.to_string()}>{ story }</p>
            }
        </article>
    }
}

/// How it stands, and what holds on its line.
fn state(pane: &Pane) -> Html {
    let until = |at: f64| match ((at - steady_ms()) / 1000.0).ceil() {
        left if left < 1.0 => "now".to_owned(),
        left => format!("in {left:.0} s"),
    };
    let (name, words) = match pane.state() {
        State::Opening => ("opening", "connecting".into()),
        State::Over => ("over", "rests: the step is over".into()),
        State::Waiting => ("waiting", "waits for one of the browser's six connections".into()),
        State::Live if pane.setup().mode == Mode::LongPoll => ("live", "the question waits".into()),
        State::Live if pane.setup().mode == Mode::Poll => ("live", "asks".into()),
        State::Live => ("live", "live".into()),
        State::Resting(at) => ("live", format!("asks again {}", until(at))),
        State::Broken(at, why) => ("broken", format!("{why}; tries again {}", until(at))),
    };
    let faults = Fault::all_on(&pane.faults());
    html! {
        <div class="pane__state" data-state={name}>
            <span>{ words }</span>
            { for faults.into_iter().map(|fault| html! { <span class="chip">{ fault.short() }</span> }) }
        </div>
    }
}

/// The delays: what one looks at first.
fn delays(figures: &Figures) -> Html {
    let one = |name: &'static str, key: &'static str, ms: Option<f64>| {
        let eyes = ms.map_or_else(|| "–".to_owned(), delay);
        html! {
            <div>
                <dt>{ name }</dt>
                <dd data-figure={key} data-value={ms.map(|ms| ms.to_string())}>{ eyes }</dd>
            </div>
        }
    };
    html! {
        <dl class="delays" aria-label="Delay, from sending to showing">
            { one("median: half within", "median", figures.median) }
            { one("95 % within", "p95", figures.p95) }
            { one("slowest", "worst", figures.worst) }
        </dl>
    }
}

fn costs(figures: &Figures) -> Html {
    let one = |name: &'static str, key: &'static str, value: Option<f64>, eyes: String| {
        html! {
            <div>
                <dt>{ name }</dt>
                <dd data-figure={key} data-value={value.map(|value| value.to_string())}>
                    { if value.is_some() { eyes } else { "–".into() } }
                </dd>
            </div>
        }
    };
    let about = if figures.bytes.exact { "" } else { "≈ " };
    let bytes = |each: f64| format!("{about}{}", bytes_for_eyes(each.round() as u64));
    let (empty, chunk) = (figures.empty_share(), figures.per_arrival());
    let (down, up) = figures.per_message().unzip();
    html! {
        <dl class="pane__costs">
            { one("requests", "requests", Some(figures.requests.into()), figures.requests.to_string()) }
            { one("answers that were empty", "empty", empty, format!("{:.0} %", empty.unwrap_or(0.0) * 100.0)) }
            { one("messages at a time", "chunk", chunk, format!("{:.1}", chunk.unwrap_or(0.0))) }
            { one("down for each message", "down", down, bytes(down.unwrap_or(0.0))) }
            { one("up for each message", "up", up, bytes(up.unwrap_or(0.0))) }
            if let Some(error) = figures.error.filter(|error| error.is_finite()) {
                { one("by the server's clock", "error", Some(error), format!("{}, ± {error:.1} ms", figures.others)) }
            }
        </dl>
    }
}

/// What it has of the log.
fn account(check: &Check) -> Html {
    let good = check.is_good();
    let order = if check.disordered == 0 {
        "in order".to_owned()
    } else {
        format!("with {} out of order", check.disordered)
    };
    html! {
        <p class="pane__account" data-good={good.to_string()} data-shown={check.shown.to_string()}
            data-lost={check.lost.to_string()} data-twice={check.twice.to_string()}
            data-disordered={check.disordered.to_string()} data-waiting={check.waiting.to_string()}>
            <span aria-hidden="true">{ if good { "✓ " } else { "✗ " } }</span>
            { format!("{} {order}, lost {}, twice {}", check.shown, check.lost, check.twice) }
        </p>
    }
}
