//! Poll: ask, take what there is, wait, ask again.

use std::time::Duration;

use tidings_shared::Page;

use super::{Ask, Bell, End, Failure, Signal, Tell, first, http, sleep};

/// The most that one answer holds; where there is more, the next question follows at once.
const LIMIT: u32 = 1_000;
/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn listen(mut ask: Ask, tell: &Tell, bell: &Bell) -> End {
    loop {
        let hint = format!("&every={}", ask.every.to_string().trim_end_matches('s'));
        let more = match turn(&mut ask, &hint, PATIENCE, tell).await {
            Ok(more) => more,
            Err(failure) => return End::Broke(failure),
        };
        if !more {
            let every = ask.every.as_duration();
            tell.tell(Signal::Resting(every));
            first(sleep(every), bell.rung()).await;
        }
    }
}

/// One question and its answer; answers whether there is more to ask for at once.
pub(super) async fn turn(
    ask: &mut Ask,
    extra: &str,
    patience: Duration,
    tell: &Tell,
) -> Result<bool, Failure> {
    let mut path = ask.path() + extra;
    if ask.after.is_some() {
        path.push_str(&format!("&limit={LIMIT}"));
    }
    let page: Page = http::get(&path, patience, &|traffic| tell.cost(traffic)).await?;
    // Without a cursor the newest came; what more there is lies before them.
    let more = page.more && ask.after.is_some();
    ask.after = Some(page.cursor);
    tell.tell(Signal::Up);
    tell.tell(Signal::Page(page));
    Ok(more)
}
