//! Takes out of a text what only its readers need: indentation and remarks. By lines and with care
//! rather than by a parser: what is left is the same program, rule for rule.

/// A script as wasm-bindgen writes it: a statement or less to a line. One whose lines are not what
/// they seem, because a string goes on over them, is left alone.
pub(super) fn script(script: &str) -> String {
    if script.lines().any(|line| {
        !line.trim_start().starts_with("//")
            && line.contains('`')
            && line.matches('`').count() % 2 == 1
    }) {
        return script.to_owned();
    }
    let mut in_remark = false;
    let mut short = String::with_capacity(script.len());
    for line in script.lines().map(str::trim) {
        in_remark |= line.starts_with("/*");
        let is_remark = in_remark || line.starts_with("//");
        in_remark &= !line.ends_with("*/");
        if !is_remark && !line.is_empty() {
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

/// A style sheet. Line ends stay where they are white space that means something.
pub(super) fn style(style: &str) -> String {
    let mut rest = style;
    let mut bare = String::with_capacity(style.len());
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut short = String::with_capacity(bare.len());
    for line in lines {
        short.push_str(line);
        // A value or a selector may go on in the next line.
        if !line.ends_with(['{', '}', ';']) {
            short.push(' ');
        }
    }
    short
}

/// A page: its scripts are allowed by what the server reads in it, so they may be shortened too. No
/// other line of one begins as a remark does.
pub(super) fn page(html: &str) -> String {
    let is_remark = |line: &str| {
        line.starts_with("<!--") && line.ends_with("-->")
            || line.starts_with("//")
            || line.starts_with("/*") && line.ends_with("*/")
    };
    let lines = html.lines().map(str::trim).filter(|line| !line.is_empty() && !is_remark(line));
    lines.fold(String::with_capacity(html.len()), |page, line| page + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_loses_its_remarks_and_nothing_else() {
        let before = "/**\n * Starts.\n */\nfunction start() {\n    // soon\n    \
                      return '//x' /* here */\n}\n\n";
        assert_eq!(script(before), "function start() {\nreturn '//x' /* here */\n}\n");
        let strings = "x = `a\n   // b`;\n";
        assert_eq!(script(strings), strings);
    }

    #[test]
    fn a_style_loses_its_remarks_and_nothing_else() {
        let before =
            "/* one\n   two */\na,\nb > c {\n  margin: 0 auto;\n  font: 1px /\n    2 x;\n}\n";
        assert_eq!(style(before), "a, b > c {margin: 0 auto;font: 1px / 2 x;}");
    }

    #[test]
    fn a_page_loses_its_remarks_and_those_of_its_scripts() {
        let before = "<!-- one -->\n<p>one</p>\n<script>\n  // two\n  /** three */\n  \
                      go('http://x'); // stays\n</script>\n";
        assert_eq!(page(before), "<p>one</p>\n<script>\ngo('http://x'); // stays\n</script>\n");
    }
}
