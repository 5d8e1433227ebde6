//! What a room is about: a line of text that stands beside its name. It is no message and has no place
//! in the log; the newest one holds.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Timestamp, Username};

/// A topic: at most 250 characters on one line. An empty one is none.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Topic(Option<Arc<str>>);

/// A topic that breaks its rule; the sentence says how and what is allowed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TopicError {
    /// Too long.
    #[error("topic has {0} characters; it takes at most {max}", max = Topic::MAX_CHARS)]
    Length(usize),
    /// A character that breaks the line or turns it around.
    #[error(
        "topic contains the character U+{0:04X}; it is one line, without control characters and bidirectional overrides"
    )]
    Character(u32),
}

impl Topic {
    /// The most characters (Unicode scalar values) after trimming.
    pub const MAX_CHARS: usize = 250;

    /// A topic that the log kept: it was checked when it came in.
    #[must_use]
    pub fn from_log(s: &str) -> Self {
        Self((!s.is_empty()).then(|| s.into()))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether it is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

/// What would make two lines of it, or show it, and what stands beside it, in another order than it
/// was written in. Zero-width joiners stay allowed: scripts and pictures are made with them.
fn misplaces(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl FromStr for Topic {
    type Err = TopicError;

    fn from_str(s: &str) -> Result<Self, TopicError> {
        let topic = s.trim();
        let chars = topic.chars().count();
        if chars > Self::MAX_CHARS {
            return Err(TopicError::Length(chars));
        }
        match topic.chars().find(|&c| misplaces(c)) {
            Some(c) => Err(TopicError::Character(c.into())),
            None => Ok(Self::from_log(topic)),
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl Serialize for Topic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What travels from the server was checked there.
impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|s| Self::from_log(&s))
    }
}

/// A topic, and who set it when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopicSet {
    /// What the room is about; empty where it was cleared.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "What runs, and what doesn't"))]
    pub topic: Topic,
    /// Who set it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "leandro"))]
    pub username: Username,
    /// The server's clock when it was set.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, example = "2026-11-23T15:36:09.692Z"))]
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_one_trimmed_line() {
        let topic: Topic = "  What runs, and what doesn't \n".parse().unwrap();
        assert_eq!(topic.as_str(), "What runs, and what doesn't");
        for none in ["", "  \t", "\n"] {
            assert!(none.parse::<Topic>().unwrap().is_empty(), "{none:?}");
        }
        for good in ["مرحبا", "👩🏽‍🚀", "<b>&amp;", &"ä".repeat(250)] {
            assert_eq!(good.parse::<Topic>().unwrap().as_str(), good);
        }
    }

    #[test]
    fn a_topic_that_forges_a_line_or_is_too_long_is_refused_with_its_rule() {
        for bad in ["a\nb", "a\tb", "a\u{1b}[31mb", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b"] {
            assert!(matches!(bad.parse::<Topic>(), Err(TopicError::Character(_))), "{bad:?}");
        }
        let too_long = "ä".repeat(251).parse::<Topic>().unwrap_err();
        assert_eq!(too_long.to_string(), "topic has 251 characters; it takes at most 250");
    }
}
