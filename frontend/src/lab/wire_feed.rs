//! What passes on the lines, as the server tells it: one stream for all of them, for as long as its
//! handle is held.

use std::time::Duration;

use tidings_shared::Backoff;

use super::{lines::Record, net};
use crate::{
    browser::chance,
    net::{Source, Task, sleep, within},
};

/// The server speaks at least once a second while anything moves, and a line that nobody watches for
/// 30 s is closed; so silence is not waited for.
const SILENCE: Duration = Duration::from_secs(60);

/// Follows these lines; `hear` is told what passes.
#[must_use]
pub fn follow(lines: Vec<String>, hear: impl Fn(Vec<Record>) + 'static) -> Option<Task> {
    if lines.is_empty() {
        return None;
    }
    Some(Task::begin(async move {
        let mut backoff = Backoff::default();
        loop {
            if listen(&net::wire(&lines), &hear).await {
                backoff.reset();
            }
            sleep(backoff.fail(chance())).await;
        }
    }))
}

/// Answers whether anything came before it ended.
async fn listen(path: &str, hear: &dyn Fn(Vec<Record>)) -> bool {
    let Some(mut source) = Source::open(path) else { return false };
    let mut came = false;
    loop {
        let Some(Some(message)) = within(SILENCE, source.next()).await else { return came };
        let data = message.data().as_string().unwrap_or_default();
        if let Ok(records) = serde_json::from_str(&data) {
            came = true;
            hear(records);
        }
    }
}
