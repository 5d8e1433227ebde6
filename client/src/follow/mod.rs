//! Following a room in any mode, for ever: connects, resumes where it was, tries again when
//! something breaks. The modes differ in one file each; what is here is common to all of them.

mod line;
mod place;
mod poll;
mod session;
mod sse;
mod stream;
mod websocket;

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::Stream;
use session::Session;
use tidings_shared::{Cursor, Event, Gap, Interval, Message, Mode, Problem, RoomName, Username};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{Failure, Outbox, Server};

/// What to follow, and how.
#[derive(Clone)]
pub struct FollowOptions {
    /// The room.
    pub room: RoomName,
    /// The way of listening. `Raw` carries no cursor, so that nothing could be resumed: NDJSON is
    /// followed in its place.
    pub mode: Mode,
    /// Who listens, for presence; `None` is nameless.
    pub username: Option<Username>,
    /// The time between two polls.
    pub every: Interval,
    /// Where to go on; `None` starts with the newest messages.
    pub after: Option<Cursor>,
    /// With how many of the newest messages to start when `after` is `None`: 0 to 1,000, where 0
    /// is only what is new from now on.
    pub limit: u16,
    /// What to carry on the WebSocket, when the mode is one.
    pub outbox: Option<Outbox>,
}

impl FollowOptions {
    /// Nameless, every 3 s, from the newest 50 messages on.
    #[must_use]
    pub fn new(room: RoomName, mode: Mode) -> Self {
        Self {
            room,
            mode,
            username: None,
            every: Interval::default(),
            after: None,
            limit: 50,
            outbox: None,
        }
    }
}

/// What following yields.
#[derive(Clone, PartialEq, Debug)]
pub enum Update {
    /// The stream stands, or the first poll was answered. Again after each `Disconnected`.
    Connected,
    /// A message that has not been yielded before, in the log's order.
    Message {
        /// The message.
        message: Message,
        /// The place behind it: what to hand in as `after` to go on from here.
        cursor: Cursor,
    },
    /// Messages may be missing here: the server could not go on from where this reader was.
    Gap(Gap),
    /// Everything that is neither: `hello`, presence, typing, heartbeats.
    Event(Event),
    /// The connection is lost, or did not come about. It is tried again by itself.
    Disconnected {
        /// What happened, in a sentence.
        why: String,
        /// How long until the next try.
        retry_in: Duration,
    },
    /// The server refused to be listened to in this way, before it was ever connected: the name is
    /// not allowed, say. Nothing follows.
    Refused(Problem),
}

/// The updates of a room, endless until `Refused`. Dropping it ends the connection.
#[derive(Debug)]
pub struct Follow {
    updates: mpsc::Receiver<Update>,
    task: JoinHandle<()>,
}

/// How many updates may wait for a reader that is busy. Behind that, the connection's own flow
/// control holds the server back.
const AHEAD: usize = 64;

/// How long a WebSocket's farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// Follows a room.
///
/// # Panics
///
/// Outside of a tokio runtime, on which the connection lives.
pub fn follow(server: &Server, mut options: FollowOptions) -> Follow {
    if options.mode == Mode::Raw {
        options.mode = Mode::Ndjson;
    }
    let (sender, updates) = mpsc::channel(AHEAD);
    let session = Session::new(server.clone(), options, sender);
    Follow { updates, task: tokio::spawn(session.run()) }
}

impl Follow {
    /// Ends the connection in good manners, with a WebSocket's closing handshake.
    pub async fn close(mut self) {
        self.updates.close();
        while self.updates.recv().await.is_some() {}
        // A peer that does not say goodbye is not waited for.
        let _ = tokio::time::timeout(FAREWELL, &mut self.task).await;
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stream for Follow {
    type Item = Update;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Update>> {
        self.updates.poll_recv(context)
    }
}

/// One connection of a mode, from its opening to its end. Says why it ended.
async fn listen(session: &mut Session) -> Failure {
    let ended = match session.options.mode {
        Mode::Poll | Mode::LongPoll => poll::listen(session).await,
        Mode::Sse => sse::listen(session).await,
        Mode::Ndjson | Mode::Raw => line::listen(session).await,
        Mode::Websocket => websocket::listen(session).await,
    };
    match ended {
        Ok(()) => Failure::passing("the server ended the stream"),
        Err(failure) => failure,
    }
}
