//! The parts of a body that are told one by one: events, lines, pieces.

use super::{EXCERPT, head::Content};

/// The part of a body that is told as one, as far as it came.
#[derive(Default)]
pub(super) struct Unit {
    pub(super) size: usize,
    /// How it begins.
    pub(super) start: Vec<u8>,
    /// Whether the line at hand has something on it.
    written: bool,
}

impl Unit {
    /// These bytes belong to it.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        let kept = bytes.len().min((EXCERPT * 4).saturating_sub(self.start.len()));
        self.start.extend_from_slice(&bytes[..kept]);
        self.size += bytes.len();
    }

    /// Where the event or line ends that these bytes go on with.
    pub(super) fn end(&mut self, bytes: &[u8], content: Content) -> Option<usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if content == Content::Lines || !self.written => return Some(at + 1),
                b'\n' => self.written = false,
                b'\r' => {}
                _ => self.written = true,
            }
        }
        None
    }
}

/// The beginning of a text, at most `most` characters of it.
pub(super) fn excerpt(bytes: &[u8], most: usize) -> String {
    let some = &bytes[..bytes.len().min(most * 4)];
    String::from_utf8_lossy(some).chars().take(most).collect()
}
