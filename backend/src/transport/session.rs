//! What every stream is, whatever its framing: hello, then what lies behind the cursor, then each
//! thing as it happens, a heartbeat now and then, and a goaway at the end.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use tidings_shared::{Event, Gap, Goaway, Hello, Mode};
use tokio::time::{Instant, timeout_at};

use super::query::Read;
use crate::{
    error::Error,
    meter::{Connection, Lane, Tally},
    room::{Follower, Here, Place, Present, Room, encode::Encoded},
    store::StoreError,
};

/// Seconds between two heartbeats, on average; each wait is drawn ±20 % around it.
const HEARTBEAT: u32 = 20;
/// When an SSE client should come back after a break, in milliseconds.
const RETRY_MS: u32 = 2000;
/// A goaway asks each client to come back after a time drawn from this range, in milliseconds.
const GOAWAY_MS: std::ops::Range<u64> = 500..3000;
/// The most messages in one write.
pub const BATCH: usize = 512;

enum Phase {
    Begin(Option<Box<Gap>>),
    Going,
    Over,
}

/// One listener on a stream.
pub struct Session {
    follower: Follower,
    mode: Mode,
    phase: Phase,
    heartbeat_at: Instant,
    tally: Tally,
    _present: Present,
}

impl Session {
    /// Somebody starts to listen.
    ///
    /// # Errors
    ///
    /// When the store can't be read.
    pub async fn start(
        connection: &Arc<Connection>,
        room: Room,
        read: Read,
        mode: Mode,
    ) -> Result<Self, Error> {
        let tally = connection.begin(Lane::Listen(mode));
        let (follower, gap) = room.follow(read.start).await?;
        let here = Here { username: read.username, mode };
        here.log(room.name(), connection.peer);
        Ok(Self {
            follower,
            mode,
            phase: Phase::Begin(gap.map(Box::new)),
            heartbeat_at: next_heartbeat(),
            tally,
            _present: room.join(here),
        })
    }

    /// What its costs are counted for.
    #[must_use]
    pub fn lane(&self) -> Lane {
        Lane::Listen(self.mode)
    }

    /// The room it listens to.
    #[must_use]
    pub fn room(&self) -> &Room {
        self.follower.room()
    }

    /// What there is to write now, which may be nothing; `None` when the stream is over. Dropping
    /// the future loses nothing.
    pub async fn ready(&mut self) -> Option<Vec<Arc<Encoded>>> {
        match std::mem::replace(&mut self.phase, Phase::Going) {
            Phase::Begin(gap) => return Some(self.hello(gap)),
            Phase::Going => {}
            Phase::Over => {
                self.phase = Phase::Over;
                return None;
            }
        }
        match self.follower.ready(BATCH).await {
            Ok(batch) => {
                self.tally.delivered(batch.messages.len());
                let mut events = batch.messages;
                events.extend(batch.notices);
                if batch.closing && !self.follower.has_more() {
                    events.push(self.goaway("the server is shutting down"));
                }
                Some(events)
            }
            Err(e @ StoreError::Closed) => Some(vec![self.goaway(&e.to_string())]),
            Err(e) => {
                tracing::warn!(room = %self.room().name(), mode = %self.mode, error = %e, "a stream was ended");
                Some(vec![self.goaway(&e.to_string())])
            }
        }
    }

    /// What comes next; `None` when the stream is over. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Vec<Arc<Encoded>>> {
        loop {
            let events = self.ready().await?;
            if !events.is_empty() {
                return Some(events);
            }
            if timeout_at(self.heartbeat_at, self.follower.changed()).await.is_err() {
                self.heartbeat_at = next_heartbeat();
                return Some(vec![Arc::new(heartbeat())]);
            }
        }
    }

    /// Where it stands: somebody else may go on from there on its behalf, and give back where they
    /// came to.
    #[must_use]
    pub fn place(&self) -> Place {
        self.follower.place()
    }

    /// Somebody else delivered what lies before `place`.
    pub fn go_on_from(&mut self, place: Place) {
        self.follower.go_on_from(place);
    }

    fn hello(&self, gap: Option<Box<Gap>>) -> Vec<Arc<Encoded>> {
        let head = self.room().head();
        let hello = Hello { epoch: head.epoch, head, mode: self.mode, heartbeat: HEARTBEAT };
        let prefix = format!("retry: {RETRY_MS}\n");
        let mut events =
            vec![Arc::new(Encoded::event_with(&prefix, &Event::Hello(hello), String::new()))];
        if let Some(gap) = gap {
            let raw = format!("# gap: {}\n", gap.reason);
            events.push(Arc::new(Encoded::event_with("", &Event::Gap(*gap), raw)));
        }
        events
    }

    fn goaway(&mut self, reason: &str) -> Arc<Encoded> {
        self.phase = Phase::Over;
        let goaway = Goaway { retry_ms: goaway_ms(), reason: reason.into() };
        let raw = format!("# goaway: {reason}\n");
        Arc::new(Encoded::event_with("", &Event::Goaway(goaway), raw))
    }

    /// The whole stream as the body of an answer, each event in the framing that `frame` picks.
    pub fn into_body(self, frame: fn(&Encoded) -> &Bytes) -> Body {
        let frames = futures_util::stream::unfold(self, move |mut session| async move {
            loop {
                let events = session.next().await?;
                let bytes = join(&events, frame);
                // What a framing doesn't show is no reason to write.
                if !bytes.is_empty() {
                    return Some((Ok::<_, std::convert::Infallible>(bytes), session));
                }
            }
        });
        Body::from_stream(frames)
    }
}

/// One event is shared as it is; several become one write.
fn join(events: &[Arc<Encoded>], frame: fn(&Encoded) -> &Bytes) -> Bytes {
    if let [event] = events {
        return frame(event).clone();
    }
    let size = events.iter().map(|event| frame(event).len()).sum();
    let mut bytes = BytesMut::with_capacity(size);
    for event in events {
        bytes.extend_from_slice(frame(event));
    }
    bytes.freeze()
}

/// When whoever is told to go away should come back, in milliseconds: not all at once.
#[must_use]
pub fn goaway_ms() -> u64 {
    fastrand::u64(GOAWAY_MS)
}

/// Eyes see an empty line: enough to notice that the other end is gone.
#[must_use]
pub fn heartbeat() -> Encoded {
    let event = Event::Heartbeat { at: SystemTime::now().into() };
    Encoded::event_with("", &event, "\n".into())
}

/// When a stream that had one now has its next heartbeat.
#[must_use]
pub fn next_heartbeat() -> Instant {
    let factor = 0.8 + 0.4 * fastrand::f64();
    Instant::now() + Duration::from_secs(HEARTBEAT.into()).mul_f64(factor)
}
