//! The message, and what is said about one: when it is posted, kept and read.

use serde::{Deserialize, Serialize};

use crate::{Cursor, Gap, MessageId, Text, Timestamp, Username};

/// A message as the log holds it. On the wire it bears `"type":"message"` (see
/// [`Event`](crate::Event)) and is the same bytes whatever the transport.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Its place in the room's log; strictly increasing, not promised to be without holes.
    pub seq: u64,
    /// The sender's own name for it, or one that the server drew.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "0199b7e2-6f0e-7a31-9d0c-0f3d2f6a8c11"))]
    pub id: MessageId,
    /// Who said it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "leandro"))]
    pub username: Username,
    /// What was said.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "tudo bem?"))]
    pub text: Text,
    /// The server's clock when the log took it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, example = "2026-11-23T15:36:09.692Z"))]
    pub at: Timestamp,
}

/// A message on its way to the server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewMessage {
    /// The sender's own name for it; the same id again is the same message.
    pub id: MessageId,
    /// Who says it.
    pub username: Username,
    /// What is said.
    pub text: Text,
}

/// The server's word that a message is on disk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// Its place in the log.
    pub seq: u64,
    /// The id it goes by.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: MessageId,
    /// When the log took it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// The place just behind it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "k3f9a0zq:57"))]
    pub cursor: Cursor,
}

/// What a poll or long-poll answers.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// The next `after`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "k3f9a0zq:57"))]
    pub cursor: Cursor,
    /// Whether more lies beyond: newer messages for `after`, older ones for `before`.
    pub more: bool,
    /// There if the cursor could not be honoured.
    #[serde(default)]
    pub gap: Option<Gap>,
}
