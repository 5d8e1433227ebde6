//! What could not be sent, for the word at the end: how many lines, which, and why.

use tidings_shared::Text;

/// How many lines are named; the others are only counted.
const NAMED: usize = 5;

/// The lines that did not arrive, as far as is known.
#[derive(Default)]
pub(super) struct Unsent {
    /// How many lines there were.
    lines: u64,
    refused: u64,
    given_up: u64,
    /// The first of those given up.
    first: Vec<(u64, Text)>,
}

impl Unsent {
    /// A line came in.
    pub(super) fn line(&mut self) {
        self.lines += 1;
    }

    /// A line was refused. Answers whether this one is to be named: in a flood, the first are.
    pub(super) fn refused(&mut self) -> bool {
        self.refused += 1;
        self.refused <= 2 * NAMED as u64
    }

    /// A line was given up unacknowledged.
    pub(super) fn given_up(&mut self, number: u64, text: Text) {
        self.given_up += 1;
        // The first are the lowest, in whatever order they are heard of.
        let place = self.first.partition_point(|(first, _)| *first < number);
        if place < NAMED {
            self.first.insert(place, (number, text));
            self.first.truncate(NAMED);
        }
    }

    /// Whether a line came in at all.
    pub(super) fn is_untouched(&self) -> bool {
        self.lines == 0
    }

    /// What to say at the end, a line each; nothing if everything arrived. `why` is the trouble.
    pub(super) fn report(&self, why: Option<&str>) -> Vec<String> {
        let mut report = Vec::new();
        let of = |count: u64| {
            let (lines, was) = if self.lines == 1 { ("line", "was") } else { ("lines", "were") };
            let was = if count == 1 { "was" } else { was };
            format!("{count} of {} {lines} {was}", self.lines)
        };
        if self.refused > 0 {
            report.push(format!("{} refused and not sent", of(self.refused)));
        }
        if self.given_up > 0 {
            let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
            report.push(format!("{} not sent, or not acknowledged{why}:", of(self.given_up)));
            for (number, text) in &self.first {
                report.push(format!("  line {number}: {}", short(text.as_str())));
            }
            let named = self.first.len() as u64;
            if self.given_up > named {
                report.push(format!("  and {} more", self.given_up - named));
            }
        }
        report
    }
}

/// The beginning of a text, on one line.
fn short(text: &str) -> String {
    const CHARS: usize = 60;
    let mut line: String =
        text.chars().take(CHARS).map(|c| if c == '\n' { '⏎' } else { c }).collect();
    if text.chars().nth(CHARS).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_sent_is_counted_and_the_first_are_named() {
        let mut unsent = Unsent::default();
        assert!(unsent.is_untouched());
        for number in 1..=9 {
            unsent.line();
            if number > 1 {
                unsent.given_up(number, format!("line\nof {number}").parse().unwrap());
            }
        }
        assert_eq!(
            unsent.report(Some("connection refused")),
            [
                "8 of 9 lines were not sent, or not acknowledged (connection refused):",
                "  line 2: line⏎of 2",
                "  line 3: line⏎of 3",
                "  line 4: line⏎of 4",
                "  line 5: line⏎of 5",
                "  line 6: line⏎of 6",
                "  and 3 more",
            ]
        );
    }

    #[test]
    fn nothing_is_said_where_everything_arrived() {
        let mut unsent = Unsent::default();
        unsent.line();
        assert!(unsent.report(None).is_empty());
        assert!(unsent.refused());
        assert_eq!(unsent.report(None), ["1 of 1 line was refused and not sent"]);
    }
}
