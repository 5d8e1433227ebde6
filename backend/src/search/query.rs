//! What a search asks for, as somebody types it: words, `"phrases"` and filters. Nothing that is typed
//! is a mistake of grammar; only a filter whose value can't be one is refused.

use std::str::FromStr;

use tidings_shared::{RoomName, Timestamp, Username, name::NameError};

use super::words;
use crate::error::Error;

/// The most that may be typed.
const MAX_BYTES: usize = 512;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// What every refusal of a whole query says.
const ALLOWED: &str = "q takes words, a \"phrase\", from:NAME, in:ROOM, before:DATE and after:DATE, at most 512 bytes";

/// A search, parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// What the text must hold, in FTS5's language; none where only filters are given.
    pub words: Option<String>,
    /// Who said it.
    pub from: Option<Username>,
    /// Where it was said.
    pub room: Option<RoomName>,
    /// Not earlier than this, in milliseconds since 1970-01-01T00:00:00Z.
    pub since: u64,
    /// Earlier than this, likewise.
    pub until: u64,
}

/// A part of what was typed.
#[derive(PartialEq, Eq, Debug)]
enum Part<'a> {
    Word(&'a str),
    Phrase(&'a str),
    Filter(Filter, &'a str),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Filter {
    From,
    In,
    Before,
    After,
}

impl FromStr for Filter {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        let names = [
            ("from", Self::From),
            ("in", Self::In),
            ("before", Self::Before),
            ("after", Self::After),
        ];
        let known = names.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(s));
        known.map(|(_, filter)| filter).ok_or(())
    }
}

impl FromStr for Query {
    type Err = Error;

    /// Errors are 422, with what is allowed.
    fn from_str(typed: &str) -> Result<Self, Error> {
        if typed.len() > MAX_BYTES {
            return Err(Error::refused(format!("q is {} bytes; {ALLOWED}", typed.len())));
        }
        let (mut terms, mut from, mut room) = (Vec::new(), None, None);
        let (mut since, mut until) = (None, None);
        for part in parts(typed) {
            match part {
                Part::Word(word) => terms.push((word, false)),
                Part::Phrase(phrase) => terms.push((phrase, true)),
                Part::Filter(Filter::From, value) => once("from:", &mut from, sender(value)?)?,
                Part::Filter(Filter::In, value) => once("in:", &mut room, value.parse()?)?,
                Part::Filter(Filter::Before, value) => {
                    once("before:", &mut until, day("before", value)?)?;
                }
                Part::Filter(Filter::After, value) => {
                    once("after:", &mut since, day("after", value)? + DAY_MS)?;
                }
            }
        }
        let words = words::expression(&terms);
        let filtered = from.is_some() || room.is_some() || since.is_some() || until.is_some();
        if words.is_none() && !filtered {
            return Err(Error::refused(format!("q has no word in it; {ALLOWED}")));
        }
        let (since, until) = (since.unwrap_or(0), until.unwrap_or(u64::MAX));
        Ok(Self { words, from, room, since, until })
    }
}

impl Query {
    /// The same in one room, as `in:` would have it.
    ///
    /// # Errors
    ///
    /// 422 if `in:` names another room.
    pub fn within(mut self, room: RoomName) -> Result<Self, Error> {
        match self.room.replace(room) {
            Some(other) if Some(&other) != self.room.as_ref() => {
                Err(Error::refused("room and in: name two rooms; name one, or leave both out"))
            }
            _ => Ok(self),
        }
    }
}

fn once<T>(name: &str, field: &mut Option<T>, value: T) -> Result<(), Error> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::refused(format!("{name} is given twice; give it once"))),
    }
}

/// The server is a sender too, whose name nobody else may take.
fn sender(value: &str) -> Result<Username, NameError> {
    match value.parse() {
        Err(NameError::UsernameReserved) => Ok(Username::server()),
        other => other,
    }
}

/// When a day begins, in UTC.
fn day(name: &str, value: &str) -> Result<u64, Error> {
    let shape = value.len() == 10
        && value.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let begin = format!("{value}T00:00:00Z").parse::<Timestamp>().ok().filter(|_| shape);
    begin.map(Timestamp::as_ms).ok_or_else(|| {
        Error::refused(format!("{name}:{value} is no day; write it as {name}:2026-11-23"))
    })
}

fn parts(typed: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = typed;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(blank);
        if rest.is_empty() {
            return None;
        }
        if let Some(phrase) = quoted(&mut rest) {
            return Some(Part::Phrase(phrase));
        }
        let end = rest.find(|c| blank(c) || matches!(c, '"' | ':')).unwrap_or(rest.len());
        if let Some(value) = rest[end..].strip_prefix(':')
            && let Ok(filter) = rest[..end].parse()
        {
            rest = value;
            let value = quoted(&mut rest).unwrap_or_else(|| bare(&mut rest));
            return Some(Part::Filter(filter, value));
        }
        Some(Part::Word(bare(&mut rest)))
    })
}

