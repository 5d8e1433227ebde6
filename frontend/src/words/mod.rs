//! Every word that the app itself says, one file a language: [`en`] is the first, and a new language is
//! another file beside it and a line in [`LANGUAGES`]. The compiler sees to it that none is forgotten.
//!
//! Each part of the page has a struct of its own. What depends on a value has `{}` in its place (see
//! [`fill`]), and is chosen by a function where languages differ in how they count (see [`count_in`]).

mod en;
mod finding;
mod listening;
mod pt;

use std::cell::Cell;

pub use finding::Finding;
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
    /// The place to write.
    pub composer: Composer,
    /// What went wrong on the way to the server.
    pub failing: Failing,
    /// How the tab listens, and what that costs.
    pub listening: Listening,
    /// Finding one's way.
    pub finding: Finding,
    /// The conversation.
    pub log: Log,
    /// A message.
    pub message: Message,
    /// The side with the tab's controls.
    pub panel: Panel,
    /// Who is here and who is writing.
    pub people: People,
    /// Notices on the reader's desk.
    pub notice: Notice,
    /// What a reader chooses.
    pub settings: Settings,
}

/// The words at the place to write.
#[derive(Debug)]
pub struct Composer {
    /// What the field is.
    pub message: &'static str,
    /// In the empty field: as whom one writes.
    pub write: &'static str,
    /// The button.
    pub send: &'static str,
    /// So many bytes are written, of so many that a message holds.
    pub bytes: &'static str,
    /// Between the thousands of a number.
    pub thousands: &'static str,
    /// Offers to make a block of code of what was pasted.
    pub make_code: &'static str,
    /// What a text may not hold.
    pub rule: &'static str,
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
    /// What the log is: the messages of a room.
    pub messages_in: &'static str,
    /// Over an empty room.
    pub nothing_yet: &'static str,
    /// How one begins; a line for a terminal follows.
    pub first: &'static str,
    /// What else there is to try.
    pub second_tab: &'static str,
    /// Before the first answer about a room.
    pub coming: &'static str,
    /// At the first message of a room.
    pub beginning: &'static str,
    /// Older messages are on their way.
    pub loading_older: &'static str,
    /// Newer ones are.
    pub loading_newer: &'static str,
    /// Older messages could not be had.
    pub older_failed: &'static str,
    /// Newer ones could not.
    pub newer_failed: &'static str,
    /// On a button that tries it once more.
    pub again: &'static str,
    /// On the line where the unread begin.
    pub new: &'static str,
    /// Messages may be missing here.
    pub gap: &'static str,
    /// So many messages are new: below, or for who listens.
    pub new_messages: fn(usize) -> &'static str,
    /// So many are unread, and lie above.
    pub new_above: fn(usize) -> &'static str,
    /// Takes them as read.
    pub mark_read: &'static str,
    /// Goes to the newest message.
    pub newest: &'static str,
    /// There is no message of this number.
    pub missing: &'static str,
    /// It could not be found out.
    pub not_looked_up: &'static str,
    /// Puts a notice away.
    pub dismiss: &'static str,
    /// An own message is on its way.
    pub sending: &'static str,
    /// It waits, and why.
    pub not_sent_yet: &'static str,
    /// The server has it.
    pub kept: &'static str,
    /// The server has it, and will be asked later.
    pub kept_until_poll: &'static str,
    /// It was refused, and why.
    pub not_sent: &'static str,
    /// On a button that writes it anew.
    pub edit: &'static str,
}

/// The words of notices.
#[derive(Debug)]
pub struct Notice {
    /// Who spoke, and where.
    pub title: &'static str,
    /// So many others are worth telling.
    pub and_more: &'static str,
}

/// The words of what a reader chooses.
#[derive(Debug)]
pub struct Settings {
    /// How loud the room is.
    pub notices: &'static str,
    /// Not at all.
    pub quiet: &'static str,
    /// When the reader is called by name.
    pub mentions: &'static str,
    /// Always.
    pub all: &'static str,
    /// The reader told the browser to show none.
    pub blocked: &'static str,
    /// The page may show none, because of how it came here.
    pub no_notices: &'static str,
    /// Which language the app speaks.
    pub language: &'static str,
}

/// A sentence with `value` in the place of its `{}`, or as it is, if it has none: `1 new message`. Less to
/// download than a function for each sentence.
#[must_use]
pub fn fill(sentence: &str, value: &str) -> String {
    let Some((before, behind)) = sentence.split_once("{}") else { return sentence.into() };
    [before, value, behind].concat()
}

/// A sentence with two values in their places, in this order.
#[must_use]
pub fn fill_both(sentence: &str, first: &str, second: &str) -> String {
    let (before, behind) = sentence.split_once("{}").unwrap_or((sentence, ""));
    [before, first, &fill(behind, second)].concat()
}

/// The sentence for so many of something, with their number in the place of its `{}`.
#[must_use]
pub fn count_in(sentence: fn(usize) -> &'static str, n: usize) -> String {
    fill(sentence(n), &n.to_string())
}

/// What stands beside a message and in it.
#[derive(Debug)]
pub struct Message {
    /// What can be done with somebody's message.
    pub actions: &'static str,
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

/// `a, b and c`; `and` comes with its spaces.
#[must_use]
pub fn join(parts: &[String], and: &str) -> String {
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
    fn a_number_is_said_once_or_not_at_all() {
        for Words { log, finding, listening, .. } in LANGUAGES {
            for sentence in
                [log.new_messages, log.new_above, finding.mentions, listening.lateness_before]
            {
                let digits =
                    |n| count_in(sentence, n).chars().filter(char::is_ascii_digit).collect();
                let (one, many): (String, String) = (digits(1), digits(27));
                assert!(one == "1" || one.is_empty(), "{}", count_in(sentence, 1));
                assert_eq!(many, "27", "{}", count_in(sentence, 27));
            }
        }
        assert_eq!(count_in(en::WORDS.log.new_messages, 1), "1 new message");
        assert_eq!(fill_both("{}, {}!", "{}", "b"), "{}, b!");
    }

    #[test]
    fn parts_are_joined_as_one_speaks() {
        let parts = ["a", "b", "c"].map(String::from);
        assert_eq!(join(&parts, " and "), "a, b and c");
        assert_eq!(join(&parts[..2], " and "), "a and b");
        assert_eq!(join(&parts[..1], " and "), "a");
    }

    #[test]
    fn the_page_says_the_same_before_the_app_is_there() {
        let page = include_str!("../../../index.html");
        let early = include_str!("../../early.js");
        for (words, text, before, behind) in
            [(&en::WORDS, page, ">", "<"), (&pt::WORDS, early, ": \"", "\",\n")]
        {
            let Words { composer, panel, listening, log, finding, .. } = words;
            let menu = panel.menu[0];
            let topic = finding.add_topic;
            for word in
                [composer.message, composer.send, menu, topic, listening.connecting, log.coming]
            {
                assert!(text.contains(&[before, word, behind].concat()), "{}: {word}", words.tag);
            }
        }
        // Who one is comes with the app, behind the same word.
        assert!(page.contains("placeholder=\"Message\""));
        assert!(early.contains("placeholder = pt.label"));
        for words in LANGUAGES {
            assert!(words.composer.write.starts_with(words.composer.message));
        }
    }
}
