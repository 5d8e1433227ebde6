//! What comes out on the terminal: messages on stdout, everything about them on stderr, colours
//! only where somebody looks. No text of anybody's can do to the terminal what only a program may.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use anstream::{AutoStream, ColorChoice};
use anstyle::{Ansi256Color, Style};
use rustyline::ExternalPrinter;
use tidings_shared::{Message, Username, line};

/// Colours that can be read on a dark ground and on a light one, by their number among the 256.
const NAMES: [u8; 12] = [31, 35, 37, 64, 67, 97, 125, 130, 136, 161, 166, 172];

/// Says what went wrong, and is the exit code of it.
pub(crate) fn fail(what: fmt::Arguments<'_>) -> ExitCode {
    complain(what);
    ExitCode::FAILURE
}

/// Says what went wrong, on stderr.
pub(crate) fn complain(what: fmt::Arguments<'_>) {
    // With stderr gone there is nobody to tell.
    let _ = writeln!(io::stderr(), "tidings: {}", clean(&what.to_string()));
}

/// Where output goes.
pub(crate) struct Term {
    /// Prints above the line that is being typed; there while somebody types at a terminal.
    prompt: Option<Box<dyn ExternalPrinter + Send>>,
    quiet: bool,
    colour: bool,
    colour_status: bool,
}

impl Term {
    pub(crate) fn new(quiet: bool) -> Self {
        let coloured = |choice| choice != ColorChoice::Never;
        Self {
            prompt: None,
            quiet,
            colour: coloured(AutoStream::choice(&io::stdout())),
            colour_status: coloured(AutoStream::choice(&io::stderr())),
        }
    }

    /// From now on output goes above the line that is being typed.
    pub(crate) fn print_above(&mut self, prompt: impl ExternalPrinter + Send + 'static) {
        self.prompt = Some(Box::new(prompt));
    }

    /// A line on stdout.
    ///
    /// # Errors
    ///
    /// If stdout can't be written to: `BrokenPipe` when its reader is gone.
    pub(crate) fn print(&mut self, line: &str) -> io::Result<()> {
        if self.printed_above(line) { Ok(()) } else { writeln!(io::stdout().lock(), "{line}") }
    }

    /// Prints above the line that is being typed, if one is. An editor that has just been left
    /// takes nothing any more, and the terminal is plain again.
    fn printed_above(&mut self, line: &str) -> bool {
        let Some(prompt) = &mut self.prompt else { return false };
        let taken = prompt.print(format!("{line}\n")).is_ok();
        if !taken {
            self.prompt = None;
        }
        taken
    }

    /// A message, as `> marcello: sim?`.
    ///
    /// # Errors
    ///
    /// As `print`.
    pub(crate) fn message(&mut self, message: &Message) -> io::Result<()> {
        let line = shown(message, self.colour);
        self.print(&line)
    }

    /// A word on how things stand, for people: on stderr, unless they asked for quiet.
    pub(crate) fn status(&mut self, what: fmt::Arguments<'_>) {
        if !self.quiet {
            let line = clean(&what.to_string());
            self.tell(&paint(&line, Style::new().dimmed(), self.colour_status));
        }
    }

    /// What went wrong, for people: on stderr, quiet or not.
    pub(crate) fn complain(&mut self, what: fmt::Arguments<'_>) {
        let line = clean(&format!("tidings: {what}"));
        self.tell(&line);
    }

    fn tell(&mut self, line: &str) {
        // A line on the terminal from elsewhere would break into the one being typed.
        if !(io::stderr().is_terminal() && self.printed_above(line)) {
            // With stderr gone there is nobody to tell.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }
}

/// One message, one line.
fn shown(message: &Message, colour: bool) -> String {
    let (name, text) = (clean(message.username.as_str()), clean(message.text.as_str()));
    let plain = line::line(&name, &text);
    if !colour {
        return plain;
    }
    let rest = plain.strip_prefix("> ").and_then(|rest| rest.strip_prefix(&*name));
    match rest {
        Some(rest) => format!("> {}{rest}", paint(&name, name_style(&message.username), true)),
        None => plain,
    }
}

fn paint(text: &str, style: Style, colour: bool) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// The same for the same name, wherever and whenever; the server's own stands back.
fn name_style(name: &Username) -> Style {
    if name.as_str() == Username::SERVER {
        return Style::new().dimmed();
    }
    // FNV-1a: what std hashes with is not promised to stay.
    let hash = name.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let colours = NAMES.len() as u64;
    let place = usize::try_from(hash % colours).expect("less than the number of colours");
    Style::new().bold().fg_color(Some(Ansi256Color(NAMES[place]).into()))
}

/// Without control characters, which could move the cursor, ring or recolour: the server refuses
/// them, and a terminal is no place to find out that one did not. Newlines are kept, since a
/// message's line shows them as a sign of their own, and tabs.
fn clean(text: &str) -> String {
    let hides = |c: char| c.is_control() && c != '\n' && c != '\t';
    text.chars().map(|c| if hides(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Text, Timestamp};

    use super::*;

    fn message(username: &str, text: &str) -> Message {
        Message {
            seq: 1,
            id: "m1".parse().unwrap(),
            username: Username::from_log(username),
            text: Text::from_log(text),
            at: Timestamp::from_ms(0),
        }
    }

    #[test]
    fn a_message_is_one_line_whatever_is_in_it() {
        assert_eq!(shown(&message("marcello", "sim?"), false), "> marcello: sim?");
        let hostile = message("mallory\u{1b}[2J", "\u{1b}]0;owned\u{7}\r\nhi\u{9b}31m");
        assert_eq!(
            shown(&hostile, false),
            "> mallory\u{fffd}[2J: \u{fffd}]0;owned\u{fffd}\u{fffd}⏎hi\u{fffd}31m"
        );
    }

    #[test]
    fn a_name_has_one_colour_and_the_text_has_none() {
        let line = shown(&message("marcello", "sim?"), true);
        assert_eq!(line, shown(&message("marcello", "sim?"), true));
        assert!(line.starts_with("> \u{1b}[") && line.ends_with("\u{1b}[0m: sim?"), "{line:?}");
        let names = ["ana", "bia", "leandro", "marcello", "superbot"];
        let styles: std::collections::BTreeSet<_> =
            names.iter().map(|name| name_style(&name.parse().unwrap()).to_string()).collect();
        assert!(styles.len() > 2, "names differ: {styles:?}");
    }
}
