//! Which signs were meant as signs. The parser toggles emphasis at every star; people also multiply,
//! write globs and paste addresses. So a line goes past here first: by CommonMark's rules for what can
//! begin and end emphasis, each sign that has a partner stays, and each other is escaped.
//!
//! A message holds no control characters, so three of them are used as notes between here and what
//! reads the parser's answer; [`unguard`] takes them out again.

use tidings_shared::markdown::{ESCAPABLE, closing, is_punctuation, link};

/// Means nothing. It stands behind each sign that is meant, since the parser waits for one more
/// character before it decides.
pub(super) const NOTHING: char = '\u{1}';
/// The next character leads nowhere: it was escaped.
pub(super) const LITERAL: char = '\u{2}';
/// A backtick within code.
const TICK: char = '\u{3}';

/// Something in a line that is not just text.
enum Sign {
    /// A sign of emphasis; whether it can begin and end it, and what it does.
    Mark { kind: usize, opens: bool, closes: bool, does: Option<bool> },
    /// Code; the bytes of what is in it.
    Code(usize, usize),
    /// A link or a sign without a meaning: as it stands.
    Kept,
    /// A backslash and what it escapes.
    Escape,
}

/// Writes a line so that the parser sees the signs that are meant, and no others.
pub(super) fn guard(line: &str, out: &mut String) {
    let mut signs = signs(line);
    pair(&mut signs);
    let mut depth = [0; 3];
    let mut done = 0;
    for (start, end, sign) in signs {
        literally(&line[done..start], out);
        match sign {
            Sign::Mark { kind, does: Some(opens), .. } => {
                let (style, written) = [(0, "*"), (1, "**"), (0, "*"), (1, "**"), (2, "~~")][kind];
                // Emphasis within emphasis is emphasis: the parser would take it away.
                let before = depth[style];
                depth[style] = if opens { before + 1 } else { before - 1 };
                if before.min(depth[style]) == 0 {
                    out.push_str(written);
                    out.push(NOTHING);
                }
            }
            Sign::Code(from, to) => {
                out.push('`');
                out.extend(line[from..to].chars().filter(|c| !is_note(*c)).map(|c| match c {
                    '`' => TICK,
                    c => c,
                }));
                out.push('`');
            }
            Sign::Escape => {
                out.push(LITERAL);
                literally(&line[start + 1..end], out);
            }
            Sign::Mark { .. } | Sign::Kept => literally(&line[start..end], out),
        }
        done = end;
    }
    literally(&line[done..], out);
}

/// What came through the parser, without the notes that only it had to see.
pub(super) fn unguard(text: &str, code: bool) -> String {
    let kept = text.chars().filter(|&c| c != NOTHING);
    kept.map(|c| if code && c == TICK { '`' } else { c }).collect()
}

fn is_note(c: char) -> bool {
    c.is_ascii_control() && c != '\t'
}

fn literally(text: &str, out: &mut String) {
    for c in text.chars().filter(|c| !is_note(*c)) {
        if matches!(c, '*' | '~' | '`' | '\\' | '|') {
            out.push('\\');
        }
        out.push(c);
    }
}

/// The signs in a line, in its order, each with where it begins and ends.
fn signs(line: &str) -> Vec<(usize, usize, Sign)> {
    let bytes = line.as_bytes();
    let mut signs = Vec::new();
    // Runs of so many backticks that were looked for in vain.
    let mut unclosed = 0u32;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let run = match byte {
            b'`' | b'*' | b'_' | b'~' => bytes[at..].iter().take_while(|&&b| b == byte).count(),
            _ => 1,
        };
        let end = at + run;
        at = match byte {
            b'\\' => {
                let escapes = bytes.get(at + 1).is_some_and(|b| ESCAPABLE.contains(b));
                // ¯\_(ツ)_/¯ has both arms.
                let is_arm = line[..at].ends_with('¯');
                if escapes {
                    signs.push((at, at + 2, if is_arm { Sign::Kept } else { Sign::Escape }));
                }
                at + 1 + usize::from(escapes)
            }
            b'`' => {
                let known = unclosed & (1 << run.min(31)) != 0;
                let close = if known { None } else { closing(bytes, end, run) };
                if let Some(close) = close {
                    let trim = &line[end..close];
                    // A space at both ends is there for a backtick beside it.
                    let spare = trim.len() > 2 && trim.starts_with(' ') && trim.ends_with(' ');
                    let spare = usize::from(spare);
                    signs.push((at, close + run, Sign::Code(end + spare, close - spare)));
                    close + run
                } else {
                    unclosed |= 1 << run.min(31);
                    end
                }
            }
            b'*' | b'_' | b'~' => {
                marks(line, at, run, &mut signs);
                end
            }
            b'[' | b'h' | b'H' | b'm' | b'M' => match link(line, at) {
                Some(link) => {
                    signs.push((at, link.end, Sign::Kept));
                    link.end
                }
                None => at + 1,
            },
            _ => at + 1,
        };
    }
    signs
}

/// The signs of emphasis in a run of one character, by CommonMark's rules of flanking.
fn marks(line: &str, at: usize, run: usize, signs: &mut Vec<(usize, usize, Sign)>) {
    let byte = line.as_bytes()[at];
    let before = line[..at].chars().next_back().unwrap_or(' ');
    let after = line[at + run..].chars().next().unwrap_or(' ');
    let is_free = |c: char| c.is_whitespace() || is_punctuation(c);
    let left = !after.is_whitespace() && (!is_punctuation(after) || is_free(before));
    let right = !before.is_whitespace() && (!is_punctuation(before) || is_free(after));
    let (opens, closes) = match byte {
        // Within a word it is a part of the word.
        b'_' => {
            (left && (!right || is_punctuation(before)), right && (!left || is_punctuation(after)))
        }
        _ => (left, right),
    };
    let base = if byte == b'_' { 2 } else { 0 };
    let kinds: &[usize] = match (byte, run) {
        (b'~', 2) => &[4],
        (b'~', _) => &[],
        (_, 1) => &[base],
        (_, 2) => &[base + 1],
        (_, 3) => &[base + 1, base],
        _ => &[],
    };
    let mut at = at;
    for &kind in kinds {
        let length = [1, 2, 1, 2, 2][kind];
        signs.push((at, at + length, Sign::Mark { kind, opens, closes, does: None }));
        at += length;
    }
}

/// Finds each sign's partner: the nearest before it of its kind. Each kind is looked at alone, since the
/// parser lets them overlap.
fn pair(signs: &mut [(usize, usize, Sign)]) {
    let mut open: [Option<usize>; 5] = [None; 5];
    for at in 0..signs.len() {
        let Sign::Mark { kind, opens, closes, .. } = signs[at].2 else { continue };
        let mut set = |at: usize, opens: bool| {
            if let Sign::Mark { does, .. } = &mut signs[at].2 {
                *does = Some(opens);
            }
        };
        match open[kind].take() {
            Some(partner) if closes => {
                set(partner, true);
                set(at, false);
            }
            earlier => open[kind] = if opens { Some(at) } else { earlier },
        }
    }
}
