//! Where everything of the chart stands: both scales logarithmic, in pixels from the top left.

use std::fmt::Write;

use tidings_shared::{
    Mode,
    plan::{Axis, Crossing, Figure, Inputs, Line, Unit, crossings, number},
};

/// What stands around the lines, in pixels.
const LEFT: f64 = 74.0;
const RIGHT: f64 = 108.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 40.0;
/// At most so many powers of ten upwards: what is less costs nothing that anybody would notice.
const DECADES: f64 = 8.0;
/// Names at the lines' ends are so far apart at least, in pixels.
const NAMES_APART: f64 = 18.0;
/// Crossings that are nearer than that, in pixels, have one sign.
const SAME: f64 = 16.0;

/// The chart, laid out.
#[derive(Clone, PartialEq, Debug)]
pub struct Layout {
    /// In pixels.
    pub width: f64,
    pub height: f64,
    /// The place of the lines: left, right, top, bottom.
    pub inner: [f64; 4],
    /// Where a number stands on the scale below, and the number.
    pub across: Vec<(f64, String)>,
    /// The same at the side.
    pub up: Vec<(f64, String)>,
    /// The modes' lines.
    pub drawn: Vec<Drawn>,
    /// Where lines change places.
    pub signs: Vec<Sign>,
    /// Where what was asked stands on the scale below.
    pub here: f64,
}

/// A mode's line.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawn {
    /// The mode.
    pub mode: Mode,
    /// Its line, as an SVG path.
    pub line: String,
    /// What lies between its bounds, as an SVG path.
    pub band: String,
    /// How high its name stands.
    pub name_y: f64,
}

/// A place where lines change places.
#[derive(Clone, PartialEq, Debug)]
pub struct Sign {
    /// In pixels.
    pub x: f64,
    pub y: f64,
    /// `A`, `B`, ….
    pub letter: char,
    /// What changes there.
    pub crossings: Vec<Crossing>,
}

/// A logarithmic scale: values from and to, at pixels from and to.
#[derive(Clone, Copy)]
struct Scale {
    values: [f64; 2],
    pixels: [f64; 2],
}

impl Scale {
    fn at(&self, value: f64) -> f64 {
        let [from, to] = self.values.map(f64::log10);
        let share = (value.max(f64::MIN_POSITIVE).log10() - from) / (to - from);
        self.pixels[0] + (self.pixels[1] - self.pixels[0]) * share.clamp(0.0, 1.0)
    }

    /// Powers of ten, of which there are at most `most`.
    fn ticks(&self, most: i32) -> impl Iterator<Item = f64> {
        let [from, to] = self.values.map(f64::log10);
        let (from, to) = ((from - 1e-9).ceil() as i32, (to + 1e-9).floor() as i32);
        let every = (to - from) / most + 1;
        (from..=to)
            .filter(move |power| power.rem_euclid(every) == 0)
            .map(|power| 10_f64.powi(power))
    }
}

/// What a figure's unit is multiplied by for its scale: bytes a second are read as bits.
fn shown_by(figure: Figure) -> f64 {
    if figure == Figure::Card { 8.0 } else { 1.0 }
}

/// Lays out the lines of a figure against an axis, in so many pixels.
///
/// # Panics
///
/// If there are no lines, or a line has no points.
#[must_use]
pub fn layout(
    inputs: &Inputs,
    axis: Axis,
    figure: Figure,
    lines: &[Line],
    [width, height]: [f64; 2],
) -> Layout {
    let inner = [LEFT, width - RIGHT, TOP, height - BOTTOM];
    let field = axis.input().field();
    let across = Scale { values: [field.least, field.most], pixels: [inner[0], inner[1]] };
    let by = shown_by(figure);
    let up = Scale { values: reach(lines, by), pixels: [inner[3], inner[2]] };
    let narrow = width < 560.0;
    let mut drawn: Vec<_> = lines.iter().map(|line| draw(line, &across, &up, by)).collect();
    part(&mut drawn, inner[2], inner[3]);
    Layout {
        width,
        height,
        inner,
        across: across
            .ticks(if narrow { 4 } else { 7 })
            .map(|value| (across.at(value), below(axis, value)))
            .collect(),
        up: up.ticks(6).map(|value| (up.at(value), beside(figure, value / by))).collect(),
        drawn,
        signs: signs(lines, &across, &up, by),
        here: across.at(inputs.get(axis.input())),
    }
}

/// From the least to the most of all lines, by whole powers of ten.
fn reach(lines: &[Line], by: f64) -> [f64; 2] {
    let values = || lines.iter().flat_map(|line| &line.points).map(|(_, range)| range.mid * by);
    let most = values().fold(f64::MIN_POSITIVE, f64::max).log10().ceil();
    let least = values().filter(|value| *value > 0.0).fold(f64::MAX, f64::min).log10().floor();
    [least.clamp(most - DECADES, most - 1.0), most].map(|power| 10_f64.powf(power))
}

