//! What the keys of the place to write do to its text. A browser counts a field's characters in UTF-16,
//! Rust in bytes, so both ways between them are here.

/// From so many lines on, or so many characters in several lines, what is pasted looks like code.
const LONG_LINES: usize = 8;
const LONG_CHARS: usize = 500;

/// A change of the text: what stands from `start` to `end` (in UTF-16) gives way to `text`, and then
/// `select` is selected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What stands there then.
    pub text: String,
    /// What is selected then, from and to.
    pub select: (u32, u32),
}

/// Bytes of the text before so many UTF-16 units.
#[must_use]
pub fn to_bytes(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    let mut chars = text.char_indices();
    let end = chars.find(|(_, c)| {
        let over = left < c.len_utf16();
        left = left.saturating_sub(c.len_utf16());
        over
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// UTF-16 units of a text.
#[must_use]
pub fn units(text: &str) -> u32 {
    text.chars().map(char::len_utf16).sum::<usize>() as u32
}

/// Puts a sign around what is selected, or takes it off again; where nothing is selected and the caret stands
/// before the sign that ends what was begun, goes behind that. `start` and `end` are in UTF-16.
#[must_use]
pub fn wrap(text: &str, start: u32, end: u32, sign: &str) -> Edit {
    let (from, to) = (to_bytes(text, start), to_bytes(text, end));
    let (inner, width) = (&text[from..to], units(sign));
    let outside = text[..from].ends_with(sign) && text[to..].starts_with(sign);
    // Two stars end in one: bold is not italic.
    let is_more = sign == "*" && text[..from].ends_with("**") && !text[..from].ends_with("***");
    if outside && !is_more {
        let select = (start - width, end - width);
        return Edit { start: start - width, end: end + width, text: inner.to_owned(), select };
    }
    let word_before = text.as_bytes()[..from].last().is_some_and(|byte| *byte > b' ');
    if inner.is_empty() && word_before && text[to..].starts_with(sign) {
        let behind = end + width;
        return Edit { start, end: behind, text: sign.to_owned(), select: (behind, behind) };
    }
    let text = [sign, inner, sign].concat();
    Edit { start, end, text, select: (start + width, end + width) }
}

/// Whether a pasted text is long enough, and in lines, that it may be meant as code; one that holds
/// fences already is made up.
#[must_use]
pub fn looks_like_code(pasted: &str) -> bool {
    let lines = pasted.trim().split('\n').count();
    let is_long = lines > LONG_LINES || lines > 1 && pasted.chars().count() > LONG_CHARS;
    is_long && !pasted.contains("```")
}

/// Makes a block of code of `pasted`, where it stands in the text last; `None` when it is not there any
/// more.
#[must_use]
pub fn fence(text: &str, pasted: &str) -> Option<Edit> {
    let from = text.rfind(pasted)?;
    let to = from + pasted.len();
    let before = if from == 0 || text[..from].ends_with('\n') { "" } else { "\n" };
    let after = if text[to..].starts_with('\n') { "" } else { "\n" };
    let code = pasted.trim_matches('\n');
    let block = [before, "```\n", code, "\n```", after].concat();
    let (start, end) = (units(&text[..from]), units(&text[..to]));
    let caret = start + units(&block) + u32::from(after.is_empty());
    Some(Edit { start, end, text: block, select: (caret, caret) })
}
