//! What both ends have to know of a text's Markdown: where links are, and where code is. The browser
//! shows it; the server leaves out of its index what nobody sees.

use std::ops::Range;

/// What a backslash takes the meaning of.
pub const ESCAPABLE: &[u8] = b"*_~`[@#:";

/// A label is at most so many bytes, an address so many: whatever begins like a link and isn't one is
/// soon seen not to be.
const LONGEST_LABEL: usize = 300;
const LONGEST_ADDRESS: usize = 2_000;

/// A link in a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link<'a> {
    /// Where it ends in the text, in bytes.
    pub end: usize,
    /// Where it leads: `http`, `https`, `mailto`, or the address of a room on this site, `/r/ops`.
    pub href: &'a str,
    /// What it is called; a bare address is called by itself.
    pub label: &'a str,
}

/// Punctuation and symbols, as far as emphasis and words are concerned. Unicode's own tables would
/// weigh more than the rest of the parser.
#[must_use]
pub fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '¡'..='©' | '«'..='±' | '´' | '¶'..='¸' | '»' | '¿' | '\u{2010}'..='\u{2BFF}'
            | '\u{3001}'..='\u{303F}' | '\u{FE00}'..='\u{FE6F}' | '\u{FF01}'..='\u{FF0F}'
            | '\u{FF1A}'..='\u{FF20}' | '\u{1F000}'..='\u{1FAFF}')
}

/// A part of a word.
#[must_use]
pub fn is_word(c: char) -> bool {
    c == '_' || !(c.is_whitespace() || c.is_ascii_control() || is_punctuation(c))
}

/// Whether something may begin at `at`: not in the midst of a word.
#[must_use]
pub fn begins(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(is_word)
}

/// The link that begins at `at` (in bytes), with a label or bare.
#[must_use]
pub fn link(text: &str, at: usize) -> Option<Link<'_>> {
    let rest = &text[at..];
    if let Some(inner) = rest.strip_prefix('[') {
        let label = &inner[..inner.bytes().take(LONGEST_LABEL).position(|b| b"[]".contains(&b))?];
        let address = inner[label.len()..].strip_prefix("](")?;
        let href = &address[..address_end(address, true)];
        let is_closed = address[href.len()..].starts_with(')');
        let holds = is_closed && !label.trim().is_empty() && leads(href) == Some(true);
        return holds.then(|| Link { end: at + label.len() + href.len() + 4, href, label });
    }
    if !begins(text, at) || leads(rest).is_none() {
        return None;
    }
    let href = trim_address(&rest[..address_end(rest, false)]);
    (leads(href) == Some(true)).then(|| Link { end: at + href.len(), href, label: href })
}

/// Whether this begins as a link does that may be followed, and goes on behind that.
fn leads(address: &str) -> Option<bool> {
    let scheme = |scheme: &str| {
        let (own, rest) = address.split_at_checked(scheme.len())?;
        own.eq_ignore_ascii_case(scheme).then_some(rest)
    };
    let named = |rest: &str| rest.chars().next().is_some_and(|c| is_word(c) || c == '[');
    let mail = |rest: &str| rest.split_once('@').is_some_and(|(a, b)| named(a) && named(b));
    scheme("https://")
        .or_else(|| scheme("http://"))
        .or_else(|| scheme("/r/"))
        .map(named)
        .or_else(|| scheme("mailto:").map(mail))
}

/// How far an address goes: to a space or what stands around one, and to the bracket that closes it
/// where it stands in brackets.
fn address_end(text: &str, in_brackets: bool) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if in_brackets && depth == 0 => return at,
            ')' => depth -= 1,
            '<' | '>' | '"' | '`' | '\\' => return at,
            _ => {}
        }
        // What parses further puts notes of its own into a text, which are control characters.
        if c.is_whitespace() || c.is_ascii_control() || at > LONGEST_ADDRESS {
            return at;
        }
    }
    text.len()
}

