//! The browser app's files: hashed names are cached for ever, the page never; all precompressed;
//! and a page that may run nothing but what it came with.

mod policy;

use std::{path::Path, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

use crate::{app::App, error::Error};

/// Headers that every answer bears.
pub const SECURITY_HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// The chat's page,
const INDEX: &str = "index.html";
/// and the Lab's.
const LAB: &str = "lab.html";

/// Everything that no route takes: the app's files, or its page, or a 404.
pub async fn fallback(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") {
        let detail = format!("there is nothing at {path}; /api/openapi.json lists what there is");
        return Error::new(StatusCode::NOT_FOUND, detail).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let detail =
            format!("nothing can be posted to {path}; post to /api/rooms/ROOM/messages or /r/ROOM");
        return Error::new(StatusCode::NOT_FOUND, detail).into_response();
    }
    if path == "/" || path == "/index.html" {
        return page(&app, request).await;
    }
    if matches!(path, "/lab" | "/plan" | "/lab.html") {
        return page_of(&app, request, LAB).await;
    }
    let (hashed, is_worker) = (is_hashed(path), path == "/sw.js");
    let not_found = format!("there is no {path} here");
    let files = ServeDir::new(&app.config.web).precompressed_br().precompressed_gzip();
    let mut response = match files.oneshot(request).await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => {
            return Error::new(StatusCode::NOT_FOUND, not_found).into_response();
        }
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if is_worker {
        // A worker is under its own policy and not under the page's.
        let policy = HeaderValue::from_static(policy::WORKER);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The app's page, at whatever address of the app.
pub async fn page(app: &App, request: Request) -> Response {
    page_of(app, request, INDEX).await
}

/// A page of the app's, by its file's name.
async fn page_of(app: &App, request: Request, name: &str) -> Response {
    let page = app.config.web.join(name);
    // Read each time: the folder may be rebuilt while the server runs.
    let Ok(html) = tokio::fs::read_to_string(&page).await else {
        return how_to_build(&app.config.web, name);
    };
    let lines = name == LAB && app.lab.is_some();
    let policy = policy::content_security_policy(&html, lines);
    let file = ServeFile::new(page).precompressed_br().precompressed_gzip();
    let mut response = match file.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn how_to_build(folder: &Path, name: &str) -> Response {
    let folder = folder.display().to_string().replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Tidings</title>\
         <h1>The server is up; the browser app is not built</h1>\
         <p>There is no {name} in <code>{folder}</code>. Build the app with <code>cargo xtask \
         build</code>, or name its folder with <code>--web DIR</code>.</p>\
         <p>The API serves all the same: <code>curl -d \"hello\" http://HOST/r/lobby</code></p>"
    );
    let policy = [(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'")];
    (StatusCode::SERVICE_UNAVAILABLE, policy, axum::response::Html(html)).into_response()
}

/// Whether trunk put a hash of the content into the name: `frontend-3f2a….js`, `…-3f2a…_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let Some((_, rest)) = path.rsplit_once('-') else { return false };
    let hash = rest.split(['.', '_']).next().unwrap_or("");
    (8..=64).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_names_with_a_hash_are_cached_for_ever() {
        for hashed in [
            "/frontend-0a1b2c3d4e5f6071.js",
            "/frontend-0a1b2c3d4e5f6071_bg.wasm",
            "/main-0a1b2c3d.css",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in
            ["/favicon.svg", "/a-b.css", "/index.html", "/feed-beefzzzz.js", "/some-thing.js"]
        {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
