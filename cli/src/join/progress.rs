//! How far a conversation has got: what is still open, and what has become of each line.

use futures_util::{future::BoxFuture, stream::FuturesUnordered};
use tidings_client::DeliveryError;
use tidings_shared::{NewMessage, Receipt};

use super::{status::Status, unsent::Unsent};

/// The fate of one line: its number, its text, its id, and what became of it.
pub(super) type Fate = (u64, NewMessage, Result<Receipt, DeliveryError>);

/// How far the conversation has got.
pub(super) struct Progress {
    pub(super) piped: bool,
    /// More input may come.
    pub(super) open: bool,
    /// The room is listened to.
    pub(super) listening: bool,
    /// Somebody reads what is printed.
    pub(super) printing: bool,
    /// The server was reached at least once.
    pub(super) reached: bool,
    /// Something failed that is not a line.
    pub(super) failed: bool,
    /// It was said that messages wait.
    pub(super) told_of_waiting: bool,
    pub(super) fates: FuturesUnordered<BoxFuture<'static, Fate>>,
    pub(super) unsent: Unsent,
    pub(super) status: Status,
}

impl Progress {
    /// At the start: everything is still open.
    pub(super) fn new(piped: bool) -> Self {
        Self {
            piped,
            open: true,
            listening: true,
            printing: true,
            reached: false,
            failed: false,
            told_of_waiting: false,
            fates: FuturesUnordered::new(),
            unsent: Unsent::default(),
            status: Status::default(),
        }
    }

    /// Until the input has ended and every line of it has met its fate.
    pub(super) fn goes_on(&self) -> bool {
        self.open || !self.fates.is_empty()
    }
}
