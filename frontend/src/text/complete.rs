//! Completion while one writes: which word is begun before the caret, and what it may become.

use tidings_shared::{
    RoomName, Username, fold,
    markdown::{begins, is_word},
    timeline::Entry,
};

use super::emoji;
use crate::state::Room;

/// At most so many are offered.
const OFFERED: usize = 8;
/// As many of the newest messages are looked through for who speaks here.
const RECENT: usize = 300;

/// What a sign before a word asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `@`
    Name,
    /// `#`
    Room,
    /// `:`
    Emoji,
}

/// A word that is begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Begun<'a> {
    /// What it will be.
    pub kind: Kind,
    /// Where its sign stands, in bytes.
    pub at: usize,
    /// What of it is written, without the sign.
    pub word: &'a str,
}

/// Something that it may become.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// What is written in its place.
    pub text: String,
    /// What it is called in the list.
    pub label: String,
    /// A sign before it.
    pub sign: &'static str,
}

/// The word that is begun before the caret, `caret` in bytes. A lone sign asks for names, but neither
/// for a room nor for an emoji: those signs are common by themselves.
#[must_use]
pub fn begun(text: &str, caret: usize) -> Option<Begun<'_>> {
    let before = text.get(..caret)?;
    let fits = |c: char| is_word(c) || "-+.".contains(c);
    let word = &before[before.trim_end_matches(fits).len()..];
    let at = before.len() - word.len();
    let at = at - before[..at].chars().next_back()?.len_utf8();
    let (kind, least) = match before.as_bytes()[at] {
        b'@' => (Kind::Name, 0),
        b'#' => (Kind::Room, 1),
        b':' => (Kind::Emoji, 2),
        _ => return None,
    };
    let in_code = before.rsplit('\n').next()?.matches('`').count() % 2 == 1;
    let is_path = before[..at].ends_with(':');
    let holds = word.len() >= least && begins(text, at) && !in_code && !is_path;
    holds.then_some(Begun { kind, at, word })
}

/// What the word may become, best first: what begins so before what holds it. None, if it is all there
/// already: then Enter should do what it always does.
#[must_use]
pub fn offers(begun: &Begun<'_>, known: &[String]) -> Vec<Offer> {
    let word = fold(begun.word);
    let mut found: Vec<(bool, Offer)> = Vec::new();
    let mut offer = |name: &str, sign: &'static str, text: String| {
        let folded = fold(name);
        if let Some(place) = folded.find(&word)
            && !(word.len() == folded.len() && begun.kind != Kind::Emoji)
        {
            found.push((place > 0, Offer { text, label: name.to_owned(), sign }));
        }
    };
    match begun.kind {
        Kind::Emoji => emoji::all().for_each(|(name, sign)| offer(name, sign, sign.to_owned())),
        Kind::Name => known.iter().for_each(|name| offer(name, "@", ["@", name].concat())),
        Kind::Room => known.iter().for_each(|name| offer(name, "#", ["#", name].concat())),
    }
    let (first, second): (Vec<_>, Vec<_>) = found.into_iter().partition(|(later, _)| !later);
    first.into_iter().chain(second).map(|(_, offer)| offer).take(OFFERED).collect()
}

/// The people known in a room: who spoke last comes first, then who else is here, then who is `elsewhere`.
/// Neither oneself nor the server.
#[must_use]
pub fn names(room: &Room, elsewhere: &[(Username, RoomName)], me: &Username) -> Vec<String> {
    let spoke =
        room.timeline().end().entries().iter().rev().take(RECENT).filter_map(|entry| match entry {
            Entry::Message(message) => Some(&message.username),
            Entry::Gap(_) => None,
        });
    let here = room.people().by_name();
    let mut names: Vec<String> = Vec::new();
    let here = here.iter().map(|(name, _)| name);
    for name in spoke.chain(here).chain(elsewhere.iter().map(|(name, _)| name)) {
        let other = name != me && name.as_str() != Username::SERVER;
        if other && !names.iter().any(|known| known == name.as_str()) {
            names.push(name.to_string());
        }
    }
    names
}
