//! The colours and the type of the canvas, taken from the page's tokens, so that it follows the
//! scheme and the reader's size of text; and the prepared shapes of the points.

use std::f64::consts::TAU;

use tidings_shared::Mode;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{canvas, shape::Shape};
use crate::browser::{document, window};

/// What a reader has asked for who wants less motion.
pub const CALM: &str = "(prefers-reduced-motion: reduce)";

/// What things are drawn with.
#[derive(Clone, PartialEq, Debug)]
pub struct Theme {
    /// Behind everything; only a picture needs it.
    pub surface: String,
    /// Text.
    pub ink: String,
    /// What is beside the matter.
    pub soft: String,
    /// Lines that divide.
    pub line: String,
    modes: [String; 5],
    sans: String,
    /// The reader's size of text, in pixels: what a rem is.
    pub rem: f64,
    /// Pixels of the screen for one of CSS.
    pub dense: f64,
    /// Whether the reader asked for less motion.
    pub calm: bool,
}

impl Theme {
    /// The theme that the page has now; nothing outside of a page.
    #[must_use]
    pub fn read() -> Option<Self> {
        let root = document().document_element()?;
        let style = window().get_computed_style(&root).ok()??;
        let value =
            |name: &str| style.get_property_value(name).unwrap_or_default().trim().to_owned();
        let rem = value("font-size").trim_end_matches("px").parse().unwrap_or(16.0);
        Some(Self {
            surface: value("--surface"),
            ink: value("--ink"),
            soft: value("--ink-soft"),
            line: value("--line"),
            modes: ["--poll", "--long-poll", "--sse", "--websocket", "--lines"].map(value),
            sans: value("--sans"),
            rem,
            dense: Self::density(),
            calm: window().match_media(CALM).ok().flatten().is_some_and(|query| query.matches()),
        })
    }

    /// Pixels of the screen for one of CSS, now.
    #[must_use]
    pub fn density() -> f64 {
        window().device_pixel_ratio().max(1.0)
    }

    /// A mode's colour.
    #[must_use]
    pub fn mode(&self, mode: Mode) -> &str {
        &self.modes[match mode {
            Mode::Poll => 0,
            Mode::LongPoll => 1,
            Mode::Sse => 2,
            Mode::Websocket => 3,
            Mode::Ndjson | Mode::Raw => 4,
        }]
    }

    /// A font: `weight` as in CSS, `size` in rem.
    #[must_use]
    pub fn font(&self, weight: u16, size: f64) -> String {
        format!("{weight} {}px {}", size * self.rem, self.sans)
    }
}

/// Draws a shape around a place, `radius` pixels large.
pub fn draw_shape(to: &CanvasRenderingContext2d, shape: Shape, x: f64, y: f64, radius: f64) {
    to.begin_path();
    match shape {
        Shape::Circle => {
            // An arc fails for a negative radius only.
            let _ = to.arc(x, y, radius * 0.95, 0.0, TAU);
            to.fill();
        }
        Shape::Filled(corners) => {
            for (at_x, at_y) in corners {
                to.line_to(x + at_x * radius, y + at_y * radius);
            }
            to.close_path();
            to.fill();
        }
        Shape::Strokes(strokes) => {
            for [(from_x, from_y), (to_x, to_y)] in strokes {
                to.move_to(x + from_x * radius, y + from_y * radius);
                to.line_to(x + to_x * radius, y + to_y * radius);
            }
            to.set_line_width(radius * 0.55);
            to.stroke();
        }
    }
}

/// How large a point's shape is, from its middle, in rem.
const RADIUS: f64 = 0.25;

/// Shapes drawn once, each on a canvas of its own: to copy one is cheaper than to draw it.
#[derive(Default, Debug)]
pub struct Sprites(Vec<(u32, Mode, HtmlCanvasElement)>);

impl Sprites {
    /// Copies the shape of a pane to a place.
    pub fn stamp(
        &mut self,
        to: &CanvasRenderingContext2d,
        theme: &Theme,
        (pane, mode): (u32, Mode),
        x: f64,
        y: f64,
    ) {
        let known = self.0.iter().position(|(of, by, _)| (*of, *by) == (pane, mode));
        let at = match known {
            Some(at) => at,
            None => {
                let Some(sprite) = sprite(theme, pane, mode) else { return };
                self.0.push((pane, mode, sprite));
                self.0.len() - 1
            }
        };
        // On whole pixels of the screen it is copied as it is, and not reckoned anew.
        let size = side(theme);
        let whole = |edge: f64| ((edge - size / 2.0) * theme.dense).round() / theme.dense;
        let _ = to.draw_image_with_html_canvas_element_and_dw_and_dh(
            &self.0[at].2,
            whole(x),
            whole(y),
            size,
            size,
        );
    }

    /// Forgets all, when colours or pixels have changed.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// A sprite's side, in CSS pixels: room for the shape and what its strokes are wider.
fn side(theme: &Theme) -> f64 {
    (RADIUS * theme.rem * 3.0).ceil()
}

fn sprite(theme: &Theme, pane: u32, mode: Mode) -> Option<HtmlCanvasElement> {
    let side = side(theme);
    let (canvas, context) = canvas::new((side, side), theme.dense)?;
    context.set_fill_style_str(theme.mode(mode));
    context.set_stroke_style_str(theme.mode(mode));
    draw_shape(&context, Shape::of(pane), side / 2.0, side / 2.0, RADIUS * theme.rem);
    Some(canvas)
}
