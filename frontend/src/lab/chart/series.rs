//! One pane's delays, drawn: a line through all of them, and points where there is room.

use super::{
    paint::Pen,
    reduce::{Column, columns, window},
    ribbon::Moving,
    view::View,
};
use crate::lab::measure::Trace;

/// A point stands on every so many pixels at most; the line between has all of them.
const STRIDE: i64 = 18;
/// A line that goes up or down by so many rem at once jumps.
const JUMP: f64 = 1.5;
/// No line goes over more than this part of the time in view: nothing was measured there.
const LONGEST: f64 = 0.1;
/// Where so many points share a column of pixels, the column is filled from its lowest to its highest:
/// it looks the same as the line between them, and costs a tenth.
const DENSE: u32 = 3;

/// How thick a line is, in pixels, and how much of what is behind it shows through.
const THICK: f64 = 1.5;
const SHEER: f64 = 0.55;

/// What is filled of columns side by side, in pixels; from `left` to `right` on whole ones.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Bar {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Bar {
    /// Takes the next one in, where it goes on at the same height: a stream is then a few bars and not
    /// one for each pixel. Answers whether it did.
    fn takes(&mut self, next: &Self) -> bool {
        let goes_on = next.left <= self.right && next.right > self.left;
        let same = (next.top, next.bottom) == (self.top, self.bottom);
        if goes_on && same {
            self.right = self.right.max(next.right);
        }
        goes_on && same
    }

    fn fill(&self, pen: &Pen<'_>) {
        pen.to.fill_rect(self.left, self.top, self.right - self.left, self.bottom - self.top);
    }
}

/// To half a pixel, which nobody sees.
fn halves(y: f64) -> f64 {
    (y * 2.0).round() / 2.0
}

/// All panes' delays.
pub(super) struct Delays;

impl Moving for Delays {
    fn since(&self, trace: &Trace, view: &View, seen: usize) -> Option<f64> {
        let new = trace.samples.get(seen..).filter(|new| !new.is_empty())?;
        // The line comes from the one before.
        let from = new.iter().chain(&trace.samples[seen - 1..seen]).map(|sample| sample.sent);
        // From where a point may stand on, and not on half of one.
        let stride = STRIDE as f64 * view.millis_per_pixel();
        from.reduce(f64::min).map(|from| ((from / stride).floor() - 1.0) * stride)
    }

    fn paint(&self, pen: &mut Pen<'_>, traces: &[Trace], view: &View, _: usize, from: f64) {
        // The line that goes over its edge begins before it.
        let from = (from - view.span * LONGEST).max(view.from());
        let (area, edge) = (view.area, 0.4 * pen.theme.rem);
        pen.to.save();
        pen.to.begin_path();
        // At the right and below, points are whole.
        pen.to.rect(area.left, 0.0, area.right - area.left + edge, area.bottom + edge);
        pen.to.clip();
        for trace in traces {
            series(pen, trace, view, from);
        }
        pen.to.restore();
    }
}

/// Draws a pane's delays from a time on.
fn series(pen: &mut Pen<'_>, trace: &Trace, view: &View, from: f64) {
    let samples = window(&trace.samples, from, view.now);
    let columns = columns(samples, view.millis_per_pixel());
    let colour = pen.theme.mode(trace.mode);
    pen.to.set_stroke_style_str(colour);
    pen.to.set_fill_style_str(colour);
    pen.to.set_line_width(THICK);
    pen.to.set_line_join("bevel");
    pen.to.set_global_alpha(SHEER);
    line(pen, &columns, view);
    pen.to.set_global_alpha(1.0);
    points(pen, trace, &columns, view);
}

fn line(pen: &Pen<'_>, columns: &[Column], view: &View) {
    pen.to.begin_path();
    let mut bar = None::<Bar>;
    // Where the line has come to: when, where, and whether the path ends there.
    let mut last: Option<(f64, f64, f64, bool)> = None;
    for column in columns {
        let [first, second] = column.ends.map(|end| (view.x(end.sent), view.y(end.delay)));
        let sent = column.ends[1].sent;
        let from = last.filter(|last| column.ends[0].sent - last.0 <= view.span * LONGEST);
        if column.count >= DENSE {
            let (top, bottom) = (first.1.min(second.1), first.1.max(second.1));
            let (top, bottom) =
                from.map_or((top, bottom), |(_, _, y, _)| (top.min(y), bottom.max(y)));
            // Where the column begins, so that those side by side have no hole between them.
            let begins = column.number as f64 * view.millis_per_pixel();
            // It stands on a pixel's edge, but for the last digits' noise.
            let (left, edge) = ((view.x(begins) + 1e-6).floor(), THICK / 2.0);
            let (top, bottom) = (halves(top - edge), halves(bottom + edge));
            let next = Bar { left, right: left + 1.0, top, bottom };
            if !bar.as_mut().is_some_and(|bar| bar.takes(&next))
                && let Some(done) = bar.replace(next)
            {
                done.fill(pen);
            }
            last = Some((sent, second.0, second.1, false));
            continue;
        }
        match from {
            None => pen.to.move_to(first.0, first.1),
            Some((_, x, y, on)) => {
                if !on {
                    pen.to.move_to(x, y);
                }
                pen.to.line_to(first.0, first.1);
            }
        }
        if column.count > 1 {
            pen.to.line_to(second.0, second.1);
        }
        last = Some((sent, second.0, second.1, true));
    }
    pen.to.stroke();
    if let Some(bar) = bar {
        bar.fill(pen);
    }
}

fn points(pen: &mut Pen<'_>, trace: &Trace, columns: &[Column], view: &View) {
    let (mut marked, mut before) = (None, f64::INFINITY);
    for column in columns {
        let [first, last] = column.ends;
        let (x, y) = (view.x(first.sent), view.y(first.delay));
        let stride = Some(column.number.div_euclid(STRIDE));
        // Where the line jumps, as after a poll, there is always a point; not in a thicket.
        let jumps = column.count < DENSE && (y - before).abs() > JUMP * pen.theme.rem;
        if marked.replace(stride) != Some(stride) || jumps {
            pen.sprites.stamp(pen.to, pen.theme, (trace.pane, trace.mode), x, y);
        }
        before = view.y(last.delay);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_takes_what_goes_on_at_its_height_and_nothing_else() {
        let bar = |left, top| Bar { left, right: left + 1.0, top, bottom: 9.0 };
        let mut all = bar(4.0, 7.5);
        assert!(all.takes(&bar(5.0, 7.5)) && all.takes(&bar(6.0, 7.5)));
        assert_eq!(all, Bar { right: 7.0, ..bar(4.0, 7.5) });
        assert!(!all.takes(&bar(8.0, 7.5)), "there is a hole");
        assert!(!all.takes(&bar(7.0, 7.0)), "it is higher");
        assert_eq!(all.right, 7.0);
        assert_eq!((halves(3.3), halves(3.2)), (3.5, 3.0));
    }
}
