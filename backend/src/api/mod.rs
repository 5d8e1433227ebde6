//! What can be asked beside messages: rooms and who is in them, the clock, the meter, what the cost
//! of listening is reckoned with, health.

pub mod coefficients;
pub mod health;
pub mod rooms;
pub mod topic;

use std::{collections::BTreeMap, sync::Arc, time::SystemTime};

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Serialize;
use tidings_shared::Timestamp;
use utoipa::ToSchema;

use crate::{app::App, meter::Figures};

/// The server's time.
#[derive(Serialize, ToSchema)]
pub struct Clock {
    /// As messages bear it.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    unix_ms: u64,
}

/// The server's time
///
/// For a client to estimate its own clock's offset: the server's time is about that of the middle
/// of the round trip.
#[utoipa::path(get, path = "/api/clock", tag = "server", responses((status = 200, body = Clock)))]
pub async fn clock() -> impl IntoResponse {
    let at = Timestamp::from(SystemTime::now());
    ([(header::CACHE_CONTROL, "no-store")], Json(Clock { at, unix_ms: at.as_ms() }))
}

/// What each way of listening has cost since the server started.
#[derive(Serialize, ToSchema)]
pub struct MeterReading {
    /// Open sockets.
    connections: i64,
    /// By mode; `post` is posting over HTTP, `other` is everything else.
    #[schema(value_type = BTreeMap<String, Figures>)]
    modes: BTreeMap<&'static str, Figures>,
}

/// What each mode costs the server
#[utoipa::path(get, path = "/api/meter", tag = "server", responses((status = 200, body = MeterReading)))]
pub async fn meter(State(app): State<Arc<App>>) -> impl IntoResponse {
    let reading = MeterReading { connections: app.meter.connections(), modes: app.meter.figures() };
    ([(header::CACHE_CONTROL, "no-store")], Json(reading))
}

/// The same for Prometheus, and the process's own figures
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "server",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let text = crate::meter::render(&app.meter, &app.rooms);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
