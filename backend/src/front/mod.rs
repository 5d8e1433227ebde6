//! Plain HTTP/1.1 connections, as far as they listen or post: polls, long-polls, streams, WebSockets
//! and posts are answered here, on the socket itself, with ready-made bytes. A connection that asks for anything
//! else is handed to the general server (hyper and axum) for good, which knows all of the surface,
//! the same ways of listening among them; HTTP/2 and TLS are its work too.
//!
//! A connection that waits holds a task, its socket and a place in a [`crowd`]: no buffer, no timer
//! but the one of its idleness.

mod carriers;
mod crowd;
pub(crate) mod framing;
pub(crate) mod head;
mod idle;
mod outlet;
mod poll;
mod post;
mod round;
mod row;
mod stream;
mod websocket;

use std::{
    cell::RefCell,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, ReadBuf},
    net::{TcpStream, tcp::OwnedReadHalf},
    time::Instant,
};

use self::{
    crowd::Seat,
    head::{Asked, Head, Way},
    idle::Idle,
    outlet::Outlet,
    poll::Asking,
    stream::Nothing,
    websocket::Ears,
};
use crate::{app::App, meter::Connection};

pub use crowd::Crowds;
pub use stream::Listener;

/// How many bytes are read at once, into a buffer that all connections of a thread share.
const READ: usize = 32 << 10;
/// A head that is longer than this is the general server's.
const LONGEST_HEAD: usize = 8 << 10;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ]);
}

/// A connection that this front has to do with.
pub struct Front {
    app: Arc<App>,
    link: Link,
    idle: Idle,
    /// Where its last long-poll waited.
    seat: Option<Seat>,
    /// What it polled for last.
    last: Option<Box<Asking>>,
}

/// Both halves of a socket.
pub struct Link {
    reader: OwnedReadHalf,
    outlet: Arc<Outlet>,
    /// What came and is not answered yet.
    unread: Vec<u8>,
}

/// What becomes of a connection.
pub enum Outcome {
    /// It is over.
    Closed,
    /// The general server goes on with it, beginning with these bytes.
    Other(TcpStream, Bytes),
    /// It is a stream from now on.
    Stream(Listener<Nothing>),
    /// It is a WebSocket from now on.
    Websocket(Box<Listener<Ears>>),
}

enum Next {
    Closed,
    Other,
    /// The same poll as before.
    Again(Box<Asking>),
    /// And how long it was, its body included.
    Ours(Box<Asked>, usize),
}

impl Front {
    /// A connection that was just accepted.
    #[must_use]
    pub fn new(app: Arc<App>, socket: TcpStream, connection: Arc<Connection>) -> Self {
        let (reader, writer) = socket.into_split();
        let outlet = Arc::new(Outlet::new(writer, connection));
        let idle = Idle::new(&app);
        let link = Link { reader, outlet, unread: Vec::new() };
        Self { app, link, idle, seat: None, last: None }
    }

    /// Answers its requests until it is over, or asks for something else.
    pub async fn run(mut self) -> Outcome {
        loop {
            let answered = match self.next().await {
                Next::Closed => return Outcome::Closed,
                Next::Other => return self.hand_over(),
                Next::Again(asking) => self.ask(asking).await,
                Next::Ours(asked, size) => {
                    let room = self.app.rooms.get(&asked.room);
                    // What a stream needs is not held by those who only poll.
                    match asked.way {
                        Way::Poll(poll) => {
                            let request = &self.link.unread[..size];
                            let asking = Asking::new(request, room, poll, asked.origin);
                            self.ask(Box::new(asking)).await
                        }
                        Way::Post(draft) => {
                            Box::pin(self.post(room, draft, size, asked.origin)).await
                        }
                        Way::Stream(mode, read) => {
                            let (app, link) = self.into_parts();
                            let begun = stream::begin(&app, link, room, mode, read, asked.origin);
                            return Box::pin(begun).await;
                        }
                        Way::Websocket(read, key) => {
                            let (app, link) = self.into_parts();
                            let begun = websocket::begin(&app, link, room, read, key, size);
                            return Box::pin(begun).await;
                        }
                    }
                }
            };
            match answered {
                Answered::Yes => {}
                Answered::No => return self.hand_over(),
                Answered::Gone => return Outcome::Closed,
            }
        }
    }

    /// What others go on with. Its seat is left: whoever sits elsewhere then would be written to twice.
    fn into_parts(self) -> (Arc<App>, Link) {
        let Self { app, link, .. } = self;
        (app, link)
    }

    fn hand_over(self) -> Outcome {
        self.into_parts().1.hand_over()
    }

    /// The next request. It stays in `unread` until it is known to be answered here.
    async fn next(&mut self) -> Next {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            // Whoever doesn't take the answers is not asked for more.
            match self.link.outlet.poll_flush(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(Next::Closed),
                Poll::Pending => {
                    let unsent = self.link.outlet.unsent();
                    return self.idle.poll_answer(cx, unsent).map(|()| Next::Closed);
                }
            }
            if !self.link.unread.is_empty() {
                let now = Instant::now();
                if let Some(asking) = self.last.take_if(|last| last.is_again(&self.link.unread)) {
                    self.idle.begin(now);
                    return Poll::Ready(Next::Again(asking));
                }
                match Head::read(&self.link.unread, &self.app) {
                    Head::Other => return Poll::Ready(Next::Other),
                    Head::Partial if self.link.unread.len() > LONGEST_HEAD => {
                        return Poll::Ready(Next::Other);
                    }
                    Head::Partial => {}
                    Head::Ours(asked, size) => {
                        self.idle.begin(now);
                        return Poll::Ready(Next::Ours(asked, size));
                    }
                }
            }
            match self.link.poll_read(cx) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(Next::Closed),
                Poll::Pending => {
                    let within_head = !self.link.unread.is_empty();
                    return self.idle.poll(cx, within_head).map(|()| Next::Closed);
                }
            }
        }
    }
}

impl Link {
    /// Reads what there is into `unread`; false at the end.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        SCRATCH.with_borrow_mut(|scratch| {
            let mut buffer = ReadBuf::new(scratch);
            let read = ready!(Pin::new(&mut self.reader).poll_read(cx, &mut buffer));
            let bytes = buffer.filled();
            self.outlet.connection.read(bytes.len());
            self.unread.extend_from_slice(bytes);
            Poll::Ready(read.is_ok() && !bytes.is_empty())
        })
    }

    /// The first `size` bytes of what came are answered.
    fn consume(&mut self, size: usize) {
        if size == self.unread.len() {
            self.unread = Vec::new();
        } else {
            self.unread.drain(..size);
        }
    }

    fn hand_over(self) -> Outcome {
        let Self { outlet, reader, unread, .. } = self;
        let writer = Arc::into_inner(outlet).map(Outlet::into_socket);
        match writer.and_then(|writer| reader.reunite(writer).ok()) {
            Some(socket) => Outcome::Other(socket, unread.into()),
            None => Outcome::Closed,
        }
    }
}

/// Whether a request was answered here.
enum Answered {
    Yes,
    /// The general server is to do it.
    No,
    /// The other end has gone.
    Gone,
}
