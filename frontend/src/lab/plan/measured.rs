//! The coefficients: where they are from, and what they are.

use serde::Deserialize;
use tidings_shared::{
    plan::{Coefficients, Costs, MODES, Range, Unit},
    route,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::{
    browser,
    components::{mark, mode_name},
};

/// A set, and what there is to say of its origin.
#[derive(Clone, PartialEq, Debug)]
pub struct Source {
    /// The set.
    pub set: Coefficients,
    /// Whether it was measured here, on this server's machine.
    pub here: bool,
    /// Why a better one isn't used.
    pub problem: Option<String>,
}

impl Default for Source {
    /// What comes along, until the server has said better.
    fn default() -> Self {
        Self { set: Coefficients::included(), here: false, problem: None }
    }
}

/// The server's answer.
#[derive(Deserialize)]
struct Answer {
    from: String,
    problem: Option<String>,
    set: serde_json::Value,
}

/// Asks the server, and tells what it reckons with.
pub fn ask(found: impl Fn(Source) + 'static) {
    spawn_local(async move {
        found(match fetched().await {
            Some(json) => read(&json),
            None => failed("the server doesn't answer"),
        });
    });
}

async fn fetched() -> Option<String> {
    let answer =
        JsFuture::from(browser::window().fetch_with_str(route::COEFFICIENTS)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

fn read(json: &str) -> Source {
    let Ok(answer) = serde_json::from_str::<Answer>(json) else {
        return failed("the server gives none");
    };
    match Coefficients::parse(&answer.set.to_string()) {
        Ok(set) => Source { set, here: answer.from == "file", problem: answer.problem },
        Err(why) => failed(&why.to_string()),
    }
}

fn failed(why: &str) -> Source {
    Source { problem: Some(format!("this server's own coefficients: {why}")), ..Source::default() }
}

/// A coefficient's name for eyes, its unit, and what one of its numbers is of that.
type Row = (&'static str, Unit, f64, fn(&Costs) -> Range);

const ROWS: [Row; 12] = [
    ("CPU for an answer with nothing, or a heartbeat", Unit::Seconds, 1e-6, |c| c.idle_us),
    ("CPU for an answer with news, or a write", Unit::Seconds, 1e-6, |c| c.arrival_us),
    ("CPU for a further message in it", Unit::Seconds, 1e-6, |c| c.message_us),
    ("A request", Unit::Bytes, 1.0, |c| c.request_bytes),
    ("An answer with nothing, or a heartbeat", Unit::Bytes, 1.0, |c| c.idle_bytes),
    ("An answer with news, or a write, beside its messages", Unit::Bytes, 1.0, |c| c.arrival_bytes),
    ("Around a text", Unit::Bytes, 1.0, |c| c.message_bytes),
    ("The server's memory for a listener", Unit::Bytes, 1.0, |c| c.memory_bytes),
    ("The kernel's memory for it", Unit::Bytes, 1.0, |c| c.kernel_bytes),
    ("Delay to a lone listener, mean", Unit::Seconds, 1e-3, |c| c.delay_ms),
    ("The same, 99 of 100", Unit::Seconds, 1e-3, |c| c.late_ms),
    ("Each other listener adds to the mean", Unit::Seconds, 1e-6, |c| c.fan_us),
];

/// The set as a table, and where it is from.
pub fn measured(source: &Source) -> Html {
    let (set, about) = (&source.set, &source.set.measured);
    html! {
        <section class="measured" aria-labelledby="measured">
            <h2 id="measured">{ "What it is reckoned from" }</h2>
            <p id="measured-on">
                { if source.here { "Measured on this server's machine: " } else { "The set that comes along, measured by us: " } }
                { format!("{}, {}, {}, on {}, in {} rounds.", about.server, about.machine, about.system, about.date, about.rounds) }
                if !source.here {
                    { " Your machine's own are there with " }
                    <code>{ "tidings bench --calibrate --out data/coefficients.json" }</code>
                    { " beside the database." }
                }
            </p>
            if let Some(problem) = &source.problem {
                <p class="plan__problem" role="alert">{ problem }</p>
            }
            <details>
                <summary>{ "The coefficients" }</summary>
                <div class="scrolls" tabindex="0" role="region" aria-label="The coefficients">
                    <table>
                        <thead>
                            <tr>
                                <td></td>
                                { for MODES.map(|mode| html! {
                                    <th scope="col" data-mode={mode.as_str()}>{ mark(mode) }{ mode_name(mode) }</th>
                                }) }
                            </tr>
                        </thead>
                        <tbody>
                            { for ROWS.iter().map(|row| line(row, set)) }
                        </tbody>
                    </table>
                </div>
                <p class="plan__note">
                    { format!("A post takes {} of CPU, the server alone {}.",
                        shown(Unit::Seconds, set.post_us, 1e-6), shown(Unit::Bytes, set.process_bytes, 1.0)) }
                    { " In brackets the least and the most of the rounds, which were lightly and heavily loaded in turn." }
                </p>
            </details>
        </section>
    }
}

fn line((name, unit, scale, of): &Row, set: &Coefficients) -> Html {
    html! {
        <tr>
            <th scope="row">{ *name }</th>
            { for MODES.map(|mode| html! { <td>{ shown(*unit, of(set.of(mode)), *scale) }</td> }) }
        </tr>
    }
}

/// A range: the middle, and the bounds where they say more.
fn shown(unit: Unit, range: Range, scale: f64) -> String {
    let show = |value: f64| unit.show(value * scale);
    if range.spread() < 0.005 {
        return show(range.mid);
    }
    format!("{} ({}–{})", show(range.mid), show(range.low), show(range.high))
}
