//! This tab's own figures: what the last minute took, how late the last messages came, and when the
//! next question goes out.

use gloo_timers::callback::Interval;
use tidings_shared::{Interval as Every, Mode};
use yew::prelude::*;

use super::{mark::shape, ring::Ring};
use crate::{
    browser::now_ms,
    hooks::use_while,
    state::{
        Link,
        cost::{bytes_for_eyes, delay_for_eyes},
        figures::{Lateness, MOST, Minute, height},
    },
    words::words,
};

/// The figures are looked at again this often, in milliseconds, since a minute goes by without
/// anything happening, too.
const LOOK_MS: u32 = 5_000;

/// The chart is drawn in tenths of a pixel, as whole numbers.
const STEP: usize = 36;
const GROUND: f64 = 690.0;
const DECADE: f64 = 150.0;
const MARKS: usize = 770;
const MARK: usize = 120;

/// Props of [`Figures`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// How the tab listens.
    pub mode: Mode,
    /// How often it asks, when it polls.
    pub every: Every,
    /// How it stands with the server.
    pub link: Link,
    /// What the last minute took.
    pub minute: Minute,
    /// How late the last messages came.
    pub late: Lateness,
}

/// The figures.
#[component]
pub fn Figures(props: &Props) -> Html {
    let look = use_force_update();
    let begin = move || Interval::new(LOOK_MS, move || look.force_update());
    use_while((0, 0), Box::new(|| Box::new(begin())));

    let words = &words().listening;
    let took = props.minute.sum(now_ms());
    let bytes = took.sent + took.received;
    let next_ms = match props.link {
        Link::Waiting { next_ms } => Some(next_ms),
        _ => None,
    };
    html! {
        <section class="figures" aria-labelledby="figures-title" data-mode={props.mode.as_str()}>
            <h2 id="figures-title">{ words.figures }</h2>
            <div class="figures__minute">
                if props.mode == Mode::Poll {
                    <Ring {next_ms} every={props.every} />
                }
                <p>
                    <strong id="figure-requests" data-value={took.requests.to_string()}>
                        { took.requests }
                    </strong>
                    { " " }{ (words.requests_a_minute)(took.requests) }
                </p>
                <p>
                    <strong id="figure-bytes" data-value={bytes.to_string()}>
                        { bytes_for_eyes(bytes) }
                    </strong>
                    { " " }{ words.a_minute }
                </p>
            </div>
            { lateness(props.mode, &props.late) }
            <details class="hint">
                <summary>{ words.counted_title }</summary>
                <p>{ words.counted }{ " " }{ words.lateness_scale }</p>
            </details>
        </section>
    }
}

/// The chart, and the sentence that says the same.
fn lateness(mode: Mode, late: &Lateness) -> Html {
    let words = &words().listening;
    let count = late.last().len();
    let by_mode = late.last().iter().filter(|(by, _)| *by == mode).count();
    let sentence = match late.of(mode) {
        _ if count == 0 => words.no_message_yet.into(),
        None => (words.lateness_before)(count),
        Some((half, most)) => {
            (words.lateness)(by_mode, &delay_for_eyes(half), &delay_for_eyes(most))
        }
    };
    html! {
        <figure class="late" id="late" data-count={count.to_string()}>
            <svg viewBox="0 0 2560 900" aria-hidden="true">
                { for (0..=4).map(|decade: u8| line(decade)) }
                { bars(late.last()) }
                { marks(late.last()) }
            </svg>
            <figcaption>{ sentence }</figcaption>
        </figure>
    }
}

/// A line of the scale, with its delay at the end.
fn line(decade: u8) -> Html {
    let y = (GROUND - f64::from(decade) * DECADE) as u32;
    let label = delay_for_eyes(10_u64.pow(decade.into()));
    // On round figures a fraction says nothing.
    let label = label.replace(".0", "");
    html! {
        <>
            <path class="late__line" d={format!("M0 {y}H2180")} />
            <text x="2560" y={(y + 34).to_string()}>{ label }</text>
        </>
    }
}

/// Where a message stands, the newest at the end.
fn place(n: usize, count: usize) -> usize {
    (MOST - count + n) * STEP + STEP / 2
}

/// One bar a message; one path a mode.
fn bars(late: &[(Mode, u64)]) -> Html {
    let mut paths: Vec<(Mode, String)> = Vec::new();
    for (n, &(mode, late_ms)) in late.iter().enumerate() {
        let at = paths.iter().position(|(by, _)| *by == mode).unwrap_or_else(|| {
            paths.push((mode, String::new()));
            paths.len() - 1
        });
        let top = (GROUND - height(late_ms, DECADE).clamp(1.0, GROUND - 20.0)) as u32;
        let (x, ground) = (place(n, late.len()), GROUND as u32);
        paths[at].1.push_str(&format!("M{x} {ground}V{top}"));
    }
    html! {
        { for paths.into_iter().map(|(mode, path)| html! {
            <path class="late__bars" data-mode={mode.as_str()} d={path} />
        }) }
    }
}

/// Below the first message that came by another mode than the one before, that mode's mark.
fn marks(late: &[(Mode, u64)]) -> Html {
    let mut free = 0;
    let mut before = None;
    html! {
        { for late.iter().enumerate().filter_map(|(n, &(mode, _))| {
            let x = (place(n, late.len()) - STEP / 2).max(free);
            let begins = before.replace(mode) != Some(mode);
            // Where modes change faster than marks are wide, some go without.
            if !begins || x + MARK > MOST * STEP { return None; }
            free = x + MARK + STEP;
            let at = format!("translate({x} {MARKS}) scale(7.5)");
            Some(html! { <g class="mark" data-mode={mode.as_str()} transform={at}>{ shape(mode) }</g> })
        }) }
    }
}
