//! Canvases with as many pixels as the screen has for them.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::browser::document;

/// A canvas that is on no page, `size` wide and high in CSS pixels, and what draws on it.
#[must_use]
pub fn new(size: (f64, f64), dense: f64) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width((size.0 * dense).ceil() as u32);
    canvas.set_height((size.1 * dense).ceil() as u32);
    let context = context(&canvas)?;
    let _ = context.scale(dense, dense);
    Some((canvas, context))
}

/// The size of a canvas on the page, in CSS pixels.
#[must_use]
pub fn size(canvas: &HtmlCanvasElement) -> (f64, f64) {
    (f64::from(canvas.client_width()), f64::from(canvas.client_height()))
}

/// Empties a canvas on the page, and gives it the pixels that it has on the screen.
#[must_use]
pub fn clean(canvas: &HtmlCanvasElement, dense: f64) -> Option<CanvasRenderingContext2d> {
    let (width, height) = size(canvas);
    let pixels = |length: f64| (length * dense).round() as u32;
    // To be set, even to the same, is costly.
    if (canvas.width(), canvas.height()) != (pixels(width), pixels(height)) {
        canvas.set_width(pixels(width));
        canvas.set_height(pixels(height));
    }
    let context = context(canvas)?;
    let _ = context.set_transform(dense, 0.0, 0.0, dense, 0.0, 0.0);
    context.clear_rect(0.0, 0.0, width, height);
    Some(context)
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}
