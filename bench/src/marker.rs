//! What makes a text findable among received bytes without parsing them: a marker such as
//! `~k3f957.1z141z4~`, which is a tag of the run, the message's number, and when it was due.
//!
//! No framing that is measured here escapes these characters or hides them, so the same scan serves
//! all of them. What looks like a marker and isn't (a frame's length, say) is passed over.

use std::io::Write;

use memchr::memchr;

const MARK: u8 = b'~';
const TAG: usize = 4;
/// Digits of the largest number and of the latest time.
const SEQ_MAX: usize = 10;
const DUE_MAX: usize = 13;
/// The longest marker.
const LONGEST: usize = 1 + TAG + SEQ_MAX + 1 + DUE_MAX + 1;

/// Makes and finds the markers of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marker {
    tag: [u8; TAG],
}

#[derive(Debug, PartialEq, Eq)]
enum Parsed {
    Whole {
        seq: u32,
        due: u64,
        len: usize,
    },
    /// It may become one with more bytes.
    Begun,
    No,
}

impl Marker {
    /// The markers of the run with this tag.
    pub(crate) fn new(tag: [u8; TAG]) -> Self {
        Self { tag }
    }

    /// A tag that no other run has, most likely.
    pub(crate) fn draw_tag() -> [u8; TAG] {
        std::array::from_fn(|_| fastrand::choice(b'a'..=b'z').expect("there are letters"))
    }

    /// Appends the text of message `seq`, due at `due` (ns): `size` bytes, no two the same.
    pub(crate) fn write(self, seq: u32, due: u64, size: usize, out: &mut Vec<u8>) {
        let end = out.len() + size;
        out.push(MARK);
        out.extend_from_slice(&self.tag);
        write!(out, "{seq}.").expect("memory takes it");
        let mut digits = [0; DUE_MAX];
        let (mut at, mut rest) = (DUE_MAX, due);
        loop {
            at -= 1;
            digits[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % 36) as usize];
            rest /= 36;
            if rest == 0 {
                break;
            }
        }
        out.extend_from_slice(&digits[at..]);
        out.push(MARK);
        out.resize(end.max(out.len()), b'x');
    }

    /// Finds all markers in `bytes`, which go on where the bytes of the last call with the same
    /// `carry` ended. `carry` keeps a marker's beginning, and is empty nearly always.
    pub(crate) fn scan(
        self,
        carry: &mut Vec<u8>,
        mut bytes: &[u8],
        mut found: impl FnMut(u32, u64),
    ) {
        if !carry.is_empty() {
            let had = carry.len();
            let more = bytes.len().min(LONGEST);
            carry.extend_from_slice(&bytes[..more]);
            match self.parse(carry) {
                Parsed::Whole { seq, due, len } => {
                    found(seq, due);
                    bytes = &bytes[len - had..];
                }
                Parsed::Begun => return,
                // What was carried holds no other marker's beginning: that is what ended it.
                Parsed::No => {}
            }
            carry.clear();
        }
        while let Some(at) = memchr(MARK, bytes) {
            bytes = &bytes[at..];
            let took = match self.parse(bytes) {
                Parsed::Whole { seq, due, len } => {
                    found(seq, due);
                    len
                }
                Parsed::Begun => {
                    carry.extend_from_slice(bytes);
                    return;
                }
                Parsed::No => 1,
            };
            bytes = &bytes[took..];
        }
    }

    fn parse(self, bytes: &[u8]) -> Parsed {
        let rest = &bytes[1..];
        let there = rest.len().min(TAG);
        if rest[..there] != self.tag[..there] {
            return Parsed::No;
        }
        let (mut at, mut seq, mut due) = (1 + TAG, 0_u64, 0_u64);
        loop {
            match bytes.get(at) {
                None => return Parsed::Begun,
                Some(digit @ b'0'..=b'9') => seq = seq * 10 + u64::from(digit - b'0'),
                Some(b'.') if at > 1 + TAG => break,
                Some(_) => return Parsed::No,
            }
            at += 1;
            if at > 1 + TAG + SEQ_MAX {
                return Parsed::No;
            }
        }
        let dot = at;
        loop {
            at += 1;
            let digit = match bytes.get(at) {
                None => return Parsed::Begun,
                Some(digit @ b'0'..=b'9') => digit - b'0',
                Some(digit @ b'a'..=b'z') => digit - b'a' + 10,
                Some(&MARK) if at > dot + 1 => break,
                Some(_) => return Parsed::No,
            };
            if at - dot > DUE_MAX {
                return Parsed::No;
            }
            due = due.wrapping_mul(36).wrapping_add(digit.into());
        }
        match u32::try_from(seq) {
            Ok(seq) => Parsed::Whole { seq, due, len: at + 1 },
            Err(_) => Parsed::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKER: Marker = Marker { tag: *b"k3f9" };

    fn scanned<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<(u32, u64)> {
        let (mut carry, mut all) = (Vec::new(), Vec::new());
        for piece in pieces {
            MARKER.scan(&mut carry, piece, |seq, due| all.push((seq, due)));
        }
        all
    }

    /// Texts in all sorts of company: frame heads whose length byte is the mark itself, another
    /// run's texts, and beginnings that come to nothing.
    fn stream() -> (Vec<u8>, Vec<(u32, u64)>) {
        let noise: [&[u8]; 6] =
            [b"", b"\x81~\x0058{", b"~~k3f9", b"~k3f977.~~", b"~k3f90.x!", b"data: ~abcd5.5~\n\n"];
        let (mut bytes, mut expected) = (Vec::new(), Vec::new());
        for (noise, seq) in noise.iter().cycle().zip([0, 1, 9, 10, u32::MAX, 7, 7, 123_456]) {
            let due = [0, 35, 36, u64::MAX][seq as usize % 4];
            bytes.extend_from_slice(noise);
            MARKER.write(seq, due, 40, &mut bytes);
            expected.push((seq, due));
        }
        (bytes, expected)
    }

    #[test]
    fn every_marker_is_found_once_however_the_bytes_are_split() {
        let (bytes, expected) = stream();
        assert_eq!(scanned([&*bytes]), expected);
        for size in 1..bytes.len() {
            assert_eq!(scanned(bytes.chunks(size)), expected, "in pieces of {size}");
        }
        for first in 0..bytes.len() {
            for len in 0..LONGEST.min(bytes.len() - first) {
                let (a, rest) = bytes.split_at(first);
                let (b, c) = rest.split_at(len);
                assert_eq!(scanned([a, b, c]), expected, "split at {first} and after {len} more");
            }
        }
    }

    #[test]
    fn a_text_has_its_size_and_no_two_are_the_same() {
        let text = |seq| {
            let mut text = Vec::new();
            MARKER.write(seq, u64::MAX, crate::Plan::MIN_SIZE, &mut text);
            text
        };
        assert_eq!(text(0).len(), crate::Plan::MIN_SIZE);
        assert_eq!(text(u32::MAX).len(), crate::Plan::MIN_SIZE);
        assert_ne!(text(1), text(2));
    }

    #[test]
    fn what_is_carried_stays_small() {
        let mut carry = Vec::new();
        for byte in b"~k3f9".iter().chain(b"1".repeat(1000).iter()) {
            MARKER.scan(&mut carry, &[*byte], |_, _| panic!("that is none"));
            assert!(carry.len() <= 2 * LONGEST);
        }
    }
}
