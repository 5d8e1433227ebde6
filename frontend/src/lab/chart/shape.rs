//! The shape of each pane's points: beside the colour, which two panes of one mode share, and which
//! not everybody tells apart.

use tidings_shared::Mode;
use yew::prelude::*;

/// A shape, in a square from -1 to 1 around its middle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    /// A disc.
    Circle,
    /// Corners, one after the other, filled.
    Filled(&'static [(f64, f64)]),
    /// Strokes, each from a place to another.
    Strokes(&'static [[(f64, f64); 2]]),
}

const SQUARE: &[(f64, f64)] = &[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)];
const TRIANGLE: &[(f64, f64)] = &[(0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)];
const DIAMOND: &[(f64, f64)] = &[(0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)];
const UPSIDE_DOWN: &[(f64, f64)] = &[(-1.0, -0.8), (1.0, -0.8), (0.0, 1.0)];
const CROSS: &[[(f64, f64); 2]] = &[[(-0.8, -0.8), (0.8, 0.8)], [(-0.8, 0.8), (0.8, -0.8)]];
const PLUS: &[[(f64, f64); 2]] = &[[(-1.0, 0.0), (1.0, 0.0)], [(0.0, -1.0), (0.0, 1.0)]];
const RIGHT: &[(f64, f64)] = &[(1.1, 0.0), (-0.8, 1.0), (-0.8, -1.0)];
const LEFT: &[(f64, f64)] = &[(-1.1, 0.0), (0.8, 1.0), (0.8, -1.0)];
const EQUALS: &[[(f64, f64); 2]] = &[[(-1.0, -0.5), (1.0, -0.5)], [(-1.0, 0.5), (1.0, 0.5)]];
/// An upright hourglass.
const HOURGLASS: &[(f64, f64)] = &[(-0.9, -1.0), (0.9, -1.0), (-0.9, 1.0), (0.9, 1.0)];
const FRAME: &[[(f64, f64); 2]] = &[
    [(-0.8, -1.0), (-0.8, 1.0)],
    [(0.8, -1.0), (0.8, 1.0)],
    [(-0.8, -0.8), (0.8, -0.8)],
    [(-0.8, 0.8), (0.8, 0.8)],
];

/// How many shapes there are: as many as panes at a time.
pub const SHAPES: u32 = 12;

impl Shape {
    /// The shape of a pane, by its number from 1; from the thirteenth on they come again. Panes at one
    /// time have numbers of which no two have one shape ([`free`]).
    #[must_use]
    pub fn of(pane: u32) -> Self {
        match pane.wrapping_sub(1) % SHAPES {
            0 => Self::Circle,
            1 => Self::Filled(SQUARE),
            2 => Self::Filled(TRIANGLE),
            3 => Self::Filled(DIAMOND),
            4 => Self::Strokes(CROSS),
            5 => Self::Filled(UPSIDE_DOWN),
            6 => Self::Strokes(PLUS),
            7 => Self::Strokes(FRAME),
            8 => Self::Filled(RIGHT),
            9 => Self::Filled(HOURGLASS),
            10 => Self::Strokes(EQUALS),
            _ => Self::Filled(LEFT),
        }
    }
}

/// The least number from `next` on that has the first shape that none of these panes has.
#[must_use]
pub fn free(next: u32, panes: &[u32]) -> u32 {
    let slot = |pane: u32| pane.wrapping_sub(1) % SHAPES;
    let first = (0..SHAPES).find(|shape| panes.iter().all(|pane| slot(*pane) != *shape));
    let first = first.unwrap_or_else(|| slot(next));
    (next..).find(|pane| slot(*pane) == first).unwrap_or(next)
}

/// A pane's shape in its mode's colour, for the page around the chart; what it means stands beside it.
pub fn badge(pane: u32, mode: Mode) -> Html {
    let shape = match Shape::of(pane) {
        Shape::Circle => html! { <circle cx="0" cy="0" r="0.95" /> },
        Shape::Filled(corners) => {
            let points: Vec<_> = corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
            html! { <polygon points={points.join(" ")} /> }
        }
        Shape::Strokes(strokes) => {
            let path: String = strokes
                .iter()
                .map(|[(x, y), (to_x, to_y)]| format!("M{x} {y}L{to_x} {to_y}"))
                .collect();
            html! { <path d={path} /> }
        }
    };
    html! {
        <svg class="shape" data-mode={mode.as_str()} viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true">
            { shape }
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_panes_have_twelve_shapes_and_one_that_is_free_is_taken_again() {
        let mut panes: Vec<u32> = Vec::new();
        for _ in 0..SHAPES {
            panes.push(free(panes.last().map_or(1, |last| last + 1), &panes));
        }
        assert_eq!(panes, (1..=SHAPES).collect::<Vec<_>>());
        for (n, pane) in panes.iter().enumerate() {
            assert!(panes[..n].iter().all(|other| Shape::of(*other) != Shape::of(*pane)), "{pane}");
        }
        // The third leaves: the next one has its shape, and a number that no pane had.
        panes.remove(2);
        let next = free(13, &panes);
        assert_eq!((next, Shape::of(next)), (15, Shape::of(3)));
        assert_eq!(free(16, &[]), 25, "who begins anew begins with the first");
    }
}
