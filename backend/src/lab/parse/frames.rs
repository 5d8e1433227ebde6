//! WebSocket frames: their headers, and the beginning of what they hold. RFC 6455, section 5.2.

use super::{EXCERPT, Seen, What, unit::excerpt};

/// One direction of a WebSocket.
#[derive(Default, Debug)]
pub(super) struct Frames {
    header: Vec<u8>,
    /// Bytes of the payload that are still to come; `None` while the header isn't whole.
    left: Option<u64>,
    body: usize,
    start: Vec<u8>,
}

impl Frames {
    /// Reads bytes and tells the frames that end with them.
    pub(super) fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<Seen>) {
        while !bytes.is_empty() {
            match &mut self.left {
                None => {
                    self.header.push(bytes[0]);
                    bytes = &bytes[1..];
                    self.left = payload(&self.header);
                }
                Some(left) => {
                    let size = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    let kept = size.min((EXCERPT * 4).saturating_sub(self.start.len()));
                    self.start.extend_from_slice(&bytes[..kept]);
                    self.body += size;
                    *left -= size as u64;
                    bytes = &bytes[size..];
                }
            }
            if self.left == Some(0) {
                out.push(std::mem::take(self).seen());
            }
        }
    }

    /// The bytes of a frame that isn't whole, if there are any.
    pub(super) fn rest(&mut self) -> Option<Seen> {
        let rest = std::mem::take(self);
        let size = rest.header.len() + rest.body;
        (size > 0).then(|| Seen { what: What::Body, body: size, ..Seen::default() })
    }

    fn seen(mut self) -> Seen {
        if self.header[1] & 0x80 != 0 {
            let mask = self.header[self.header.len() - 4..].iter().cycle();
            self.start.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        }
        Seen {
            what: What::Frame,
            head: self.header.len(),
            body: self.body,
            text: self.text(),
            status: None,
        }
    }

    fn text(&self) -> String {
        // A reserved bit says that an extension has changed the payload: compressed it, most likely.
        if self.header[0] & 0x70 != 0 {
            return "(of an extension)".into();
        }
        match (self.header[0] & 0x0f, &*self.start) {
            (0 | 1, text) => excerpt(text, EXCERPT),
            (2, _) => "(binary)".into(),
            (8, [high, low, reason @ ..]) => {
                let code = u16::from_be_bytes([*high, *low]);
                format!("close {code} {}", excerpt(reason, EXCERPT)).trim_end().to_owned()
            }
            (8, _) => "close".into(),
            (9, _) => "ping".into(),
            (10, _) => "pong".into(),
            (opcode, _) => format!("(opcode {opcode})"),
        }
    }
}

/// How long the payload behind a header is; `None` while the header isn't whole.
fn payload(header: &[u8]) -> Option<u64> {
    let &[_, second, ref rest @ ..] = header else { return None };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (length, size) = match second & 0x7f {
        126 => {
            (2, rest.get(..2).map(|n| n.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))))
        }
        127 => {
            (8, rest.get(..8).map(|n| n.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))))
        }
        size => (0, Some(u64::from(size))),
    };
    size.filter(|_| rest.len() == length + mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_and_read_however_they_come() {
        let long = vec![b'x'; 70_000];
        let mut wire =
            b"\x81\x05hello\x81\x82\x01\x02\x03\x04hk\x89\x00\x88\x06\x03\xe9away".to_vec();
        wire.extend_from_slice(b"\x81\x7e\x01\x00");
        wire.extend_from_slice(&long[..256]);
        wire.extend_from_slice(b"\x82\x7f\x00\x00\x00\x00\x00\x01\x11\x70");
        wire.extend_from_slice(&long);
        for at_once in [1, 2, 3, 7, 1000, wire.len()] {
            let (mut frames, mut out) = (Frames::default(), Vec::new());
            wire.chunks(at_once).for_each(|piece| frames.feed(piece, &mut out));
            let sizes: Vec<_> = out.iter().map(|seen| (seen.head, seen.body)).collect();
            assert_eq!(
                sizes,
                [(2, 5), (6, 2), (2, 0), (2, 6), (4, 256), (10, 70_000)],
                "{at_once}"
            );
            let texts: Vec<_> = out.iter().map(|seen| &*seen.text).collect();
            assert_eq!(texts[..4], ["hello", "ii", "ping", "close 1001 away"]);
            assert_eq!((texts[4].len(), texts[5]), (256, "(binary)"));
            assert!(frames.rest().is_none());
        }
        let (mut frames, mut out) = (Frames::default(), Vec::new());
        frames.feed(b"\x81\x05hel", &mut out);
        assert!(out.is_empty());
        assert_eq!(frames.rest().map(|seen| (seen.what, seen.body)), Some((What::Body, 5)));
    }
}
