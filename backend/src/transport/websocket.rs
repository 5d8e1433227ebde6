//! WebSocket: one event a text frame, and posts the other way.
//!
//! Posts are queued for the log in the order of their frames and answered after their commit, many
//! of them in flight at once. After a `goaway`, or whatever ends the stream, the closing handshake
//! is finished: frames are read until the other end is done.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code, rejection::WebSocketUpgradeRejection},
    },
    http::StatusCode,
    response::Response,
};
use futures_util::{
    FutureExt, SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tidings_shared::{Mode, Problem, Username};

use super::{
    conversation::Conversation,
    query::{AtRoom, Read, ReadQuery},
    session::Session,
};
use crate::{
    app::App,
    error::Error,
    meter::{Busy, Connection, Lane},
};

/// The largest frame and message that are taken, in bytes: as an HTTP body.
pub const MAX_MESSAGE: usize = super::publish::MAX_BODY;
/// How long the other end is given to finish the closing handshake.
pub const CLOSING: Duration = Duration::from_secs(3);
/// Where it is, in the router's words.
pub const PATH: &str = "/api/rooms/{room}/ws";
/// Why a server closes a WebSocket: it ends,
pub const GOING_AWAY: &str = "the server is shutting down";
/// it can't take a post,
pub const COME_BACK: &str = "no post can be taken now";
/// or a frame was larger than [`MAX_MESSAGE`].
pub const TOO_BIG: &str = "a frame takes at most 65,536 bytes";

/// Listen and post by WebSocket
///
/// The server sends one event a text frame. The client may send `{"type":"post","id","username",
/// "text"}`, answered by `posted` or `rejected`, and `{"type":"typing","username"}`. A message's
/// cursor is the `epoch` of the `hello`, a colon, its `seq`.
#[utoipa::path(
    get,
    path = "/api/rooms/{room}/ws",
    operation_id = "listenWebsocket",
    tag = "reading",
    params(("room" = String, Path), ReadQuery<'_>),
    responses(
        (status = 101, description = "A WebSocket"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A page of another origin"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
        (status = 426, body = Problem, content_type = "application/problem+json", description = "Not asked for as a WebSocket"),
    )
)]
pub async fn listen(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Arc<Connection>>,
    AtRoom(room): AtRoom,
    read: Read,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    let upgrade = accept(upgrade)?;
    let name = read.username.clone();
    let session = Session::start(&connection, room, read, Mode::Websocket).await?;
    Ok(upgrade.on_upgrade(move |socket| {
        let talk = Talk::new(session, name).run(socket);
        app.spawn(Busy::task(talk, connection, Lane::Listen(Mode::Websocket)));
        std::future::ready(())
    }))
}

/// The upgrade with this server's bounds, or why there is none.
///
/// # Errors
///
/// 426 with a sentence for a request that asks for no WebSocket.
pub fn accept(
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<WebSocketUpgrade, Error> {
    let upgrade = upgrade.map_err(|e| {
        let detail = format!("this address speaks WebSocket only: {}", e.body_text());
        Error::new(StatusCode::UPGRADE_REQUIRED, detail)
    })?;
    // An idle socket would hold a read buffer of 128 KiB by default.
    Ok(upgrade.read_buffer_size(4096).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE))
}

/// The half of a WebSocket that writes.
pub type Sender = SplitSink<WebSocket, Message>;
type Ended = Result<(), axum::Error>;

/// One WebSocket.
struct Talk {
    session: Session,
    conversation: Conversation,
}

impl Talk {
    fn new(session: Session, name: Option<Username>) -> Self {
        let conversation = Conversation::new(session.room().clone(), name);
        Self { session, conversation }
    }

    async fn run(mut self, socket: WebSocket) {
        let (mut sender, mut receiver) = socket.split();
        // Why a socket breaks is the other end's business; what was accepted is committed.
        let _ = self.talk(&mut sender, &mut receiver).await;
        let drain = async { while let Some(Ok(_)) = receiver.next().await {} };
        let _ = tokio::time::timeout(CLOSING, drain).await;
    }

    async fn talk(&mut self, sender: &mut Sender, receiver: &mut SplitStream<WebSocket>) -> Ended {
        let Self { session, conversation } = self;
        loop {
            let listens = conversation.listens();
            tokio::select! {
                events = session.next() => match events {
                    Some(events) => {
                        for event in events {
                            sender.feed(Message::Text(event.json.clone())).await?;
                        }
                        sender.flush().await?;
                    }
                    None => {
                        while let Some(answer) = conversation.answer().await {
                            sender.feed(Message::Text(answer.into())).await?;
                        }
                        return close(sender, close_code::AWAY, GOING_AWAY).await;
                    }
                },
                Some(answer) = conversation.answer() => {
                    sender.feed(Message::Text(answer.into())).await?;
                    while let Some(Some(answer)) = conversation.answer().now_or_never() {
                        sender.feed(Message::Text(answer.into())).await?;
                    }
                    sender.flush().await?;
                    if conversation.has_broken_off() {
                        return close(sender, close_code::AGAIN, COME_BACK).await;
                    }
                }
                frame = receiver.next(), if listens => match frame {
                    Some(Ok(Message::Text(text))) => conversation.hear(text.as_bytes()),
                    Some(Ok(Message::Binary(_))) => conversation.hear_binary(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_))) | None => return Ok(()),
                    Some(Err(e)) => return broken(sender, e).await,
                },
            }
        }
    }
}

/// A frame that could not be read. One that is too big is told so; what is no WebSocket is not
/// worth an answer.
async fn broken(sender: &mut Sender, error: axum::Error) -> Ended {
    use tungstenite::Error::Capacity;
    if matches!(error.into_inner().downcast_ref(), Some(Capacity(_))) {
        close(sender, close_code::SIZE, TOO_BIG).await?;
    }
    Ok(())
}

/// Begins the closing handshake.
///
/// # Errors
///
/// When the socket is broken.
pub async fn close(sender: &mut Sender, code: u16, reason: &'static str) -> Ended {
    sender.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await
}
