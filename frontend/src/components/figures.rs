//! This tab's own figures: what the last minute took, and how late the last messages came.

use tidings_shared::Mode;
use yew::prelude::*;

use super::mark::shape;
use crate::{
    browser::now_ms,
    state::{
        Tab,
        cost::{bytes_for_eyes, delay_for_eyes},
        figures::{Lateness, MOST, height},
    },
    words::{count_in, words},
};

/// The chart is drawn in tenths of a pixel, as whole numbers.
const STEP: usize = 36;
const GROUND: u32 = 690;
const DECADE: u32 = 150;
const MARKS: usize = 770;
const MARK: usize = 120;
/// The lines of the scale, and what stands at their ends, a little below.
const LINES: &str = "M0 690H2160M0 540H2160M0 390H2160M0 240H2160M0 90H2160";
const LABELS: [(&str, &str); 5] =
    [("724", "1 ms"), ("574", "10 ms"), ("424", "100 ms"), ("274", "1 s"), ("124", "10 s")];

/// The figures.
pub fn figures(tab: &Tab) -> Html {
    let words = &words().listening;
    let took = tab.minute().sum(now_ms());
    let bytes = took.sent + took.received;
    html! {
        <section class="figures" aria-labelledby="figures-title">
            <h2 id="figures-title">{ words.figures }</h2>
            <ul class="figures__minute">
                <li>
                    <strong id="figure-requests" data-value={took.requests.to_string()}>
                        { took.requests }
                    </strong>
                    { " " }{ (words.requests_a_minute)(took.requests) }
                </li>
                <li>
                    <strong id="figure-bytes" data-value={bytes.to_string()}>
                        { bytes_for_eyes(bytes) }
                    </strong>
                    { " " }{ words.a_minute }
                </li>
            </ul>
            { lateness(tab.address().mode, tab.late()) }
            <details class="hint">
                <summary>{ words.counted_title }</summary>
                <p>{ words.counted }{ " " }{ words.lateness_scale }</p>
            </details>
            <a class="to-lab" href="/lab">{ words.lab }</a>
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
        None => count_in(words.lateness_before, count),
        Some((half, most)) => {
            // Less than a millisecond is more than two clocks can tell.
            let eyes = |late_ms: u64| delay_for_eyes(late_ms.max(1));
            (words.lateness)(by_mode, &eyes(half), &eyes(most))
        }
    };
    html! {
        <figure class="late" id="late" data-count={count.to_string()}>
            <svg viewBox="0 0 2640 900" aria-hidden="true">
                <path class="late__line" d={LINES} />
                { for LABELS.map(|(y, label)| html! { <text x="2640" {y}>{ label }</text> }) }
                { bars(late.last()) }
                { marks(late.last()) }
            </svg>
            <figcaption>{ sentence }</figcaption>
        </figure>
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
        let top = GROUND - height(late_ms, DECADE).clamp(1, GROUND - 20);
        let x = place(n, late.len());
        paths[at].1.push_str(&format!("M{x} {GROUND}V{top}"));
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
