//! What things are called, and what a message may hold. Each type is valid by construction: a
//! `RoomName` that exists obeys the rule, so nothing behind the edge checks it again.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// A room: `[a-z0-9][a-z0-9_-]{0,63}`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomName(Arc<str>);

/// Who speaks: 1 to 32 characters after NFC normalisation and trimming.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(Arc<str>);

/// What is said: 1 to 4,096 bytes of UTF-8, kept as sent.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<str>);

/// The sender's own name for a message, `[A-Za-z0-9_-]{1,64}`; makes a retry safe.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(Arc<str>);

/// A name or text that breaks its rule; the sentence says which and what is allowed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Not a room.
    #[error(
        "room {0:?} is not a room name: use 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit"
    )]
    Room(String),
    /// A username that is empty or too long.
    #[error("username has {0} characters; it takes 1 to {max}", max = Username::MAX_CHARS)]
    UsernameLength(usize),
    /// A username with a character that hides or misleads.
    #[error(
        "username contains the character U+{0:04X}; control, bidirectional-override and zero-width characters are not allowed"
    )]
    UsernameCharacter(u32),
    /// The server's own name.
    #[error("username {server:?} is the server's own; choose another", server = Username::SERVER)]
    UsernameReserved,
    /// An empty text.
    #[error("text is empty; a message holds 1 to {max} bytes", max = thousands(Text::MAX_BYTES))]
    TextEmpty,
    /// A text that is too long.
    #[error("text is {} bytes; a message holds at most {max}", thousands(*.0), max = thousands(Text::MAX_BYTES))]
    TextLength(usize),
    /// A text with a control character.
    #[error(
        "text contains the control character U+{0:04X}; newline and tab are the only ones allowed"
    )]
    TextCharacter(u32),
    /// Not a message id.
    #[error("id is not a message id: use 1 to 64 of A-Z, a-z, 0-9, _ and -")]
    Id,
}

/// `4096` as `4,096`, for sentences.
#[must_use]
pub fn thousands(n: usize) -> String {
    if n < 1_000 {
        return n.to_string();
    }
    // One more in front, for its zeros.
    let last = (1_000 + n % 1_000).to_string();
    [&thousands(n / 1_000), ",", &last[1..]].concat()
}

impl RoomName {
    /// Where one lands.
    pub const LOBBY: &'static str = "lobby";

    /// The lobby.
    #[must_use]
    pub fn lobby() -> Self {
        Self(Self::LOBBY.into())
    }
}

impl FromStr for RoomName {
    type Err = NameError;

    fn from_str(s: &str) -> Result<Self, NameError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = s.as_bytes();
        let ok = (1..=64).contains(&bytes.len())
            && plain(bytes[0])
            && bytes.iter().all(|&b| plain(b) || b == b'_' || b == b'-');
        if ok { Ok(Self(s.into())) } else { Err(NameError::Room(s.chars().take(80).collect())) }
    }
}

impl Username {
    /// The name under which the server itself speaks.
    pub const SERVER: &'static str = "chat-room";
    /// The name of who posts without giving one.
    pub const ANONYMOUS: &'static str = "anonymous";
    /// The most characters (Unicode scalar values) after normalisation.
    pub const MAX_CHARS: usize = 32;

    /// The server's own name, which parsing refuses.
    #[must_use]
    pub fn server() -> Self {
        Self(Self::SERVER.into())
    }

    /// The name of who gave none.
    #[must_use]
    pub fn anonymous() -> Self {
        Self(Self::ANONYMOUS.into())
    }

    /// A name that the log kept: it was checked when it came in, the server's own among them.
    #[must_use]
    pub fn from_log(s: &str) -> Self {
        Self(s.into())
    }
}

