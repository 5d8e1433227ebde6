//! Polling: a page of what lies behind a cursor. A long-poll is the same question, answered when
//! there is something to say or the time is up.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Extension,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tidings_shared::{Cursor, Gap, Page, Problem};

use super::query::{AtRoom, Poll, PollQuery, ReadQuery};
use crate::{
    error::Error,
    meter::{Connection, Lane},
    room::{Here, Room, Waiting, encode::Encoded},
};

/// How long after its answer a long-poll still counts as here: time to come back with the next one.
const GRACE: Duration = Duration::from_secs(5);

/// Read messages: poll, long-poll, or page back through history
///
/// Without `wait`, answers at once with what lies behind `after`. With `wait`, answers as soon as
/// there is something, or empty when the time is up.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/messages",
    operation_id = "readMessages",
    tag = "reading",
    params(("room" = String, Path), ReadQuery<'_>, PollQuery<'_>),
    responses(
        (status = 200, body = Page, description = "Oldest first"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The log can't be read now"),
    )
)]
pub async fn read(
    Extension(connection): Extension<Arc<Connection>>,
    AtRoom(room): AtRoom,
    poll: Poll,
) -> Result<Response, Error> {
    let mode = poll.mode();
    let tally = connection.begin(Lane::Listen(mode));
    if let Some(seq) = poll.before {
        let page = room.before(seq, poll.read.limit).await?;
        tally.delivered(page.messages.len());
        return Ok(page_response(&page.messages, page.cursor, page.more, None));
    }
    let waiting = is_here(&connection, &room, &poll);
    let (mut follower, gap) = room.follow(poll.read.start).await?;
    // A gap is news in itself.
    let messages = match poll.wait {
        Some(wait) if gap.is_none() => {
            let news = follower.next_messages(poll.read.limit);
            tokio::time::timeout(wait, news).await.unwrap_or_else(|_| Ok(Vec::new()))?
        }
        _ => follower.take(poll.read.limit).await?,
    };
    if messages.is_empty() {
        tally.empty();
    }
    tally.delivered(messages.len());
    was_answered(waiting);
    Ok(page_response(&messages, follower.cursor(), follower.has_more(), gap.as_ref()))
}

/// Whoever polls by name is here: for as long as the poll says, or while it waits for its answer.
pub fn is_here(connection: &Connection, room: &Room, poll: &Poll) -> Option<Waiting> {
    // A nameless poller is nobody that could be told from the next one.
    let username = Some(poll.read.username.clone()?);
    let (here, address) = (Here { username, mode: poll.mode() }, connection.peer.ip());
    if poll.wait.is_some() {
        return Some(room.waits(here, address));
    }
    room.polled(here, address, Instant::now() + 2 * poll.every.as_duration());
    None
}

/// Whoever waited has an answer, and time to ask again.
pub fn was_answered(waiting: Option<Waiting>) {
    if let Some(waiting) = waiting {
        waiting.answered(Instant::now() + GRACE);
    }
}

/// A page as an answer.
fn page_response(
    messages: &[Arc<Encoded>],
    cursor: Cursor,
    more: bool,
    gap: Option<&Gap>,
) -> Response {
    let mut body = Vec::new();
    write_page(&mut body, messages, cursor, more, gap);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}

/// A page as JSON, put together from ready-made bytes.
pub fn write_page(
    body: &mut Vec<u8>,
    messages: &[Arc<Encoded>],
    cursor: Cursor,
    more: bool,
    gap: Option<&Gap>,
) {
    let size: usize = messages.iter().map(|message| message.json.len() + 1).sum();
    body.reserve(size + 96);
    body.extend_from_slice(b"{\"messages\":[");
    for (i, message) in messages.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        body.extend_from_slice(message.json.as_bytes());
    }
    body.extend_from_slice(b"],\"cursor\":\"");
    body.extend_from_slice(cursor.epoch.as_str().as_bytes());
    body.push(b':');
    body.extend_from_slice(itoa::Buffer::new().format(cursor.seq).as_bytes());
    body.extend_from_slice(if more { b"\",\"more\":true" } else { b"\",\"more\":false" });
    if let Some(gap) = gap {
        body.extend_from_slice(b",\"gap\":");
        serde_json::to_writer(&mut *body, gap).expect("a gap is written to memory");
    }
    body.push(b'}');
}
