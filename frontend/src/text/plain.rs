//! A text without its looks: what somebody reads who is shown words alone.

use super::{Block, Span, What, is_plain, parse};

/// What a text says, a line to each part that stands by itself.
#[must_use]
pub fn plain(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { said(&parse(text, "")) }
}

fn said(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Lines(spans) | Block::Heading(spans) => out += &words(spans, ""),
            Block::Code(code) => out += code,
            Block::Quote(inner) => out.extend(["“", &said(inner), "”"]),
            Block::Rule => out.push('—'),
            Block::List { start, items } => {
                for (nth, item) in (0..).zip(items) {
                    let sign = start.map_or("•".into(), |n| (n + nth).to_string() + ".");
                    let end = if nth == 0 { "" } else { "\n" };
                    out.extend([end, &sign, " ", &words(&item.spans, "")]);
                    if !item.below.is_empty() {
                        out.extend(["\n", &said(&item.below)]);
                    }
                }
            }
        }
    }
    out
}

/// Running text without its looks; code stands between two `ticks`.
pub(super) fn words(spans: &[Span], ticks: &str) -> String {
    let mut out = String::new();
    for span in spans {
        out.extend(match &span.what {
            What::Text(text) => ["", text, ""],
            What::Code(code) => [ticks, code, ticks],
            What::Link { label, .. } => ["", label, ""],
            What::Mention { name, .. } => ["@", name, ""],
            What::Room(name) => ["#", name, ""],
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_text_reads_as_it_is_shown_without_its_looks() {
        for (text, read) in [
            ("nothing to see", "nothing to see"),
            ("**bold**, _soft_, ~~gone~~ and `code`", "bold, soft, gone and code"),
            ("[the log](https://a.b/c), @ana, #ops :tada:", "the log, @ana, #ops 🎉"),
            ("> it *fell*\n> twice\nno", "“it fell\ntwice”\nno"),
            ("# Today\n- one\n  - **deep**\n- two", "Today\n• one\n• deep\n• two"),
            ("3. three\n4. four\n---", "3. three\n4. four\n—"),
            ("```\nlet a = *b;\n```", "let a = *b;"),
            ("2 * 3 * 4", "2 * 3 * 4"),
        ] {
            assert_eq!(plain(text), read, "of {text:?}");
        }
    }
}
