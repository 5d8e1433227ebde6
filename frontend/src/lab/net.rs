//! What the Lab asks of the server beside the messages themselves.

use std::time::Duration;

use serde::{Deserialize, de::DeserializeOwned};
use tidings_shared::{Cursor, RoomName, route};

use super::lines::{About, Faults, Line};
use crate::net::{Failure, Lost, exchange};

/// Where the Lab's side of the server is.
const LAB: &str = "/api/lab";
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

async fn ask(method: &str, path: &str, json: Option<String>) -> Result<String, Failure> {
    exchange(method, path, json, PATIENCE, &|_| ()).await
}

async fn read<T: DeserializeOwned>(method: &str, path: &str) -> Result<T, Failure> {
    let answer = ask(method, path, None).await?;
    serde_json::from_str(&answer).map_err(|_| Failure::Lost(Lost::Foreign))
}

/// Whether there are lines here.
///
/// # Errors
///
/// When the server doesn't answer, or knows no Lab.
pub async fn about() -> Result<About, Failure> {
    read("GET", LAB).await
}

/// Opens a line.
///
/// # Errors
///
/// When there are as many as there can be, or nobody answers.
pub async fn open_line() -> Result<Line, Failure> {
    read("POST", &format!("{LAB}/lines")).await
}

/// Closes a line.
///
/// # Errors
///
/// When nobody answers; one that nobody watches closes by itself.
pub async fn close_line(id: &str) -> Result<(), Failure> {
    ask("DELETE", &format!("{LAB}/lines/{id}"), None).await.map(drop)
}

/// Sets all lasting conditions on a line.
///
/// # Errors
///
/// When the line is gone, or nobody answers.
pub async fn set_faults(id: &str, faults: &Faults) -> Result<(), Failure> {
    let json = serde_json::to_string(faults).unwrap_or_default();
    ask("PUT", &format!("{LAB}/lines/{id}/faults"), Some(json)).await.map(drop)
}

/// Cuts a line (`cut`), or lets it sleep (`sleep`), for so many milliseconds.
///
/// # Errors
///
/// When the line is gone, or nobody answers.
pub async fn disturb(id: &str, how: &str, for_ms: u32) -> Result<(), Failure> {
    let json = format!(r#"{{"for_ms":{for_ms}}}"#);
    ask("POST", &format!("{LAB}/lines/{id}/{how}"), Some(json)).await.map(drop)
}

/// Lets the server restart in place.
///
/// # Errors
///
/// When it doesn't, or nobody answers.
pub async fn restart() -> Result<(), Failure> {
    ask("POST", &format!("{LAB}/restart"), None).await.map(drop)
}

/// Where the stream of what passes on these lines is.
#[must_use]
pub fn wire(lines: &[String]) -> String {
    format!("{LAB}/wire?lines={}", lines.join(","))
}

/// The room's end.
///
/// # Errors
///
/// When nobody answers.
pub async fn end(room: &RoomName) -> Result<Cursor, Failure> {
    #[derive(Deserialize)]
    struct Room {
        head: Cursor,
    }
    Ok(read::<Room>("GET", &route::room(room)).await?.head)
}

/// The server's time, in milliseconds since the Unix epoch.
///
/// # Errors
///
/// When nobody answers.
pub async fn clock() -> Result<f64, Failure> {
    #[derive(Deserialize)]
    struct Clock {
        unix_ms: u64,
    }
    Ok(read::<Clock>("GET", route::CLOCK).await?.unix_ms as f64)
}

/// What each mode has cost the server.
///
/// # Errors
///
/// When nobody answers.
pub async fn meter() -> Result<super::meter::Reading, Failure> {
    read("GET", route::METER).await
}
