//! Reads the lines, posts them, and tells how far it is.

use std::{collections::VecDeque, time::Duration};

use axum::{body::Body, http::StatusCode};
use futures_util::{FutureExt, future::BoxFuture};
use tidings_shared::{Receipt, Username};
use tokio::{sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    BulkCount, BulkRejected, End, Told,
    lines::{Line, Lines},
};
use crate::{
    error::Error,
    meter::Tally,
    room::Room,
    store::{Draft, StoreError, draw_id},
    transport::{
        publish::{MAX_BODY, PostBody, json, utf8},
        websocket::CLOSING,
    },
};

/// How many posts may wait for their commit before no more lines are read: as on a WebSocket.
const WINDOW: usize = 512;
/// After so many lines that were refused the rest is not read: it is not what its sender takes it for.
const REFUSALS: u64 = 100;
/// How long it waits while too many messages of others wait to be written.
const BUSY: Duration = Duration::from_millis(10);

/// Posts the lines of one body.
pub(super) struct Task {
    pub(super) room: Room,
    /// Who posts, for lines that don't say.
    pub(super) username: Username,
    /// Whether each line is an object, rather than a text.
    pub(super) objects: bool,
    /// What stands before a line's number in its id.
    pub(super) key: Option<String>,
    pub(super) closing: CancellationToken,
    pub(super) told: watch::Sender<Told>,
    pub(super) tally: Tally,
}

/// What becomes of a line.
type Outcome = BoxFuture<'static, Result<(Receipt, bool), Error>>;

/// How far a [`Task`] is.
#[derive(Default)]
struct State {
    /// How many lines were read.
    read: u64,
    /// Those that are not dealt with, oldest first: their number and what becomes of them. The log
    /// answers in this order, so that only the oldest has to be waited for.
    waiting: VecDeque<(u64, Outcome)>,
    count: BulkCount,
    rejected: Vec<BulkRejected>,
    /// Why no more is read.
    end: Option<End>,
}

impl Task {
    /// Works until the body ends, or no more can be read of it.
    pub(super) async fn run(self, body: Body) {
        let mut lines = Lines::of(body);
        let mut state = State::default();
        loop {
            self.read(&mut lines, &mut state).await;
            self.tell(&mut state);
            if let Some(end) = state.end.filter(|_| state.waiting.is_empty()) {
                if end != End::Whole {
                    // Whoever is still sending would be reset, and not hear why.
                    let _ = timeout(CLOSING, lines.pass_over()).await;
                }
                return;
            }
            let reads = state.end.is_none() && state.waiting.len() < WINDOW;
            tokio::select! {
                biased;
                () = self.closing.cancelled(), if state.end.is_none() => {
                    state.end = Some(End::Leaving);
                }
                // Nobody hears the answer: who sent this is gone. What was accepted is committed.
                () = self.told.closed() => return,
                () = self.oldest(&mut state), if !state.waiting.is_empty() => {
                    while !state.waiting.is_empty() && self.oldest(&mut state).now_or_never().is_some() {}
                }
                more = lines.more(), if reads => if more.is_err() {
                    state.end = Some(End::Broken);
                }
            }
        }
    }

    /// Takes what has come, as far as it may.
    async fn read(&self, lines: &mut Lines, state: &mut State) {
        while state.end.is_none() && state.waiting.len() < WINDOW {
            let Some(line) = lines.here() else {
                state.end = lines.ended().then_some(End::Whole);
                return;
            };
            state.read += 1;
            let outcome = match self.draft(&line, state.read) {
                Ok(None) => continue,
                Ok(Some(draft)) => self.post(draft, state).await,
                Err(e) => std::future::ready(Err(e)).boxed(),
            };
            state.waiting.push_back((state.read, outcome));
        }
    }

    /// The message in a line; none in an empty one.
    fn draft(&self, line: &Line, number: u64) -> Result<Option<Draft>, Error> {
        let line = match line {
            Line::Text(line) if line.is_empty() => return Ok(None),
            Line::Text(line) => line,
            Line::TooLong => {
                let detail = format!(
                    "the line is too long; it takes at most {MAX_BODY} bytes, and the text in it 4,096"
                );
                return Err(Error::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
            }
        };
        let PostBody { text, username, id } = if self.objects {
            json(line, "\"text\"")?
        } else {
            PostBody { text: utf8(line)?.to_owned(), username: None, id: None }
        };
        let id = match (id, &self.key) {
            (Some(id), _) => id.parse()?,
            (None, Some(key)) => format!("{key}-{number}").parse()?,
            (None, None) => draw_id(),
        };
        let username = match username {
            Some(name) => name.parse()?,
            None => self.username.clone(),
        };
        let room = self.room.name().clone();
        Ok(Some(Draft { room, id, username, text: text.parse()?, number: None }))
    }

    /// Queues a message for the log. While there are too many of others, this body has to wait.
    async fn post(&self, draft: Draft, state: &mut State) -> Outcome {
        loop {
            if state.end.is_some() {
                // What was waited for could not be taken: nor may this, which comes behind it.
                return std::future::ready(Err(StoreError::Busy.into())).boxed();
            }
            match self.room.append(draft.clone()) {
                Ok(appended) => return appended.map(|outcome| Ok(outcome?)).boxed(),
                Err(StoreError::Busy) if !state.waiting.is_empty() => self.oldest(state).await,
                Err(StoreError::Busy) => tokio::time::sleep(BUSY).await,
                Err(e) => return std::future::ready(Err(e.into())).boxed(),
            }
        }
    }

    /// Waits for the oldest that is not dealt with, if there is one. Dropping the future loses nothing.
    async fn oldest(&self, state: &mut State) {
        let Some((line, outcome)) = state.waiting.front_mut() else { return };
        let (line, outcome) = (*line, outcome.await);
        state.waiting.pop_front();
        match outcome {
            Ok((receipt, fresh)) => {
                state.count.posted += 1;
                state.count.cursor = Some(receipt.cursor);
                self.tally.delivered(usize::from(fresh));
            }
            // That no more is read is said once: what was read already is only counted.
            Err(e) if state.has_said_enough(&e) => state.count.rejected += 1,
            Err(e) => state.reject(line, &e),
        }
    }

    fn tell(&self, state: &mut State) {
        let State { read, waiting, count, rejected, end } = state;
        if *end != Some(End::Broken) {
            count.lines = waiting.front().map_or(*read, |(line, _)| line - 1);
        }
        self.told.send_modify(|told| {
            told.count = *count;
            told.rejected.append(rejected);
            told.caught_up = waiting.is_empty();
            told.end = end.filter(|_| waiting.is_empty());
        });
    }
}

impl State {
    fn has_said_enough(&self, error: &Error) -> bool {
        match self.end {
            Some(End::Broken) => true,
            Some(End::Refused) => error.status() != StatusCode::SERVICE_UNAVAILABLE,
            _ => false,
        }
    }

    fn reject(&mut self, line: u64, error: &Error) {
        let mut detail = error.detail().to_owned();
        self.count.rejected += 1;
        if error.status() == StatusCode::SERVICE_UNAVAILABLE {
            // It is to be sent again, and all behind it: they are not dealt with.
            self.count.lines = line - 1;
            self.end = Some(End::Broken);
        } else if self.count.rejected == REFUSALS {
            self.end = Some(End::Refused);
        }
        if matches!(self.end, Some(End::Broken | End::Refused)) {
            detail += "; no more is read";
        }
        self.rejected.push(BulkRejected { line, status: error.status().as_u16(), detail });
    }
}
