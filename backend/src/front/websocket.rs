//! WebSockets: what comes in goes through tungstenite, which never sees the socket: it is fed with
//! what was read, and what it wants to say is gathered. What goes out is ready-made.

use std::{
    io::{self, Write},
    task::{Context, Poll},
};

use tidings_shared::Mode;
use tungstenite::{
    Error, Message,
    error::CapacityError,
    protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext, frame::coding::CloseCode},
};

use super::{
    Link, Outcome,
    framing::{self, Framing, text_frame},
    stream::{Inbound, Listener},
};
use crate::{
    app::App,
    room::Room,
    transport::{
        conversation::Conversation,
        query::Read,
        session::Session,
        websocket::{CLOSING, COME_BACK, GOING_AWAY, MAX_MESSAGE, TOO_BIG},
    },
};

/// How much the codec takes at once of what was read, in bytes.
const CODEC_BUFFER: usize = 1024;

/// What is heard on one WebSocket.
pub struct Ears {
    conversation: Conversation,
    /// Made for the first byte: most listeners never say anything.
    codec: Option<Box<WebSocketContext>>,
    /// The codec may hold frames that were not looked at yet.
    more: bool,
    /// What is to be written.
    out: Vec<u8>,
}

/// What the codec takes for its socket.
struct Fed<'a> {
    input: &'a mut Vec<u8>,
    taken: usize,
    out: &'a mut Vec<u8>,
}

impl io::Read for Fed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = io::Read::read(&mut &self.input[self.taken..], buffer)?;
        self.taken += size;
        if size == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(size) }
    }
}

impl Write for Fed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Fed<'_> {
    fn drop(&mut self) {
        if self.taken == self.input.len() {
            *self.input = Vec::new();
        } else {
            self.input.drain(..self.taken);
        }
    }
}

/// Whether there will be more to hear.
enum Heard {
    All,
    /// The closing handshake is done, or what came is no WebSocket.
    End,
    TooBig,
}

impl Ears {
    /// Hears the frames in `unread`, as far as the conversation listens.
    fn hear(&mut self, unread: &mut Vec<u8>) -> Heard {
        let codec = self.codec.get_or_insert_with(|| {
            let config = WebSocketConfig::default()
                .read_buffer_size(CODEC_BUFFER)
                .max_message_size(Some(MAX_MESSAGE))
                .max_frame_size(Some(MAX_MESSAGE));
            Box::new(WebSocketContext::new(Role::Server, Some(config)))
        });
        let mut fed = Fed { input: unread, taken: 0, out: &mut self.out };
        while self.conversation.listens() {
            match codec.read(&mut fed) {
                Ok(Message::Text(text)) => self.conversation.hear(text.as_bytes()),
                Ok(Message::Binary(_)) => self.conversation.hear_binary(),
                // A pong, or the other half of the closing handshake, is written by the codec.
                Ok(_) => {}
                Err(Error::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.more = false;
                    let _ = codec.flush(&mut fed);
                    return Heard::All;
                }
                Err(Error::Capacity(CapacityError::MessageTooLong { .. })) => return Heard::TooBig,
                Err(_) => return Heard::End,
            }
        }
        self.more = true;
        Heard::All
    }

    fn close(&mut self, code: CloseCode, reason: &'static str) {
        let codec =
            self.codec.get_or_insert_with(|| Box::new(WebSocketContext::new(Role::Server, None)));
        let mut fed = Fed { input: &mut Vec::new(), taken: 0, out: &mut self.out };
        let frame = CloseFrame { code, reason: reason.into() };
        let _ = codec.close(&mut fed, Some(frame));
        let _ = codec.flush(&mut fed);
    }

    /// Writes what there is to say.
    fn speak(&mut self, link: &Link) -> io::Result<()> {
        if !self.out.is_empty() {
            link.outlet.send(&self.out)?;
            self.out = Vec::new();
        }
        Ok(())
    }
}

impl Inbound for Ears {
    fn poll(&mut self, link: &mut Link, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while let Poll::Ready(Some(answer)) = self.conversation.poll_answer(cx) {
                text_frame(answer.as_bytes(), &mut self.out);
            }
            self.speak(link)?;
            if self.conversation.has_broken_off() {
                self.close(CloseCode::Again, COME_BACK);
                self.speak(link)?;
                return Poll::Ready(Ok(()));
            }
            // Whoever doesn't take the answers is not asked for more.
            if link.outlet.poll_flush(cx)?.is_pending() || !self.conversation.listens() {
                return Poll::Pending;
            }
            if link.unread.is_empty() && !self.more {
                match link.poll_read(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => return Poll::Ready(Ok(())),
                }
            }
            let heard = self.hear(&mut link.unread);
            if let Heard::TooBig = heard {
                self.close(CloseCode::Size, TOO_BIG);
            }
            if !matches!(heard, Heard::All) {
                self.speak(link)?;
                return Poll::Ready(Ok(()));
            }
        }
    }
}

/// Answers with a WebSocket.
pub(super) async fn begin(
    app: &App,
    mut link: Link,
    room: Room,
    read: Read,
    accept: String,
    size: usize,
) -> Outcome {
    let name = read.username.clone();
    let started = Session::start(&link.outlet.connection, room, read, Mode::Websocket).await;
    let Ok(session) = started else { return link.hand_over() };
    link.consume(size);
    let mut head = Vec::with_capacity(384);
    framing::websocket_head(&accept, &mut head);
    if link.outlet.send(&head).is_err() {
        return Outcome::Closed;
    }
    let conversation = Conversation::new(session.room().clone(), name);
    let ears = Ears { conversation, codec: None, more: false, out: Vec::new() };
    let listener = Listener::new(app, link, session, Framing::Websocket, ears);
    Outcome::Websocket(Box::new(listener))
}

impl Listener<Ears> {
    /// Talks until it is over.
    pub fn run(self) -> impl Future<Output = ()> + Send {
        let mut this = self;
        // Why a socket breaks is the other end's business; what was accepted is committed.
        async move { drop(this.talk().await) }
    }

    async fn talk(&mut self) -> io::Result<()> {
        if self.deliver().await? {
            let ears = &mut self.inbound;
            while let Some(answer) = ears.conversation.answer().await {
                text_frame(answer.as_bytes(), &mut ears.out);
            }
            ears.close(CloseCode::Away, GOING_AWAY);
            ears.speak(&self.link)?;
        }
        let _ = Box::pin(tokio::time::timeout(CLOSING, self.finish())).await;
        Ok(())
    }

    /// Finishes the closing handshake: frames are read until the other end is done.
    async fn finish(&mut self) -> io::Result<()> {
        let Self { link, inbound, .. } = self;
        link.outlet.flush().await?;
        let Some(codec) = &mut inbound.codec else { return Ok(()) };
        while codec.can_read() {
            let mut out = Vec::new();
            let mut fed = Fed { input: &mut link.unread, taken: 0, out: &mut out };
            match codec.read(&mut fed) {
                Ok(_) => {}
                Err(Error::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {
                    drop(fed);
                    if !std::future::poll_fn(|cx| link.poll_read(cx)).await {
                        break;
                    }
                }
                Err(_) => break,
            }
        }
        Ok(())
    }
}
