//! What is said on a WebSocket, whatever carries it: frames of a client become posts, and the
//! outcome of each post becomes an answer, in the order of the frames.
//!
//! Posts are queued for the log as their frames come and answered after their commit, many of them
//! in flight at once.

use std::{
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use serde::Deserialize;
use tidings_shared::{Event, MessageId, Username, event::Rejected};
use tokio::time::Instant;

use crate::{
    error::Error,
    room::Room,
    store::{Draft, draw_id},
};

/// How many posts may wait for their commit before no more frames are read.
const WINDOW: usize = 512;
/// One sender's typing is passed on at most this often.
const TYPING: Duration = Duration::from_secs(1);

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

/// One WebSocket's conversation.
pub struct Conversation {
    room: Room,
    /// Who this is, for frames that don't say.
    name: Option<Username>,
    /// Made for the first frame: most listeners never say anything.
    answers: Option<Box<FuturesOrdered<BoxFuture<'static, Event>>>>,
    typed: Option<Instant>,
    /// A post could not be taken now. None behind it may be, else its retry would come after them:
    /// no more frames are read, and the other end is told to come back.
    stalled: bool,
}

impl Conversation {
    /// With `name`, in `room`.
    #[must_use]
    pub fn new(room: Room, name: Option<Username>) -> Self {
        Self { room, name, answers: None, typed: None, stalled: false }
    }

    /// Whether another frame may be read now.
    #[must_use]
    pub fn listens(&self) -> bool {
        !self.stalled && self.unanswered() < WINDOW
    }

    /// Whether there is nothing more to hear or to say: a post could not be taken, all before it
    /// are answered, and the other end has to come back.
    #[must_use]
    pub fn has_broken_off(&self) -> bool {
        self.stalled && self.unanswered() == 0
    }

    /// The next answer, as JSON; `None` if every frame has its answer.
    pub async fn answer(&mut self) -> Option<String> {
        std::future::poll_fn(|cx| self.poll_answer(cx)).await
    }

    /// As [`Conversation::answer`].
    pub fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Option<String>> {
        let Some(answers) = self.answers.as_mut().filter(|answers| !answers.is_empty()) else {
            return Poll::Ready(None);
        };
        let answer = ready!(answers.poll_next_unpin(cx));
        Poll::Ready(answer.map(|answer| {
            self.stalled |= matches!(&answer, Event::Rejected(rejected) if rejected.status == 503);
            serde_json::to_string(&answer).expect("an event is written to memory")
        }))
    }

    /// A frame that is no text.
    pub fn hear_binary(&mut self) {
        let refusal = Error::refused("frames are text: JSON objects with a type");
        self.refuse(None, &refusal);
    }

    /// A text frame.
    pub fn hear(&mut self, frame: &[u8]) {
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
        Ok(Draft { room: self.room.name().clone(), id, username, text, number: None })
    }

    fn post(&mut self, draft: Draft) {
        let id = draft.id.clone();
        let appended = match self.room.append(draft) {
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
        self.later(answer);
    }

    fn refuse(&mut self, id: Option<String>, error: &Error) {
        let event = rejected(id, error);
        self.later(async { event });
    }

    fn later(&mut self, answer: impl Future<Output = Event> + Send + 'static) {
        self.answers.get_or_insert_default().push_back(answer.boxed());
    }

    fn unanswered(&self) -> usize {
        self.answers.as_ref().map_or(0, |answers| answers.len())
    }

    fn typing(&mut self, name: Username) {
        let now = Instant::now();
        if self.typed.is_none_or(|last| now.duration_since(last) >= TYPING) {
            self.typed = Some(now);
            self.room.typing(name);
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
