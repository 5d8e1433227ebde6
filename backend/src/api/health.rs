//! Whether the server is up, and whether it could keep a message now.

use std::sync::Arc;

use axum::extract::State;
use tidings_shared::Problem;

use crate::{app::App, error::Error};

/// Up
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Up and able to commit
///
/// Commits a transaction to find out.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "server",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Can't commit now"),
    )
)]
pub async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Error> {
    app.rooms.ready().await?;
    Ok("ok\n")
}
