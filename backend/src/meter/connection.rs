//! One socket, metered: every byte is counted for what the request on it is for.
//!
//! A request's head is read before anyone knows what it is for, so that bytes in are held until
//! the first byte of the answer goes out.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::{Lane, Meter, Tally};

/// What is known of a connection; each request on it carries a share.
#[derive(Debug)]
pub struct Connection {
    pub(super) meter: Arc<Meter>,
    /// Who is at the other end.
    pub peer: SocketAddr,
    lane: AtomicUsize,
    unclaimed: AtomicU64,
}

impl Connection {
    /// A new socket.
    #[must_use]
    pub fn new(meter: Arc<Meter>, peer: SocketAddr) -> Arc<Self> {
        meter.connections.fetch_add(1, Relaxed);
        let lane = AtomicUsize::new(Lane::Other.index());
        Arc::new(Self { meter, peer, lane, unclaimed: AtomicU64::new(0) })
    }

    /// The request at hand is for this. Dropping the answer is the request's end.
    #[must_use]
    pub fn begin(self: &Arc<Self>, lane: Lane) -> Tally {
        self.lane.store(lane.index(), Relaxed);
        Tally::start(self.clone(), lane)
    }

    /// As [`Connection::begin`], for a request that may yet be answered elsewhere, and counted there.
    #[must_use]
    pub fn hold(self: &Arc<Self>, lane: Lane) -> Tally {
        self.lane.store(lane.index(), Relaxed);
        Tally::hold(self.clone(), lane)
    }

    /// A request came; nobody knows yet what it is for.
    pub fn arrived(&self) {
        self.lane.store(Lane::Other.index(), Relaxed);
    }

    /// The request at hand is about to be answered: one that no handler claimed is `other`.
    pub fn answered(&self) {
        if self.lane() == Lane::Other {
            self.meter.lane(Lane::Other).requests.fetch_add(1, Relaxed);
        }
    }

    /// The server worked on the request at hand for so long.
    pub(super) fn busy(&self, lane: Option<Lane>, nanoseconds: u64) {
        let lane = lane.unwrap_or_else(|| self.lane());
        self.meter.lane(lane).busy_ns.fetch_add(nanoseconds, Relaxed);
    }

    /// The server has worked for `lane` since then.
    pub fn worked(&self, lane: Lane, since: std::time::Instant) {
        self.busy(Some(lane), super::busy::since(since));
    }

    /// What the request at hand is for.
    #[must_use]
    pub fn lane(&self) -> Lane {
        Lane::from_index(self.lane.load(Relaxed))
    }

    /// So many bytes came, for whatever is answered next.
    pub fn read(&self, bytes: usize) {
        self.unclaimed.fetch_add(bytes as u64, Relaxed);
    }

    /// So many bytes went out, for what the request at hand is for.
    pub fn wrote(&self, bytes: usize) {
        self.claim();
        self.meter.lane(self.lane()).bytes_out.fetch_add(bytes as u64, Relaxed);
    }

    fn claim(&self) {
        if self.unclaimed.load(Relaxed) > 0 {
            let bytes = self.unclaimed.swap(0, Relaxed);
            self.meter.lane(self.lane()).bytes_in.fetch_add(bytes, Relaxed);
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.claim();
        self.meter.connections.fetch_sub(1, Relaxed);
    }
}

/// A socket that counts.
pub struct Metered {
    socket: TcpStream,
    /// What was read and counted before, and is to be read again.
    before: Bytes,
    connection: Arc<Connection>,
}

impl Metered {
    /// Counts `socket`'s bytes for `connection`.
    #[must_use]
    pub fn new(socket: TcpStream, connection: Arc<Connection>) -> Self {
        Self { socket, before: Bytes::new(), connection }
    }

    /// `before` was read from it and counted, and is given once more.
    #[must_use]
    pub fn having_read(self, before: Bytes) -> Self {
        Self { before, ..self }
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.before.is_empty() {
            let size = self.before.len().min(buf.remaining());
            buf.put_slice(&self.before.split_to(size));
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.socket).poll_read(cx, buf);
        self.connection.read(buf.filled().len() - before);
        polled
    }
}

impl AsyncWrite for Metered {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write(cx, buf);
        if let Poll::Ready(Ok(bytes)) = polled {
            self.connection.wrote(bytes);
        }
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(bytes)) = polled {
            self.connection.wrote(bytes);
        }
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
