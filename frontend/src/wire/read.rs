//! What each type takes out of a JSON tree. A field that a later server adds is passed over.

use tidings_shared::{
    Cursor, Epoch, Event, Gap, Goaway, Hello, Message, MessageId, Mode, ModeCounts, NewMessage,
    Page, Person, Presence, Problem, Receipt, RoomName, SearchPage, SearchResult, Text, Timestamp,
    Topic, TopicSet, Username, event::Rejected,
};

use super::Json;
use crate::state::{
    Unsent,
    people::Here,
    rooms::{HowMany, There},
};

/// What can be made of a JSON value.
pub trait FromJson: Sized {
    /// Makes it; `None` when the value is nothing of the kind.
    fn from_json(json: &Json<'_>) -> Option<Self>;
}

/// Reads a JSON text. `None` when it is none, or nothing of the kind.
#[must_use]
pub fn read<T: FromJson>(text: &str) -> Option<T> {
    T::from_json(&Json::parse(text)?)
}

impl Json<'_> {
    /// The field of this name, as what it is to be.
    #[must_use]
    pub fn get<T: FromJson>(&self, name: &str) -> Option<T> {
        T::from_json(self.at(name))
    }
}

impl FromJson for bool {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        if let Json::Bool(value) = json { Some(*value) } else { None }
    }
}

impl FromJson for String {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        json.as_str().map(str::to_owned)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        if *json == Json::Null { Some(None) } else { T::from_json(json).map(Some) }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        let Json::List(items) = json else { return None };
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            list.push(T::from_json(item)?);
        }
        Some(list)
    }
}

macro_rules! numbers {
    ($($name:ident),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>) -> Option<Self> {
                if let Json::Number(number) = json { number.parse().ok() } else { None }
            }
        }
    )*};
}
numbers!(u16, u32, u64);

/// What is written as a text, which has a rule.
macro_rules! parsed {
    ($($name:ident),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>) -> Option<Self> {
                json.as_str()?.parse().ok()
            }
        }
    )*};
}
parsed!(Cursor, Epoch, MessageId, Mode, RoomName, Timestamp);

/// What was checked by the server, and is taken as it is.
macro_rules! from_log {
    ($($name:ident),*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>) -> Option<Self> {
                json.as_str().map(Self::from_log)
            }
        }
    )*};
}
from_log!(Text, Topic, Username);

/// Objects, whose fields are named as in Rust.
macro_rules! objects {
    ($($name:ident { $($field:ident),* })*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json<'_>) -> Option<Self> {
                Some(Self { $($field: json.get(stringify!($field))?),* })
            }
        }
    )*};
}
objects! {
    Message { seq, id, username, text, at }
    NewMessage { id, username, text }
    Receipt { seq, id, at, cursor }
    Page { messages, cursor, more, gap }
    Hello { epoch, head, mode, heartbeat }
    Gap { after, resume, reason }
    Person { username, mode }
    Presence { joined, left, count, nameless, modes }
    Goaway { retry_ms, reason }
    Rejected { id, status, detail }
    TopicSet { topic, username, at }
    SearchPage { results, next }
    SearchResult { room, message, found }
    There { room, head, last_at, topic, here }
    Unsent { room, message, at }
}

/// What a room had when one turned away from it.
#[derive(Clone, PartialEq, Debug)]
pub struct Had {
    /// Its newest messages.
    pub page: Page,
    /// What it is about.
    pub topic: Option<TopicSet>,
}

impl FromJson for Had {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        Some(Self { page: FromJson::from_json(json)?, topic: json.get("topic")? })
    }
}

/// A mode by which nobody listens is left out.
impl FromJson for ModeCounts {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        let mut counts = Self::default();
        for mode in Mode::ALL {
            *counts.of(mode) = json.get::<Option<_>>(mode.as_str())?.unwrap_or_default();
        }
        Some(counts)
    }
}

/// Left out, it is nobody.
impl FromJson for HowMany {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        Some(Self { count: json.get::<Option<_>>("count")?.unwrap_or_default() })
    }
}

impl FromJson for Here {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        let people = json.get::<Option<_>>("people")?.unwrap_or_default();
        Some(Self { nameless: json.get("nameless").unwrap_or_default(), people })
    }
}

impl FromJson for Problem {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        let text = |name| json.get::<Option<String>>(name).map(Option::unwrap_or_default);
        let problem = Self::new(json.get("status")?, json.get::<String>("title")?, text("detail")?);
        Some(match json.get::<Option<String>>("type")? {
            Some(kind) => Self { kind, ..problem },
            None => problem,
        })
    }
}

/// An event of a type that the app is too old to know is to be skipped.
impl FromJson for Event {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        Some(match json.at("type").as_str()? {
            "message" => Event::Message(FromJson::from_json(json)?),
            "hello" => Event::Hello(FromJson::from_json(json)?),
            "heartbeat" => Event::Heartbeat { at: json.get("at")? },
            "gap" => Event::Gap(FromJson::from_json(json)?),
            "presence" => Event::Presence(FromJson::from_json(json)?),
            "typing" => Event::Typing { username: json.get("username")? },
            "topic" => Event::Topic(FromJson::from_json(json)?),
            "goaway" => Event::Goaway(FromJson::from_json(json)?),
            "posted" => Event::Posted(FromJson::from_json(json)?),
            "rejected" => Event::Rejected(FromJson::from_json(json)?),
            _ => Event::Unknown,
        })
    }
}
