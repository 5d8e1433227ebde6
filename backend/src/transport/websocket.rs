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
    future::BoxFuture,
    stream::{FuturesOrdered, SplitSink, SplitStream},
};
use serde::Deserialize;
use tidings_shared::{Event, MessageId, Mode, Problem, Username, event::Rejected};
use tokio::time::Instant;

use super::{
    query::{AtRoom, Read, ReadQuery},
    session::Session,
};
use crate::{
    app::App,
    error::Error,
    meter::{Busy, Connection, Lane},
    room::Room,
    store::{Draft, draw_id},
};

/// The largest frame and message that are taken, in bytes: as an HTTP body.
const MAX_MESSAGE: usize = super::publish::MAX_BODY;
/// How many posts may wait for their commit before no more frames are read.
const WINDOW: usize = 512;
/// How long the other end is given to finish the closing handshake.
pub const CLOSING: Duration = Duration::from_secs(3);
/// One sender's typing is passed on at most this often.
const TYPING: Duration = Duration::from_secs(1);

/// Where it is, in the router's words.
pub const PATH: &str = "/api/rooms/{room}/ws";

/// What is said to whoever sends JSON of another shape.
const WANTED: &str = "\"type\", \"id\", \"username\" and \"text\" as strings";

/// A frame that a client sends. Everything is optional so that what is missing can be said.
#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    username: Option<String>,
    text: Option<String>,
}

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
    params(("room" = String, Path), ReadQuery),
    responses(
        (status = 101, description = "A WebSocket"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "A page of another origin"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
        (status = 426, body = Problem, content_type = "application/problem+json", description = "Not asked for as a WebSocket"),
    )
)]
pub async fn listen(
    State(app): State<App>,
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
        app.tasks.track_future(Busy::task(talk, connection, Lane::Listen(Mode::Websocket)))
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

/// One WebSocket's conversation.
struct Talk {
    session: Session,
    /// Who this is, for frames that don't say.
    name: Option<Username>,
    answers: FuturesOrdered<BoxFuture<'static, Event>>,
    typed: Option<Instant>,
    /// A post could not be taken now. None behind it may be, else its retry would come after them:
    /// no more frames are read, and the other end is told to come back.
    stalled: bool,
}

impl Talk {
    fn new(session: Session, name: Option<Username>) -> Self {
        Self { session, name, answers: FuturesOrdered::new(), typed: None, stalled: false }
    }

    async fn run(mut self, socket: WebSocket) {
        let (mut sender, mut receiver) = socket.split();
        // Why a socket breaks is the other end's business; what was accepted is committed.
        let _ = self.talk(&mut sender, &mut receiver).await;
        let drain = async { while let Some(Ok(_)) = receiver.next().await {} };
        let _ = tokio::time::timeout(CLOSING, drain).await;
    }

    async fn talk(&mut self, sender: &mut Sender, receiver: &mut SplitStream<WebSocket>) -> Ended {
        loop {
            tokio::select! {
                events = self.session.next() => match events {
                    Some(events) => {
                        for event in events {
                            sender.feed(Message::Text(event.json.clone())).await?;
                        }
                        sender.flush().await?;
                    }
                    None => {
                        self.answer_all(sender).await?;
                        return close(sender, close_code::AWAY, "the server is shutting down").await;
                    }
                },
                Some(answer) = self.answers.next() => {
                    self.answer(sender, &answer).await?;
                    while let Some(Some(answer)) = self.answers.next().now_or_never() {
                        self.answer(sender, &answer).await?;
                    }
                    sender.flush().await?;
                }
                () = std::future::ready(()), if self.stalled && self.answers.is_empty() => {
                    return close(sender, close_code::AGAIN, "no post can be taken now").await;
                }
                frame = receiver.next(), if !self.stalled && self.answers.len() < WINDOW => match frame {
                    Some(Ok(Message::Text(text))) => self.hear(text.as_bytes()),
                    Some(Ok(Message::Binary(_))) => {
                        let refusal = Error::refused("frames are text: JSON objects with a type");
                        self.refuse(None, &refusal);
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_))) | None => return Ok(()),
                    Some(Err(e)) => return broken(sender, e).await,
                },
            }
        }
    }

    /// Sends the answers to all posts that were accepted, once they are committed.
    async fn answer_all(&mut self, sender: &mut Sender) -> Ended {
        while let Some(answer) = self.answers.next().await {
            self.answer(sender, &answer).await?;
        }
        sender.flush().await
    }

    async fn answer(&mut self, sender: &mut Sender, answer: &Event) -> Ended {
        self.stalled |= matches!(answer, Event::Rejected(rejected) if rejected.status == 503);
        let json = serde_json::to_string(answer).expect("an event is written to memory");
        sender.feed(Message::Text(json.into())).await
    }

    fn hear(&mut self, frame: &[u8]) {
        let frame: Frame = match super::publish::json(frame, WANTED) {
            Ok(frame) => frame,
            Err(e) => return self.refuse(readable_id(frame), &e),
        };
        match frame.kind.as_str() {
            "post" => {
                let id = frame.id.clone();
                match self.draft(frame) {
                    Ok(draft) => self.post(draft),
                    Err(e) => self.refuse(id, &e),
                }
            }
            "typing" => match self.speaker(frame.username) {
                Ok(name) => self.typing(name),
                Err(e) => self.refuse(None, &e),
            },
            other => {
                let detail =
                    format!("a frame of type {other:?} is not understood; use post or typing");
                self.refuse(frame.id, &Error::refused(detail));
            }
        }
    }

    fn room(&self) -> &Room {
        self.session.room()
    }

    fn speaker(&self, username: Option<String>) -> Result<Username, Error> {
        match username {
            Some(name) => Ok(name.parse()?),
            None => Ok(self.name.clone().unwrap_or_else(Username::anonymous)),
        }
    }

    fn draft(&self, frame: Frame) -> Result<Draft, Error> {
        let text = frame.text.ok_or_else(|| Error::refused("the post has no text"))?.parse()?;
        let id = frame.id.map(|id| id.parse::<MessageId>()).transpose()?.unwrap_or_else(draw_id);
        let username = self.speaker(frame.username)?;
        Ok(Draft { room: self.room().name().clone(), id, username, text, number: None })
    }

    fn post(&mut self, draft: Draft) {
        let id = draft.id.clone();
        let appended = match self.room().append(draft) {
            Ok(appended) => appended,
            Err(e) => {
                self.stalled = true;
                return self.refuse(Some(id.to_string()), &e.into());
            }
        };
        let answer = async move {
            match appended.await {
                Ok((receipt, _)) => Event::Posted(receipt),
                Err(e) => rejected(Some(id.to_string()), &e.into()),
            }
        };
        self.answers.push_back(answer.boxed());
    }

    fn refuse(&mut self, id: Option<String>, error: &Error) {
        let event = rejected(id, error);
        self.answers.push_back(async { event }.boxed());
    }

    fn typing(&mut self, name: Username) {
        let now = Instant::now();
        if self.typed.is_none_or(|last| now.duration_since(last) >= TYPING) {
            self.typed = Some(now);
            self.room().typing(name);
        }
    }
}

/// The id of a frame of another shape than is wanted, so that its sender learns which it was.
fn readable_id(frame: &[u8]) -> Option<String> {
    let frame: serde_json::Value = serde_json::from_slice(frame).ok()?;
    frame.get("id")?.as_str().map(str::to_owned)
}

fn rejected(id: Option<String>, error: &Error) -> Event {
    let (status, detail) = (error.status().as_u16(), error.detail().to_owned());
    Event::Rejected(Rejected { id, status, detail })
}

/// A frame that could not be read. One that is too big is told so; what is no WebSocket is not
/// worth an answer.
async fn broken(sender: &mut Sender, error: axum::Error) -> Ended {
    use tungstenite::Error::Capacity;
    if matches!(error.into_inner().downcast_ref(), Some(Capacity(_))) {
        close(sender, close_code::SIZE, "a frame takes at most 65,536 bytes").await?;
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
