//! RFC 9457 problem details: how every error travels.

use serde::{Deserialize, Serialize};

/// An error as the server answers it, `application/problem+json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The kind of problem, as a URI reference; `about:blank` where the status says it all.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// The status' own words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One sentence: what was wrong, and what is allowed.
    #[serde(default)]
    pub detail: String,
}

fn about_blank() -> String {
    "about:blank".into()
}

impl Problem {
    /// The media type of a problem.
    pub const MEDIA_TYPE: &'static str = "application/problem+json";

    /// A problem that its status describes.
    pub fn new(status: u16, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind: about_blank(), title: title.into(), status, detail: detail.into() }
    }

    /// Whether the same request may succeed later, unchanged.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500..)
    }
}
