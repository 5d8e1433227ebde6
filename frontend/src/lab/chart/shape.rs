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

impl Shape {
    /// The shape of a pane, by its number from 1; from the eighth on they come again.
    #[must_use]
    pub fn of(pane: u32) -> Self {
        match pane.wrapping_sub(1) % 7 {
            0 => Self::Circle,
            1 => Self::Filled(SQUARE),
            2 => Self::Filled(TRIANGLE),
            3 => Self::Filled(DIAMOND),
            4 => Self::Strokes(CROSS),
            5 => Self::Filled(UPSIDE_DOWN),
            _ => Self::Strokes(PLUS),
        }
    }
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
