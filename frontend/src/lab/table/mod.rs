//! What was measured, as a table: for who doesn't see the chart, and for who wants the number.

mod summary;

use gloo_timers::callback::Interval;
use yew::prelude::*;

pub use summary::{Delays, Summary};

use super::{
    chart::{Source, badge, eyes},
    measure::Trace,
};

/// The id of the sentence that says what the chart shows.
pub const SUMMARY: &str = "chart-summary";

/// Between two looks at what was measured, in milliseconds.
const EVERY: u32 = 1_000;

/// Props of [`Table`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was measured.
    pub traces: Source,
    /// Whether it goes on.
    pub now_running: bool,
}

/// The table, folded away until somebody opens it, and the sentence.
#[component]
pub fn Table(props: &Props) -> Html {
    let again = use_force_update();
    use_effect_with(props.now_running, move |_| {
        let timer = Interval::new(EVERY, move || again.force_update());
        move || drop(timer)
    });
    let traces = props.traces.traces();
    let rows: Vec<_> = traces.iter().map(|trace| (trace, Summary::of(trace))).collect();
    html! {
        <div class="figures-table">
            <p class="unseen" id={SUMMARY}>{ sentence(&rows) }</p>
            <details>
                <summary>{ "The same as a table" }</summary>
                <div class="figures-table__scroll" tabindex="0" role="region" aria-label="Figures of each pane">
                    <table id="figures">
                        <thead>
                            <tr>
                                { for ["Pane", "Messages", "Median", "95 %", "Worst", "Arrivals", "Messages per arrival"]
                                    .map(|name| html! { <th scope="col">{ name }</th> }) }
                            </tr>
                        </thead>
                        <tbody>{ for rows.iter().map(|(trace, summary)| row(trace, summary)) }</tbody>
                    </table>
                </div>
            </details>
        </div>
    }
}

fn row(trace: &Trace, summary: &Summary) -> Html {
    let cell = |name: &'static str, value: Option<f64>, eyes: fn(f64) -> String| {
        html! {
            <td data-figure={name} data-value={value.map(|value| value.to_string())}>
                { value.map_or_else(|| "–".into(), eyes) }
            </td>
        }
    };
    let whole = |n: f64| format!("{n:.0}");
    let delay = |of: fn(&Delays) -> f64| summary.delays.as_ref().map(of);
    html! {
        <tr key={trace.pane} data-pane={trace.pane.to_string()}>
            <th scope="row">
                { badge(trace.pane, trace.mode) }{ &trace.name }
                if let Some(error) = summary.error {
                    <small>{ format!(" (clock ±{})", eyes::delay(error)) }</small>
                }
            </th>
            { cell("messages", Some(summary.messages as f64), whole) }
            { cell("median", delay(|delays| delays.median), eyes::delay) }
            { cell("p95", delay(|delays| delays.p95), eyes::delay) }
            { cell("worst", delay(|delays| delays.worst), eyes::delay) }
            { cell("arrivals", Some(summary.arrivals as f64), whole) }
            { cell("per-arrival", summary.messages_per_arrival(), |n| format!("{n:.1}")) }
        </tr>
    }
}

/// What the chart shows, in a sentence for each pane.
fn sentence(rows: &[(&Trace, Summary)]) -> String {
    let told: Vec<_> = rows
        .iter()
        .filter_map(|(trace, summary)| {
            let delays = summary.delays?;
            Some(format!(
                "{}: {}, half of them within {}, the latest after {}; {}.",
                trace.name,
                eyes::count(summary.messages, "message"),
                eyes::delay(delays.median),
                eyes::delay(delays.worst),
                eyes::count(summary.arrivals, "arrival"),
            ))
        })
        .collect();
    match told.is_empty() {
        true => "No message has come yet.".into(),
        false => told.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use tidings_shared::Mode;

    use super::*;
    use crate::lab::measure::{Clock, Sample};

    #[test]
    fn the_sentence_says_what_the_eye_sees() {
        let sample = |seq: u64, delay: f64, arrival| Sample {
            seq,
            sent: 0.0,
            shown: delay,
            arrival,
            clock: Clock::Own,
        };
        let samples = vec![sample(1, 2_900.0, 0), sample(2, 1_400.0, 0), sample(3, 100.0, 1)];
        let trace = |name: &str, samples| Trace {
            pane: 1,
            name: name.into(),
            mode: Mode::Poll,
            samples: Rc::new(samples),
        };
        let (poll, silent) = (trace("Poll 3 s", samples), trace("Stream", Vec::new()));
        let rows = [&poll, &silent].map(|trace| (trace, Summary::of(trace)));
        assert_eq!(
            sentence(&rows),
            "Poll 3 s: 3 messages, half of them within 1.40 s, the latest after 2.90 s; 2 arrivals."
        );
        assert_eq!(sentence(&rows[1..]), "No message has come yet.");
    }
}
