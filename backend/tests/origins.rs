//! Pages of other origins may neither write nor open WebSockets here, unless the operator names
//! them; programs, which send no `Origin`, and the server's own pages may.

mod common;

use common::{Kind, Server, http::Request, on_every_wire, socket::Socket};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

on_every_wire!(
    a_foreign_page_may_not_write,
    the_servers_own_pages_may_write,
    an_origin_that_the_operator_named_may_write_and_read,
    reading_is_left_to_the_browsers_own_rule,
);

const FOREIGN: [&str; 7] = [
    "https://evil.example",
    "http://localhost",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "null",
    "http://sub.127.0.0.1.example",
    "nonsense",
];

async fn refused(server: &Server, path: &str, origin: &str) -> bool {
    match Socket::try_open(server.place, path, &[("origin", origin)]).await {
        Ok(_) => false,
        Err(Error::Http(answer)) => {
            assert_eq!(answer.status(), 403);
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            true
        }
        Err(other) => panic!("{other}"),
    }
}

async fn a_foreign_page_may_not_write(kind: Kind) {
    let server = Server::start(kind).await;
    let before = server.get("/api/rooms").await.body;
    for origin in FOREIGN {
        for path in ["/api/rooms/ops/messages", "/r/ops", "/messages"] {
            let post = Request::post(path)
                .header("origin", origin)
                .json(&json!({"id": 1, "text": "x", "username": "ana"}));
            let detail = post.ask(server.place).await.problem(403);
            assert!(detail.contains(origin) && detail.contains("--allow-origin"), "{detail}");
        }
        assert!(refused(&server, "/api/rooms/ops/ws", origin).await, "{origin}");
        assert!(refused(&server, "/messages", origin).await, "{origin}");
    }
    assert_eq!(server.get("/api/rooms").await.body, before);
    // A page asks first; without permission in the answer, its browser goes no further.
    let preflight = Request::new("OPTIONS", "/api/rooms/ops/messages")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let answer = preflight.ask(server.place).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    server.stop().await;
}

async fn the_servers_own_pages_may_write(kind: Kind) {
    let server = Server::start(kind).await;
    // Behind a proxy that ends TLS, the scheme is the proxy's.
    for scheme in ["http", "https"] {
        let origin = format!("{scheme}://{}", server.place);
        let post = Request::post("/r/ops").header("origin", &origin).body("x");
        assert_eq!(post.ask(server.place).await.status, 201);
        assert!(!refused(&server, "/api/rooms/ops/ws", &origin).await);
    }
    assert_eq!(server.all("ops").await.len(), 3);
    server.stop().await;
}

async fn an_origin_that_the_operator_named_may_write_and_read(kind: Kind) {
    let named = ["https://chat.example.org", "http://localhost:8080"];
    let server = Server::with(kind, |config| {
        config.allow_origin = named.map(str::to_owned).to_vec();
    })
    .await;
    for origin in named {
        let post = Request::post("/r/ops").header("origin", origin).body("x");
        let answer = post.ask(server.place).await;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert!(!refused(&server, "/api/rooms/ops/ws", origin).await);
        let preflight = Request::new("OPTIONS", "/api/rooms/ops/messages")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,idempotency-key");
        let answer = preflight.ask(server.place).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        let headers = answer.header("access-control-allow-headers").unwrap();
        assert!(headers.contains("content-type") && headers.contains("idempotency-key"));
    }
    for origin in
        FOREIGN.into_iter().chain(["http://chat.example.org", "https://chat.example.org.evil"])
    {
        let post = Request::post("/r/ops").header("origin", origin).body("x");
        post.ask(server.place).await.problem(403);
        assert!(refused(&server, "/api/rooms/ops/ws", origin).await, "{origin}");
    }
    assert_eq!(server.all("ops").await.len(), 3);
    server.stop().await;
}

async fn reading_is_left_to_the_browsers_own_rule(kind: Kind) {
    let server = Server::start(kind).await;
    let read = Request::get("/api/rooms/lobby/messages").header("origin", "https://evil.example");
    let answer = read.ask(server.place).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), None, "its page is not shown it");
    let page: Value = answer.read();
    assert_eq!(page["messages"].as_array().unwrap().len(), 1);
    server.stop().await;
}
