//! When something was said, short enough for a list: the hour today, the day before that. The browser
//! knows the reader's zone and language.

use tidings_shared::Timestamp;
use wasm_bindgen::JsValue;

use crate::{
    browser,
    calendar::{Local, day_of},
    words::words,
};

/// `15:36`, or `23 Nov`.
#[must_use]
pub fn short(at: Timestamp) -> String {
    let now = Timestamp::from_ms(browser::now_ms() as u64);
    if day_of(now) <= at.as_ms() as i64 {
        return Local::from(at).time();
    }
    let options = js_sys::Object::new();
    for (part, form) in [("day", "numeric"), ("month", "short")] {
        let _ = js_sys::Reflect::set(&options, &part.into(), &form.into());
    }
    date(at).to_locale_date_string(words().tag, &options).into()
}

/// All of it, for whoever points at the short one.
#[must_use]
pub fn exact(at: Timestamp) -> String {
    date(at).to_locale_string(words().tag, &JsValue::UNDEFINED).into()
}

fn date(at: Timestamp) -> js_sys::Date {
    js_sys::Date::new(&(at.as_ms() as f64).into())
}
