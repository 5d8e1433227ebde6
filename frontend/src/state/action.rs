//! Whatever can happen to a tab: what a transport tells, what the server answers, what the reader does.
//! [`Tab::reduce`](super::Tab::reduce) takes it in.

use tidings_shared::{
    Cursor, Event, MessageId, NewMessage, Page, Receipt, RoomName, Timestamp, TopicSet,
};

use super::{Choice, Reader, Traffic, Unsent, people::Here};
use crate::route::Address;

/// What the transport of a moment tells.
#[derive(Clone, PartialEq, Debug)]
pub enum Told {
    /// Bytes went over the wire, and when.
    Cost(Traffic, f64),
    /// Left to choose for itself, it has chosen another mode, or learned why not.
    Chose(Choice),
    /// It is trying to reach the server.
    Connecting,
    /// It reached the server.
    Up,
    /// It waits until its next question.
    Resting {
        /// When that goes out.
        next_ms: f64,
    },
    /// Too many other tabs of this browser listen.
    Crowded,
    /// It broke, or the server did not answer.
    Broke {
        /// When.
        now_ms: f64,
        /// When it is tried again.
        retry_ms: f64,
        /// A sentence for it.
        why: String,
    },
    /// A stream carried an event.
    Heard {
        /// The event.
        event: Event,
        /// Its cursor, where the transport carries one.
        id: Option<Cursor>,
        /// When it came.
        now_ms: f64,
    },
    /// A poll was answered.
    Page {
        /// The answer.
        page: Page,
        /// When it came.
        now_ms: f64,
    },
}

/// Something that happened.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// A control changed: the tab is now here, and listens anew.
    Went(Address),
    /// The transport of this [generation](super::Tab::generation) told something.
    Told(u32, Told),
    /// Bytes went over the wire for a message of one's own, and when.
    Cost(Traffic, f64),
    /// A message was written here.
    Wrote {
        /// The message.
        message: NewMessage,
        /// By this tab's clock.
        at: Timestamp,
    },
    /// A message was written by a tab before this one, and not sent.
    Left(Unsent),
    /// The server has a message on disk.
    Sent(RoomName, Receipt),
    /// The server refused a message, and why.
    Refused(RoomName, MessageId, String),
    /// A message could not be sent for now, and why.
    Trouble(String),
    /// A refused message is to be sent once more.
    Retry(MessageId),
    /// A refused message is given up.
    Discard(MessageId),
    /// The reader of a room does something, or is answered.
    Reader(RoomName, Reader),
    /// What a room is about.
    Topic(RoomName, TopicSet),
    /// The list of who is in a room.
    Here(RoomName, Here),
    /// The server's clock was asked: when, when it answered, what it said; milliseconds.
    Clock(f64, f64, f64),
    /// Time passed.
    Tick {
        /// Now.
        now_ms: f64,
    },
}
