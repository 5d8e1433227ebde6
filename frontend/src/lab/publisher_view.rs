//! The publisher's controls.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{
    bench::Bench,
    pace::{MOST_RATE, Pace, Pattern},
};

/// Sizes to choose from, in bytes.
const SIZES: [u32; 6] = [10, 100, 250, 1_000, 2_000, 4_096];

/// The publisher: start and stop, how often, how large, in which pattern.
pub fn publisher_bar(bench: &Rc<Bench>) -> Html {
    let publisher = bench.publisher();
    let (pace, runs) = (publisher.pace(), publisher.is_running());
    let set = {
        let bench = bench.clone();
        Callback::from(move |pace: Pace| bench.set_pace(pace))
    };
    let run = {
        let bench = bench.clone();
        Callback::from(move |_: MouseEvent| bench.run(!runs))
    };
    let one = {
        let bench = bench.clone();
        Callback::from(move |_: MouseEvent| bench.send_one())
    };
    let rate = set.reform(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        let mut pace = pace;
        // A slider gives nothing that breaks the rule.
        let _ = pace.set_rate(&text);
        pace
    });
    html! {
        <section class="publisher" aria-labelledby="publisher">
            <h2 id="publisher">{ "Publisher" }</h2>
            <div class="publisher__run">
                <button class="primary" type="button" id="run" onclick={run}>
                    { if runs { "Stop" } else { "Start" } }
                </button>
                <button class="quiet" type="button" id="one" onclick={one}>{ "Send one" }</button>
            </div>
            <label class="publisher__rate">
                <span>{ "Messages a second" }</span>
                <input type="range" id="rate" min="1" max={MOST_RATE.to_string()} value={pace.rate.to_string()} oninput={rate} />
                <output for="rate">{ pace.rate }</output>
            </label>
            { size(pace, &set) }
            { patterns(pace, &set) }
            { account(bench) }
        </section>
    }
}

fn size(pace: Pace, set: &Callback<Pace>) -> Html {
    let choose = set.reform(move |event: Event| {
        let text = event.target_unchecked_into::<HtmlSelectElement>().value();
        let mut pace = pace;
        // A list gives nothing that breaks the rule.
        let _ = pace.set_size(&text);
        pace
    });
    let other = Some(pace.size).filter(|size| !SIZES.contains(size));
    html! {
        <label class="publisher__size">
            <span>{ "Size" }</span>
            <select id="size" onchange={choose}>
                { for other.into_iter().chain(SIZES).map(|size| html! {
                    <option value={size.to_string()} selected={size == pace.size}>{ size }{ " bytes" }</option>
                }) }
            </select>
        </label>
    }
}

fn patterns(pace: Pace, set: &Callback<Pace>) -> Html {
    let one = |pattern: Pattern| {
        let (name, drawn) = match pattern {
            Pattern::Steady => ("Steady", "M2 8v0M7 8v0M12 8v0M17 8v0M22 8v0M27 8v0"),
            Pattern::Bursts => ("Bursts", "M3 8v0M6 8v0M9 8v0M21 8v0M24 8v0M27 8v0"),
            Pattern::People => ("As people talk", "M2 8v0M5 8v0M12 8v0M14 8v0M21 8v0M27 8v0"),
        };
        let choose = set.reform(move |_: Event| Pace { pattern, ..pace });
        html! {
            <label class="pattern">
                <input
                    type="radio" name="pattern" value={pattern.as_str()} checked={pattern == pace.pattern}
                    onchange={choose}
                />
                <svg viewBox="0 0 29 16" aria-hidden="true"><path d={drawn} /></svg>
                <span>{ name }</span>
            </label>
        }
    };
    html! {
        <fieldset class="patterns">
            <legend class="unseen">{ "Pattern" }</legend>
            { for Pattern::ALL.map(one) }
        </fieldset>
    }
}

/// What was sent, and what became of it.
fn account(bench: &Bench) -> Html {
    let publisher = bench.publisher();
    let (sent, stored) = bench.sent();
    html! {
        <p class="publisher__account" id="account" data-sent={sent.to_string()} data-stored={stored.to_string()}>
            <strong>{ sent }</strong>{ " sent, " }<strong>{ stored }</strong>{ " in the log" }
            if publisher.skipped() > 0 {
                { format!(", {} not sent: the server was behind", publisher.skipped()) }
            }
            if let Some(why) = publisher.failure() {
                <span class="wrong">{ " " }{ why }</span>
            }
        </p>
    }
}
