//! The Lab's own surface: opening lines, setting faults, restarting the server.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use serde::{Serialize, de::DeserializeOwned};
use tidings_shared::Problem;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Line, MAX_LINES, NoLine,
    faults::{Faults, Spell},
    guard::{Controls, may_use},
    watch,
};
use crate::{
    app::App,
    error::Error,
    meter::Connection,
    transport::publish::{json, read_body},
};

/// The routes, and their part of the OpenAPI document.
pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(open))
        .routes(routes!(close))
        .routes(routes!(faults))
        .routes(routes!(cut))
        .routes(routes!(sleep))
        .routes(routes!(restart))
        .routes(routes!(watch::wire))
}

/// Whether there are lines.
#[derive(Serialize, ToSchema)]
pub struct LabStatus {
    /// Whether lines can be opened.
    lines: bool,
    /// How many at a time; missing where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 16)]
    max_lines: Option<usize>,
}

/// A line that was opened.
#[derive(Serialize, ToSchema)]
pub struct LineOpened {
    /// What it is called.
    #[schema(example = "k3f9")]
    id: String,
    /// What to speak to in place of the server.
    #[schema(example = "http://127.0.0.1:43211")]
    origin: String,
}

const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// Whether lines can be opened
///
/// They can with `--lab`, by whoever sits at the server's machine.
#[utoipa::path(get, path = "/api/lab", operation_id = "getLab", tag = "lab", responses((status = 200, body = LabStatus)))]
pub async fn status(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Arc<Connection>>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let lines = app.lab.is_some() && may_use(Some(connection.peer), &headers).is_ok();
    (NO_STORE, Json(LabStatus { lines, max_lines: lines.then_some(MAX_LINES) }))
}

/// Open a line
///
/// A loopback port of its own, which forwards to this server. A line that no wire stream names for
/// 30 s is closed.
#[utoipa::path(
    post,
    path = "/api/lab/lines",
    operation_id = "openLine",
    tag = "lab",
    responses(
        (status = 201, body = LineOpened),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not from here"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No Lab"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many lines"),
    )
)]
pub async fn open(Controls(lab): Controls) -> Result<impl IntoResponse, Error> {
    let line = lab.add().await.map_err(|e| match e {
        NoLine::TooMany => {
            let detail = format!("{MAX_LINES} lines are open, and no more can be; close one");
            Error::new(StatusCode::CONFLICT, detail)
        }
        NoLine::System(e) => {
            let detail = format!("no line could be opened: {e}");
            Error::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(1)
        }
    })?;
    let opened = LineOpened { id: line.id.clone(), origin: format!("http://{}", line.addr) };
    Ok((StatusCode::CREATED, NO_STORE, Json(opened)))
}

/// Close a line
#[utoipa::path(
    delete,
    path = "/api/lab/lines/{id}",
    operation_id = "closeLine",
    tag = "lab",
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such line"),
    )
)]
pub async fn close(
    Controls(lab): Controls,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Error> {
    if lab.remove(&id) { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(&id)) }
}

/// Set a line's faults
///
/// The whole set: what is left out is off.
#[utoipa::path(
    put,
    path = "/api/lab/lines/{id}/faults",
    operation_id = "setFaults",
    tag = "lab",
    params(("id" = String, Path)),
    request_body = Faults,
    responses(
        (status = 204),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such line"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn faults(
    controls: Controls,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Error> {
    let line = find(&controls, &id)?;
    let faults: Faults = read(body, "faults such as \"latency_ms\"")?;
    faults.check()?;
    line.set(faults);
    Ok(StatusCode::NO_CONTENT)
}

/// Cut a line
///
/// Resets all its connections, and each new one for so long.
#[utoipa::path(
    post,
    path = "/api/lab/lines/{id}/cut",
    operation_id = "cutLine",
    tag = "lab",
    params(("id" = String, Path)),
    request_body = Spell,
    responses(
        (status = 202),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such line"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn cut(
    controls: Controls,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Error> {
    let line = find(&controls, &id)?;
    line.cut(spell(body)?);
    Ok(StatusCode::ACCEPTED)
}

/// Let a line sleep
///
/// Nothing passes for so long, and nobody is told; then all its connections are reset.
#[utoipa::path(
    post,
    path = "/api/lab/lines/{id}/sleep",
    operation_id = "sleepLine",
    tag = "lab",
    params(("id" = String, Path)),
    request_body = Spell,
    responses(
        (status = 202),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not parseable"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such line"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not allowed"),
    )
)]
pub async fn sleep(
    controls: Controls,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Error> {
    let line = find(&controls, &id)?;
    line.sleep(spell(body)?);
    Ok(StatusCode::ACCEPTED)
}

/// Restart the server
///
/// In place: streams are told `goaway`, the store is closed and opened again, the address stays,
/// and lines live on.
#[utoipa::path(post, path = "/api/lab/restart", operation_id = "restart", tag = "lab", responses((status = 202)))]
pub async fn restart(Controls(lab): Controls) -> impl IntoResponse {
    lab.restart();
    StatusCode::ACCEPTED
}

fn find(Controls(lab): &Controls, id: &str) -> Result<Arc<Line>, Error> {
    lab.line(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Error {
    Error::new(StatusCode::NOT_FOUND, format!("there is no line {id:?}; it may have been closed"))
}

fn read<T: DeserializeOwned>(
    body: Result<Bytes, BytesRejection>,
    wanted: &str,
) -> Result<T, Error> {
    json(&read_body(body)?, wanted)
}

fn spell(body: Result<Bytes, BytesRejection>) -> Result<std::time::Duration, Error> {
    read::<Spell>(body, "\"for_ms\"")?.duration()
}
