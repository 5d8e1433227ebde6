//! The browser app's files: a page at every address of the app, names with a hash kept for ever,
//! all of it compressed beforehand, and headers that let nothing in that the app did not bring.

mod common;

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{
    Kind, Server,
    http::{Answer, Request},
};
use sha2::{Digest, Sha256};

const SCRIPT: &str = "\nimport init from '/frontend-0a1b2c3d4e5f6071.js';\ninit();\n";
const HASHED: [(&str, &str); 3] = [
    ("frontend-0a1b2c3d4e5f6071.js", "text/javascript"),
    ("frontend-0a1b2c3d4e5f6071_bg.wasm", "application/wasm"),
    ("main-0a1b2c3d4e5f6071.css", "text/css"),
];

/// A built app, as trunk leaves it.
fn build(folder: &Path) -> String {
    fs::create_dir_all(folder).unwrap();
    let html = format!(
        "<!doctype html><html><head><script type=\"module\">{SCRIPT}</script></head><body></body></html>"
    );
    fs::write(folder.join("index.html"), &html).unwrap();
    fs::write(folder.join("favicon.svg"), "<svg/>").unwrap();
    for (name, _) in HASHED {
        fs::write(folder.join(name), format!("plain {name}")).unwrap();
        fs::write(folder.join(format!("{name}.br")), format!("brotli {name}")).unwrap();
        fs::write(folder.join(format!("{name}.gz")), format!("gzip {name}")).unwrap();
    }
    html
}

async fn with_app() -> (Server, String) {
    let mut html = String::new();
    let server = Server::with(Kind::Memory, |config| html = build(&config.web)).await;
    (server, html)
}

async fn browse(server: &Server, path: &str) -> Answer {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    Request::get(path).header("accept", accept).ask(server.addr).await
}

#[track_caller]
fn assert_secure(answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
}

#[tokio::test]
async fn the_page_stands_at_every_address_of_the_app() {
    let (server, html) = with_app().await;
    for path in
        ["/", "/index.html", "/r/lobby", "/r/ops?mode=poll&every=3s&name=leandro", "/r/UPPER"]
    {
        let answer = browse(&server, path).await;
        assert_eq!((answer.status, answer.text()), (200, html.as_str()), "{path}");
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        assert_secure(&answer);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_page_may_run_nothing_but_what_it_came_with() {
    let (server, _) = with_app().await;
    let answer = browse(&server, "/r/lobby").await;
    let policy = answer.header("content-security-policy").unwrap();
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    let scripts = policy.split(';').map(str::trim).find(|d| d.starts_with("script-src ")).unwrap();
    assert_eq!(scripts, format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}'"));
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    // A page that is built anew while the server runs is served with its own hash.
    let rebuilt = "<!doctype html><script>two()</script>";
    fs::write(server.config.web.join("index.html"), rebuilt).unwrap();
    let answer = browse(&server, "/").await;
    let hash = STANDARD.encode(Sha256::digest("two()"));
    assert!(answer.header("content-security-policy").unwrap().contains(&hash));
    assert_eq!(answer.text(), rebuilt);
    server.stop().await;
}

#[tokio::test]
async fn names_with_a_hash_are_cached_for_ever_and_others_asked_for_again() {
    let (server, _) = with_app().await;
    for (name, media_type) in HASHED {
        let answer = server.get(&format!("/{name}")).await;
        assert_eq!((answer.status, answer.text()), (200, format!("plain {name}").as_str()));
        assert!(answer.header("content-type").unwrap().starts_with(media_type));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_secure(&answer);
    }
    let answer = server.get("/favicon.svg").await;
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.header("content-type"), Some("image/svg+xml"));
    let modified = answer.header("last-modified").unwrap();
    let again = Request::get("/favicon.svg").header("if-modified-since", modified);
    assert_eq!(again.ask(server.addr).await.status, 304);
    let head = Request::new("HEAD", "/favicon.svg").ask(server.addr).await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("6")));
    server.stop().await;
}

#[tokio::test]
async fn files_are_sent_as_they_were_compressed_beforehand() {
    let (server, html) = with_app().await;
    for (name, media_type) in HASHED {
        for (accept, encoding, variant) in [
            ("gzip, deflate, br, zstd", Some("br"), "brotli"),
            ("gzip", Some("gzip"), "gzip"),
            ("identity", None, "plain"),
        ] {
            let request = Request::get(&format!("/{name}")).header("accept-encoding", accept);
            let answer = request.ask(server.addr).await;
            assert_eq!(answer.header("content-encoding"), encoding, "{name} {accept}");
            assert_eq!(answer.text(), format!("{variant} {name}"));
            assert!(answer.header("content-type").unwrap().starts_with(media_type));
            let mut varies = answer.headers.iter().filter(|(header, _)| header == "vary");
            assert!(varies.any(|(_, value)| value.contains("accept-encoding")), "{accept}");
        }
    }
    // What was not compressed is sent as it is.
    let page = Request::get("/").header("accept-encoding", "br").ask(server.addr).await;
    assert_eq!((page.header("content-encoding"), page.text()), (None, html.as_str()));
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_is_not_there_is_a_problem_and_leads_nowhere_else() {
    let (server, _) = with_app().await;
    fs::write(server.config.web.parent().unwrap().join("secret"), "secret").unwrap();
    for path in [
        "/missing.js",
        "/frontend-ffffffffffffffff.js",
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
    ] {
        server.get(path).await.problem(404);
    }
    server.stop().await;
}

#[tokio::test]
async fn without_the_app_the_page_says_how_to_build_it_and_the_api_serves() {
    let server = Server::start(Kind::Memory).await;
    for path in ["/", "/r/ops"] {
        let answer = browse(&server, path).await;
        assert_eq!(answer.status, 503);
        assert!(answer.header("content-type").unwrap().starts_with("text/html"));
        assert!(answer.text().contains("cargo xtask build"), "{}", answer.text());
        assert!(answer.text().contains(server.config.web.to_str().unwrap()), "it names the folder");
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"));
        assert_secure(&answer);
    }
    server.get("/favicon.svg").await.problem(404);
    server.post("ops", "ana", "oi").await;
    assert_eq!(server.get("/r/ops?limit=1").await.text(), "> ana: oi\n");
    // It appears as soon as it is built.
    let html = build(&server.config.web);
    assert_eq!(browse(&server, "/r/ops").await.text(), html);
    server.stop().await;
}

#[tokio::test]
async fn every_answer_bears_the_headers_that_keep_browsers_safe() {
    let (server, _) = with_app().await;
    for path in [
        "/api/rooms",
        "/api/nothing",
        "/messages",
        "/healthz",
        "/metrics",
        "/r/ops",
        "/api/openapi.json",
    ] {
        assert_secure(&server.get(path).await);
    }
    let mut connection = common::http::Connection::open(server.addr).await;
    let sse = connection.begin(&Request::get("/api/rooms/ops/sse")).await.unwrap();
    assert_secure(&sse);
    server.stop().await;
}
