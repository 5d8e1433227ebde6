//! Instants for eyes: the reader's own days and hours, in their own language. The browser knows the time
//! zone and the customs, so all of it is asked of the browser.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Intl, Object, Reflect};
use tidings_shared::Timestamp;
use wasm_bindgen::JsValue;

use crate::words::words;

/// An instant where the reader is, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Local(f64);

impl From<f64> for Local {
    fn from(ms: f64) -> Self {
        Self(ms)
    }
}

impl From<Timestamp> for Local {
    fn from(at: Timestamp) -> Self {
        Self(at.as_ms() as f64)
    }
}

/// The browser's ways to write an instant: its time, its date, both. To make one takes a hundred times as
/// long as to use it, so they are made once for each language.
struct Formats {
    language: &'static str,
    formats: [Function; 3],
}

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

impl Formats {
    fn of(language: &'static str) -> Self {
        let locales = locales(language);
        let formats = [(None, Some("short")), (Some("full"), None), (Some("full"), Some("medium"))];
        let formats = formats.map(|(date, time)| {
            let options = Object::new();
            for (key, style) in [("dateStyle", date), ("timeStyle", time)] {
                if let Some(style) = style {
                    let _ = Reflect::set(&options, &key.into(), &style.into());
                }
            }
            Intl::DateTimeFormat::new(&locales, &options).format()
        });
        Self { language, formats }
    }
}

/// The app's language, as it is written where the reader lives.
fn locales(language: &str) -> Array {
    let languages = crate::browser::window().navigator().languages();
    let own = languages
        .iter()
        .filter(|tag| tag.as_string().is_some_and(|tag| tag.split('-').next() == Some(language)));
    own.chain([JsValue::from_str(language)]).collect()
}

impl Local {
    /// `15:36`, or `3:36 PM`.
    #[must_use]
    pub fn time(&self) -> String {
        self.written(0)
    }

    /// `Monday, 23 November 2026`.
    #[must_use]
    pub fn date(&self) -> String {
        self.written(1)
    }

    /// `Monday, 23 November 2026 at 15:36:09`.
    #[must_use]
    pub fn full(&self) -> String {
        self.written(2)
    }

    fn written(self, which: usize) -> String {
        FORMATS.with_borrow_mut(|kept| {
            let language = words().tag;
            if kept.as_ref().is_none_or(|kept| kept.language != language) {
                *kept = Some(Formats::of(language));
            }
            let format = kept.as_ref().map(|kept| &kept.formats[which]);
            let written =
                format.and_then(|format| format.call1(&JsValue::UNDEFINED, &self.0.into()).ok());
            written.and_then(|written| written.as_string()).unwrap_or_default()
        })
    }
}

fn date(ms: f64) -> js_sys::Date {
    js_sys::Date::new(&ms.into())
}

thread_local! {
    /// The day that was asked for last: where it begins and where it ends.
    static DAY: Cell<(f64, f64)> = const { Cell::new((0.0, 0.0)) };
}

/// A number that is the same for all instants of one of the reader's days. A conversation asks for
/// the same day again and again, so the browser is asked once a day.
#[must_use]
pub fn day_of(at: Timestamp) -> i64 {
    let ms = at.as_ms() as f64;
    let (begin, end) = DAY.get();
    if begin <= ms && ms < end {
        return begin as i64;
    }
    let midnight = date(ms);
    midnight.set_hours(0);
    midnight.set_minutes(0);
    midnight.set_seconds(0);
    midnight.set_milliseconds(0);
    let begin = midnight.get_time();
    midnight.set_date(midnight.get_date() + 1);
    DAY.set((begin, midnight.get_time()));
    begin as i64
}
