//! A reader's place in a room's log: `EPOCH:SEQ`.
//!
//! The epoch says *which* log; the seq says how far into it. A cursor of another epoch can't be
//! honoured, and the server says so with a gap instead of skipping messages silently.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The name of one log, drawn when the log is created: 8 characters of `[a-z0-9]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch([u8; 8]);

impl Epoch {
    /// The characters an epoch is made of.
    pub const ALPHABET: &'static [u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

    /// Draws an epoch with the caller's source of randomness, which is asked eight times for an
    /// index below the bound that it is given.
    pub fn draw(mut below: impl FnMut(usize) -> usize) -> Self {
        Self(std::array::from_fn(|_| {
            let alphabet = Self::ALPHABET;
            alphabet[below(alphabet.len()) % alphabet.len()]
        }))
    }

    /// The epoch as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an epoch is ASCII")
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Epoch {
    type Err = CursorError;

    fn from_str(s: &str) -> Result<Self, CursorError> {
        let bytes: [u8; 8] = s.as_bytes().try_into().map_err(|_| CursorError)?;
        if bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            Ok(Self(bytes))
        } else {
            Err(CursorError)
        }
    }
}

/// A place in one log: everything up to and including `seq` has been seen. Seq 0 is before the
/// first message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cursor {
    /// Which log.
    pub epoch: Epoch,
    /// The last message seen in it.
    pub seq: u64,
}

impl Cursor {
    /// The place behind message `seq` of the log `epoch`.
    #[must_use]
    pub fn new(epoch: Epoch, seq: u64) -> Self {
        Self { epoch, seq }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(s: &str) -> Result<Self, CursorError> {
        let (epoch, seq) = s.split_once(':').ok_or(CursorError)?;
        Ok(Self { epoch: epoch.parse()?, seq: parse_seq(seq)? })
    }
}

/// Where a reader asks to go on: a cursor it was given, or a bare seq of the present epoch, for
/// hands that type curl.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// A cursor, handed back.
    Cursor(Cursor),
    /// A seq in whatever log is there now.
    Seq(u64),
}

impl FromStr for After {
    type Err = CursorError;

    fn from_str(s: &str) -> Result<Self, CursorError> {
        if s.contains(':') { s.parse().map(After::Cursor) } else { parse_seq(s).map(After::Seq) }
    }
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            After::Cursor(cursor) => cursor.fmt(f),
            After::Seq(seq) => seq.fmt(f),
        }
    }
}

/// Digits only: `u64::from_str` would also take a plus sign.
fn parse_seq(s: &str) -> Result<u64, CursorError> {
    if s.is_empty() || !s.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CursorError);
    }
    s.parse().map_err(|_| CursorError)
}

/// A text that is no cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "a cursor is EPOCH:SEQ as the server gave it, such as k3f9a0zq:57, or a bare sequence number"
)]
pub struct CursorError;

crate::serde_as_str!(Epoch, Cursor);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor: Cursor = "k3f9a0zq:57".parse().unwrap();
        assert_eq!(cursor.seq, 57);
        assert_eq!(cursor.to_string(), "k3f9a0zq:57");
        assert_eq!(serde_json::to_string(&cursor).unwrap(), r#""k3f9a0zq:57""#);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for bad in [
            "",
            ":",
            "k3f9a0zq:",
            ":5",
            "K3F9A0ZQ:5",
            "k3f9a0zq:-1",
            "k3f9a0zq:+1",
            "short:1",
            "k3f9a0zq:1:2",
            "k3f9a0zq:99999999999999999999",
            "+5",
            "-1",
            "1.5",
            " 1",
        ] {
            assert!(bad.parse::<After>().is_err(), "{bad:?} was taken");
        }
        assert_eq!("57".parse::<After>(), Ok(After::Seq(57)));
    }

    #[test]
    fn an_epoch_is_drawn_from_its_alphabet() {
        let mut n = 0;
        let epoch = Epoch::draw(|bound| {
            n += 7;
            n % bound
        });
        assert_eq!(epoch.to_string().parse::<Epoch>(), Ok(epoch));
    }
}
