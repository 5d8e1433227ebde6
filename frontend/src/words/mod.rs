//! Every word that the app itself says, one file a language: [`en`] is the first, and a new language is
//! another file beside it and a line in [`LANGUAGES`]. The compiler sees to it that none is forgotten.
//!
//! Each part of the page has a struct of its own. What depends on a value is a function: languages
//! differ in the order of words and in how they count.

mod en;
mod pt;

use std::cell::Cell;

/// All of one language's words.
#[derive(Debug)]
pub struct Words {
    /// BCP 47, as in the page's `lang`.
    pub tag: &'static str,
    /// What the language calls itself.
    pub name: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    /// The place to write.
    pub composer: Composer,
    /// The conversation.
    pub log: Log,
    /// A message.
    pub message: Message,
}

/// The words at the place to write.
#[derive(Debug)]
pub struct Composer {
    /// What the field is.
    pub message: &'static str,
    /// In the empty field.
    pub write: &'static str,
    /// The button.
    pub send: &'static str,
    /// So many bytes are written, of so many that a message holds.
    pub bytes: fn(usize, usize) -> String,
    /// Offers to make a block of code of what was pasted.
    pub make_code: &'static str,
    /// The list of names to choose from.
    pub people: &'static str,
    /// The list of rooms to choose from.
    pub rooms: &'static str,
    /// The list of emoji to choose from.
    pub emoji: &'static str,
}

/// The conversation's words.
#[derive(Debug)]
pub struct Log {
    /// Over an empty room.
    pub nothing_yet: fn(&str) -> String,
    /// So many messages are below, unseen.
    pub new_below: fn(usize) -> String,
}

/// What stands beside a message and in it.
#[derive(Debug)]
pub struct Message {
    /// What can be done with somebody's message.
    pub actions: fn(&str) -> String,
    /// Answers it.
    pub reply: &'static str,
    /// Copies its text.
    pub copy_text: &'static str,
    /// Copies its address.
    pub copy_link: &'static str,
    /// Shows it as it was written.
    pub show_raw: &'static str,
    /// Over a message as it was written.
    pub raw: &'static str,
    /// Closes that.
    pub close: &'static str,
    /// Copies a block of code.
    pub copy: &'static str,
    /// What a button says that has copied.
    pub copied: &'static str,
    /// A block of code.
    pub code: &'static str,
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
}
