//! Posting one message over HTTP. A queue of them, kept until acknowledged, is the `Outbox`.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use tidings_shared::{Backoff, NewMessage, Receipt, RoomName, route};
use tokio::time::Instant;

use crate::{Failure, Server, body::ANSWER_TIMEOUT};

impl Server {
    /// Posts a message, once. The receipt says that it is on the server's disk; after a passing
    /// failure it may or may not be, and posting it again under the same id is safe.
    ///
    /// # Errors
    ///
    /// `Refused` if the server will not have it, `Passing` if it was not reached or is busy.
    pub async fn post(&self, room: &RoomName, message: &NewMessage) -> Result<Receipt, Failure> {
        let body = serde_json::to_vec(message).expect("a message is JSON");
        let request = self
            .http()
            .post(self.url(&route::messages(room), &[]))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        self.ask(request, ANSWER_TIMEOUT).await
    }

    /// Posts a message, and tries again under the same id as long as failures are passing and
    /// `give_up` has not gone by since the first try.
    ///
    /// # Errors
    ///
    /// `Refused` as soon as the server refuses; the last `Passing` failure when the time is up.
    pub async fn post_within(
        &self,
        room: &RoomName,
        message: &NewMessage,
        give_up: Duration,
    ) -> Result<Receipt, Failure> {
        let until = Instant::now() + give_up;
        let mut backoff = Backoff::default();
        let mut last = None;
        loop {
            let attempt = tokio::time::timeout_at(until, self.post(room, message)).await;
            let failure = match attempt {
                Ok(Err(failure @ Failure::Passing { .. })) => failure,
                Ok(settled) => return settled,
                Err(_) => {
                    return Err(last.unwrap_or_else(|| {
                        Failure::passing(format!("{self} did not answer in {give_up:?}"))
                    }));
                }
            };
            let wait = failure.retry_after().unwrap_or_else(|| backoff.fail(fastrand::f64()));
            if Instant::now() + wait >= until {
                return Err(failure);
            }
            last = Some(failure);
            tokio::time::sleep(wait).await;
        }
    }
}
