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
    Front, Outcome,
    framing::{self, Framing, text_frame},
    stream::Inbound,
};
use crate::{
    meter::{Busy, Lane},
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
struct Ears {
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
    fn speak(&mut self, front: &Front) -> io::Result<()> {
        if !self.out.is_empty() {
            front.wire.send(&self.out)?;
            self.out = Vec::new();
        }
        Ok(())
    }
}

impl Inbound for Ears {
    fn poll(&mut self, front: &mut Front, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while let Poll::Ready(Some(answer)) = self.conversation.poll_answer(cx) {
                text_frame(answer.as_bytes(), &mut self.out);
            }
            self.speak(front)?;
            if self.conversation.has_broken_off() {
                self.close(CloseCode::Again, COME_BACK);
                self.speak(front)?;
                return Poll::Ready(Ok(()));
            }
            // Whoever doesn't take the answers is not asked for more.
            if front.wire.poll_flush(cx)?.is_pending() || !self.conversation.listens() {
                return Poll::Pending;
            }
            if front.unread.is_empty() && !self.more {
                match front.poll_read(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => return Poll::Ready(Ok(())),
                }
            }
            let heard = self.hear(&mut front.unread);
            if let Heard::TooBig = heard {
                self.close(CloseCode::Size, TOO_BIG);
            }
            if !matches!(heard, Heard::All) {
                self.speak(front)?;
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl Front {
    /// Answers with a WebSocket.
    pub(super) async fn websocket(
        mut self,
        room: Room,
        read: Read,
        accept: String,
        size: usize,
    ) -> Outcome {
        let name = read.username.clone();
        let session = match Session::start(&self.connection, room, read, Mode::Websocket).await {
            Ok(session) => session,
            Err(_) => return self.hand_over(),
        };
        self.consume(size);
        let mut head = Vec::with_capacity(384);
        framing::websocket_head(&accept, &mut head);
        if self.wire.send(&head).is_err() {
            return Outcome::Closed;
        }
        drop((head, accept));
        let conversation = Conversation::new(session.room().clone(), name);
        let ears = Ears { conversation, codec: None, more: false, out: Vec::new() };
        let connection = self.connection.clone();
        let lane = Lane::Listen(Mode::Websocket);
        // Why a socket breaks is the other end's business; what was accepted is committed.
        let _ = Busy::task(self.converse(session, ears, lane), connection, lane).await;
        Outcome::Closed
    }

    async fn converse(
        &mut self,
        mut session: Session,
        mut ears: Ears,
        lane: Lane,
    ) -> io::Result<()> {
        if self.deliver(&mut session, Framing::Websocket, lane, &mut ears).await? {
            while let Some(answer) = ears.conversation.answer().await {
                text_frame(answer.as_bytes(), &mut ears.out);
            }
            ears.close(CloseCode::Away, GOING_AWAY);
            ears.speak(self)?;
        }
        drop(session);
        let _ = tokio::time::timeout(CLOSING, self.finish(ears)).await;
        Ok(())
    }

    /// Finishes the closing handshake: frames are read until the other end is done.
    async fn finish(&mut self, mut ears: Ears) -> io::Result<()> {
        self.wire.flush().await?;
        let Some(codec) = &mut ears.codec else { return Ok(()) };
        while codec.can_read() {
            let mut out = Vec::new();
            let mut fed = Fed { input: &mut self.unread, taken: 0, out: &mut out };
            match codec.read(&mut fed) {
                Ok(_) => {}
                Err(Error::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {
                    drop(fed);
                    if !std::future::poll_fn(|cx| self.poll_read(cx)).await {
                        break;
                    }
                }
                Err(_) => break,
            }
        }
        Ok(())
    }
}
