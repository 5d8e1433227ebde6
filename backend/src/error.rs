//! The one error of the HTTP edge, and its one response: `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tidings_shared::{
    Problem, cursor::CursorError, interval::IntervalError, name::NameError, topic::TopicError,
};

use crate::store::{AppendError, StoreError};

/// What a request can fail with. Each is a status and one sentence that says what was wrong and
/// what is allowed; nothing that failed is half done.
#[derive(Debug)]
pub struct Error {
    status: StatusCode,
    detail: String,
    retry_after: Option<u32>,
}

impl Error {
    /// Any status with its sentence.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), retry_after: None }
    }

    /// 400: could not be parsed.
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 422: understood, but not allowed.
    pub fn refused(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// Says in how many seconds the same request may succeed.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// As it travels.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let title = self.status.canonical_reason().unwrap_or("Error");
        Problem::new(self.status.as_u16(), title, &self.detail)
    }
}

impl From<NameError> for Error {
    fn from(e: NameError) -> Self {
        Self::refused(e.to_string())
    }
}

impl From<TopicError> for Error {
    fn from(e: TopicError) -> Self {
        Self::refused(e.to_string())
    }
}

impl From<CursorError> for Error {
    fn from(e: CursorError) -> Self {
        Self::unreadable(e.to_string())
    }
}

impl From<IntervalError> for Error {
    fn from(e: IntervalError) -> Self {
        Self::refused(e.to_string())
    }
}

impl From<StoreError> for Error {
    fn from(e: StoreError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, e.to_string()).retry_after(1)
    }
}

impl From<AppendError> for Error {
    fn from(e: AppendError) -> Self {
        match e {
            AppendError::Conflict(_) => Self::new(StatusCode::CONFLICT, e.to_string()),
            AppendError::Store(e) => e.into(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut body =
            serde_json::to_string(&self.problem()).expect("a problem is written to memory");
        // A terminal's next prompt stands on a line of its own.
        body.push('\n');
        let media_type = HeaderValue::from_static(Problem::MEDIA_TYPE);
        let no_store = HeaderValue::from_static("no-store");
        let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, no_store)];
        let mut response = (self.status, headers, body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UPGRADE_REQUIRED {
            // RFC 9110, 15.5.22: such an answer names the protocol.
            let protocol = HeaderValue::from_static("websocket");
            response.headers_mut().insert(header::UPGRADE, protocol);
        }
        response
    }
}
