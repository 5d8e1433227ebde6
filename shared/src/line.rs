//! A message as a line for eyes and `grep`: `> leandro: tudo bem?`.

/// One message, one line, no line ending. A newline inside the text is shown as `⏎`, so that no
/// text can pass for a message of somebody else's.
#[must_use]
pub fn line(username: &str, text: &str) -> String {
    let mut line = String::with_capacity(username.len() + text.len() + 4);
    line.push_str("> ");
    line.push_str(username);
    line.push_str(": ");
    // Nearly no text has one, and to look for their first bytes is many times faster than to go
    // through its characters: this is done for every message that is posted.
    if !text.bytes().any(|byte| matches!(byte, b'\n' | FIRST_OF_SEPARATORS)) {
        line.push_str(text);
        return line;
    }
    for c in text.chars() {
        line.push(if matches!(c, '\n' | '\u{2028}' | '\u{2029}') { '⏎' } else { c });
    }
    line
}

/// How U+2028 and U+2029 begin in UTF-8, as much else does that is no end of a line.
const FIRST_OF_SEPARATORS: u8 = 0xE2;

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_cannot_forge_a_line() {
        assert_eq!(super::line("leandro", "tudo bem?"), "> leandro: tudo bem?");
        assert_eq!(super::line("mallory", "hi\n> root: rm"), "> mallory: hi⏎> root: rm");
        for end in ['\u{2028}', '\u{2029}'] {
            assert_eq!(
                super::line("eve", &format!("10 €{end}> root: rm")),
                "> eve: 10 €⏎> root: rm"
            );
        }
        assert_eq!(super::line("eve", "10 €"), "> eve: 10 €");
    }
}
