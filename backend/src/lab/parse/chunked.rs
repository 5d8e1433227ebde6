//! A chunked body, cut into framing and data. RFC 9112, section 7.1.

/// Where in the framing the next byte is.
#[derive(Debug)]
pub(super) enum Chunked {
    /// In a chunk's size, of which so much is known; the extensions behind it are skipped.
    Size { size: u64, digits: u32, skips: bool },
    /// So many bytes before the end of a chunk's data.
    Data(u64),
    /// In the line's end behind the data.
    DataEnd,
    /// In the trailer, in a line of so many bytes.
    Trailer(u32),
}

/// What some bytes were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Framing,
    Data,
    /// The last of what frames a chunk.
    ChunkEnd,
    /// The last of the body.
    End,
    /// No chunk that this knows.
    Bad,
}

impl Chunked {
    /// The beginning of a body.
    pub(super) const START: Self = Self::Size { size: 0, digits: 0, skips: false };

    /// What the first of these bytes are, and how many they are: 1 or more, if there are any.
    pub(super) fn step(&mut self, bytes: &[u8]) -> (Step, usize) {
        if let Self::Data(left) = self {
            let size = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= size as u64;
            if *left == 0 {
                *self = Self::DataEnd;
            }
            return (Step::Data, size);
        }
        for (at, &byte) in bytes.iter().enumerate() {
            match self.framing(byte) {
                Step::Framing if !matches!(self, Self::Data(_)) => {}
                step => return (step, at + 1),
            }
        }
        (Step::Framing, bytes.len())
    }

    fn framing(&mut self, byte: u8) -> Step {
        match self {
            Self::Size { digits: 0, .. } if !byte.is_ascii_hexdigit() => return Step::Bad,
            Self::Size { digits: 16, .. } => return Step::Bad,
            Self::Size { size: 0, .. } if byte == b'\n' => *self = Self::Trailer(0),
            Self::Size { size, .. } if byte == b'\n' => *self = Self::Data(*size),
            Self::Size { size, digits, skips } => match char::from(byte).to_digit(16) {
                Some(digit) if !*skips => {
                    *size = *size << 4 | u64::from(digit);
                    *digits += 1;
                }
                _ => *skips = true,
            },
            Self::DataEnd if byte == b'\n' => {
                *self = Self::START;
                return Step::ChunkEnd;
            }
            Self::DataEnd if byte != b'\r' => return Step::Bad,
            Self::Trailer(0) if byte == b'\n' => return Step::End,
            Self::Trailer(length) if byte == b'\n' => *length = 0,
            Self::Trailer(length) if byte != b'\r' => *length = length.saturating_add(1),
            Self::DataEnd | Self::Trailer(_) | Self::Data(_) => {}
        }
        Step::Framing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps, those of one kind in a row as one.
    fn steps(body: &[u8], at_once: usize) -> Vec<(Step, usize)> {
        let mut chunked = Chunked::START;
        let mut steps: Vec<(Step, usize)> = Vec::new();
        for mut piece in body.chunks(at_once) {
            while !piece.is_empty() {
                let (step, size) = chunked.step(piece);
                match steps.last_mut() {
                    Some((last, sum)) if *last == step => *sum += size,
                    _ => steps.push((step, size)),
                }
                piece = &piece[size..];
            }
        }
        steps
    }

    #[test]
    fn framing_and_data_are_told_apart_however_they_come() {
        let body = b"5;x=y\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nEtag: 1\r\n\r\n";
        for at_once in 1..body.len() {
            let steps = steps(body, at_once);
            let of = |kind| steps.iter().filter(|s| s.0 == kind).map(|s| s.1).sum::<usize>();
            assert_eq!(of(Step::Data), 31, "{at_once}: {steps:?}");
            assert_eq!(steps.iter().map(|s| s.1).sum::<usize>(), body.len());
            assert_eq!(steps.iter().filter(|s| s.0 == Step::ChunkEnd).count(), 2);
            assert_eq!(steps.last().unwrap().0, Step::End, "{at_once}: {steps:?}");
        }
    }

    #[test]
    fn what_is_no_chunk_is_said_to_be_none() {
        for body in ["\r\n", "x\r\n", "2\r\nabc\r\n", "11111111111111111\r\n"] {
            let steps = steps(body.as_bytes(), 64);
            assert!(steps.iter().any(|step| step.0 == Step::Bad), "{body:?}: {steps:?}");
        }
    }
}
