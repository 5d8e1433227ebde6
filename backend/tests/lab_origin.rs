//! The Lab's own page listens and posts through lines, and so with an `Origin`. Its requests go the short
//! way all the same, and are answered as the general server would answer them.

mod common;

use common::{
    Kind, Server,
    http::{Answer, Connection, Request},
    lab::{Line, with_lab},
};
use serde_json::{Value, json};

/// A new connection is the short way's.
async fn short(line: &Line<'_>) -> Connection {
    Connection::open(line.addr).await
}

/// One that has asked for anything else is the general server's for good.
async fn general(line: &Line<'_>) -> Connection {
    let mut connection = short(line).await;
    assert_eq!(connection.ask(&Request::get("/healthz")).await.status, 200);
    connection
}

fn names(answer: &Answer) -> Vec<&str> {
    answer.headers.iter().map(|(name, _)| name.as_str()).collect()
}

/// That both heads say the same, but for the moment and for how long the body is.
fn alike(what: &str, short: &Answer, general: &Answer) {
    let said = |answer: &Answer| {
        let mut said = answer.headers.clone();
        for (name, value) in &mut said {
            if matches!(&**name, "date" | "content-length") {
                value.clear();
            }
        }
        said.sort();
        said
    };
    assert_eq!(short.status, general.status, "{what}");
    assert_eq!(said(short), said(general), "{what}");
    // Each has an order of its own: if it is the same, one of them gave both answers.
    assert_ne!(names(short), names(general), "{what} went one way twice");
}

fn own(server: &Server) -> [String; 3] {
    let port = server.addr.port();
    ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("http://{host}:{port}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_page_is_answered_by_the_short_way_as_by_the_general_server() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    server.post("ops", "ana", "x").await;
    for (n, origin) in own(&server).into_iter().enumerate() {
        let from_page = |request: Request| request.header("origin", &origin);
        for what in ["messages", "messages?limit=1", "messages?wait=9", "sse", "ndjson", "raw"] {
            let request = from_page(Request::get(&format!("/api/rooms/ops/{what}")));
            let answers = (
                short(&line).await.begin(&request).await.unwrap(),
                general(&line).await.begin(&request).await.unwrap(),
            );
            alike(what, &answers.0, &answers.1);
            assert_eq!(answers.0.header("access-control-allow-origin"), Some(&*origin));
        }
        let body = json!({"username": "ana", "text": "from a page"});
        let post = from_page(Request::post("/api/rooms/ops/messages").json(&body));
        let (mut one, mut other) = (short(&line).await, general(&line).await);
        alike("a post", &one.ask(&post).await, &other.ask(&post).await);
        let again = post.header("idempotency-key", &format!("again-{n}"));
        assert_eq!(one.ask(&again).await.status, 201);
        let (one, other) = (one.ask(&again).await, other.ask(&again).await);
        assert_eq!(one.status, 200);
        alike("the same post again", &one, &other);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_is_a_long_poll_that_waits_and_each_gets_what_is_for_it() {
    let server = with_lab(Kind::Memory).await;
    let line = Line::open(&server).await;
    server.post("ops", "ana", "x").await;
    let [one, two, _] = own(&server);
    let waits = Request::get(&format!(
        "/api/rooms/ops/messages?after={}&wait=20",
        server.head("ops").await
    ));
    let (mut first, mut second, mut plain, mut slow) =
        (short(&line).await, short(&line).await, short(&line).await, general(&line).await);
    let asks = async {
        let (from_one, from_two) =
            (waits.clone().header("origin", &one), waits.clone().header("origin", &two));
        tokio::join!(
            first.ask(&from_one),
            second.ask(&from_two),
            plain.ask(&waits),
            slow.ask(&from_one)
        )
    };
    let posts = async {
        let open = |meter: &Value| meter["modes"]["long-poll"]["open"].as_i64();
        server.until("/api/meter", |meter| open(meter) == Some(4)).await;
        server.post("ops", "ana", "y").await;
    };
    let ((first, second, plain, slow), ()) = tokio::join!(asks, posts);
    alike("a long-poll that waited", &first, &slow);
    assert_eq!(second.header("access-control-allow-origin"), Some(&*two));
    assert_eq!((plain.header("access-control-allow-origin"), plain.header("vary")), (None, None));
    for answer in [&first, &second, &plain, &slow] {
        assert!(answer.text().contains("\"y\""), "{}", answer.text());
    }
    // The same poll is not read again, and is answered the same.
    let mut again = short(&line).await;
    let polls = |after: u64| {
        Request::get(&format!("/api/rooms/ops/messages?after={after}")).header("origin", &one)
    };
    for after in [1, 2, 2] {
        let answer = again.ask(&polls(after)).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(&*one));
        assert_eq!(names(&answer), names(&first));
    }
    server.stop().await;
}
