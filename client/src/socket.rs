//! Opening a WebSocket. tungstenite's errors become `Failure`s here, so that a refusal on the way
//! to a WebSocket reads as any other.

use tidings_shared::{Mode, RoomName, route};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
    tungstenite::{Error, protocol::WebSocketConfig},
};

use crate::{Failure, Server, failure::reason, server::CONNECT_TIMEOUT};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The longest event that is taken; the contract's longest is a few tens of kilobytes.
pub(crate) const MAX_EVENT: usize = 1 << 20;

/// What one read asks of the system. The default of 128 KiB is held for every idle socket, which a
/// program with thousands of followers would feel.
const READ_BUFFER: usize = 8 << 10;

impl Server {
    /// Opens a room's WebSocket.
    pub(crate) async fn socket(
        &self,
        room: &RoomName,
        query: &[(&str, String)],
    ) -> Result<Socket, Failure> {
        let url = self.ws_url(&route::listen(room, Mode::Websocket), query);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .max_message_size(Some(MAX_EVENT))
            .max_frame_size(Some(MAX_EVENT));
        let connector = Connector::Rustls(self.tls());
        let opening =
            connect_async_tls_with_config(url.as_str(), Some(config), true, Some(connector));
        match tokio::time::timeout(CONNECT_TIMEOUT, opening).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(Error::Http(answer))) => {
                let body = answer.body().as_deref().unwrap_or_default();
                let status = answer.status().as_u16();
                Err(Failure::from_answer(self.as_str(), status, answer.headers(), body))
            }
            Ok(Err(error)) => Err(Failure::passing(format!("{self}: {}", reason(&error)))),
            Err(_) => {
                Err(Failure::passing(format!("{self} did not answer in {CONNECT_TIMEOUT:?}")))
            }
        }
    }
}
