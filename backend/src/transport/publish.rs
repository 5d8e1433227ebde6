//! Posting. `curl -d "backup done" host/r/ops` is the whole client library; programs that retry
//! send JSON with an id.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::Engine;
use serde::Deserialize;
use tidings_shared::{MessageId, Problem, Receipt, RoomName, Text, Username};
use utoipa::ToSchema;

use super::query::{AtRoom, PostQuery};
use crate::{
    error::Error,
    meter::{Connection, Lane},
    store::{Draft, draw_id},
};

/// The largest body, in bytes: the longest text with every byte escaped, and its envelope.
pub const MAX_BODY: usize = 64 << 10;

/// A message to post.
#[derive(Deserialize, ToSchema)]
pub struct PostBody {
    /// What to say: 1 to 4,096 bytes; newline and tab are the only control characters.
    #[schema(example = "sim?")]
    pub(super) text: String,
    /// Who says it: 1 to 32 characters.
    #[schema(example = "marcello")]
    pub(super) username: Option<String>,
    /// The sender's own name for it, `[A-Za-z0-9_-]{1,64}`: the same id again is the same message.
    /// May come as the header `Idempotency-Key` instead.
    pub(super) id: Option<String>,
}

/// Post a message
///
/// As JSON, or with any other content type as plain text. The answer comes after the message is on
/// disk. The same `id` again with the same content is answered with the first one's receipt.
#[utoipa::path(
    post,
    path = "/api/rooms/{room}/messages",
    operation_id = "postMessage",
    tag = "posting",
    params(
        ("room" = String, Path),
        PostQuery<'_>,
        ("Idempotency-Key" = Option<String>, Header, description = "The message's id, if the body has none"),
    ),
    request_body(content((PostBody = "application/json"), (String = "text/plain"))),
    responses(
        (status = 201, body = Receipt, description = "On disk"),
        (status = 200, body = Receipt, description = "Known by its id; delivered once"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A page of another origin"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The id is another message's"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Body too big"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not a text"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The log can't take it now"),
    )
)]
pub async fn post(
    Extension(connection): Extension<Arc<Connection>>,
    AtRoom(room): AtRoom,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    let tally = connection.begin(Lane::Post);
    let body = read_body(body)?;
    let posted = Posted::of(&uri, &headers, &body)?;
    let (receipt, fresh) = room.append(posted.draft(room.name())?)?.await?;
    tally.delivered(usize::from(fresh));
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok(receipt_response(status, &receipt))
}

/// A receipt, and a line's end: a terminal's next prompt stands on a line of its own.
pub fn receipt_response(status: StatusCode, receipt: &Receipt) -> Response {
    let mut body = Vec::with_capacity(160);
    write_receipt(&mut body, receipt);
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

/// A receipt as JSON on a line.
pub fn write_receipt(body: &mut Vec<u8>, receipt: &Receipt) {
    serde_json::to_writer(&mut *body, receipt).expect("a receipt is written to memory");
    body.push(b'\n');
}

/// The body's bytes, or why there are none.
///
/// # Errors
///
/// 413 for one that is too big, 400 for one that broke off.
pub fn read_body(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Error> {
    body.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body is too big; it takes at most {MAX_BODY} bytes, and the text in it 4,096"
            ),
        ),
        _ => Error::unreadable("the body broke off before its end"),
    })
}

/// A post as it came: its body, and what of its head matters.
#[derive(Default)]
pub struct Posted<'a> {
    /// What the query says.
    pub query: PostQuery<'a>,
    /// The header of that name.
    pub content_type: Option<&'a str>,
    /// The header of that name.
    pub content_encoding: Option<&'a str>,
    /// The header of that name.
    pub idempotency_key: Option<&'a str>,
    /// The header of that name.
    pub authorization: Option<&'a str>,
    /// All of it.
    pub body: &'a [u8],
}

impl<'a> Posted<'a> {
    /// What a request says.
    ///
    /// # Errors
    ///
    /// 400 for a username that is given twice.
    pub fn of(uri: &'a Uri, headers: &'a HeaderMap, body: &'a [u8]) -> Result<Self, Error> {
        // What is not text stands for something that no rule allows.
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
        Ok(Self {
            query: PostQuery::of(uri.query().unwrap_or_default())?,
            content_type: header("content-type"),
            content_encoding: header("content-encoding"),
            idempotency_key: header("idempotency-key"),
            authorization: header("authorization"),
            body,
        })
    }

