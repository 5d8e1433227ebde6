//! The outbox's carrier over HTTP: one message at a time, the next after the answer, so that the
//! order holds.

use std::sync::Arc;

use super::Shared;
use crate::Failure;

/// Carries messages whenever HTTP is the carrier, for ever.
pub(super) async fn carry(shared: Arc<Shared>) {
    loop {
        let changed = shared.wake.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        let oldest = shared.queue().oldest_for_http();
        let Some(message) = oldest else {
            changed.await;
            continue;
        };
        match shared.server.post(&shared.room, &message).await {
            Ok(receipt) => shared.posted(receipt),
            Err(Failure::Refused(problem)) => shared.rejected(&message.id, problem),
            Err(Failure::Passing { why, retry_after }) => {
                let wait = shared.queue().failed(why, fastrand::f64());
                tokio::time::sleep(retry_after.unwrap_or(wait)).await;
            }
        }
    }
}
