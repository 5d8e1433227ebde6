//! How long a connection may take: one that stays behind is cut, one that doesn't is left alone.
//! The limits are short ones here; nothing is measured but which of them ends what.

mod common;

use std::time::{Duration, Instant};

use common::{
    Kind, Server, h2,
    http::{Connection, Request},
    in_time,
    socket::Socket,
    wire::Over,
};
use tidings_backend::Limits;

const SHORT: Duration = Duration::from_millis(200);
/// Longer than any test has patience.
const LONG: Duration = Duration::from_secs(300);

async fn with(over: Over, set: impl Fn(&mut Limits)) -> Server {
    Server::with(Kind::Over(over), |config| {
        config.limits = Limits { head: LONG, body: LONG, idle: LONG, ..Limits::default() };
        set(&mut config.limits);
    })
    .await
}

/// Sends the beginning of something, and waits until the server has cut it off.
async fn is_cut(server: &Server, beginning: &[u8]) {
    let mut connection = Connection::open(server.place).await;
    connection.write(beginning).await.unwrap();
    let (mut answer, begun) = (Vec::new(), Instant::now());
    in_time("its end", async { while connection.rest(&mut answer).await.unwrap_or(false) {} })
        .await;
    assert!(begun.elapsed() >= SHORT, "it had its time");
    assert_eq!(String::from_utf8_lossy(&answer), "");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut() {
    for over in [Over::Http1, Over::TlsHttp1] {
        let server = with(over, |limits| limits.head = SHORT).await;
        for beginning in ["G", "PRI * HT", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: x\r\n"] {
            is_cut(&server, beginning.as_bytes()).await;
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn a_second_head_that_does_not_end_is_cut() {
    let server = with(Over::Http1, |limits| limits.head = SHORT).await;
    let mut connection = Connection::open(server.place).await;
    assert_eq!(connection.ask(&Request::get("/healthz")).await.status, 200);
    connection.write(b"GET /hea").await.unwrap();
    let mut rest = Vec::new();
    in_time("its end", async { while connection.rest(&mut rest).await.unwrap_or(false) {} }).await;
    assert!(rest.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_is_closed() {
    for over in [Over::Http1, Over::TlsHttp1] {
        let server = with(over, |limits| limits.idle = SHORT).await;
        is_cut(&server, b"").await;
        let mut connection = Connection::open(server.place).await;
        assert_eq!(connection.ask(&Request::get("/healthz")).await.status, 200);
        let mut rest = Vec::new();
        in_time("its end", async { while connection.rest(&mut rest).await.unwrap_or(false) {} })
            .await;
        server.stop().await;
    }
}

#[tokio::test]
async fn an_http2_connection_on_which_nothing_is_asked_is_closed_in_good_order() {
    for over in [Over::Http2, Over::TlsHttp2] {
        let server = with(over, |limits| limits.idle = SHORT).await;
        let mut connection = h2::Connection::open(server.place).await.unwrap();
        assert_eq!(connection.get("/healthz").await.unwrap().status(), 200);
        let end = in_time("the connection's end", connection.end).await.unwrap();
        let reason = end.err().and_then(|e| e.reason());
        assert!(matches!(reason, None | Some(::h2::Reason::NO_ERROR)), "{reason:?}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    for over in [Over::Http1, Over::TlsHttp1] {
        let server = with(over, |limits| limits.body = SHORT).await;
        let mut connection = Connection::open(server.place).await;
        let head = "POST /r/ops HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf";
        connection.write(head.as_bytes()).await.unwrap();
        let answer = in_time("an answer", connection.head()).await.unwrap();
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        assert_eq!(server.all("ops").await.len(), 0);
        server.stop().await;
    }
}

#[tokio::test]
async fn who_listens_is_never_idle() {
    for over in [Over::Http1, Over::Http2, Over::TlsHttp1, Over::TlsHttp2] {
        let server = with(over, |limits| (limits.head, limits.idle) = (SHORT, SHORT)).await;
        let mut listeners = Vec::new();
        for mode in tidings_shared::Mode::ALL.into_iter().filter(|mode| mode.is_stream()) {
            listeners.push(server.listen("ops", mode, "").await);
        }
        let mut socket = Socket::open(server.place, "/api/rooms/ops/ws").await;
        // Five times as long as anybody may be idle.
        tokio::time::sleep(5 * SHORT).await;
        server.post("ops", "ana", "are you there?").await;
        for listener in &mut listeners {
            while listener.message().await.text != "are you there?" {}
            assert_eq!(listener.returns, 0, "{}", listener.mode);
        }
        while socket.json_of(&["message"]).await["text"] != "are you there?" {}
        drop((listeners, socket));
        server.stop().await;
    }
}

#[tokio::test]
async fn who_takes_long_answers_slowly_gets_all_of_them() {
    // More than two sockets hold.
    const ANSWERS: usize = 60;
    let server = with(Over::Http1, |limits| limits.head = SHORT).await;
    server.fill("ops", &"x".repeat(4000), 80).await;
    let mut connection = Connection::open(server.place).await;
    let head = "GET /api/rooms/ops/messages?after=0 HTTP/1.1\r\nhost: x\r\n\r\n";
    connection.write(head.repeat(ANSWERS).as_bytes()).await.unwrap();
    // Longer than a head may take, which is no answer.
    tokio::time::sleep(3 * SHORT).await;
    for n in 1..=ANSWERS {
        let answer = in_time("the head", connection.head()).await.unwrap();
        let mut body = Vec::new();
        in_time("the body", async { while connection.piece(&mut body).await.unwrap() {} }).await;
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        assert_eq!(body.len(), length, "answer {n}");
        assert!(length > 200 << 10, "a long one: {length}");
    }
    server.stop().await;
}
