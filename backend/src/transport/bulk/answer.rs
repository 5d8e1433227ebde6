//! The answer to a body of lines, written while the body is read.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use tokio::{
    sync::watch,
    time::{Duration, Instant, timeout_at},
};

use super::{BulkAnswer, BulkCount, End, Told};
use crate::{error::Error, transport::session::goaway_ms};

/// How often it says how far it is, while there is always more.
const PROGRESS: Duration = Duration::from_secs(1);

/// The answer, once there is something to say: a log that takes nothing is an error, not an answer
/// that ends early.
pub(super) async fn answer(mut telling: watch::Receiver<Told>) -> Result<Response, Error> {
    // An end that nobody tells of is that of the task.
    let _ = telling.wait_for(|told| told.count.lines > 0 || told.end.is_some()).await;
    if let Some(error) = telling.borrow().nothing_was_taken() {
        return Err(error);
    }
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let teller = Teller {
        telling,
        said: BulkCount::default(),
        rejected: 0,
        due: Instant::now(),
        ended: false,
    };
    let lines = futures_util::stream::unfold(teller, async |mut teller| {
        let bytes = teller.next().await?;
        Some((Ok::<_, Infallible>(bytes), teller))
    });
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Writes the answer.
struct Teller {
    telling: watch::Receiver<Told>,
    said: BulkCount,
    /// How many of those that were refused it has told of.
    rejected: usize,
    /// When it says how far it is, though there is more.
    due: Instant,
    /// Whether it has said its last.
    ended: bool,
}

impl Teller {
    /// What there is to say next; `None` when the task is done, which may be a while after its last
    /// word: a client that is still sending would not hear it from a connection that is closed.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let (bytes, late) = self.look();
            if !bytes.is_empty() {
                return Some(bytes);
            }
            if late {
                // The time may be up, or there is something else to say.
                if let Ok(Err(_)) = timeout_at(self.due, self.telling.changed()).await {
                    return None;
                }
            } else if self.telling.changed().await.is_err() {
                return None;
            }
        }
    }

    /// What there is to say now, and whether there will be something by itself.
    fn look(&mut self) -> (Bytes, bool) {
        let told = self.telling.borrow_and_update();
        let mut bytes = Vec::new();
        if self.ended {
            return (Bytes::new(), false);
        }
        for rejected in &told.rejected[self.rejected..] {
            write(&mut bytes, &BulkAnswer::Rejected(rejected.clone()));
        }
        self.rejected = told.rejected.len();
        self.ended = told.end.is_some();
        let news = told.count.lines > self.said.lines;
        let now = Instant::now();
        match told.end {
            Some(End::Whole) => write(&mut bytes, &BulkAnswer::Done(told.count)),
            end if news && (end.is_some() || told.caught_up || now >= self.due) => {
                self.said = told.count;
                self.due = now + PROGRESS;
                write(&mut bytes, &BulkAnswer::Progress(told.count));
            }
            _ => {}
        }
        if told.end == Some(End::Leaving) {
            let reason = "the server is shutting down";
            write(&mut bytes, &BulkAnswer::Goaway { retry_ms: goaway_ms(), reason });
        }
        (bytes.into(), news && !self.ended)
    }
}

fn write(bytes: &mut Vec<u8>, answer: &BulkAnswer) {
    serde_json::to_writer(&mut *bytes, answer).expect("an answer is written to memory");
    bytes.push(b'\n');
}
