//! A reply is a quote of the first line, with a link back: text like any other, which a reader without
//! this app can read too. The link names no host, since a site may have several.

use super::{Block, parse, plain::words};

/// A quote with its link is at most so many characters, two lines on a phone; but so many of them are
/// quoted, however long the names are.
const LONGEST: usize = 54;
const SHORTEST: usize = 16;

/// `> [name](link): first line`, and a line to write on; `link` is the message's address on this site.
#[must_use]
pub fn reply(name: &str, link: &str, text: &str) -> String {
    let name: String = name.chars().filter(|c| !"[]`\\".contains(*c)).collect();
    let name = if name.trim().is_empty() { "…" } else { name.trim() };
    let head = ["> [", name, "](", link, "): "].concat();
    let room = LONGEST.saturating_sub(head.len()).max(SHORTEST);
    [&*head, &first_line(text, room), "\n"].concat()
}

/// What a message says first in words of its own, not what it quotes; at most `longest` characters of it.
fn first_line(text: &str, longest: usize) -> String {
    let mut blocks = parse(text, "").into_iter();
    let line = blocks.find_map(|block| match block {
        Block::Lines(spans) | Block::Heading(spans) => Some(words(&spans, "`")),
        Block::Code(code) => code
            .lines()
            .find(|line| !line.trim().is_empty())
            .map(|line| ["`", line.trim(), "`"].concat()),
        Block::List { items, .. } => items.first().map(|item| words(&item.spans, "`")),
        Block::Quote(_) | Block::Rule => None,
    });
    let line = line.unwrap_or_default();
    let mut line = line.trim();
    let mut rest = "";
    if let Some((first, _)) = line.split_once('\n') {
        (line, rest) = (first.trim_end(), "…");
    }
    if let Some((at, _)) = line.char_indices().nth(longest) {
        // Not in the midst of a word, if there is a space to be found.
        let cut = line[..at].rfind(' ').filter(|space| *space > at / 2).unwrap_or(at);
        (line, rest) = (&line[..cut], "…");
    }
    [line, rest].concat()
}
