//! Many messages by one request: a line each, posted as it comes. `seq 1000 | curl -T- host/r/ops`
//! is the whole client library here, too.
//!
//! A task of its own reads the body and posts; the answer tells how far it is. They meet in one
//! place, [`Told`], and not in a queue: a client that reads no answer before it has sent everything
//! is told less often, and neither waits for the other.

mod answer;
mod lines;
mod task;

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use serde::Serialize;
use tidings_shared::{Cursor, MessageId, Problem};
use tokio::sync::watch;
use utoipa::ToSchema;

use self::{answer::answer, task::Task};
use super::{
    publish::{Kind, PostBody, Posted},
    query::{AtRoom, PostQuery},
};
use crate::{
    app::App,
    error::Error,
    meter::{Busy, Connection, Lane},
    wire::Patience,
};

/// Room for a hyphen and a line's number behind an `Idempotency-Key`, in characters.
const NUMBER: usize = 11;

/// A line of the answer.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum BulkAnswer {
    /// How far it is: all that came is dealt with, or a second is over.
    Progress(BulkCount),
    /// The body has ended, and all of it is dealt with. An answer without this line is not whole.
    Done(BulkCount),
    /// A line was refused; the others are not touched by that.
    Rejected(BulkRejected),
    /// No more is read, since the server shuts down: what was not counted was not posted.
    Goaway {
        /// Milliseconds to wait before the rest is sent.
        retry_ms: u64,
        /// Why.
        reason: &'static str,
    },
}

/// How far a request with many messages is.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
pub struct BulkCount {
    /// So many of the first lines are dealt with: on disk, refused, or empty.
    lines: u64,
    /// So many of them are in the log, on disk.
    posted: u64,
    /// So many were refused.
    rejected: u64,
    /// Where the last of them is; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "k3f9a0zq:57")]
    cursor: Option<Cursor>,
}

/// A line that was refused.
#[derive(Clone, Serialize, ToSchema)]
pub struct BulkRejected {
    /// Which, counted from 1, empty ones too.
    line: u64,
    /// As an HTTP status.
    status: u16,
    /// What was wrong, and what is allowed.
    detail: String,
}

/// How far it is, for whoever writes the answer.
#[derive(Default)]
struct Told {
    count: BulkCount,
    /// All that were refused; few, since too many end it.
    rejected: Vec<BulkRejected>,
    /// Whether nothing is left to be dealt with, for now.
    caught_up: bool,
    end: Option<End>,
}

impl Told {
    /// The error that it is, if the log took nothing of it.
    fn nothing_was_taken(&self) -> Option<Error> {
        let first =
            self.rejected.first().filter(|_| self.end.is_some() && self.count.lines == 0)?;
        (first.status == StatusCode::SERVICE_UNAVAILABLE)
            .then(|| Error::new(StatusCode::SERVICE_UNAVAILABLE, &*first.detail).retry_after(1))
    }
}

/// Why no more is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// That was all.
    Whole,
    /// Too many lines were refused.
    Refused,
    /// A line could not be taken now, which is the last that is told of; or the body broke off.
    Broken,
    /// The server shuts down.
    Leaving,
}

/// Post many messages
///
/// Each line of the body is a message, posted as soon as it has come: its text, or, as
/// `application/x-ndjson`, an object as a single post's. `seq 1000 | curl -T- localhost:3001/r/ops`.
/// Empty lines are passed over. The answer is a line of JSON whenever all that came is on disk, and the
/// last is `done`. With an `Idempotency-Key`, line N's id is `KEY-N`, so that the same body again posts
/// nothing twice.
#[utoipa::path(
    put,
    path = "/api/rooms/{room}/messages",
    operation_id = "postMessages",
    tag = "posting",
    params(
        ("room" = String, Path),
        PostQuery<'_>,
        ("Idempotency-Key" = Option<String>, Header, description = "Line N's id is this, a hyphen, N"),
    ),
    request_body(content((String = "text/plain"), (PostBody = "application/x-ndjson"))),
    responses(
        (status = 200, body = BulkAnswer, content_type = "application/x-ndjson", description = "How far it is, a line each time"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A page of another origin"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not lines"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The log can't take it now"),
    )
)]
pub async fn put(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Arc<Connection>>,
    Extension(patience): Extension<Patience>,
    AtRoom(room): AtRoom,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let tally = connection.begin(Lane::Post);
    let posted = Posted::of(&uri, &headers, b"")?;
    if let Kind::Json = posted.kind()? {
        return Err(Error::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "many messages as JSON are application/x-ndjson, an object a line; one alone is a POST",
        ));
    }
    let (told, telling) = watch::channel(Told::default());
    let task = Task {
        room,
        username: posted.username(None)?,
        objects: posted.is_lines_of_json(),
        key: posted.idempotency_key.map(key).transpose()?,
        closing: app.closing.clone(),
        told,
        tally,
    };
    // Whoever pipes what happens may have nothing to say for hours.
    patience.lift();
    app.spawn(Busy::task(task.run(body), connection, Lane::Post));
    answer(telling).await
}

/// The same at the address that stands in the browser
///
/// As `PUT /api/rooms/{room}/messages`: `seq 1000 | curl -T- localhost:3001/r/ops?username=cron`.
#[utoipa::path(
    put,
    path = "/r/{room}",
    operation_id = "postLinesPage",
    tag = "curl",
    params(("room" = String, Path), PostQuery<'_>),
    request_body(content((String = "text/plain"), (PostBody = "application/x-ndjson"))),
    responses(
        (status = 200, body = BulkAnswer, content_type = "application/x-ndjson", description = "How far it is, a line each time"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn put_page(
    app: State<Arc<App>>,
    connection: Extension<Arc<Connection>>,
    patience: Extension<Patience>,
    room: AtRoom,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    put(app, connection, patience, room, uri, headers, body).await
}

/// What stands before each line's number in its id.
fn key(key: &str) -> Result<String, Error> {
    let key = key.trim().trim_matches('"');
    key.parse::<MessageId>()?;
    if key.len() > MessageId::MAX_LEN - NUMBER {
        return Err(Error::refused(format!(
            "the Idempotency-Key is {} characters; here it takes at most {}, for each line's number stands behind it",
            key.len(),
            MessageId::MAX_LEN - NUMBER
        )));
    }
    Ok(key.to_owned())
}
