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
use tidings_shared::{Cursor, Gap, Mode, Page, Problem};

use super::query::{AtRoom, Poll, PollQuery, ReadQuery};
use crate::{
    error::Error,
    meter::{Connection, Lane},
    room::{Here, encode::Encoded},
};

/// How long after its time a long-poll still counts as here: time to come back with the next one.
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
    params(("room" = String, Path), ReadQuery, PollQuery),
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
    let mode = if poll.wait.is_some() { Mode::LongPoll } else { Mode::Poll };
    let tally = connection.begin(Lane::Listen(mode));
    if let Some(seq) = poll.before {
        let page = room.before(seq, poll.read.limit).await?;
        tally.delivered(page.messages.len());
        return Ok(page_response(&page.messages, page.cursor, page.more, None));
    }
    if poll.read.username.is_some() {
        // A nameless poller is nobody that could be told from the next one.
        let here = Here { username: poll.read.username.clone(), mode };
        let stay = poll.wait.map_or(2 * poll.every.as_duration(), |wait| wait + GRACE);
        room.polled(&here, connection.peer.ip(), Instant::now() + stay);
    }
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
    Ok(page_response(&messages, follower.cursor(), follower.has_more(), gap))
}

/// A page is put together from ready-made bytes.
fn page_response(
    messages: &[Arc<Encoded>],
    cursor: Cursor,
    more: bool,
    gap: Option<Gap>,
) -> Response {
    let size: usize = messages.iter().map(|message| message.json.len() + 1).sum();
    let mut body = Vec::with_capacity(size + 64);
    body.extend_from_slice(b"{\"messages\":[");
    for (i, message) in messages.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        body.extend_from_slice(message.json.as_bytes());
    }
    body.extend_from_slice(format!("],\"cursor\":\"{cursor}\",\"more\":{more}").as_bytes());
    if let Some(gap) = gap {
        body.extend_from_slice(b",\"gap\":");
        serde_json::to_writer(&mut body, &gap).expect("a gap is written to memory");
    }
    body.push(b'}');
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}
