//! Opening an endless answer, which SSE and NDJSON both are, and waiting for its next part no
//! longer than a heartbeat allows.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use reqwest::{Response, header::ACCEPT};
use tidings_shared::{Mode, route};

use super::session::Session;
use crate::Failure;

/// How long a server may take to begin a stream.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(15);

/// Asks for a mode's stream from where the session is.
pub(super) async fn open(
    session: &mut Session,
    mode: Mode,
    accept: &str,
) -> Result<Response, Failure> {
    let beginning = session.begin().await?;
    let url =
        session.server.url(&route::listen(&session.options.room, mode), &session.query(beginning));
    let request = session.server.http().get(url).header(ACCEPT, accept);
    session.server.send(request, BEGIN_TIMEOUT).await
}

/// The stream's next part; `None` at its end, and when nobody reads any more. Silence for longer
/// than the session's patience is a failure.
pub(super) async fn next<S: Stream + Unpin>(
    session: &Session,
    stream: &mut S,
) -> Result<Option<S::Item>, Failure> {
    let patience = session.patience();
    tokio::select! {
        next = tokio::time::timeout(patience, stream.next()) => next
            .map_err(|_| Failure::passing(format!("nothing was heard for {patience:?}"))),
        () = session.abandoned() => Ok(None),
    }
}