/// Without what ends the sentence around it, and a bracket that was opened before it.
fn trim_address(address: &str) -> &str {
    let mut address = address;
    let count = |text: &str, sign: char| text.matches(sign).count();
    let mut spare = count(address, ')').saturating_sub(count(address, '('));
    while let Some(last) = address.chars().next_back() {
        match last {
            ')' if spare > 0 => spare -= 1,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | ']' | '}' | '…' | '’' =>
                {}
            _ => break,
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// Three backticks begin code, unless the line itself ends it: that is code within a line.
#[must_use]
pub fn is_fence(line: &str) -> bool {
    line.trim_start().strip_prefix("```").is_some_and(|rest| !rest.contains('`'))
}

/// Whether a line ends the code that a fence began.
#[must_use]
pub fn ends_fence(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.bytes().all(|b| b == b'`')
}

/// Where a run of exactly so many backticks begins, from `at` on.
#[must_use]
pub fn closing(bytes: &[u8], mut at: usize, run: usize) -> Option<usize> {
    while at < bytes.len() {
        let found = backticks(&bytes[at..]);
        if found == run {
            return Some(at);
        }
        at += found.max(1);
    }
    None
}

fn backticks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&b| b == b'`').count()
}

/// Where a text holds what nobody sees who reads it: the addresses of links that have a label, with the signs
/// around them. In code all is seen.
#[must_use]
pub fn unseen(text: &str) -> Vec<Range<usize>> {
    let (mut out, mut begin, mut in_code) = (Vec::new(), 0, false);
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start_matches(['>', ' ']);
        if in_code {
            in_code = !ends_fence(inner);
        } else if is_fence(inner) {
            in_code = true;
        } else if line.contains("](") {
            unseen_in(line, begin, &mut out);
        }
        begin += line.len();
    }
    out
}

fn unseen_in(line: &str, begin: usize, out: &mut Vec<Range<usize>>) {
    let (bytes, mut at) = (line.as_bytes(), 0);
    while at < bytes.len() {
        at += match bytes[at] {
            b'\\' if bytes.get(at + 1).is_some_and(|b| ESCAPABLE.contains(b)) => 2,
            b'`' => {
                let run = backticks(&bytes[at..]);
                closing(bytes, at + run, run).map_or(run, |close| close + run - at)
            }
            b'[' => match link(line, at) {
                Some(Link { end, label, .. }) => {
                    out.push(begin + at + 1 + label.len()..begin + end);
                    end - at
                }
                None => 1,
            },
            _ => 1,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::unseen;

    #[test]
    fn nobody_sees_the_address_of_a_link_that_has_a_label() {
        for (text, seen) in [
            ("plain", "plain"),
            ("[the log](https://a.b/c), and [x](/r/ops#5): y", "[the log, and [x: y"),
            ("> [Ana](/r/deploys#5): **é** [é](https://é.b)\n\nyes", "> [Ana: **é** [é\n\nyes"),
            (
                "https://a.b/(c) is seen, [ ](https://a.b) too",
                "https://a.b/(c) is seen, [ ](https://a.b) too",
            ),
            (
                "`[a](https://b)` ``[a](https://b)`` ` [a](https://b)",
                "`[a](https://b)` ``[a](https://b)`` ` [a",
            ),
            ("```\n[a](https://b)\n```\n[a](https://b)", "```\n[a](https://b)\n```\n[a"),
            (
                "\\[a](https://b) [a](ftp://b) [a](https://b",
                "\\[a](https://b) [a](ftp://b) [a](https://b",
            ),
            ("\\é[a](https://b) \\\\[a](https://b)", "\\é[a \\\\[a](https://b)"),
        ] {
            let mut left = text.to_owned();
            for range in unseen(text).into_iter().rev() {
                left.replace_range(range, "");
            }
            assert_eq!(left, seen, "of {text:?}");
        }
    }
}
