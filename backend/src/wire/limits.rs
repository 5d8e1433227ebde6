//! How long a connection may take over what it does, and how much it may ask for. All such figures
//! stand here, each with its reason; a test sets shorter ones.

use std::time::Duration;

/// The limits of each connection.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For a TLS handshake, from the first byte's absence to its end: a peer far away on a bad line
    /// needs four round trips; one that never finishes would hold a socket for ever. 10 s.
    pub handshake: Duration,
    /// For a request's head, from its first byte on: heads fit into a packet or two. 10 s.
    pub head: Duration,
    /// For a request's body, from its head on: at most 64 KiB are taken. 30 s.
    pub body: Duration,
    /// For the first byte of the next request, of the first one too, while none is under way: a
    /// program may poll once a minute and keeps its connection for it. 75 s.
    pub idle: Duration,
    /// How often an HTTP/2 connection is pinged. Many streams hang on it, proxies on the way forget
    /// silent connections after 30 s or more, and a peer that is gone is noticed. 25 s.
    pub ping_every: Duration,
    /// How long the answer to a ping may take. 20 s.
    pub ping_answer: Duration,
    /// Streams at a time on one HTTP/2 connection. A browser has one connection for all its tabs,
    /// a proxy a few for all its users; a stream more is far cheaper than a connection more. 1,000.
    pub streams: u32,
    /// The decoded size of a request's head over HTTP/2, in bytes. 32 KiB.
    pub head_bytes: u32,
    /// What a client may send on one HTTP/2 stream before it waits for leave, in bytes: the
    /// largest body and the largest WebSocket frame (64 KiB) in one go. 64 KiB.
    pub stream_window: u32,
    /// The same for all streams of a connection: sixteen large posts at a time. 1 MiB.
    pub connection_window: u32,
    /// What may wait on one HTTP/2 stream for a client that reads slowly, in bytes. Each event is
    /// shared by all that hear it, so that this bounds copies, not messages. 64 KiB.
    pub send_buffer: usize,
    /// Streams that a client opened and reset before the server looked at them: above it, the
    /// connection is closed ("rapid reset", CVE-2023-44487). 20.
    pub pending_resets: usize,
    /// How long a line of the Lab stays open that nobody watches: a page that is loaded again takes
    /// a moment. 30 s.
    pub line: Duration,
    /// How often the certificate's files are looked at for a newer one. 60 s.
    pub certificate: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            ping_every: Duration::from_secs(25),
            ping_answer: Duration::from_secs(20),
            streams: 1_000,
            head_bytes: 32 << 10,
            stream_window: 64 << 10,
            connection_window: 1 << 20,
            send_buffer: 64 << 10,
            pending_resets: 20,
            line: Duration::from_secs(30),
            certificate: Duration::from_secs(60),
        }
    }
}
