//! What can be done to the panes' lines.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{bench::Bench, fault::Fault, page::Live};

/// How long a cut or a sleep can last, or what is idle be kept, in seconds.
const TIMES: [u32; 6] = [1, 2, 5, 10, 30, 60];
/// The numbers of a slow network: what each is, and in what.
const SLOW: [(usize, &str, &str); 3] =
    [(0, "latency", "ms"), (1, "jitter", "+ ms"), (2, "bandwidth", "kbit/s")];

/// Props of [`FaultsBar`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it is done to.
    pub bench: Live<Bench>,
}

/// What is chosen.
#[derive(Clone, Copy, PartialEq)]
struct Chosen {
    target: Option<u32>,
    cut_s: u32,
    sleep_s: u32,
    idle_s: u32,
    /// Latency and jitter in milliseconds, kilobits a second.
    slow: [u32; 3],
}

/// The faults.
#[component]
pub fn FaultsBar(props: &Props) -> Html {
    let start = Chosen { target: None, cut_s: 5, sleep_s: 30, idle_s: 30, slow: [300, 100, 1_000] };
    let chosen = use_state_eq(|| start);
    let bench = &props.bench.0;
    let panes = bench.panes();
    let target = chosen.target.filter(|id| panes.iter().any(|pane| pane.id == *id));
    let choose = |change: fn(&mut Chosen, &str)| {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let mut now = *chosen;
            change(&mut now, &event.target_unchecked_into::<HtmlSelectElement>().value());
            chosen.set(now);
        })
    };
    let once = |id: &'static str, words: &'static str, fault: Fault| {
        let bench = bench.clone();
        let onclick = Callback::from(move |_: MouseEvent| bench.strike(target, fault));
        html! { <button class="quiet" type="button" {id} {onclick}>{ words }</button> }
    };
    let is_on = |fault: Fault| {
        let mut meant = panes.iter().filter(|pane| target.is_none_or(|id| id == pane.id));
        meant.any(|pane| fault.is_on(&pane.faults()))
    };
    let lasting = |id: &'static str, words: &'static str, fault: Fault| {
        let on = is_on(fault);
        let bench = bench.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            if on { bench.lift(target, fault) } else { bench.strike(target, fault) }
        });
        html! {
            <button class="quiet toggle" type="button" {id} aria-pressed={on.to_string()} {onclick}>{ words }</button>
        }
    };
    let [latency_ms, jitter_ms, kbit_s] = chosen.slow;
    let slow = Fault::Slow { latency_ms, jitter_ms, kbit_s };
    let idle = Fault::IdleDrop { after_ms: chosen.idle_s * 1_000 };
    // What is changed while it holds, holds at once.
    let tune = {
        let (chosen, bench) = (chosen.clone(), bench.clone());
        Callback::from(move |slow: [u32; 3]| {
            chosen.set(Chosen { slow, ..*chosen });
            let [latency_ms, jitter_ms, kbit_s] = slow;
            bench.strike(target, Fault::Slow { latency_ms, jitter_ms, kbit_s });
        })
    };
    html! {
        <section class="faults" aria-labelledby="faults">
            <h2 id="faults">{ "Disturb" }</h2>
            <select id="target" class="small" aria-label="Which pane" onchange={choose(|now, text| now.target = text.parse().ok())}>
                <option value="all" selected={target.is_none()}>{ "all panes" }</option>
                { for panes.iter().zip(1..).map(|(pane, n)| html! {
                    <option value={pane.id.to_string()} selected={target == Some(pane.id)}>
                        { n }{ ": " }{ pane.setup().title() }
                    </option>
                }) }
            </select>
            <span class="joined">
                { once("cut", "Cut", Fault::Cut { for_ms: chosen.cut_s * 1_000 }) }
                { times("Cut for", chosen.cut_s, choose(|now, text| now.cut_s = text.parse().unwrap_or(5))) }
            </span>
            <span class="joined">
                { once("sleep", "Sleep", Fault::Sleep { for_ms: chosen.sleep_s * 1_000 }) }
                { times("Sleep for", chosen.sleep_s, choose(|now, text| now.sleep_s = text.parse().unwrap_or(30))) }
            </span>
            { once("restart", "Restart server", Fault::Restart) }
            <span class="joined slow">
                { lasting("slow", "Slow network", slow) }
                if is_on(slow) {
                    { for SLOW.map(|which| number(chosen.slow, which, &tune)) }
                }
            </span>
            { lasting("buffering", "Buffering proxy", Fault::Buffering) }
            { lasting("blocked", "WebSocket blocked", Fault::Blocked) }
            <span class="joined">
                { lasting("idle", "Idle drop", idle) }
                { times("Drop what is idle for", chosen.idle_s, choose(|now, text| now.idle_s = text.parse().unwrap_or(30))) }
            </span>
        </section>
    }
}

fn times(label: &'static str, chosen: u32, onchange: Callback<Event>) -> Html {
    html! {
        <select class="small" aria-label={label} {onchange}>
            { for TIMES.map(|time| html! {
                <option value={time.to_string()} selected={time == chosen}>{ time }{ " s" }</option>
            }) }
        </select>
    }
}

/// One of the numbers of a slow network.
fn number(
    slow: [u32; 3],
    (at, name, unit): (usize, &'static str, &'static str),
    tune: &Callback<[u32; 3]>,
) -> Html {
    let most = if at == 2 { 1_000_000 } else { 10_000 };
    let onchange = tune.reform(move |event: Event| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        let mut slow = slow;
        slow[at] = text.parse().unwrap_or(0).min(most);
        slow
    });
    html! {
        <label class="number">
            <span class="unseen">{ "Slow network: " }{ name }</span>
            <input type="number" min="0" max={most.to_string()} value={slow[at].to_string()} {onchange} />
            <span aria-hidden="true">{ unit }</span>
        </label>
    }
}
