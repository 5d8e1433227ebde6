//! Every word that the app itself says, one file a language: [`en`] is the first, and a new language is
//! another file beside it and a line in [`LANGUAGES`]. The compiler sees to it that none is forgotten.
//!
//! Each part of the page has a struct of its own. What depends on a value is a function: languages
//! differ in the order of words and in how they count.

mod en;
mod listening;
mod pt;

use std::cell::Cell;

pub use listening::{Failing, Listening, Mode, Panel, People};

/// All of one language's words.
#[derive(Debug)]
pub struct Words {
    /// BCP 47, as in the page's `lang`.
    pub tag: &'static str,
    /// What the language calls itself.
    pub name: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    /// What went wrong on the way to the server.
    pub failing: Failing,
    /// How the tab listens, and what that costs.
    pub listening: Listening,
    /// The conversation.
    pub log: Log,
    /// The side with the tab's controls.
    pub panel: Panel,
    /// Who is here and who is writing.
    pub people: People,
}

/// The conversation's words.
#[derive(Debug)]
pub struct Log {
    /// Over an empty room.
    pub nothing_yet: fn(&str) -> String,
    /// So many messages are below, unseen.
    pub new_below: fn(usize) -> String,
}

/// The languages there are, by [`Words::tag`].
pub const LANGUAGES: [&Words; 2] = [&en::WORDS, &pt::WORDS];

thread_local! {
    static CHOSEN: Cell<&'static Words> = const { Cell::new(&en::WORDS) };
}

/// The chosen language's words; English until one is chosen.
#[must_use]
pub fn words() -> &'static Words {
    CHOSEN.get()
}

/// Chooses the first language that is known of those that are `wanted`, best first; a region is no
/// hindrance (`pt-BR` is `pt`). Without any, English stays.
pub fn choose<'a>(wanted: impl IntoIterator<Item = &'a str>) {
    let primary = |tag: &'a str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let known = |tag: &'a str| {
        let tag = primary(tag);
        LANGUAGES.into_iter().find(|words| words.tag == tag)
    };
    if let Some(words) = wanted.into_iter().find_map(known) {
        CHOSEN.set(words);
    }
}

/// `a, b and c`; `and` comes with its spaces.
fn join(parts: &[String], and: &str) -> String {
    let mut joined = String::new();
    for (n, part) in parts.iter().enumerate() {
        joined.push_str(match parts.len() - n {
            _ if n == 0 => "",
            1 => and,
            _ => ", ",
        });
        joined.push_str(part);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_known_is_spoken() {
        assert_eq!(words().tag, "en");
        choose(["de-DE", "pt-BR", "en"]);
        assert_eq!(words().tag, "pt");
        choose(["tlh"]);
        assert_eq!(words().tag, "pt", "nothing that is known changes nothing");
        choose(["EN-gb"]);
        assert_eq!(words().tag, "en");
    }

    #[test]
    fn parts_are_joined_as_one_speaks() {
        let parts = ["a", "b", "c"].map(String::from);
        assert_eq!(join(&parts, " and "), "a, b and c");
        assert_eq!(join(&parts[..2], " and "), "a and b");
        assert_eq!(join(&parts[..1], " and "), "a");
    }
}
