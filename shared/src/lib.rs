//! What travels between Tidings' programs, and the pure rules that both ends obey.
//!
//! This crate does no I/O, reads no clock and draws no random number: whoever needs one hands it
//! in. It builds natively for the server and the terminal, and for wasm for the browser, where
//! every dependency is paid for in download size.

/// Serde for a type that travels as its text: `Display` out, `FromStr` in.
macro_rules! serde_as_str {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use serde_as_str;

pub mod backoff;
pub mod cursor;
pub mod event;
pub mod fold;
pub mod interval;
pub mod line;
pub mod markdown;
pub mod message;
pub mod mode;
pub mod name;
pub mod plan;
pub mod problem;
pub mod route;
pub mod search;
pub mod time;
pub mod timeline;
pub mod topic;

pub use backoff::Backoff;
pub use cursor::{After, Cursor, Epoch};
pub use event::{Event, Gap, Goaway, Hello, Person, Presence};
pub use fold::fold;
pub use interval::Interval;
pub use message::{Message, NewMessage, Page, Receipt};
pub use mode::{Mode, ModeCounts};
pub use name::{MessageId, RoomName, Text, Username, thousands};
pub use problem::Problem;
pub use search::{SearchPage, SearchResult};
pub use time::Timestamp;
pub use timeline::Timeline;
pub use topic::{Topic, TopicSet};
