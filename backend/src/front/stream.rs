//! Streams: caught up by their own task, then carried along by the crowd, for as long as they can
//! keep up with it.

use std::{
    io,
    task::{Context, Poll},
};

use tidings_shared::Mode;

use super::{Front, Outcome, framing, framing::Framing};
use crate::{
    meter::{Busy, Lane},
    room::Room,
    transport::{
        query::Read,
        session::{Session, next_heartbeat},
    },
};

/// What comes the other way on a stream.
pub(super) trait Inbound: Send {
    /// Reads what there is to read and writes what that leads to. Ends when nothing more is to be
    /// read or written: the other end has gone.
    fn poll(&mut self, front: &mut Front, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// Nothing comes the other way on an HTTP stream but its end.
struct Nothing;

impl Inbound for Nothing {
    fn poll(&mut self, front: &mut Front, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match front.poll_read(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(false) => return Poll::Ready(Ok(())),
                Poll::Ready(true) => front.unread = Vec::new(),
            }
        }
    }
}

impl Front {
    /// Answers with an endless body.
    pub(super) async fn stream(mut self, room: Room, mode: Mode, read: Read) -> Outcome {
        let session = match Session::start(&self.connection, room, read, mode).await {
            Ok(session) => session,
            Err(_) => return self.hand_over(),
        };
        let (content_type, framing) = match mode {
            Mode::Sse => ("text/event-stream", Framing::Sse),
            Mode::Ndjson => ("application/x-ndjson", Framing::Ndjson),
            _ => ("text/plain; charset=utf-8", Framing::Raw),
        };
        self.unread = Vec::new();
        let mut head = Vec::with_capacity(384);
        framing::stream_head(content_type, &mut head);
        if self.wire.send(&head).is_err() {
            return Outcome::Closed;
        }
        drop(head);
        let connection = self.connection.clone();
        let lane = Lane::Listen(mode);
        let deliver = async {
            let mut session = session;
            if let Ok(true) = self.deliver(&mut session, framing, lane, &mut Nothing).await {
                self.wire.send(framing::LAST_CHUNK)?;
                self.wire.flush().await?;
            }
            Ok::<_, io::Error>(())
        };
        // Why a stream breaks is the other end's business.
        let _ = Busy::task(deliver, connection, lane).await;
        Outcome::Closed
    }

    /// Delivers until the session is over (true), or the other end has gone (false).
    pub(super) async fn deliver(
        &mut self,
        session: &mut Session,
        framing: Framing,
        lane: Lane,
        inbound: &mut impl Inbound,
    ) -> io::Result<bool> {
        self.idle.end();
        {
            let mut state = self.wire.state();
            state.lane = lane;
            state.heartbeat_at = next_heartbeat();
        }
        let crowd = self.app.crowds.of(session.room(), &self.app.meter);
        loop {
            loop {
                self.wire.flush().await?;
                let Some(events) = Box::pin(session.ready()).await else { return Ok(true) };
                if events.is_empty() {
                    break;
                }
                self.wire.send_shared(framing.events(&events))?;
                // Who is far behind is heard all the same.
                let gone = |cx: &mut Context<'_>| Poll::Ready(inbound.poll(self, cx).is_ready());
                if std::future::poll_fn(gone).await {
                    return Ok(false);
                }
            }
            match crowd.join(&self.wire, framing, session.place()) {
                Err(place) => session.go_on_from(place),
                Ok(seat) => {
                    let gone = std::future::poll_fn(|cx| {
                        self.wire.register(cx);
                        if inbound.poll(self, cx)?.is_ready() {
                            return Poll::Ready(Ok::<_, io::Error>(true));
                        }
                        if seat.is_over() { Poll::Ready(Ok(false)) } else { Poll::Pending }
                    });
                    let gone = gone.await?;
                    session.go_on_from(seat.leave());
                    if gone {
                        return Ok(false);
                    }
                }
            }
        }
    }
}
