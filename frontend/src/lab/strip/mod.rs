//! The strip of arrivals: a lane for each pane on the chart's axis of time, and a tick for each
//! arrival, as tall as it brought messages. So one sees that a poll's come in chunks.

mod arrivals;

pub use arrivals::{Arrival, arrivals, stretches};

use super::{
    chart::{
        asked::Asked,
        paint::{Pen, times},
        ribbon::{Lane, Moving, Ribbon},
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

/// The closest that ticks stand, in pixels: what would touch is drawn as one.
const CLOSEST: f64 = 3.0;

/// How far a tick's number may reach to its right, in rem.
const REACH: f64 = 3.0;

/// Where a lane's ticks stand on, in pixels.
fn ground(rem: f64, lane: usize) -> f64 {
    (LANE * rem * lane as f64 + (LANE - 0.25) * rem).round()
}

/// Draws the strip from where the pen has its beginning, with the chart's left and right edges: by way of a
/// ribbon of this width and height where it will be drawn again.
pub fn paint(
    pen: &mut Pen<'_>,
    traces: &[Trace],
    view: &View,
    asked: Option<&Asked>,
    ribbon: Option<(&mut Ribbon, (f64, f64))>,
) {
    let (rem, area) = (pen.theme.rem, view.area);
    pen.to.set_stroke_style_str(&pen.theme.line);
    pen.to.set_line_width(1.0);
    for (_, x) in times(view) {
        pen.stroke(&[(x, 0.0), (x, ground(rem, traces.len().max(1) - 1))]);
    }
    for (n, trace) in traces.iter().enumerate() {
        let ground = ground(rem, n);
        pen.to.set_stroke_style_str(&pen.theme.line);
        pen.stroke(&[(area.left, ground + 0.5), (area.right, ground + 0.5)]);
        pen.name(trace, view, ground - 0.5 * rem, None);
    }
    let lane = |n: usize| {
        let bottom = ground(rem, n);
        Lane { top: (bottom - TICK * rem).floor(), bottom, traces: n..n + 1 }
    };
    match ribbon {
        Some((ribbon, size)) => {
            let lanes: Vec<_> = (0..traces.len()).map(lane).collect();
            let _ = ribbon.draw(pen, size, (view, traces), &lanes, &Ticks);
        }
        None => (0..traces.len()).for_each(|n| Ticks.paint(pen, traces, view, n, view.from())),
    }
    if let Some(asked) = asked
        && let Some(n) = traces.iter().position(|trace| trace.pane == asked.pane)
    {
        ring(pen, view, asked, ground(rem, n));
    }
}

/// The ticks of all arrivals, a trace in each lane.
struct Ticks;

impl Moving for Ticks {
    fn since(&self, trace: &Trace, view: &View, seen: usize) -> Option<f64> {
        // Beside the last one there may be room by now to say how many it brought; and the next may be one
        // with it.
        let (last, before) = trace.samples[..seen].split_last()?;
        let same = before.iter().rev().take_while(|sample| sample.arrival == last.arrival).last();
        let column = CLOSEST * view.millis_per_pixel();
        Some(((same.unwrap_or(last).shown / column).floor() - 1.0) * column)
    }

    fn paint(&self, pen: &mut Pen<'_>, traces: &[Trace], view: &View, lane: usize, from: f64) {
        let (trace, ground, rem) = (&traces[lane], ground(pen.theme.rem, lane), pen.theme.rem);
        let column = CLOSEST * view.millis_per_pixel();
        // What stands beyond the edge reaches over it with its number.
        let from = from - REACH * rem * view.millis_per_pixel();
        let from = (from / column).floor() * column;
        let arrivals = arrivals(&trace.samples, from.max(view.from()), view.now, column);
        pen.to.set_font(&pen.theme.font(400, 0.6875));
        pen.to.set_text_baseline("middle");
        pen.to.set_fill_style_str(pen.theme.mode(trace.mode));
        for (arrival, last) in stretches(&arrivals, column) {
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
    }
}

/// A frame around the arrival of the message that was asked.
fn ring(pen: &Pen<'_>, view: &View, asked: &Asked, ground: f64) {
    let (x, rem) = (view.x(asked.sample.shown), pen.theme.rem);
    if view.area.left <= x && x <= view.area.right {
        pen.to.set_stroke_style_str(&pen.theme.ink);
        pen.to.set_line_width(1.5);
        let (top, height) = (ground - (TICK + 0.15) * rem, (TICK + 0.3) * rem);
        pen.to.stroke_rect(x - 0.3 * rem, top, 0.6 * rem, height);
    }
}