    /// The message that is to be appended to `room`.
    ///
    /// # Errors
    ///
    /// 400, 415 or 422, with what is allowed.
    pub fn draft(&self, room: &RoomName) -> Result<Draft, Error> {
        let PostBody { text, username, id } = match self.kind()? {
            Kind::Json => json(self.body, "\"text\"")?,
            Kind::Text => PostBody { text: utf8(self.body)?.to_owned(), username: None, id: None },
        };
        let username = self.username(username.as_deref())?;
        let text: Text = text.parse()?;
        // The header's draft standard puts it in quotes; hands that type curl don't.
        let key = self.idempotency_key.map(|key| key.trim().trim_matches('"'));
        let id = match (id.as_deref(), key) {
            (Some(a), Some(b)) if a != b => {
                return Err(Error::refused(
                    "the body's id and the Idempotency-Key differ; send one of them",
                ));
            }
            (Some(id), _) | (None, Some(id)) => id.parse::<MessageId>()?,
            (None, None) => draw_id(),
        };
        Ok(Draft { room: room.clone(), id, username, text, number: None })
    }

    /// Who posts: whom the body names, or the query, or HTTP Basic.
    ///
    /// # Errors
    ///
    /// 422 for what is no name.
    pub fn username(&self, in_body: Option<&str>) -> Result<Username, Error> {
        let said = in_body.or(self.query.username.as_deref());
        Ok(match said {
            Some(name) => name.parse()?,
            None => match self.authorization.and_then(basic_user) {
                Some(name) => name.parse()?,
                None => Username::anonymous(),
            },
        })
    }

    /// What the body is, by its headers.
    ///
    /// # Errors
    ///
    /// 415 for what is no text.
    pub fn kind(&self) -> Result<Kind, Error> {
        let unsupported = |detail: &str| Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail);
        if self.content_encoding.is_some_and(|encoding| encoding != "identity") {
            return Err(unsupported("the body is compressed; send it as it is"));
        }
        let essence = self.essence();
        if essence.eq_ignore_ascii_case("application/json") {
            Ok(Kind::Json)
        } else if essence.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/")) {
            Err(unsupported(
                "the body is a multipart form; send JSON, or the text itself as curl -d does",
            ))
        } else {
            Ok(Kind::Text)
        }
    }

    /// Whether the body says that each of its lines is JSON, by either of the names that are in use.
    #[must_use]
    pub fn is_lines_of_json(&self) -> bool {
        ["application/x-ndjson", "application/ndjson", "application/jsonl"]
            .iter()
            .any(|name| self.essence().eq_ignore_ascii_case(name))
    }

    fn essence(&self) -> &str {
        self.content_type.unwrap_or("").split(';').next().unwrap_or("").trim()
    }
}

/// What a body is.
pub enum Kind {
    /// An object with the text in it.
    Json,
    /// The text itself.
    Text,
}

/// A body as text.
///
/// # Errors
///
/// 400 where it is not UTF-8.
pub fn utf8(body: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(body).map_err(|e| {
        Error::unreadable(format!("the body is not UTF-8: byte {} is wrong", e.valid_up_to()))
    })
}

/// A JSON body: 400 for what is not JSON, 422 for JSON of another shape.
///
/// # Errors
///
/// With the parser's words, and what is `wanted`.
pub fn json<T: serde::de::DeserializeOwned>(body: &[u8], wanted: &str) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|e| match e.classify() {
        serde_json::error::Category::Data => Error::refused(format!(
            "the JSON is not what is wanted: {e}; an object with {wanted} is wanted"
        )),
        _ => Error::unreadable(format!("the body is not JSON: {e}")),
    })
}

/// `curl -u cron: …`: the user of HTTP Basic, whatever the password.
fn basic_user(authorization: &str) -> Option<String> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, _) = text.split_once(':')?;
    (!user.is_empty()).then(|| user.to_owned())
}
