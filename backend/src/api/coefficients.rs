//! What the cost of listening is reckoned with: a set measured here, or the one that comes along.

use std::{io::ErrorKind, path::PathBuf, sync::Arc};

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Serialize;
use tidings_shared::plan::Coefficients;
use utoipa::ToSchema;

use crate::{app::App, config::Config, store::StoreUrl};

/// The file's name, beside the database.
const FILE: &str = "coefficients.json";

/// Where a set is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// A file beside the database.
    File,
    /// It came along with the server.
    Included,
}

/// A set of coefficients.
#[derive(Serialize, ToSchema)]
pub struct Answer {
    /// Where it is from.
    from: From,
    /// Why the file that there is isn't used.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// The set, as `tidings bench --calibrate` writes it.
    #[schema(value_type = Object)]
    set: Coefficients,
}

/// What each mode's cost is reckoned with
///
/// Measured by `tidings bench --calibrate`: what it wrote beside the database, or else the set that
/// comes along. The file is read each time.
#[utoipa::path(get, path = "/api/coefficients", tag = "server", responses((status = 200, body = Answer)))]
pub async fn coefficients(State(app): State<Arc<App>>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(answer(&app.config).await))
}

async fn answer(config: &Config) -> Answer {
    let included =
        |problem| Answer { from: From::Included, problem, set: Coefficients::included() };
    let Some(file) = file(config) else { return included(None) };
    let read = match tokio::fs::read_to_string(&file).await {
        Ok(json) => Coefficients::parse(&json).map_err(|e| e.to_string()),
        Err(e) if e.kind() == ErrorKind::NotFound => return included(None),
        Err(e) => Err(e.to_string()),
    };
    match read {
        Ok(set) => Answer { from: From::File, problem: None, set },
        Err(why) => {
            tracing::warn!(file = %file.display(), error = %why, "the coefficients can't be used; those that come along are");
            // Where files lie is nobody's business who asks.
            included(Some(format!("{FILE} beside the database can't be used: {why}")))
        }
    }
}

/// Where the file would be. A log in memory has nothing beside it.
fn file(config: &Config) -> Option<PathBuf> {
    match &config.store {
        StoreUrl::Sqlite(path) => Some(path.with_file_name(FILE)),
        StoreUrl::Memory => None,
    }
}
