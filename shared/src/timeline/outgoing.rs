//! One's own message on its way to the server.

use crate::{NewMessage, Receipt, Timestamp};

/// One's own message on its way.
#[derive(Clone, PartialEq, Debug)]
pub struct Outgoing {
    /// The message; a retry sends it under the same id.
    pub message: NewMessage,
    /// The sender's clock when it was written.
    pub at: Timestamp,
    /// How far it got.
    pub delivery: Delivery,
}

/// How far one's own message got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// On its way, or waiting for the server to be back.
    Pending,
    /// On the server's disk; it has not come back through the log yet.
    Sent(Receipt),
    /// Refused, and why. It can be retried.
    Failed(String),
}
