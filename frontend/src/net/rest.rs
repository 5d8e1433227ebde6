//! The requests beside listening: posting over HTTP, history, who is here, what time it is.

use std::time::Duration;

use tidings_shared::{Cursor, NewMessage, Page, Receipt, RoomName, route};

use super::{Failure, http};
use crate::{
    state::{Traffic, people::Here},
    wire::{self, FromJson, Json},
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The same where nothing but whether it comes matters.
const SHORT_PATIENCE: Duration = Duration::from_secs(4);
/// How many messages a page of history holds.
const OLDER: u32 = 200;

/// Posts a message; the answer is the server's word that it is on disk.
///
/// # Errors
///
/// When it was refused, or nobody answered: it may be in the log all the same, and is safe to send
/// again under its id.
pub async fn post(
    room: &RoomName,
    message: &NewMessage,
    cost: &dyn Fn(Traffic),
) -> Result<Receipt, Failure> {
    let json = wire::new_message(message);
    http::post(&route::messages(room), json, PATIENCE, cost).await
}

/// A page of history: what lies before `seq`.
///
/// # Errors
///
/// When nobody answered.
pub async fn older(room: &RoomName, seq: u64, cost: &dyn Fn(Traffic)) -> Result<Page, Failure> {
    let path = format!("{}?before={seq}&limit={OLDER}", route::messages(room));
    http::get(&path, PATIENCE, cost).await
}

/// The page that follows `after`, beginning with the message behind it.
///
/// # Errors
///
/// When nobody answered.
pub async fn newer(
    room: &RoomName,
    after: Cursor,
    cost: &dyn Fn(Traffic),
) -> Result<Page, Failure> {
    let path = format!("{}?after={after}&limit={OLDER}", route::messages(room));
    http::get(&path, PATIENCE, cost).await
}

/// Who is here.
///
/// # Errors
///
/// When nobody answered.
pub async fn presence(room: &RoomName) -> Result<Here, Failure> {
    http::get(&route::presence(room), PATIENCE, &|_| ()).await
}

struct Clock {
    unix_ms: u64,
}

impl FromJson for Clock {
    fn from_json(json: &Json<'_>) -> Option<Self> {
        Some(Self { unix_ms: json.get("unix_ms")? })
    }
}

/// The server's time, in milliseconds since the Unix epoch.
///
/// # Errors
///
/// When nobody answered.
pub async fn clock() -> Result<f64, Failure> {
    let clock: Clock = http::get(route::CLOCK, PATIENCE, &|_| ()).await?;
    Ok(clock.unix_ms as f64)
}

/// Whether the server answers at all.
pub async fn answers() -> bool {
    http::get::<Clock>(route::CLOCK, SHORT_PATIENCE, &|_| ()).await.is_ok()
}
