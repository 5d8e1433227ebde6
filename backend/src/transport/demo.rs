//! The teaching demo's own surface, over the lobby, so that its Node client works unmodified:
//! `GET /messages` answers the whole history, `POST /messages` takes one message, a WebSocket there
//! gets each new one; all of them `{"id","text","username"}`.
//!
//! The `id` is a number that the sender drew below 100,000, so that different messages often bear
//! the same. It is given back as it was sent, and decides nothing.

use std::sync::Arc;

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{
        State, WebSocketUpgrade,
        rejection::BytesRejection,
        ws::{Message, WebSocket, close_code, rejection::WebSocketUpgradeRejection},
    },
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{
    SinkExt, StreamExt,
    stream::{self, SplitStream},
};
use serde::Deserialize;
use tidings_shared::{After, Mode, Problem, Receipt, RoomName};
use utoipa::ToSchema;

use super::{
    publish::{json, read_body, receipt_response},
    websocket::{CLOSING, Sender, accept, close},
};
use crate::{
    app::App,
    error::Error,
    meter::{Busy, Connection, Lane, Tally},
    room::{Follower, Here, Present, Start},
    store::{Draft, StoreError, draw_id},
};

/// A message as the demo writes it.
#[derive(Deserialize, ToSchema)]
pub struct DemoMessage {
    /// The sender's number for it.
    #[schema(value_type = f64, example = 4711)]
    id: serde_json::Number,
    /// What is said.
    text: String,
    /// Who says it.
    username: String,
}

/// The demo's history, or its WebSocket
///
/// The lobby's whole history as an array; asked as a WebSocket, each new message as one object.
#[utoipa::path(
    get,
    path = "/messages",
    operation_id = "demoRead",
    tag = "demo",
    responses(
        (status = 200, body = Vec<DemoMessage>, description = "All of it, oldest first"),
        (status = 101, description = "A WebSocket"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "The log can't be read now"),
    )
)]
pub async fn read(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Arc<Connection>>,
    method: Method,
    headers: axum::http::HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    if headers.contains_key(header::UPGRADE) || method == Method::CONNECT {
        return listen(app, connection, accept(upgrade)?).await;
    }
    history(&app, &connection).await
}

/// Post as the demo does
#[utoipa::path(
    post,
    path = "/messages",
    operation_id = "demoPost",
    tag = "demo",
    request_body = DemoMessage,
    responses(
        (status = 201, body = Receipt, description = "On disk"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn post(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Arc<Connection>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    let tally = connection.begin(Lane::Post);
    let wanted = "\"id\" (a number), \"text\" and \"username\"";
    let DemoMessage { id, text, username } = json(&read_body(body)?, wanted)?;
    let draft = Draft {
        room: RoomName::lobby(),
        id: draw_id(),
        username: username.parse()?,
        text: text.parse()?,
        number: Some(id.to_string().into()),
    };
    let (receipt, _) = app.rooms.get(&RoomName::lobby()).append(draft)?.await?;
    tally.delivered(1);
    Ok(receipt_response(StatusCode::CREATED, &receipt))
}

/// Where it is.
pub const PATH: &str = "/messages";

/// How many messages of the history are read at a time.
const PAGE: usize = 1000;

/// The whole history, page by page: a long one is never in memory as a whole. It ends at the log's
/// end as it was when the request came.
struct History {
    follower: Follower,
    until: u64,
    tally: Tally,
    first: bool,
}

async fn history(app: &App, connection: &Arc<Connection>) -> Result<Response, Error> {
    let tally = connection.begin(Lane::Listen(Mode::Poll));
    let room = app.rooms.get(&RoomName::lobby());
    let until = room.head().seq;
    let (follower, _) = room.follow(Start::After(After::Seq(0))).await?;
    let history = History { follower, until, tally, first: true };
    let pages = stream::try_unfold(Some(history), |history| async {
        let Some(mut history) = history else { return Ok::<_, StoreError>(None) };
        let mut bytes = Vec::new();
        let more = history.page(&mut bytes).await?;
        Ok(Some((Bytes::from(bytes), more.then_some(history))))
    });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(pages)).into_response())
}

impl History {
    /// Writes the next page; answers whether there is another.
    async fn page(&mut self, bytes: &mut Vec<u8>) -> Result<bool, StoreError> {
        let mut messages = self.follower.take(PAGE).await?;
        messages.retain(|message| message.seq.is_some_and(|seq| seq <= self.until));
        self.tally.delivered(messages.len());
        for message in &messages {
            bytes.push(if std::mem::take(&mut self.first) { b'[' } else { b',' });
            bytes.extend_from_slice(message.demo.as_bytes());
        }
        let more = !messages.is_empty() && self.follower.cursor().seq < self.until;
        if !more {
            if self.first {
                bytes.push(b'[');
            }
            bytes.push(b']');
        }
        Ok(more)
    }
}

async fn listen(
    app: Arc<App>,
    connection: Arc<Connection>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Error> {
    let tally = connection.begin(Lane::Listen(Mode::Websocket));
    let room = app.rooms.get(&RoomName::lobby());
    let (follower, _) = room.follow(Start::Newest(0)).await?;
    let here = Here { username: None, mode: Mode::Websocket };
    here.log(room.name(), connection.peer);
    let present = room.join(here);
    Ok(upgrade.on_upgrade(move |socket| {
        let talk = talk(socket, follower, tally, present);
        app.spawn(Busy::task(talk, connection, Lane::Listen(Mode::Websocket)));
        std::future::ready(())
    }))
}

async fn talk(socket: WebSocket, follower: Follower, tally: Tally, _present: Present) {
    let (mut sender, mut receiver) = socket.split();
    // Why a socket breaks is the other end's business.
    let _ = forward(&mut sender, &mut receiver, follower, &tally).await;
    // Whoever began the closing handshake, it is finished here.
    let drain = async { while let Some(Ok(_)) = receiver.next().await {} };
    let _ = tokio::time::timeout(CLOSING, drain).await;
}

async fn forward(
    sender: &mut Sender,
    receiver: &mut SplitStream<WebSocket>,
    mut follower: Follower,
    tally: &Tally,
) -> Result<(), axum::Error> {
    let (code, reason) = loop {
        tokio::select! {
            batch = follower.next(PAGE) => match batch {
                Ok(batch) => {
                    tally.delivered(batch.messages.len());
                    for message in batch.messages {
                        sender.feed(Message::Text(message.demo.clone())).await?;
                    }
                    sender.flush().await?;
                    if batch.closing && !follower.has_more() {
                        break (close_code::AWAY, "the server is shutting down");
                    }
                }
                Err(_) => break (close_code::AGAIN, "the message store failed; come back"),
            },
            frame = receiver.next() => match frame {
                Some(Ok(Message::Text(_) | Message::Binary(_))) => {
                    break (close_code::POLICY, "this socket only listens; post with POST /messages");
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
            },
        }
    };
    close(sender, code, reason).await
}