fn draw(line: &Line, across: &Scale, up: &Scale, by: f64) -> Drawn {
    let point = |x: f64, y: f64| format!("{:.1} {:.1}", across.at(x), up.at(y * by));
    let mut path = String::new();
    for (at, (x, range)) in line.points.iter().enumerate() {
        let _ = write!(path, "{}{}", if at == 0 { 'M' } else { 'L' }, point(*x, range.mid));
    }
    let high = line.points.iter().map(|(x, range)| point(*x, range.high));
    let low = line.points.iter().rev().map(|(x, range)| point(*x, range.low));
    let band = high.chain(low).collect::<Vec<_>>().join("L");
    let (_, last) = line.points.last().expect("a line has points");
    Drawn { mode: line.mode, line: path, band: format!("M{band}Z"), name_y: up.at(last.mid * by) }
}

/// Moves names apart that would stand on each other, and keeps them within the chart.
fn part(drawn: &mut [Drawn], top: f64, bottom: f64) {
    let mut order: Vec<usize> = (0..drawn.len()).collect();
    order.sort_by(|a, b| drawn[*a].name_y.total_cmp(&drawn[*b].name_y));
    let mut least = top;
    for &at in &order {
        drawn[at].name_y = drawn[at].name_y.max(least);
        least = drawn[at].name_y + NAMES_APART;
    }
    let mut most = bottom;
    for &at in order.iter().rev() {
        drawn[at].name_y = drawn[at].name_y.min(most);
        most = drawn[at].name_y - NAMES_APART;
    }
}

fn signs(lines: &[Line], across: &Scale, up: &Scale, by: f64) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::new();
    for crossing in crossings(lines) {
        let (x, y) = (across.at(crossing.at), up.at(crossing.value * by));
        match signs.iter_mut().find(|sign| (sign.x - x).hypot(sign.y - y) < SAME) {
            Some(sign) => sign.crossings.push(crossing),
            None => {
                let letter = (b'A' + (signs.len() % 26) as u8) as char;
                signs.push(Sign { x, y, letter, crossings: vec![crossing] });
            }
        }
    }
    signs
}

/// A number on the scale below.
#[must_use]
pub fn below(axis: Axis, value: f64) -> String {
    match axis {
        Axis::Delay => Unit::Seconds.show(value),
        Axis::Audience if value >= 1e6 => format!("{} M", number(value / 1e6)),
        Axis::Audience | Axis::Rate => number(value),
    }
}

fn beside(figure: Figure, value: f64) -> String {
    match figure {
        Figure::Card => Unit::ByteRate.show(value),
        _ => number(value),
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::plan::{Coefficients, lines};

    use super::*;

    const SIZE: [f64; 2] = [900.0, 380.0];

    fn laid_out(axis: Axis, figure: Figure, size: [f64; 2]) -> Layout {
        let inputs = Inputs::default();
        let lines = lines(&inputs, &Coefficients::included(), axis, figure, 49);
        layout(&inputs, axis, figure, &lines, size)
    }

    #[test]
    fn all_stands_within_the_chart_and_no_name_on_another() {
        for axis in Axis::ALL {
            for figure in [Figure::Cores, Figure::Card] {
                for size in [SIZE, [340.0, 300.0]] {
                    let layout = laid_out(axis, figure, size);
                    let [left, right, top, bottom] = layout.inner;
                    let within = |x: f64| (left - 0.1..=right + 0.1).contains(&x);
                    assert!(within(layout.here) && layout.across.iter().all(|tick| within(tick.0)));
                    assert!((2..=8).contains(&layout.across.len()), "{:?}", layout.across);
                    assert!((2..=8).contains(&layout.up.len()), "{:?}", layout.up);
                    let mut names: Vec<_> = layout.drawn.iter().map(|drawn| drawn.name_y).collect();
                    names.sort_by(f64::total_cmp);
                    assert!(names[0] >= top - 0.1 && names[3] <= bottom + 0.1, "{names:?}");
                    assert!(names.windows(2).all(|two| two[1] - two[0] > NAMES_APART - 0.1));
                    for sign in &layout.signs {
                        assert!(within(sign.x) && (top..=bottom).contains(&sign.y));
                    }
                }
            }
        }
    }

    #[test]
    fn ten_times_as_much_is_as_far_on_everywhere() {
        let layout = laid_out(Axis::Audience, Figure::Cores, SIZE);
        let apart: Vec<_> = layout.across.windows(2).map(|two| two[1].0 - two[0].0).collect();
        assert!(apart.iter().all(|step| (step - apart[0]).abs() < 1e-6), "{apart:?}");
        let texts: Vec<_> = layout.across.iter().map(|tick| tick.1.as_str()).collect();
        assert_eq!(texts, ["10", "100", "1,000", "10,000", "100,000", "1 M", "10 M"]);
    }

    #[test]
    fn bandwidth_is_read_in_bits() {
        let layout = laid_out(Axis::Audience, Figure::Card, SIZE);
        assert!(layout.up.iter().all(|(_, text)| text.ends_with("bit/s") && text.starts_with('1')));
    }

    #[test]
    fn where_polls_and_streams_change_places_there_is_one_sign_for_both() {
        let layout = laid_out(Axis::Rate, Figure::Cores, SIZE);
        let both = layout.signs.iter().filter(|sign| sign.crossings.len() == 2).count();
        assert!(!layout.signs.is_empty() && both >= 1, "{:?}", layout.signs);
    }
}
