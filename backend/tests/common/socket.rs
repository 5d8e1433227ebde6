//! A WebSocket client that says what it hears: text frames as they are, and the code at the close.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tidings_shared::Receipt;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest, protocol::Role},
};

use super::{
    h2, in_time,
    wire::{Place, Stream},
};

/// An open WebSocket.
pub struct Socket {
    inner: WebSocketStream<Box<dyn Stream>>,
    /// The code and reason of the server's close frame.
    pub closed: Option<(u16, String)>,
}

impl Socket {
    pub async fn open(place: impl Into<Place>, path: &str) -> Self {
        Self::try_open(place, path, &[]).await.expect("a WebSocket")
    }

    /// With more headers than a WebSocket needs.
    pub async fn try_open(
        place: impl Into<Place>,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let place = place.into();
        if place.over.is_http2() {
            return Self::tunnel(place, path, headers).await;
        }
        let mut request = format!("ws://{place}{path}").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header's value"));
        }
        let stream = place.connect().await?;
        let (inner, _) = in_time("a WebSocket", client_async(request, stream)).await?;
        Ok(Self { inner, closed: None })
    }

    async fn tunnel(
        place: Place,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let opening = async { h2::Connection::open(place).await?.tunnel(path, headers).await };
        match in_time("a WebSocket", opening).await? {
            Ok(tunnel) => Ok(Self::on(Box::new(tunnel)).await),
            Err(refused) => {
                let (head, mut body) = refused.into_parts();
                let mut bytes = Vec::new();
                while let Some(data) = h2::data(&mut body).await? {
                    bytes.extend_from_slice(&data);
                }
                let refused = http::Response::from_parts(head, Some(bytes));
                Err(tungstenite::Error::Http(Box::new(refused)))
            }
        }
    }

    /// On a tunnel that is open.
    pub async fn on(tunnel: Box<dyn Stream>) -> Self {
        let inner = WebSocketStream::from_raw_socket(tunnel, Role::Client, None).await;
        Self { inner, closed: None }
    }

    /// The next text frame; `None` when the connection is over, with `closed` if it ended well.
    pub async fn text(&mut self) -> Option<String> {
        loop {
            match self.inner.next().await? {
                Ok(Message::Text(text)) => return Some(text.as_str().to_owned()),
                Ok(Message::Close(frame)) => {
                    let frame = frame.expect("the server says why it closes");
                    self.closed = Some((frame.code.into(), frame.reason.as_str().to_owned()));
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(other) => panic!("the server sends text frames, not {other:?}"),
                Err(_) => return None,
            }
        }
    }

    /// The next frame's JSON.
    pub async fn json(&mut self) -> Value {
        let text = in_time("a frame", self.text()).await;
        let text = text.unwrap_or_else(|| panic!("the socket is over: {:?}", self.closed));
        serde_json::from_str(&text).expect("a frame is JSON")
    }

    /// The next frame of one of these types.
    pub async fn json_of(&mut self, types: &[&str]) -> Value {
        loop {
            let frame = self.json().await;
            if types.iter().any(|t| frame["type"] == *t) {
                return frame;
            }
        }
    }

    /// The receipt that comes next.
    pub async fn posted(&mut self) -> Receipt {
        let frame = self.json_of(&["posted", "rejected"]).await;
        assert_eq!(frame["type"], "posted", "{frame}");
        serde_json::from_value(frame).expect("a receipt")
    }

    /// Reads to the end of the connection; the server's code.
    pub async fn end(&mut self) -> Option<u16> {
        in_time("the socket's end", async { while self.text().await.is_some() {} }).await;
        self.closed.as_ref().map(|(code, _)| *code)
    }

    /// The code in the server's answer to a close frame, 1005 for one without; `None` if the
    /// connection was dropped instead.
    pub async fn close_frame(&mut self) -> Option<u16> {
        loop {
            match self.inner.next().await? {
                Ok(Message::Close(frame)) => return Some(frame.map_or(1005, |f| f.code.into())),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    pub async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, frame: &str) {
        self.inner.send(Message::text(frame)).await.expect("the server takes frames");
    }

    /// Sends any frame; an error is the caller's to judge.
    pub async fn send_frame(&mut self, frame: Message) -> Result<(), tungstenite::Error> {
        self.inner.send(frame).await
    }
}
