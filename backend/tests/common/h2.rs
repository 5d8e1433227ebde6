//! HTTP/2 by the h2 crate, a frame's data as it comes: exchanges, and a tunnel through one stream
//! (RFC 8441), which is what a WebSocket is made of there.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use h2::{
    RecvStream, SendStream,
    client::{self, SendRequest},
    ext::Protocol,
};
use http::{Method, Request, Response, Uri};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    task::JoinHandle,
};

use super::wire::Place;

/// One connection.
pub struct Connection {
    pub place: Place,
    requests: SendRequest<Bytes>,
    /// How the connection ended.
    pub end: JoinHandle<Result<(), h2::Error>>,
}

fn broken(error: h2::Error) -> io::Error {
    io::Error::other(error)
}

impl Connection {
    pub async fn open(place: Place) -> io::Result<Self> {
        let mut builder = client::Builder::new();
        // As much as a browser grants.
        builder.initial_window_size(6 << 20).initial_connection_window_size(15 << 20);
        let (requests, connection) =
            builder.handshake(place.connect().await?).await.map_err(broken)?;
        Ok(Self { place, requests, end: tokio::spawn(connection) })
    }

    pub fn uri(&self, path: &str) -> Uri {
        let scheme = if self.place.over.is_tls() { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.place).parse().expect("an address")
    }

    /// Sends a request, whole; answers its answer's head and what follows.
    pub async fn send(&mut self, request: Request<Bytes>) -> io::Result<Response<RecvStream>> {
        let (parts, body) = request.into_parts();
        let mut requests = self.requests.clone().ready().await.map_err(broken)?;
        let request = Request::from_parts(parts, ());
        let (response, mut stream) =
            requests.send_request(request, body.is_empty()).map_err(broken)?;
        if !body.is_empty() {
            // A server that refuses by the head alone may have answered by now.
            let _ = stream.send_data(body, true);
        }
        response.await.map_err(broken)
    }

    pub async fn get(&mut self, path: &str) -> io::Result<Response<RecvStream>> {
        let request = Request::get(self.uri(path)).body(Bytes::new()).expect("a request");
        self.send(request).await
    }

    /// Asks for a WebSocket; the tunnel, or the answer that refuses it.
    pub async fn tunnel(
        &mut self,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> io::Result<Result<Tunnel, Response<RecvStream>>> {
        let mut requests = self.requests.clone().ready().await.map_err(broken)?;
        // The server's settings, which allow it, come as its first frame.
        while !requests.is_extended_connect_protocol_enabled() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let mut request = Request::builder()
            .method(Method::CONNECT)
            .uri(self.uri(path))
            .extension(Protocol::from_static("websocket"))
            .header("sec-websocket-version", "13");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).expect("a request");
        let (response, send) = requests.send_request(request, false).map_err(broken)?;
        let response = response.await.map_err(broken)?;
        if response.status() != 200 {
            return Ok(Err(response));
        }
        let (recv, rest) = (response.into_body(), Bytes::new());
        Ok(Ok(Tunnel { send, recv, rest, _requests: self.requests.clone() }))
    }
}

/// What comes next of a body; `None` at its end.
pub async fn data(body: &mut RecvStream) -> io::Result<Option<Bytes>> {
    while let Some(data) = body.data().await {
        let data = data.map_err(broken)?;
        body.flow_control().release_capacity(data.len()).map_err(broken)?;
        // The end may come as a frame of its own, with nothing in it.
        if !data.is_empty() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// One stream of a connection, as a connection of its own.
pub struct Tunnel {
    send: SendStream<Bytes>,
    recv: RecvStream,
    rest: Bytes,
    /// A connection ends when nobody could ask more.
    _requests: SendRequest<Bytes>,
}

impl AsyncRead for Tunnel {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.rest.is_empty() {
            match ready!(self.recv.poll_data(cx)) {
                Some(data) => self.rest = data.map_err(broken)?,
                None => return Poll::Ready(Ok(())),
            }
            let length = self.rest.len();
            self.recv.flow_control().release_capacity(length).map_err(broken)?;
        }
        let length = buf.remaining().min(self.rest.len());
        buf.put_slice(&self.rest[..length]);
        self.rest.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.send.reserve_capacity(buf.len());
        let granted = match ready!(self.send.poll_capacity(cx)) {
            Some(granted) => granted.map_err(broken)?,
            None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        };
        let length = granted.min(buf.len());
        self.send.send_data(Bytes::copy_from_slice(&buf[..length]), false).map_err(broken)?;
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.send.send_data(Bytes::new(), true).map_err(broken))
    }
}
