//! A pane as it is seen: how it listens, what that costs, what it hears, and what happened to it.

use std::rc::Rc;

use tidings_shared::{Interval, Mode};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{
    bench::Bench,
    chart::eyes::delay,
    fault::Fault,
    measure::{Check, Figures},
    pane::{Pane, State},
    setup::PaneSetup,
    wire::Wire,
};
use crate::{
    browser::steady_ms,
    components::{icon, mark, mode_name},
    state::{choice::LADDER, cost::bytes_for_eyes},
};

const COPY: &str = "M6 6h7v7H6zM3 10V3h7";
const CLOSE: &str = "M4 4l8 8M12 4l-8 8";
/// Intervals to choose from.
const EVERY: [&str; 7] = ["0.5s", "1s", "2s", "3s", "5s", "10s", "30s"];

/// The pane.
pub fn pane_view(bench: &Rc<Bench>, pane: &Rc<Pane>) -> Html {
    let (setup, figures, check) = (pane.setup(), pane.figures(), pane.check());
    let title = format!("pane-{}", pane.id);
    let story = pane.story();
    html! {
        <article class="pane" key={pane.id} id={format!("p{}", pane.id)} data-pane={pane.id.to_string()}
            data-mode={setup.mode.as_str()} data-origin={pane.origin()} aria-labelledby={title.clone()}>
            { head(bench, pane, &setup, &title) }
            { state(pane) }
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

fn head(bench: &Rc<Bench>, pane: &Pane, setup: &PaneSetup, title: &str) -> Html {
    let id = pane.id;
    let change = {
        let (bench, setup) = (bench.clone(), setup.clone());
        move |change: fn(&mut PaneSetup, &str)| {
            let (bench, setup) = (bench.clone(), setup.clone());
            Callback::from(move |event: Event| {
                let mut setup = setup.clone();
                change(&mut setup, &event.target_unchecked_into::<HtmlSelectElement>().value());
                bench.change(id, setup);
            })
        }
    };
    let by = change(|setup, text| setup.mode = text.parse().unwrap_or(setup.mode));
    let every = change(|setup, text| setup.every = text.parse().unwrap_or(setup.every));
    let copy = {
        let (bench, setup) = (bench.clone(), setup.clone());
        Callback::from(move |_: MouseEvent| bench.add(setup.clone(), Some(id)))
    };
    let remove = {
        let bench = bench.clone();
        Callback::from(move |_: MouseEvent| bench.remove(id))
    };
    let name = setup.title();
    let other = Some(setup.every).filter(|it| EVERY.iter().all(|every| every.parse() != Ok(*it)));
    let intervals = other.into_iter().chain(EVERY.iter().filter_map(|every| every.parse().ok()));
    html! {
        <header class="pane__head">
            <h2 id={title.to_owned()} class={if setup.name.is_some() { "pane__name" } else { "unseen" }}>{ &name }</h2>
            { mark(setup.mode) }
            <select class="pane__by" aria-label={format!("{name} listens by")} onchange={by}>
                { for LADDER.iter().rev().map(|mode| html! {
                    <option value={mode.as_str()} selected={*mode == setup.mode}>{ mode_name(*mode) }</option>
                }) }
            </select>
            if setup.mode == Mode::Poll {
                <select class="pane__every" aria-label={format!("{name} asks every")} onchange={every}>
                    { for intervals.map(|every: Interval| {
                        let text = every.to_string();
                        let eyes = format!("{} s", text.trim_end_matches('s'));
                        html! { <option value={text} selected={every == setup.every}>{ eyes }</option> }
                    }) }
                </select>
            }
            <span class="pane__tools">
                <button type="button" class="tool copy" title="Duplicate" aria-label={format!("Duplicate {name}")} onclick={copy}>
                    { icon(COPY) }
                </button>
                <button type="button" class="tool remove" title="Remove" aria-label={format!("Remove {name}")} onclick={remove}>
                    { icon(CLOSE) }
                </button>
            </span>
        </header>
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
            { one("median delay", "median", figures.median) }
            { one("95 %", "p95", figures.p95) }
            { one("worst", "worst", figures.worst) }
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
