//! The chart as a file: the picture with a title above, and below it where and when it was taken.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::Blob;

use super::{canvas, stage::Stage, theme::Theme};
use crate::{browser, lab::export::download};

/// The picture's size without the strip and its words, in CSS pixels.
const SIZE: (f64, f64) = (1_200.0, 560.0);
/// At least so many pixels for one of CSS, for paper.
const DENSE: f64 = 2.0;

/// Saves the chart as `tidings-lab.png`. A browser that can't make one saves nothing.
pub fn save(stage: &mut Stage) {
    let _ = begin(stage);
}

fn begin(stage: &mut Stage) -> Option<()> {
    let mut theme = Theme::read()?;
    theme.dense = theme.dense.max(DENSE);
    let rem = theme.rem;
    let (head, foot) = (3.5 * rem, 2.75 * rem);
    let height = head + stage.picture_height(&theme, SIZE.1) + foot;
    let (canvas, to) = canvas::new((SIZE.0, height), theme.dense)?;
    to.set_fill_style_str(&theme.surface);
    to.fill_rect(0.0, 0.0, SIZE.0, height);
    to.set_text_baseline("middle");
    to.set_fill_style_str(&theme.ink);
    to.set_font(&theme.font(650, 1.125));
    let _ = to.fill_text("Delay of each message, by when it was sent", rem, 1.4 * rem);
    to.set_font(&theme.font(400, 0.8125));
    to.set_fill_style_str(&theme.soft);
    let _ =
        to.fill_text("Below: arrivals, the taller the more messages came in one", rem, 2.7 * rem);
    to.save();
    let _ = to.translate(0.0, head);
    stage.picture(&theme, &to, SIZE);
    to.restore();
    to.set_font(&theme.font(400, 0.75));
    to.set_text_align("left");
    to.set_text_baseline("middle");
    to.set_fill_style_str(&theme.soft);
    let (path, query) = browser::location();
    let made = String::from(js_sys::Date::new_0().to_iso_string());
    let from = format!("Tidings, {made}, {}{path}{query}", browser::origin());
    let _ = to.fill_text_with_max_width(&from, rem, height - 1.25 * rem, SIZE.0 - 2.0 * rem);
    let made = Closure::once_into_js(|blob: Option<Blob>| {
        if let Some(blob) = blob {
            download("tidings-lab.png", &blob);
        }
    });
    canvas.to_blob(made.unchecked_ref()).ok()
}
