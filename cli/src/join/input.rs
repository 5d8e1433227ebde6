//! Lines on their way in, from a pipe or a terminal without editing. Reading blocks, so it has a
//! thread of its own, which is held back when the chat is busy.

use std::{
    io::{self, BufRead},
    thread,
};

use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use tidings_shared::{Text, name::NameError};
use tokio::sync::mpsc;

/// What comes in.
#[derive(Debug, PartialEq)]
pub(super) enum Input {
    /// A line to be said, and its number; the first is 1.
    Line(u64, Text),
    /// A line that can't be said, its number, and why.
    Bad(u64, String),
    /// Nothing more comes.
    End,
    /// Somebody wants out, now.
    Interrupt,
}

/// How many lines may be read ahead of the chat.
const AHEAD: usize = 256;

/// What is kept of a line at most: enough for every line that can be said.
const KEPT: usize = Text::MAX_BYTES + 2;

/// Lines as they come.
pub(super) type Lines = BoxStream<'static, Input>;

/// Reads stdin.
pub(super) fn read() -> Lines {
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    thread::spawn(move || {
        let mut lines = Splitter::new(io::stdin().lock());
        while let Some(input) = lines.next() {
            if sender.blocking_send(input).is_err() {
                return;
            }
        }
        let _ = sender.blocking_send(Input::End);
    });
    stream::poll_fn(move |context| receiver.poll_recv(context)).boxed()
}

/// Lines of any length in bounded memory.
struct Splitter<R> {
    from: R,
    number: u64,
    broken: bool,
}

impl<R: BufRead> Splitter<R> {
    fn new(from: R) -> Self {
        Self { from, number: 0, broken: false }
    }

    /// The next line that isn't empty; `None` at the end. A source that breaks ends, after a word
    /// on why.
    fn next(&mut self) -> Option<Input> {
        while !self.broken {
            let (mut kept, mut length, mut ended) = (Vec::new(), 0, false);
            while !ended {
                let part = match self.from.fill_buf() {
                    Ok([]) => break,
                    Ok(part) => part,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => {
                        (self.broken, self.number) = (true, self.number + 1);
                        return Some(Input::Bad(self.number, format!("it can't be read: {error}")));
                    }
                };
                let newline = part.iter().position(|&byte| byte == b'\n');
                let upto = newline.unwrap_or(part.len());
                kept.extend_from_slice(&part[..upto.min(KEPT.saturating_sub(kept.len()))]);
                length += upto;
                ended = newline.is_some();
                self.from.consume(upto + usize::from(ended));
            }
            if length == 0 && !ended {
                return None;
            }
            self.number += 1;
            if kept.last() == Some(&b'\r') && length == kept.len() {
                kept.pop();
                length -= 1;
            }
            if length > 0 {
                return Some(said(self.number, kept, length));
            }
        }
        None
    }
}

/// A line, or why it can't be said.
fn said(number: u64, kept: Vec<u8>, length: usize) -> Input {
    if length > Text::MAX_BYTES {
        return Input::Bad(number, NameError::TextLength(length).to_string());
    }
    match String::from_utf8(kept) {
        Ok(line) => match line.parse() {
            Ok(text) => Input::Line(number, text),
            Err(error) => Input::Bad(number, NameError::to_string(&error)),
        },
        Err(_) => Input::Bad(number, "text is not UTF-8; a message is".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Input> {
        // A small buffer, so that lines come in parts.
        let mut lines = Splitter::new(io::BufReader::with_capacity(3, bytes));
        std::iter::from_fn(|| lines.next()).collect()
    }

    fn line(number: u64, text: &str) -> Input {
        Input::Line(number, text.parse().unwrap())
    }

    #[test]
    fn each_line_is_a_message_and_empty_ones_only_count() {
        assert_eq!(
            all("um\n\ndois, três\r\n\r\n  quatro \nlast".as_bytes()),
            [line(1, "um"), line(3, "dois, três"), line(5, "  quatro "), line(6, "last")]
        );
        assert_eq!(all(b""), []);
        assert_eq!(all(b"\n"), []);
    }

    #[test]
    fn a_line_that_cannot_be_said_is_named_and_the_others_go_on() {
        let long = "x".repeat(5000);
        let input = format!("{}\n{long}\n\u{1b}[31m\nok\n", "y".repeat(4096));
        let inputs = all(input.as_bytes());
        assert_eq!(inputs[0], line(1, &"y".repeat(4096)));
        let too_long = "text is 5,000 bytes; a message holds at most 4,096";
        assert_eq!(inputs[1], Input::Bad(2, too_long.into()));
        assert!(matches!(&inputs[2], Input::Bad(3, why) if why.contains("U+001B")));
        assert_eq!(inputs[3], line(4, "ok"));
        assert!(matches!(&all(b"\xff\xfe\n")[0], Input::Bad(1, why) if why.contains("UTF-8")));
    }

    #[test]
    fn a_line_of_a_megabyte_is_counted_and_not_kept() {
        let mut lines = Splitter::new(io::Cursor::new(vec![b'x'; 1 << 20]));
        let Some(Input::Bad(1, why)) = lines.next() else { panic!("it is too long") };
        assert!(why.contains("1,048,576 bytes"), "{why}");
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn a_source_that_breaks_says_so_and_ends() {
        struct Broken;
        impl io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the cable is cut"))
            }
        }
        let mut lines = Splitter::new(io::BufReader::new(Broken));
        let why = "it can't be read: the cable is cut".to_owned();
        assert_eq!(lines.next(), Some(Input::Bad(1, why)));
        assert_eq!(lines.next(), None);
    }
}
