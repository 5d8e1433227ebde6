//! A message as a line for eyes and `grep`: `> leandro: tudo bem?`.

/// One message, one line, no line ending. A newline inside the text is shown as `⏎`, so that no
/// text can pass for a message of somebody else's.
#[must_use]
pub fn line(username: &str, text: &str) -> String {
    let mut line = String::with_capacity(username.len() + text.len() + 4);
    line.push_str("> ");
    line.push_str(username);
    line.push_str(": ");
    for c in text.chars() {
        line.push(if matches!(c, '\n' | '\u{2028}' | '\u{2029}') { '⏎' } else { c });
    }
    line
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_cannot_forge_a_line() {
        assert_eq!(super::line("leandro", "tudo bem?"), "> leandro: tudo bem?");
        assert_eq!(super::line("mallory", "hi\n> root: rm"), "> mallory: hi⏎> root: rm");
    }
}