/// Zero-width, bidirectional control and other invisible characters: a name with one of them looks
/// like a name without. Ranges from Unicode's `Default_Ignorable_Code_Point` and `Bidi_Control`,
/// plus the line and paragraph separators.
fn hides_or_misleads(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

impl FromStr for Username {
    type Err = NameError;

    fn from_str(s: &str) -> Result<Self, NameError> {
        // Normalising is linear but not free; what is far too long is refused before it.
        if s.len() > 32 * Self::MAX_CHARS {
            return Err(NameError::UsernameLength(s.chars().count()));
        }
        let name = nfc(s);
        let name = name.trim();
        if let Some(c) = name.chars().find(|&c| hides_or_misleads(c)) {
            return Err(NameError::UsernameCharacter(c.into()));
        }
        let chars = name.chars().count();
        if !(1..=Self::MAX_CHARS).contains(&chars) {
            return Err(NameError::UsernameLength(chars));
        }
        if name.eq_ignore_ascii_case(Self::SERVER) {
            return Err(NameError::UsernameReserved);
        }
        Ok(Self(name.into()))
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn nfc(s: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    s.nfc().collect()
}

#[cfg(target_arch = "wasm32")]
fn nfc(s: &str) -> String {
    js_sys::JsString::from(s).normalize("NFC").into()
}

impl Text {
    /// The most bytes a message's text may have.
    pub const MAX_BYTES: usize = 4096;

    /// A text that the log kept: it was checked when it came in.
    #[must_use]
    pub fn from_log(s: &str) -> Self {
        Self(s.into())
    }
}

impl FromStr for Text {
    type Err = NameError;

    fn from_str(s: &str) -> Result<Self, NameError> {
        if s.is_empty() {
            return Err(NameError::TextEmpty);
        }
        if s.len() > Self::MAX_BYTES {
            return Err(NameError::TextLength(s.len()));
        }
        match s.chars().find(|&c| c.is_control() && c != '\n' && c != '\t') {
            Some(c) => Err(NameError::TextCharacter(c.into())),
            None => Ok(Self(s.into())),
        }
    }
}

impl MessageId {
    /// The longest, in bytes.
    pub const MAX_LEN: usize = 64;
}

impl FromStr for MessageId {
    type Err = NameError;

    fn from_str(s: &str) -> Result<Self, NameError> {
        let ok = (1..=Self::MAX_LEN).contains(&s.len())
            && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if ok { Ok(Self(s.into())) } else { Err(NameError::Id) }
    }
}

/// The text behind each of these types, and the ways of seeing it.
macro_rules! text_inside {
    ($($name:ident),*) => {$(
        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    )*};
}
text_inside!(RoomName, Username, Text, MessageId);

crate::serde_as_str!(RoomName, MessageId);

/// What travels from the server was checked there, and may bear the server's own name: a reader
/// takes it as it is.
macro_rules! serde_from_log {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|s| Self(s.into()))
            }
        }
    )*};
}
serde_from_log!(Username, Text);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thousands_of_a_number_stand_apart() {
        let numbers = [0, 999, 1_000, 65_536, 1_002_003];
        assert_eq!(numbers.map(thousands), ["0", "999", "1,000", "65,536", "1,002,003"]);
    }

    #[test]
    fn room_names_follow_their_rule() {
        for good in ["lobby", "a", "0", "ops-2", "a_b", &"x".repeat(64)] {
            assert!(good.parse::<RoomName>().is_ok(), "{good:?}");
        }
        for bad in ["", "-a", "_a", "Ops", "a b", "é", "a/b", "..", &"x".repeat(65)] {
            assert!(bad.parse::<RoomName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_username_is_normalised_and_trimmed() {
        let name: Username = "  Jose\u{301}  ".parse().unwrap();
        assert_eq!(name.as_str(), "Jos\u{e9}");
        assert!("👩🏽‍🚀".parse::<Username>().is_err(), "a zero-width joiner hides");
        assert!("مرحبا".parse::<Username>().is_ok());
    }

    #[test]
    fn a_username_that_misleads_is_refused() {
        for bad in
            ["", "   ", "a\u{200b}b", "a\u{202e}b", "a\nb", "a\u{7f}b", "\u{feff}", &"x".repeat(33)]
        {
            assert!(bad.parse::<Username>().is_err(), "{bad:?}");
        }
        assert_eq!("chat-room".parse::<Username>(), Err(NameError::UsernameReserved));
        assert_eq!("Chat-Room".parse::<Username>(), Err(NameError::UsernameReserved));
        assert!("ä".repeat(32).parse::<Username>().is_ok());
    }

    #[test]
    fn a_text_is_kept_as_sent_or_refused() {
        let text: Text = " two\n\tlines ".parse().unwrap();
        assert_eq!(text.as_str(), " two\n\tlines ");
        assert_eq!("".parse::<Text>(), Err(NameError::TextEmpty));
        assert_eq!("\u{1b}[31m".parse::<Text>(), Err(NameError::TextCharacter(0x1b)));
        assert!("x".repeat(4096).parse::<Text>().is_ok());
        let too_long = "x".repeat(5000).parse::<Text>().unwrap_err();
        assert_eq!(too_long.to_string(), "text is 5,000 bytes; a message holds at most 4,096");
    }

    #[test]
    fn ids_follow_their_rule() {
        assert!("0199-aB_9".parse::<MessageId>().is_ok());
        for bad in ["", "a b", "é", "a.b", &"x".repeat(65)] {
            assert!(bad.parse::<MessageId>().is_err(), "{bad:?}");
        }
    }
}
