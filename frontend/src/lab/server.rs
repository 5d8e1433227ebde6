//! The server's side: what each way of listening costs it, live.

use gloo_timers::callback::Interval;
use tidings_shared::Mode;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{
    meter::{Meter, Rates},
    net,
};
use crate::{
    browser::{is_visible, steady_ms},
    components::{mark, mode_name},
    state::cost::bytes_for_eyes,
};

/// How often it is asked.
const EVERY_MS: u32 = 1_000;
/// What is shown; the other modes are for programs.
const SHOWN: [Mode; 4] = [Mode::Poll, Mode::LongPoll, Mode::Sse, Mode::Websocket];

/// The panel.
#[component]
pub fn ServerSide() -> Html {
    let meter = use_mut_ref(Meter::default);
    let again = use_force_update();
    {
        let meter = meter.clone();
        use_effect_with((), move |()| {
            let looking = Interval::new(EVERY_MS, move || {
                let (meter, again) = (meter.clone(), again.clone());
                if is_visible() {
                    spawn_local(async move {
                        if let Ok(reading) = net::meter().await {
                            meter.borrow_mut().read(steady_ms(), reading);
                            again.force_update();
                        }
                    });
                }
            });
            move || drop(looking)
        });
    }
    let meter = meter.borrow();
    html! {
        <section class="server" aria-labelledby="server">
            <div class="server__head">
                <h2 id="server">{ "The server's side" }</h2>
                <p class="hint">
                    { "Of the last ten seconds, by the server's own meter: everybody who uses it is counted, and bytes as the \
                       sockets saw them." }
                    if let Some(connections) = meter.connections() {
                        { " " }<strong>{ connections }</strong>{ " connections are open." }
                    }
                </p>
            </div>
            <div class="scrolls" tabindex="0" role="region" aria-label="The server's side, by mode">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ "mode" }</th>
                            { for ["open", "requests a second", "messages a second", "bytes out a second", "bytes in a second",
                                   "CPU", "CPU for each message"].map(|name| html! { <th scope="col">{ name }</th> }) }
                        </tr>
                    </thead>
                    <tbody>
                        { for SHOWN.map(|mode| {
                            let name = html! { <>{ mark(mode) }{ " " }{ mode_name(mode) }</> };
                            row(mode.as_str(), name, meter.rates(mode.as_str()))
                        }) }
                        { row("post", html! { "Posts" }, meter.rates("post")) }
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn row(lane: &'static str, name: Html, rates: Option<Rates>) -> Html {
    let cells = rates.map_or_else(
        || std::array::from_fn(|_| "–".to_owned()),
        |rates| {
            let bytes = |bytes: f64| bytes_for_eyes(bytes.round() as u64);
            [
                rates.open.to_string(),
                format!("{:.1}", rates.requests),
                format!("{:.1}", rates.delivered),
                bytes(rates.out),
                bytes(rates.r#in),
                format!("{:.2} %", rates.busy * 100.0),
                rates.each_us.map_or_else(|| "–".to_owned(), |each| format!("{each:.0} µs")),
            ]
        },
    );
    html! {
        <tr data-mode={lane}>
            <th scope="row">{ name }</th>
            { for cells.into_iter().map(|cell| html! { <td>{ cell }</td> }) }
        </tr>
    }
}
