//! Server-sent events: one endless answer that a browser's `EventSource` reads and resumes by
//! itself, for each message's `id:` is its cursor. <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::sync::Arc;

use axum::{
    Extension,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use tidings_shared::{After, Event, Mode, Problem};

use super::{
    query::{AtRoom, Read, ReadQuery},
    session::Session,
};
use crate::{error::Error, meter::Connection, room::Start};

/// Listen by server-sent events
///
/// Each event's data is one JSON object. A message's `id:` is its cursor; `Last-Event-ID` wins
/// over `after`.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/sse",
    operation_id = "listenSse",
    tag = "reading",
    params(
        ("room" = String, Path),
        ReadQuery<'_>,
        ("Last-Event-ID" = Option<String>, Header, description = "The last cursor seen"),
    ),
    responses(
        (status = 200, body = Event, content_type = "text/event-stream", description = "Endless"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn listen(
    Extension(connection): Extension<Arc<Connection>>,
    AtRoom(room): AtRoom,
    headers: HeaderMap,
    mut read: Read,
) -> Result<Response, Error> {
    if let Some(last) = headers.get("last-event-id").filter(|value| !value.is_empty()) {
        let after: After = last.to_str().unwrap_or("?").parse()?;
        read.start = Start::After(after);
    }
    let session = Session::start(&connection, room, read, Mode::Sse).await?;
    let body = session.into_body(|event| &event.sse);
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // nginx would hold events back to fill its buffer.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, body).into_response())
}
