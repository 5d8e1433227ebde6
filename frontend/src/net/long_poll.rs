//! Long-poll: ask, and the answer waits until there is something to say.

use std::time::Duration;

use super::{Ask, End, Tell, poll};

/// How long the server may hold an answer. Proxies give up on a silent one after 30 s or more.
const WAIT_S: u64 = 25;
/// How long an answer may take beyond that.
const PATIENCE: Duration = Duration::from_secs(WAIT_S + 10);

pub(super) async fn listen(mut ask: Ask, tell: &Tell) -> End {
    // The first answer comes soon, be it empty, and so shows that one is connected.
    let mut hint = "&wait=1".to_owned();
    loop {
        if let Err(failure) = poll::turn(&mut ask, &hint, PATIENCE, tell).await {
            return End::Broke(failure);
        }
        hint = format!("&wait={WAIT_S}");
    }
}
