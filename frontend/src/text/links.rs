//! What in a text leads somewhere or stands for something else: addresses, `[links](to)`, `@names`,
//! `#rooms` and `:emoji:`.

use tidings_shared::{
    fold,
    markdown::{begins, is_word, link},
};

use super::{Span, Style, What, emoji, guard::LITERAL};

/// How far a name goes that a text begins with and that needs no list to be known. `@anabel` and `@ana-b`
/// are somebody else; `@ana-` ends a clause.
fn simple(text: &str) -> usize {
    let end = text.find(|c: char| !is_word(c) && !"-.".contains(c)).unwrap_or(text.len());
    text[..end].trim_end_matches(['-', '.']).len()
}

/// Whether it takes a list to know the name in a text: it holds a blank, or another sign that ends one.
#[must_use]
pub fn needs_a_list(name: &str) -> bool {
    simple(name) < name.len()
}

/// The name behind an `@`: the longest of those that are known, or as far as a name goes that needs no
/// list, so that all readers see the same. Answers its length, and whether the reader is called, who is the
/// first of `names`.
fn mentioned(rest: &str, names: &str) -> Option<(usize, bool)> {
    let mut longest = if rest.starts_with(is_word) { simple(rest) } else { 0 };
    let mut me = false;
    for (nth, name) in names.split('\n').enumerate() {
        if let Some(length) = known(rest, name).filter(|&length| simple(&rest[length..]) == 0) {
            me |= nth == 0;
            longest = longest.max(length);
        }
    }
    (longest > 0).then_some((longest, me))
}

/// How far a name goes that a text begins with; case and accents don't count.
fn known(text: &str, name: &str) -> Option<usize> {
    let name = fold(name);
    let (mut left, mut length) = (&*name, 0);
    for c in text.chars() {
        // An accent that stands behind its letter folds to nothing.
        let Some(after) = left.strip_prefix(&*fold(c.encode_utf8(&mut [0; 4]))) else { break };
        (left, length) = (after, length + c.len_utf8());
    }
    (left.is_empty() && !name.is_empty()).then_some(length)
}

/// The room behind a `#`. A number alone is more often the number of something.
fn room(rest: &str) -> Option<usize> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let name = rest.split(|c: char| !plain(c)).next()?.trim_end_matches('-');
    let holds = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.contains(|c: char| c.is_ascii_lowercase())
        && !rest[name.len()..].starts_with(is_word);
    holds.then_some(name.len())
}

/// Puts text of one style to what there is: what leads somewhere by itself, the rest as text.
pub(super) fn scan(text: &str, style: Style, names: &str, out: &mut Vec<Span>) {
    let (mut done, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at + c.len_utf8()..];
        let found = match c {
            LITERAL => {
                let next = rest.chars().next().map_or(0, char::len_utf8);
                Some((at + 1 + next, What::Text(rest[..next].to_owned())))
            }
            '[' | 'h' | 'H' | 'm' | 'M' => link(text, at).map(|link| {
                let label = link.label.replace(LITERAL, "");
                (link.end, What::Link { href: link.href.to_owned(), label })
            }),
            '@' if begins(text, at) => mentioned(rest, names).map(|(length, me)| {
                (at + 1 + length, What::Mention { name: rest[..length].to_owned(), me })
            }),
            '#' if begins(text, at) => {
                room(rest).map(|length| (at + 1 + length, What::Room(rest[..length].to_owned())))
            }
            // `std::heart::x` is a path, and what stands right behind an emoji may be another.
            ':' if begins(text, at) && (done == at || !text[..at].ends_with(':')) => {
                let name = rest.split(':').next().unwrap_or_default();
                let ends =
                    rest.get(name.len() + 1..).is_some_and(|rest| !rest.starts_with(is_word));
                let sign = if ends { emoji::sign(name) } else { None };
                sign.map(|sign| (at + name.len() + 2, What::Text(sign.to_owned())))
            }
            _ => None,
        };
        match found {
            None => at += c.len_utf8(),
            Some((end, what)) => {
                push_text(out, style, &text[done..at]);
                push(out, style, what);
                (done, at) = (end, end);
            }
        }
    }
    push_text(out, style, &text[done..]);
}

/// Puts one more thing to what there is.
pub(super) fn push(out: &mut Vec<Span>, style: Style, what: What) {
    match what {
        What::Text(text) => push_text(out, style, &text),
        what => out.push(Span { style, what }),
    }
}

/// Puts text to what there is, in one piece with text that looks alike.
pub(super) fn push_text(out: &mut Vec<Span>, style: Style, more: &str) {
    match out.last_mut() {
        _ if more.is_empty() => {}
        Some(Span { style: same, what: What::Text(text) }) if *same == style => text.push_str(more),
        _ => out.push(Span { style, what: What::Text(more.to_owned()) }),
    }
}
