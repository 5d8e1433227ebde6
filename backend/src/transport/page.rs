//! `/r/ROOM`: what stands in the browser's address bar. A browser is given the app there; curl is
//! given the newest messages as lines, and may post.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::{FromRequestParts, Request, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use tidings_shared::{Mode, Problem, Receipt};

use super::{
    publish,
    query::{AtRoom, PostQuery, Read, ReadQuery},
};
use crate::{
    app::App,
    error::Error,
    meter::{Connection, Lane},
    web,
};

/// A room's page, or its newest messages
///
/// The app for a browser (`Accept: text/html`); the newest messages as lines for anyone else.
#[utoipa::path(
    get,
    path = "/r/{room}",
    operation_id = "readPage",
    tag = "curl",
    params(("room" = String, Path), ReadQuery<'_>),
    responses(
        (status = 200, body = String, content_type = "text/plain", description = "A line a message"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not a room name"),
    )
)]
pub async fn read(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Arc<Connection>>,
    request: Request,
) -> Result<Response, Error> {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        // The app itself says what is wrong with a room's name.
        let mut page = web::page(&app, request).await;
        page.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
        return Ok(page);
    }
    let (mut parts, _) = request.into_parts();
    let AtRoom(room) = AtRoom::from_request_parts(&mut parts, &app).await?;
    let read = Read::from_request_parts(&mut parts, &app).await?;
    let tally = connection.begin(Lane::Listen(Mode::Raw));
    let (mut follower, _) = room.follow(read.start).await?;
    let mut messages = follower.take(read.limit).await?;
    // One take is bounded in bytes, and this answer has no cursor to go on from.
    while messages.len() < read.limit && follower.has_more() {
        let more = follower.take(read.limit - messages.len()).await?;
        if more.is_empty() {
            break;
        }
        messages.extend(more);
    }
    tally.delivered(messages.len());
    if messages.is_empty() {
        tally.empty();
    }
    let lines: Vec<u8> = messages.iter().flat_map(|message| message.raw.iter().copied()).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept"),
    ];
    Ok((headers, lines).into_response())
}

/// Post from the command line
///
/// As `POST /api/rooms/{room}/messages`, at the address that stands in the browser:
/// `curl -d "backup done" localhost:3001/r/ops?username=cron`.
#[utoipa::path(
    post,
    path = "/r/{room}",
    operation_id = "postPage",
    tag = "curl",
    params(("room" = String, Path), PostQuery<'_>),
    request_body(content((publish::PostBody = "application/json"), (String = "text/plain"))),
    responses(
        (status = 201, body = Receipt, description = "On disk"),
        (status = 200, body = Receipt, description = "Known by its id; delivered once"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn post(
    connection: Extension<Arc<Connection>>,
    room: AtRoom,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    publish::post(connection, room, uri, headers, body).await
}
