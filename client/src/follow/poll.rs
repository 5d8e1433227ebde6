//! Polling and long-polling: the same request, which the server answers at once or when there is
//! news.

use std::time::Duration;

use tidings_shared::Mode;
use tokio::time::Instant;

use super::{place::Beginning, session::Session};
use crate::{Failure, Read, Start};

/// How long a long-poll asks the server to wait: less than the half minute after which many
/// proxies give a silent connection up.
const WAIT: Duration = Duration::from_secs(25);

/// The pause after a long-poll that was answered early and empty, as a server that is shutting
/// down does: without it, asking again at once would become a tight loop.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) async fn listen(session: &mut Session) -> Result<(), Failure> {
    let long = session.options.mode == Mode::LongPoll;
    // The first answer comes at once even then: it says that the server is there.
    let mut wait = Duration::ZERO;
    loop {
        let start = match session.begin().await? {
            Beginning::After(cursor) => Start::After(cursor),
            Beginning::Newest(_) | Beginning::Page { .. } => Start::Newest,
        };
        let behind = matches!(start, Start::After(_));
        let read = Read {
            start,
            limit: if behind { Read::MAX_LIMIT } else { session.options.limit },
            wait,
            username: session.options.username.clone(),
            every: (!long).then_some(session.options.every),
        };
        let asked = Instant::now();
        let page = tokio::select! {
            page = session.server.page(&session.options.room, &read) => page?,
            () = session.abandoned() => return Ok(()),
        };
        let (more, empty) = (page.more && behind, page.messages.is_empty());
        session.page(page).await?;
        let pause = if more {
            Duration::ZERO
        } else if !long {
            session.options.every.as_duration()
        } else if empty && !wait.is_zero() && asked.elapsed() < wait / 2 {
            PAUSE
        } else {
            Duration::ZERO
        };
        if long {
            wait = WAIT;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = session.abandoned() => return Ok(()),
        }
    }
}
