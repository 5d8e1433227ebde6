//! Which pages may write here. A browser lets any page in the world open a WebSocket to this
//! server, or post to it, and says only in `Origin` whose page it is. Programs send no `Origin`.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::App, error::Error};

/// Lets reading pass; lets writing and WebSockets pass from programs, from this server's own pages
/// and from the origins that the operator named.
pub async fn check_origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        && !headers.contains_key(header::UPGRADE);
    match headers.get(header::ORIGIN) {
        Some(origin) if !reads => {
            let origin = origin.to_str().unwrap_or("");
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let host = host.or_else(|| request.uri().authority().map(Authority::as_str));
            if may_write(&app, origin, host) {
                return next.run(request).await;
            }
            let detail = format!(
                "pages of {origin:?} may not write here; the server's operator can allow them with --allow-origin"
            );
            Error::new(StatusCode::FORBIDDEN, detail).into_response()
        }
        _ => next.run(request).await,
    }
}

/// Whether pages of `origin` may write to the server that they know as `host`. The scheme is left
/// out of it: behind a proxy that ends TLS, the server doesn't know its own.
#[must_use]
pub fn may_write(app: &App, origin: &str, host: Option<&str>) -> bool {
    let own = match (origin.split_once("://"), host) {
        (Some((_, origin)), Some(host)) => origin.eq_ignore_ascii_case(host),
        _ => false,
    };
    own || app.config.allow_origin.iter().any(|allowed| allowed == origin)
}
