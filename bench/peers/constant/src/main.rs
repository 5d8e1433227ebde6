//! The least that a request can cost with hyper: every one is answered with the same bytes, which
//! are as long as Tidings' answer to a poll that has nothing new.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use clap::Parser;
use http_body_util::Full;
use hyper::{Response, header, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What everybody is answered.
const BODY: &[u8] = br#"{"messages":[],"cursor":"k3f9a0zq:57","more":false}"#;

/// A bare hyper service that answers a constant.
#[derive(Parser)]
struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:3100")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(Args::parse().listen).await?;
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(async move {
            let service = service_fn(async |_| Ok::<_, Infallible>(answer()));
            // An error here is a client that left.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

fn answer() -> Response<Full<Bytes>> {
    let body = Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(Full::new(Bytes::from_static(BODY)));
    body.expect("constant headers are valid")
}
