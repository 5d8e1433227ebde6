//! Words, as the index knows them: how texts are cut into them, how FTS5 is asked for them, and which of
//! a text's words were meant.

use rusqlite::{Connection, params};
use tidings_shared::markdown;

/// How FTS5 cuts a text: letters, digits and pictures make words; case and accents don't count.
macro_rules! tokenizer {
    () => {
        r#"tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'""#
    };
}
pub(super) use tokenizer;

/// What is put between two words that stand together. No text holds it: control characters are
/// refused. Nor does it hold the two after it, which mark what was found.
const CUT: char = '\u{1}';
const BEGIN: char = '\u{2}';
const END: char = '\u{3}';

/// Whether a character is a word by itself: scripts that put no blanks between words would be one
/// long word else, and so would a word and the picture behind it.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{A6}' | '\u{A9}' | '\u{AE}' | '\u{B0}' // Signs of the Latin alphabet's first page.
        | '\u{2100}'..='\u{2BFF}' // Signs, arrows, pictures.
        | '\u{2E80}'..='\u{9FFF}' // Chinese characters, and the Japanese syllables.
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' // More of both.
        | '\u{1F000}'..='\u{1FAFF}' // Pictures.
        | '\u{20000}'..='\u{3FFFF}') // Rare Chinese characters.
}

/// A text as FTS5 is given it: what is seen of it.
pub(super) fn cut(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut seen = |part: &str| {
        for c in part.chars() {
            if stands_alone(c) {
                out.extend([CUT, c, CUT]);
            } else {
                out.push(c);
            }
        }
    };
    let mut at = 0;
    for unseen in markdown::unseen(text) {
        seen(&text[at..unseen.start]);
        at = unseen.end;
    }
    seen(&text[at..]);
    out
}

/// Asks FTS5 for all of these terms, each with whether it was quoted; if the last one wasn't, a word
/// may go on behind it. None if there is no word in them.
///
/// Each term is a string in FTS5's language, so that nothing in it is an operator. One of several
/// words, such as `foo-bar`, is found where they stand one after the other.
pub(super) fn expression(terms: &[(&str, bool)]) -> Option<String> {
    let word = |c: char| c.is_alphanumeric() || stands_alone(c);
    let terms = terms.iter().filter(|(term, _)| term.chars().any(word));
    let mut strings: Vec<String> = Vec::new();
    let mut open = false;
    for (term, quoted) in terms {
        // FTS5 would take a NUL for the end of all.
        let term = term.replace(char::is_control, " ").replace('"', " ");
        strings.push(format!("\"{}\"", cut(&term)));
        open = !quoted;
    }
    let mut all = strings.join(" ");
    if open {
        all.push('*');
    }
    (!all.is_empty()).then_some(all)
}

/// Which words of each text an expression means, as they stand in it and each once; none where it
/// doesn't mean the text.
///
/// FTS5 itself says so, of a table of these texts alone: nobody else cuts and folds words quite alike.
pub(super) fn found(words: &str, texts: &[&str]) -> rusqlite::Result<Vec<Vec<String>>> {
    let shown = Connection::open_in_memory()?;
    shown.execute_batch(concat!(
        "CREATE VIRTUAL TABLE shown USING fts5(text, ",
        tokenizer!(),
        ")"
    ))?;
    let mut insert = shown.prepare("INSERT INTO shown (rowid, text) VALUES (?1, ?2)")?;
    for (at, text) in texts.iter().enumerate() {
        insert.execute(params![at, cut(text)])?;
    }
    let mut marked = shown.prepare(
        "SELECT rowid, highlight(shown, 0, char(2), char(3)) FROM shown WHERE shown MATCH ?1",
    )?;
    let mut all = vec![Vec::new(); texts.len()];
    let mut rows = marked.query([words])?;
    while let Some(row) = rows.next()? {
        let (at, text): (usize, String) = (row.get(0)?, row.get(1)?);
        all[at] = between_marks(&text);
    }
    Ok(all)
}

fn between_marks(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(BEGIN).skip(1) {
        let word = part.split(END).next().unwrap_or_default().replace(CUT, "");
        if !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(terms: &[(&str, bool)], text: &str) -> Vec<String> {
        let words = expression(terms).unwrap_or_else(|| panic!("{terms:?} has words"));
        found(&words, &[text]).unwrap_or_else(|e| panic!("{words}: {e}")).remove(0)
    }

    #[test]
    fn the_words_that_were_meant_are_given_as_they_stand() {
        for (term, text, wanted) in [
            (
                "back",
                "Backup of the backups: backup, BACKUP",
                &["Backup", "backups", "backup", "BACKUP"][..],
            ),
            ("cafe", "um café, dois cafés, cafe\u{301}", &["café", "cafés", "cafe\u{301}"]),
            ("CAFÉ", "cafe", &["cafe"]),
            ("прив", "Привет!", &["Привет"]),
            ("مرحبا", "قال مرحبا", &["مرحبا"]),
            ("日本", "これは日本語です", &["日本"]),
            ("🎉", "done🎉🎉", &["🎉"]),
            ("done", "done🎉", &["done"]),
            ("20", "20°C", &["20"]),
            ("foo-bar", "foo bar, bar foo", &["foo bar"]),
            ("x", "nothing", &[]),
            // Nobody sees where a link leads that has a label.
            ("deploys", "> [Ana](/r/deploys#5): deploys", &["deploys"]),
            ("deploys", "> [Ana](/r/deploys#5): done", &[]),
            ("deploys", "at https://a.b/deploys", &["deploys"]),
            ("log shows", "the [log](https://a.b) shows", &["log shows"]),
        ] {
            assert_eq!(found_in(&[(term, false)], text), wanted, "{term} in {text}");
        }
        assert_eq!(found_in(&[("disk", false), ("ful", false)], "disk is full"), ["disk", "full"]);
        assert!(found_in(&[("dis", false), ("full", false)], "disk is full").is_empty());
        assert!(found_in(&[("full", true)], "fuller").is_empty(), "a phrase is closed");
        assert_eq!(found_in(&[("is full", true)], "disk is full"), ["is full"]);
        assert!(found_in(&[("full is", true)], "disk is full").is_empty());
    }

    #[test]
    fn nothing_is_an_operator() {
        for hostile in [
            "NEAR",
            "OR",
            "AND",
            "NOT",
            "a*",
            "*a",
            "NEAR(a,b)",
            "text:a",
            "{text}:a",
            "^a",
            "a+b",
            "-a",
            "(a",
            "a)",
            "a\"b",
            "'a",
            "a;--",
            "a\0b",
            "a\u{1}b",
            "a\u{2}",
            "→a",
        ] {
            for quoted in [true, false] {
                let terms = [("x", false), (hostile, quoted)];
                let words = expression(&terms).unwrap();
                found(&words, &["x or near"]).unwrap_or_else(|e| panic!("{words}: {e}"));
            }
        }
        let many = vec![("a", false); 256];
        assert_eq!(found_in(&many, "a"), ["a"]);
        assert_eq!(expression(&[("-", false), ("…", true)]), None);
    }
}
