//! What a room is about: setting it. Who listens by a stream is told, who asks for the room sees it.

use axum::{
    Json,
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, Uri, header},
    response::IntoResponse,
};
use serde::Deserialize;
use tidings_shared::{Problem, Topic, TopicSet};
use utoipa::ToSchema;

use crate::{
    error::Error,
    transport::{
        publish::{Kind, Posted, json, read_body, utf8},
        query::{AtRoom, PostQuery},
    },
};

/// A topic to set.
#[derive(Deserialize, ToSchema)]
pub struct TopicBody {
    /// What the room is about: one line of at most 250 characters. An empty one clears it.
    #[schema(example = "What runs, and what doesn't")]
    topic: String,
    /// Who sets it: 1 to 32 characters.
    #[schema(example = "leandro")]
    username: Option<String>,
}

/// Say what a room is about
///
/// As JSON, or with any other content type as plain text. The answer comes after the topic is on
/// disk, and everyone who listens by a stream is told by a `topic` event. An empty one clears it.
#[utoipa::path(
    put,
    path = "/api/rooms/{room}/topic",
    operation_id = "setTopic",
    tag = "rooms",
    params(("room" = String, Path), PostQuery<'_>),
    request_body(content((TopicBody = "application/json"), (String = "text/plain"))),
    responses(
        (status = 200, body = TopicSet, description = "On disk"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A page of another origin"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Body too big"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not a text"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "It can't be kept now"),
    )
)]
pub async fn set(
    AtRoom(room): AtRoom,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Error> {
    let body = read_body(body)?;
    let posted = Posted::of(&uri, &headers, &body)?;
    let TopicBody { topic, username } = match posted.kind()? {
        Kind::Json => json(&body, "\"topic\"")?,
        Kind::Text => TopicBody { topic: utf8(&body)?.to_owned(), username: None },
    };
    let username = posted.username(username.as_deref())?;
    let topic: Topic = topic.parse()?;
    let set = room.set_topic(username, topic).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(set)))
}
