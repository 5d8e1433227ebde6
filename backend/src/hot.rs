//! The hot paths one by one, as `benches/engine.rs` counts their instructions. It is public for no
//! other reason than that a bench is a crate of its own: nothing here is an interface, and nothing
//! but the bench may call it.

use std::sync::Arc;

use bytes::Bytes;
use tidings_shared::{Cursor, Receipt};

use crate::{
    Config, OpenError,
    app::App,
    front::{
        framing::{self, Framing},
        head::Head,
    },
    room::{Place, Room, encode::Encoded, tail},
    transport::session::BATCH,
};

/// The tail of a log that was empty.
#[derive(Default)]
pub struct Tail(tail::Tail);

impl Tail {
    /// Appends a message, and drops old ones when the tail is full.
    pub fn push(&mut self, seq: u64, message: Arc<Encoded>) {
        self.0.push(seq, message);
    }
}

/// What reads requests.
pub struct Reader(App);

impl Reader {
    /// Reads them for a server with these settings.
    ///
    /// # Errors
    ///
    /// A sentence that says why the store can't be used.
    pub fn open(config: Config) -> Result<Self, OpenError> {
        App::open(config).map(Self)
    }

    /// How long the request is, if it is whole and plain.
    #[must_use]
    pub fn head(&self, bytes: &[u8]) -> Option<usize> {
        match Head::read(bytes, &self.0) {
            Head::Ours(_, size) => Some(size),
            Head::Partial | Head::Other => None,
        }
    }
}

/// What a WebSocket is sent that stands at `place`; `None` if the log must be read for it.
#[must_use]
pub fn websocket(room: &Room, place: Place) -> Option<Bytes> {
    batch(Framing::Websocket, room, place)
}

/// What a stream of server-sent events is sent that stands at `place`; `None` likewise.
#[must_use]
pub fn sse(room: &Room, place: Place) -> Option<Bytes> {
    batch(Framing::Sse, room, place)
}

fn batch(framing: Framing, room: &Room, place: Place) -> Option<Bytes> {
    Some(framing.batch(room, room.behind(place, BATCH)?, room.end()))
}

/// The answer to a poll when there is nothing new.
#[must_use]
pub fn empty_page(cursor: Cursor) -> Vec<u8> {
    framing::page(&[], cursor, false, None, None)
}

/// The answer to a post that was taken.
#[must_use]
pub fn receipt(receipt: &Receipt) -> Vec<u8> {
    framing::receipt(true, receipt, None)
}
