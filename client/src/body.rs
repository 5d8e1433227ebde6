//! Making a request and reading its whole answer, with bounds on time and size: what is common to
//! posting and to reading a page.

use std::time::Duration;

use bytes::BytesMut;
use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;

use crate::{Failure, Server, failure::reason};

/// How long a server may take to begin an answer that it need not wait for.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of an answer that are read: a page of 1,000 of the largest messages fits twice.
const MAX_BODY: usize = 64 << 20;

impl Server {
    /// Sends a request; an answer that is no success becomes a `Failure`.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        within: Duration,
    ) -> Result<Response, Failure> {
        let sent = tokio::time::timeout(within, request.send());
        let answer = sent
            .await
            .map_err(|_| Failure::passing(format!("{self} did not answer in {within:?}")))?
            .map_err(|error| Failure::passing(format!("{self}: {}", reason(&error))))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        // What the body says is a courtesy; where it can't be read, the status speaks.
        let body = self.read(answer, within).await.unwrap_or_default();
        Err(Failure::from_answer(self.as_str(), status, &headers, &body))
    }

    /// Sends a request and reads its answer as JSON.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        within: Duration,
    ) -> Result<T, Failure> {
        let answer = self.send(request, within).await?;
        let body = self.read(answer, ANSWER_TIMEOUT).await?;
        serde_json::from_slice(&body).map_err(|error| {
            Failure::passing(format!("{self} answered what is no answer of Tidings: {error}"))
        })
    }

    async fn read(&self, mut answer: Response, within: Duration) -> Result<BytesMut, Failure> {
        let whole = async {
            let mut body = BytesMut::new();
            while let Some(chunk) = answer.chunk().await.map_err(|error| reason(&error))? {
                if body.len() + chunk.len() > MAX_BODY {
                    return Err(format!("the answer is longer than {} MiB", MAX_BODY >> 20));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(body)
        };
        match tokio::time::timeout(within, whole).await {
            Ok(body) => body.map_err(|why| Failure::passing(format!("{self}: {why}"))),
            Err(_) => Err(Failure::passing(format!("{self} did not finish its answer"))),
        }
    }
}
