//! What a search answers.

use serde::{Deserialize, Serialize};

use crate::{Cursor, Message, RoomName};

/// A message that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResult {
    /// Where it was said.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "ops"))]
    pub room: RoomName,
    /// The message.
    pub message: Message,
    /// The words that were meant, as they stand in the text, each once; empty where only filters
    /// were given.
    #[cfg_attr(feature = "openapi", schema(example = json!(["Backup", "backups"])))]
    pub found: Vec<String>,
}

/// A page of what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchPage {
    /// Newest first.
    pub results: Vec<SearchResult>,
    /// The next `cursor`, to be handed back as it is; none at the end.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub next: Option<Cursor>,
}