/// What stands between two quotation marks, or between one and the end.
fn quoted<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let inner = rest.strip_prefix('"')?;
    let (phrase, behind) = inner.split_once('"').unwrap_or((inner, ""));
    *rest = behind;
    Some(phrase)
}

/// Up to the next blank or quotation mark.
fn bare<'a>(rest: &mut &'a str) -> &'a str {
    let end = rest.find(|c| blank(c) || c == '"').unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    *rest = behind;
    word
}

/// No text holds a control character but newline and tab, so that none needs to be looked for.
fn blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> Query {
        typed.parse().unwrap_or_else(|e: Error| panic!("{typed:?}: {}", e.detail()))
    }

    fn refused(typed: &str) -> String {
        let error = typed.parse::<Query>().expect_err(typed);
        assert_eq!(error.status(), 422);
        error.detail().to_owned()
    }

    #[test]
    fn what_is_typed_falls_into_words_phrases_and_filters() {
        use Part::{Filter as F, Phrase, Word};
        for (typed, wanted) in [
            ("", vec![]),
            (" \t\0 ", vec![]),
            ("a  b", vec![Word("a"), Word("b")]),
            ("a\0b", vec![Word("a"), Word("b")]),
            ("\"a b\" c", vec![Phrase("a b"), Word("c")]),
            ("\"a b", vec![Phrase("a b")]),
            ("a\"b c\"d", vec![Word("a"), Phrase("b c"), Word("d")]),
            ("\"\"\"", vec![Phrase(""), Phrase("")]),
            ("from:ana", vec![F(Filter::From, "ana")]),
            ("FROM:ana", vec![F(Filter::From, "ana")]),
            ("from:\"Ana B\"c", vec![F(Filter::From, "Ana B"), Word("c")]),
            ("from:\"Ana B", vec![F(Filter::From, "Ana B")]),
            ("from: ana", vec![F(Filter::From, ""), Word("ana")]),
            ("in:ops:2", vec![F(Filter::In, "ops:2")]),
            ("http://x/ a:b from", vec![Word("http://x/"), Word("a:b"), Word("from")]),
            ("\"from:ana\"", vec![Phrase("from:ana")]),
            (":", vec![Word(":")]),
        ] {
            assert_eq!(parts(typed).collect::<Vec<_>>(), wanted, "{typed:?}");
        }
    }

    #[test]
    fn filters_are_names_rooms_and_days() {
        let query = parsed("from:\"Ana B\" in:ops before:2026-11-01 after:2026-10-01");
        assert_eq!(query.from.unwrap().as_str(), "Ana B");
        assert_eq!(query.room.unwrap().as_str(), "ops");
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_ms();
        assert_eq!(query.since, ms("2026-10-02T00:00:00Z"), "the day itself is left out");
        assert_eq!(query.until, ms("2026-11-01T00:00:00Z"), "as it is here");
        assert_eq!(query.words, None);
        assert_eq!(parsed("from:Chat-Room").from, Some(Username::server()));
        assert_eq!(parsed("from:Jose\u{301}").from.unwrap().as_str(), "José");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_is_allowed() {
        for nothing in ["", " ", "\"\"", "\"", "-", "* ( ) :", "\0", "\u{1}"] {
            assert!(refused(nothing).contains("q takes words"), "{nothing:?}");
        }
        assert!(refused(&"x".repeat(513)).contains("q is 513 bytes"));
        parsed(&"x".repeat(512));
        for (typed, sentence) in [
            ("from:", "takes 1 to 32"),
            ("from:\"\"", "takes 1 to 32"),
            ("in:Ops", "1 to 64 of a-z"),
            ("in:", "1 to 64 of a-z"),
            ("from:a from:b", "from: is given twice"),
            ("before:2026-01-01 before:2026-01-01", "before: is given twice"),
        ] {
            assert!(refused(typed).contains(sentence), "{typed:?}");
        }
        for day in ["", "x", "2026-13-01", "2026-02-30", "2026-1-1", "+026-01-01", "2026-01-01T"] {
            assert!(refused(&format!("after:{day}")).contains("after:2026-11-23"), "{day:?}");
        }
    }

    #[test]
    fn a_room_is_named_once_or_twice_the_same() {
        let ops: RoomName = "ops".parse().unwrap();
        assert_eq!(parsed("x").within(ops.clone()).unwrap().room, Some(ops.clone()));
        assert_eq!(parsed("x in:ops").within(ops.clone()).unwrap().room, Some(ops.clone()));
        assert!(parsed("x in:dev").within(ops).is_err());
    }
}
