//! The strip of arrivals: a lane for each pane on the chart's axis of time, and a tick for each
//! arrival, as tall as it brought messages. So one sees that a poll's come in chunks.

mod arrivals;

pub use arrivals::{Arrival, arrivals, stretches};

use super::{
    chart::{
        asked::Asked,
        paint::{Pen, times},
        view::View,
    },
    measure::Trace,
};

/// A lane's height, in rem.
const LANE: f64 = 1.5;
/// Of it, the tallest tick's.
const TICK: f64 = 1.05;

/// How wide the tick of one message is, in pixels.
const THIN: f64 = 1.5;

/// The strip's height for so many panes, in rem.
#[must_use]
pub fn height(panes: usize) -> f64 {
    LANE * panes.max(1) as f64 + 0.4
}

/// Draws the strip from where the pen has its beginning, with the chart's left and right edges.
pub fn paint(pen: &mut Pen<'_>, traces: &[Trace], view: &View, room: f64, asked: Option<&Asked>) {
    let (rem, area) = (pen.theme.rem, view.area);
    pen.to.set_stroke_style_str(&pen.theme.line);
    pen.to.set_line_width(1.0);
    let lane = |n: usize| LANE * rem * n as f64 + (LANE - 0.25) * rem;
    for (_, x) in times(view) {
        pen.stroke(&[(x, 0.0), (x, lane(traces.len().max(1) - 1))]);
    }
    for (n, trace) in traces.iter().enumerate() {
        let ground = lane(n).round();
        pen.to.set_stroke_style_str(&pen.theme.line);
        pen.stroke(&[(area.left, ground + 0.5), (area.right, ground + 0.5)]);
        ticks(pen, trace, view, ground, asked.filter(|asked| asked.pane == trace.pane));
        pen.name(trace, &area, room, ground - 0.5 * rem, None);
    }
}

fn ticks(pen: &Pen<'_>, trace: &Trace, view: &View, ground: f64, asked: Option<&Asked>) {
    let rem = pen.theme.rem;
    let arrivals = arrivals(&trace.samples, view.from(), view.now, view.millis_per_pixel());
    let colour = pen.theme.mode(trace.mode);
    pen.to.set_font(&pen.theme.font(400, 0.6875));
    pen.to.set_text_baseline("middle");
    pen.to.set_fill_style_str(colour);
    // Ticks that would touch are drawn as one.
    for (arrival, last) in stretches(&arrivals, THIN * view.millis_per_pixel()) {
        let (x, to, height) = (view.x(arrival.at), view.x(last), arrival.height() * TICK * rem);
        // A chunk is wider, too.
        let width = THIN + f64::from(arrival.messages).log2().min(6.0) * 0.4;
        pen.to.fill_rect(x - width / 2.0, ground - height, to - x + width, height);
    }
    // How many it brought, where the next one leaves room to say so.
    for (n, arrival) in arrivals.iter().enumerate() {
        let x = view.x(arrival.at);
        let next = arrivals.get(n + 1).map_or(view.area.right, |next| view.x(next.at));
        if arrival.messages > 1 && next - x > 1.6 * rem {
            let (text, y) = (arrival.messages.to_string(), ground - 0.6 * rem);
            pen.text(&text, x + 0.35 * rem, y, "left", &pen.theme.soft);
        }
    }
    if let Some(asked) = asked {
        let x = view.x(asked.sample.shown);
        if view.area.left <= x && x <= view.area.right {
            pen.to.set_stroke_style_str(&pen.theme.ink);
            pen.to.set_line_width(1.5);
            pen.to.stroke_rect(
                x - 0.3 * rem,
                ground - (TICK + 0.15) * rem,
                0.6 * rem,
                (TICK + 0.3) * rem,
            );
        }
    }
}
