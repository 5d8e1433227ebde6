//! `GET /api/search`: what somebody types, and what was found.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tidings_shared::{Cursor, Event, Problem, RoomName, SearchPage};
use utoipa::IntoParams;

use super::{Found, query::Query};
use crate::{
    app::App,
    error::Error,
    transport::query::{Said, limit, once, pairs},
};

/// How many messages an answer holds: unless told, and at most.
const LIMIT: usize = 20;
const LIMIT_MAX: usize = 100;

/// What to look for.
#[derive(Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery<'a> {
    /// Words, all of which must occur; the last one may go on. `"a phrase"`; `from:NAME`, `in:ROOM`,
    /// `before:2026-11-01` and `after:2026-10-01` (days in UTC, both left out themselves). At most
    /// 512 bytes.
    #[param(value_type = String, example = "backup from:cron after:2026-10-01")]
    q: Said<'a>,
    /// In this room alone: the same as `in:`.
    #[param(value_type = Option<String>, example = "ops")]
    room: Said<'a>,
    /// At most so many messages: 1 to 100; 20 unless told.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Said<'a>,
    /// Where to go on: an answer's `next`.
    #[param(value_type = Option<String>)]
    cursor: Said<'a>,
}

/// A search, parsed.
pub struct Asked {
    query: Query,
    limit: usize,
    cursor: Option<Cursor>,
}

impl<'a> SearchQuery<'a> {
    fn of(query: &'a str) -> Result<Self, Error> {
        let mut said = Self::default();
        for (name, value) in pairs(query) {
            match &*name {
                "q" => once(&mut said.q, &name, value)?,
                "room" => once(&mut said.room, &name, value)?,
                "limit" => once(&mut said.limit, &name, value)?,
                "cursor" => once(&mut said.cursor, &name, value)?,
                _ => {}
            }
        }
        Ok(said)
    }

    fn parse(self) -> Result<Asked, Error> {
        let mut query: Query = self.q.as_deref().unwrap_or_default().parse()?;
        if let Some(room) = &self.room {
            query = query.within(room.parse()?)?;
        }
        let limit = self.limit.map_or(Ok(LIMIT), |text| limit(&text, LIMIT_MAX))?;
        let cursor = self.cursor.map(|text| text.parse()).transpose().map_err(|_| {
            Error::unreadable("cursor is none that a search gave; hand back its next as it was")
        })?;
        Ok(Asked { query, limit, cursor })
    }
}

impl FromRequestParts<Arc<App>> for Asked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Error> {
        SearchQuery::of(parts.uri.query().unwrap_or_default())?.parse()
    }
}

/// As [`SearchPage`] is read, with each message as it is everywhere.
#[derive(Serialize)]
struct Answer {
    results: Vec<Row>,
    next: Option<Cursor>,
}

#[derive(Serialize)]
struct Row {
    room: RoomName,
    message: Event,
    found: Vec<String>,
}

/// Search the messages of all rooms, or of one
///
/// What was acknowledged before a search began is found by it. The first search of a long log takes
/// as long as it takes to index it.
#[utoipa::path(
    get,
    path = "/api/search",
    operation_id = "searchMessages",
    tag = "reading",
    params(SearchQuery<'_>),
    responses(
        (status = 200, body = SearchPage, description = "Newest first"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The log or the index can't be read now"),
    )
)]
pub async fn search(State(app): State<Arc<App>>, asked: Asked) -> Result<Response, Error> {
    let (found, next) = app.search.find(asked.query, asked.cursor, asked.limit).await?;
    let row = |Found { room, record, words }| Row {
        room,
        message: Event::Message(record.message),
        found: words,
    };
    let answer = Answer { results: found.into_iter().map(row).collect(), next };
    let body = serde_json::to_vec(&answer).expect("an answer is written to memory");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body).into_response())
}
