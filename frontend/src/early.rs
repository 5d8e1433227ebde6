//! What was written while the app was on its way. The page itself took it (`frontend/early.js`), and hands
//! it over once, just before the app takes its place.

use js_sys::Array;
use tidings_shared::{RoomName, Text};
use wasm_bindgen::JsValue;

use crate::{browser, hooks};

/// What somebody wrote before the app was there.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Early {
    /// What is begun.
    pub draft: String,
    /// What is to be sent, in the order of writing.
    pub sent: Vec<Text>,
}

impl Early {
    /// Takes it over from the page, which shows this room. The page keeps all of it as the room's draft until
    /// the app has written what is to be sent (`use_early`).
    #[must_use]
    pub fn take(room: &RoomName) -> Self {
        let Some(texts) = browser::ask(&browser::window(), "early", &JsValue::UNDEFINED) else {
            // Another page than the app's own, as in tests.
            return Self { draft: hooks::draft(room), sent: Vec::new() };
        };
        Self::of(Array::from(&texts).iter().filter_map(|text| text.as_string()))
    }

    /// The first of the texts is the one that is begun. One that breaks a rule can't be sent: it is begun
    /// again, so that who wrote it is told why.
    fn of(mut texts: impl Iterator<Item = String>) -> Self {
        let mut early = Self::default();
        let begun = texts.next().unwrap_or_default();
        for text in texts {
            match text.parse() {
                Ok(text) => early.sent.push(text),
                Err(_) => early.draft = early.draft + &text + "\n",
            }
        }
        early.draft += &begun;
        early
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_goes_out_and_what_was_begun_goes_on() {
        let early = Early::of(["and th", "one", "two"].map(String::from).into_iter());
        assert_eq!(early.draft, "and th");
        let sent: Vec<_> = early.sent.iter().map(Text::as_str).collect();
        assert_eq!(sent, ["one", "two"]);
        assert_eq!(Early::of(std::iter::empty()), Early::default());
    }

    #[test]
    fn what_breaks_a_rule_is_not_lost() {
        let long = "x".repeat(Text::MAX_BYTES + 1);
        let early = Early::of(["begun".into(), long.clone(), "good".into()].into_iter());
        assert_eq!(early.draft, format!("{long}\nbegun"));
        assert_eq!(early.sent.len(), 1);
    }
}
