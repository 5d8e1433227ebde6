//! A text that was found, as it is shown: the part that matters, with the words that were meant marked.

use tidings_shared::markdown::is_word;

use crate::text::plain;

/// About how many bytes of a text are shown, and how many of them before the first word that was
/// found.
const SHOWN: usize = 280;
const BEFORE: usize = 80;

/// A text that was found, as it is shown: the part around the first word that was meant, cut where
/// it is long, in pieces that are marked or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Excerpt<'a> {
    /// Something was left out before it.
    pub cut_before: bool,
    /// Its pieces, and whether each is what was looked for.
    pub pieces: Vec<(&'a str, bool)>,
    /// Something was left out behind it.
    pub cut_behind: bool,
}

/// A text as it reads, and what was `found` in it likewise.
#[must_use]
pub fn readable(text: &str, found: &[String]) -> (String, Vec<String>) {
    (plain(text), found.iter().map(|word| plain(word)).collect())
}

/// The part of a text in which `found` stands.
#[must_use]
pub fn excerpt<'a>(text: &'a str, found: &[String]) -> Excerpt<'a> {
    let marks = marks(text, found);
    let (mut from, mut to) = (0, text.len());
    if text.len() > SHOWN {
        let first = marks.first().map_or(0, |mark| mark.0);
        from = word_begin(text, first.saturating_sub(BEFORE).min(text.len() - SHOWN), first);
        to = boundary(text, from + SHOWN);
        // Not in the middle of what is marked.
        to = marks.iter().find(|mark| mark.0 < to && to < mark.1).map_or(to, |mark| mark.1);
    }
    let (mut pieces, mut at) = (Vec::new(), from);
    for (begin, end) in marks.into_iter().filter(|&(begin, end)| begin >= from && end <= to) {
        if begin > at {
            pieces.push((&text[at..begin], false));
        }
        pieces.push((&text[begin..end], true));
        at = end;
    }
    if at < to {
        pieces.push((&text[at..to], false));
    }
    Excerpt { cut_before: from > 0, pieces, cut_behind: to < text.len() }
}

/// Where the words stand, in order and apart.
fn marks(text: &str, found: &[String]) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for word in found.iter().filter(|word| !word.is_empty()) {
        for (begin, _) in text.match_indices(&**word) {
            let end = begin + word.len();
            // A word, and not a part of another; where words aren't parted, any place is one.
            let parts = |c: Option<char>| c.is_none_or(|c| !is_word(c));
            let alone =
                parts(text[..begin].chars().next_back()) && parts(text[end..].chars().next());
            if alone || word.chars().next().is_some_and(|c| c >= '\u{2E80}') {
                let place = marks.partition_point(|mark| *mark < (begin, end));
                marks.insert(place, (begin, end));
            }
        }
    }
    marks.dedup_by(|next, kept| {
        let overlap = next.0 < kept.1;
        if overlap {
            kept.1 = kept.1.max(next.1);
        }
        overlap
    });
    marks
}

/// The end of the character in which `at` lies.
fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// The first beginning of a word at or behind `at`, and before `limit`.
fn word_begin(text: &str, at: usize, limit: usize) -> usize {
    let at = boundary(text, at);
    if at == 0 {
        return 0;
    }
    let part = text.get(at..limit).unwrap_or_default();
    part.find(char::is_whitespace).map_or(at, |blank| at + blank + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, found: &[&str]) -> String {
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        let excerpt = excerpt(text, &found);
        let mut out = String::new();
        for (piece, marked) in excerpt.pieces {
            out += &if marked { format!("[{piece}]") } else { piece.to_owned() };
        }
        out
    }

    #[test]
    fn words_that_were_found_are_marked_and_parts_of_others_are_not() {
        assert_eq!(
            shown("a cat, A Cat, concat", &["a", "cat", "Cat"]),
            "[a] [cat], A [Cat], concat"
        );
        assert_eq!(shown("disk is full", &["disk is full", "is"]), "[disk is full]");
        assert_eq!(shown("ação açã", &["açã"]), "ação [açã]");
        assert_eq!(shown("私は東京に住む", &["東", "京"]), "私は[東][京]に住む");
        assert_eq!(shown("<b>x</b>", &["b"]), "<[b]>x</[b]>");
        assert_eq!(shown("plain", &[]), "plain");
    }

    #[test]
    fn what_was_found_is_marked_in_the_text_as_it_reads() {
        for (text, found, marked) in [
            ("the **disk** is `full`", &["disk", "full"][..], "the [disk] is [full]"),
            ("> the *disk*\nwhich?", &["disk"], "“the [disk]”\nwhich?"),
            ("disk **is** full", &["disk **is** full"], "[disk is full]"),
            ("[log](https://a.b/disk) of disk", &["disk"], "log of [disk]"),
            ("**all** of it", &[], "all of it"),
        ] {
            let words: Vec<_> = found.iter().map(ToString::to_string).collect();
            let (text, words) = readable(text, &words);
            let words: Vec<_> = words.iter().map(|word| &**word).collect();
            assert_eq!(shown(&text, &words), marked);
        }
    }

    #[test]
    fn a_long_text_is_shown_around_what_was_found() {
        let text = format!("{} needle {}", "é wörd ".repeat(300), "behind ".repeat(300));
        let found = ["needle".to_owned()];
        let excerpt = excerpt(&text, &found);
        assert!(excerpt.cut_before && excerpt.cut_behind);
        let size: usize = excerpt.pieces.iter().map(|(piece, _)| piece.len()).sum();
        assert!((SHOWN - 4..=SHOWN + 4).contains(&size), "{size}");
        assert_eq!(excerpt.pieces[1], ("needle", true));
        let at_the_end = format!("{}needle", "é ".repeat(1000));
        assert!(shown(&at_the_end, &["needle"]).ends_with("[needle]"));
        assert!(shown(&"é".repeat(2000), &[]).starts_with("éé"));
    }
}
