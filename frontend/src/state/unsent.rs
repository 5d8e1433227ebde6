//! A message that is written and not sent, as it outlives its tab.

use tidings_shared::{NewMessage, RoomName, Timestamp};

/// A message that the server has not confirmed.
#[derive(Clone, PartialEq, Debug)]
pub struct Unsent {
    /// Where it is to be said.
    pub room: RoomName,
    /// The message; it goes out under the same id, whoever sends it.
    pub message: NewMessage,
    /// When it was written, by the clock of the tab.
    pub at: Timestamp,
}
