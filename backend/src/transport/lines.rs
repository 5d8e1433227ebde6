//! Streams of lines: NDJSON for programs, raw for eyes and `grep`.

use std::sync::Arc;

use axum::{
    Extension,
    http::header,
    response::{IntoResponse, Response},
};
use tidings_shared::{Event, Mode, Problem};

use super::{
    query::{AtRoom, Read, ReadQuery},
    session::Session,
};
use crate::{error::Error, meter::Connection};

/// Listen by lines of JSON
///
/// One event a line. A message's cursor is the `epoch` of the `hello`, a colon, its `seq`.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/ndjson",
    operation_id = "listenNdjson",
    tag = "reading",
    params(("room" = String, Path), ReadQuery<'_>),
    responses(
        (status = 200, body = Event, content_type = "application/x-ndjson", description = "Endless"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn ndjson(
    Extension(connection): Extension<Arc<Connection>>,
    AtRoom(room): AtRoom,
    read: Read,
) -> Result<Response, Error> {
    let session = Session::start(&connection, room, read, Mode::Ndjson).await?;
    let body = session.into_body(|event| &event.ndjson);
    Ok(answer("application/x-ndjson", body))
}

/// Listen by lines of text
///
/// A line a message, `> leandro: tudo bem?`. An empty line is a heartbeat; a line that begins
/// with `#` is the server's word about a gap or its going away.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/raw",
    operation_id = "listenRaw",
    tag = "reading",
    params(("room" = String, Path), ReadQuery<'_>),
    responses(
        (status = 200, body = String, content_type = "text/plain", description = "Endless"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn raw(
    Extension(connection): Extension<Arc<Connection>>,
    AtRoom(room): AtRoom,
    read: Read,
) -> Result<Response, Error> {
    let session = Session::start(&connection, room, read, Mode::Raw).await?;
    let body = session.into_body(|event| &event.raw);
    Ok(answer("text/plain; charset=utf-8", body))
}

fn answer(media_type: &'static str, body: axum::body::Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, body).into_response()
}
