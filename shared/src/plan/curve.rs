//! A figure against an input, and where two modes change places.

use super::{Coefficients, Figure, Input, Inputs, MODES, Range, outcome};
use crate::Mode;

/// What is varied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Axis {
    /// How many listen.
    Audience,
    /// Messages a second.
    Rate,
    /// The bearable delay.
    Delay,
}

impl Axis {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Audience, Self::Rate, Self::Delay];

    /// The input that is varied.
    #[must_use]
    pub fn input(self) -> Input {
        match self {
            Self::Audience => Input::Audience,
            Self::Rate => Input::Rate,
            Self::Delay => Input::Delay,
        }
    }
}

/// A mode's figure against an input.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The mode.
    pub mode: Mode,
    /// The input's value, in its field's unit, and the figure's; in the input's order.
    pub points: Vec<(f64, Range)>,
}

/// Where two lines change places.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Crossing {
    /// Where, on the input's scale.
    pub at: f64,
    /// How high.
    pub value: f64,
    /// Which costs less before.
    pub before: Mode,
    /// Which costs less behind.
    pub behind: Mode,
}

/// Lines that come no farther apart than this share on both sides lie on each other, and cross
/// nowhere that matters.
const APART: f64 = 0.1;

/// A line for each mode, of `count` points (2 at least) that are evenly apart on a logarithmic
/// scale from the input's least to its most.
#[must_use]
pub fn lines(
    inputs: &Inputs,
    set: &Coefficients,
    axis: Axis,
    figure: Figure,
    count: usize,
) -> Vec<Line> {
    let field = axis.input().field();
    let (from, to) = (field.least.ln(), field.most.ln());
    let at = |step: usize| (from + (to - from) * step as f64 / (count.max(2) - 1) as f64).exp();
    let line = |mode| {
        let value = |x| outcome(mode, &inputs.with(axis.input(), x), set).value(figure);
        let points = (0..count.max(2)).map(|step| (at(step), value(at(step)))).collect();
        Line { mode, points }
    };
    MODES.map(line).into()
}

/// Where lines of the same points change places, from left to right.
#[must_use]
pub fn crossings(lines: &[Line]) -> Vec<Crossing> {
    let mut found = Vec::new();
    for (at, a) in lines.iter().enumerate() {
        for b in &lines[at + 1..] {
            cross(a, b, &mut found);
        }
    }
    found.sort_by(|a: &Crossing, b: &Crossing| a.at.total_cmp(&b.at));
    found
}

fn cross(a: &Line, b: &Line, found: &mut Vec<Crossing>) {
    // How many times as high the one is, as a logarithm: 0 where they meet.
    let ratio: Vec<f64> =
        a.points.iter().zip(&b.points).map(|(a, b)| (a.1.mid / b.1.mid).ln()).collect();
    for step in 1..ratio.len() {
        let (left, right) = (ratio[step - 1], ratio[step]);
        if !(left.is_finite() && right.is_finite()) || (left > 0.0) == (right > 0.0) {
            continue;
        }
        // As far as they don't meet again, they must come apart.
        let apart = |of: &mut dyn Iterator<Item = &f64>, sign: f64| {
            of.take_while(|ratio| **ratio * sign >= 0.0).any(|ratio| ratio.abs() > APART)
        };
        if !apart(&mut ratio[..step].iter().rev(), left.signum())
            || !apart(&mut ratio[step..].iter(), right.signum())
        {
            continue;
        }
        let share = left / (left - right);
        let between = |from: f64, to: f64| (from.ln() + (to.ln() - from.ln()) * share).exp();
        let (before, behind) = if left < 0.0 { (a.mode, b.mode) } else { (b.mode, a.mode) };
        found.push(Crossing {
            at: between(a.points[step - 1].0, a.points[step].0),
            value: between(a.points[step - 1].1.mid, a.points[step].1.mid),
            before,
            behind,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(mode: Mode, of: impl Fn(f64) -> f64) -> Line {
        let points = (0..=40).map(|step| 10_f64.powf(f64::from(step) / 10.0));
        Line { mode, points: points.map(|x| (x, Range::exact(of(x)))).collect() }
    }

    #[test]
    fn lines_cross_where_they_are_equally_high() {
        let found = crossings(&[line(Mode::Poll, |_| 100.0), line(Mode::Sse, |x| x / 2.0)]);
        let [crossing] = found[..] else { panic!("{found:?}") };
        assert!((crossing.at - 200.0).abs() < 0.1 && (crossing.value - 100.0).abs() < 0.1);
        assert_eq!((crossing.before, crossing.behind), (Mode::Sse, Mode::Poll));
    }

    #[test]
    fn lines_that_lie_on_each_other_do_not_cross() {
        let wavy = line(Mode::Websocket, |x| x * (1.0 + 0.02 * x.ln().sin()));
        assert_eq!(crossings(&[line(Mode::Sse, |x| x), wavy]), []);
        assert_eq!(crossings(&[line(Mode::Sse, |x| x), line(Mode::Poll, |x| 2.0 * x)]), []);
    }
}
