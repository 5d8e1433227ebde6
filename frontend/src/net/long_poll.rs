//! Long-poll: ask, and the answer waits until there is something to say.

use std::time::Duration;

use super::{Ask, End, Tell, poll};

/// How long the server may hold an answer. Proxies give up on a silent one after 30 s or more.
const WAIT_S: u64 = 25;
/// How long an answer may take in all.
pub const PATIENCE: Duration = Duration::from_secs(WAIT_S + 10);
/// How long the server holds the first one.
const FIRST_WAIT: Duration = Duration::from_secs(1);

pub(super) async fn listen(mut ask: Ask, tell: &Tell) -> End {
    // The first answer comes soon, be it empty, and so shows that one is connected.
    let mut hint = "&wait=1".to_owned();
    let mut patience = ask.first_word + FIRST_WAIT;
    loop {
        if let Err(failure) = poll::turn(&mut ask, &hint, patience, tell).await {
            return End::Broke(failure);
        }
        hint = format!("&wait={WAIT_S}");
        patience = PATIENCE;
    }
}
