//! HTTP/2 beside what every wire promises: many streams on one connection, WebSockets among them,
//! and the end in good order.

mod common;

use common::{
    Kind, Server, h2 as wire, in_time,
    socket::Socket,
    wire::{Over, Place},
};
use h2::{Reason, RecvStream};
use http::Method;
use serde_json::json;

const BOTH: [Kind; 2] = [Kind::Over(Over::Http2), Kind::Over(Over::TlsHttp2)];

/// Reads a stream until `wanted` stands in it; all that was read.
async fn until(body: &mut RecvStream, wanted: &str) -> String {
    let mut seen = String::new();
    in_time(wanted, async {
        while !seen.contains(wanted) {
            let data = wire::data(body).await.expect("the stream goes on");
            let data = data.unwrap_or_else(|| panic!("it ended without {wanted:?}: {seen}"));
            seen.push_str(std::str::from_utf8(&data).expect("UTF-8"));
        }
    })
    .await;
    seen
}

#[tokio::test]
async fn hundreds_of_streams_share_one_connection() {
    for kind in BOTH {
        let server = Server::start(kind).await;
        let mut connection = wire::Connection::open(server.place).await.unwrap();
        let mut streams = Vec::new();
        for n in 0..300 {
            let path = ["sse", "ndjson", "raw"][n % 3];
            let path = format!("/api/rooms/ops/{path}?limit=1&username=n{n}");
            let answer = in_time(&path, connection.get(&path)).await.unwrap();
            assert_eq!(answer.status(), 200);
            streams.push(answer.into_body());
        }
        // And what is asked beside them is answered.
        let meter = connection.get("/api/meter").await.unwrap();
        assert_eq!(meter.status(), 200);
        server.post("ops", "ana", "to all of them").await;
        for stream in &mut streams {
            until(stream, "to all of them").await;
        }
        drop((streams, meter, connection));
        server.stop().await;
    }
}

#[tokio::test]
async fn websockets_and_streams_share_one_connection() {
    for kind in BOTH {
        let server = Server::start(kind).await;
        let mut connection = wire::Connection::open(server.place).await.unwrap();
        let mut sockets = Vec::new();
        for _ in 0..3 {
            let tunnel = connection.tunnel("/api/rooms/ops/ws?username=ana", &[]).await.unwrap();
            sockets.push(Socket::on(Box::new(tunnel.unwrap())).await);
        }
        let mut stream = connection.get("/api/rooms/ops/sse").await.unwrap().into_body();
        sockets[0].send(&json!({"type": "post", "id": "one", "text": "by a tunnel"})).await;
        assert_eq!(sockets[0].posted().await.id.as_str(), "one");
        for socket in &mut sockets[1..] {
            while socket.json_of(&["message"]).await["text"] != "by a tunnel" {}
        }
        until(&mut stream, "by a tunnel").await;
        drop((sockets, stream, connection));
        server.stop().await;
    }
}

#[tokio::test]
async fn the_demos_socket_opens_over_http2_too() {
    let server = Server::start(BOTH[1]).await;
    let mut socket = Socket::open(server.place, "/messages").await;
    server.post("lobby", "ana", "oi").await;
    assert_eq!(socket.json().await["text"], "oi");
    drop(socket);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_websocket_is_refused_in_words() {
    let server = Server::start(BOTH[0]).await;
    let mut connection = wire::Connection::open(server.place).await.unwrap();
    // GET, which is how HTTP/1.1 asks.
    let answer = connection.get("/api/rooms/ops/ws").await.unwrap();
    assert_eq!(answer.status(), 426);
    // CONNECT without a protocol is a proxy's business, which this is not.
    let request = http::Request::builder().method(Method::CONNECT).uri("example.org:443");
    let answer = connection.send(request.body(bytes::Bytes::new()).unwrap()).await.unwrap();
    assert!(answer.status().is_client_error(), "{}", answer.status());
    // CONNECT for a WebSocket where there is none.
    let refused = connection.tunnel("/api/rooms/ops/sse", &[]).await.unwrap();
    assert_eq!(refused.err().expect("no tunnel").status(), 405);
    server.stop().await;
}

#[tokio::test]
async fn a_shutdown_says_goaway_to_every_stream_and_then_to_the_connection() {
    for kind in BOTH {
        let server = Server::start(kind).await;
        let place = server.place;
        let mut connection = wire::Connection::open(place).await.unwrap();
        let mut streams = Vec::new();
        for path in ["sse", "ndjson", "raw"] {
            let path = format!("/api/rooms/ops/{path}");
            streams.push(connection.get(&path).await.unwrap().into_body());
        }
        let tunnel = connection.tunnel("/api/rooms/ops/ws", &[]).await.unwrap().unwrap();
        let mut socket = Socket::on(Box::new(tunnel)).await;
        until(&mut streams[0], "hello").await;
        let stopping = server.stopping();
        for stream in &mut streams {
            until(stream, "goaway").await;
            assert_eq!(in_time("its end", wire::data(stream)).await.unwrap(), None, "a good end");
        }
        assert_eq!(socket.end().await, Some(1001));
        drop((socket, streams));
        // It is the server that ends the connection, for no reason but its own leave.
        let end = in_time("the connection's end", connection.end).await.unwrap();
        assert!(end.is_ok() || end.is_err_and(|e| e.reason() == Some(Reason::NO_ERROR)));
        stopping.await;
    }
}

#[tokio::test]
async fn both_versions_are_spoken_in_clear_on_one_port() {
    let server = Server::start(Kind::Memory).await;
    for over in [Over::Http1, Over::Http2] {
        let place = Place { over, ..server.place };
        assert_eq!(common::http::Request::get("/healthz").ask(place).await.status, 200);
    }
    server.stop().await;
}
