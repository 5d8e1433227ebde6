//! Streams: caught up by their own task, then carried along by the crowd, for as long as they can
//! keep up with it.

use std::{
    io,
    task::{Context, Poll},
};

use tidings_shared::Mode;

use super::{Link, Outcome, crowd::Seat, framing, framing::Framing};
use crate::{
    app::App,
    lab::Origin,
    room::Room,
    transport::{
        query::Read,
        session::{Session, next_heartbeat},
    },
};

/// What comes the other way on a stream.
pub trait Inbound: Send {
    /// Reads what there is to read and writes what that leads to. Ends when nothing more is to be
    /// read or written: the other end has gone.
    fn poll(&mut self, link: &mut Link, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// Nothing comes the other way on an HTTP stream but its end.
pub struct Nothing;

impl Inbound for Nothing {
    fn poll(&mut self, link: &mut Link, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match link.poll_read(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(false) => return Poll::Ready(Ok(())),
                Poll::Ready(true) => link.unread = Vec::new(),
            }
        }
    }
}

/// One stream. It is a task of its own, and as small as what it holds while nothing happens.
pub struct Listener<I> {
    pub(super) link: Link,
    pub(super) session: Session,
    pub(super) inbound: I,
    framing: Framing,
    seat: Seat,
}

/// Answers with an endless body.
pub(super) async fn begin(
    app: &App,
    mut link: Link,
    room: Room,
    mode: Mode,
    read: Read,
    origin: Option<Origin>,
) -> Outcome {
    let session = match Session::start(&link.outlet.connection, room, read, mode).await {
        Ok(session) => session,
        Err(_) => return link.hand_over(),
    };
    let (content_type, framing) = match mode {
        Mode::Sse => ("text/event-stream", Framing::Sse),
        Mode::Ndjson => ("application/x-ndjson", Framing::Ndjson),
        _ => ("text/plain; charset=utf-8", Framing::Raw),
    };
    link.unread = Vec::new();
    let mut head = Vec::with_capacity(384);
    framing::stream_head(content_type, origin, &mut head);
    match link.outlet.send(&head) {
        Ok(()) => Outcome::Stream(Listener::new(app, link, session, framing, Nothing)),
        Err(_) => Outcome::Closed,
    }
}

impl Listener<Nothing> {
    /// Delivers until it is over.
    pub fn run(self) -> impl Future<Output = ()> + Send {
        let mut this = self;
        // Why a stream breaks is the other end's business.
        async move { drop(this.stream().await) }
    }

    async fn stream(&mut self) -> io::Result<()> {
        if self.deliver().await? {
            self.link.outlet.send(framing::LAST_CHUNK)?;
            self.link.outlet.flush().await?;
        }
        Ok(())
    }
}

impl<I: Inbound> Listener<I> {
    pub(super) fn new(
        app: &App,
        link: Link,
        session: Session,
        framing: Framing,
        inbound: I,
    ) -> Self {
        {
            let mut state = link.outlet.state();
            state.lane = session.lane();
            state.heartbeat_at = next_heartbeat();
        }
        let seat = app.crowds.of(session.room(), &app.meter).seat(&link.outlet);
        Self { link, session, inbound, framing, seat }
    }

    /// Delivers until the session is over (true), or the other end has gone (false).
    pub(super) async fn deliver(&mut self) -> io::Result<bool> {
        let Self { link, session, inbound, framing, seat } = self;
        loop {
            loop {
                link.outlet.flush().await?;
                let Some(events) = Box::pin(session.ready()).await else { return Ok(true) };
                if events.is_empty() {
                    break;
                }
                link.outlet.send_shared(framing.events(&events))?;
                // Who is far behind is heard all the same.
                let gone = |cx: &mut Context<'_>| Poll::Ready(inbound.poll(link, cx).is_ready());
                if std::future::poll_fn(gone).await {
                    return Ok(false);
                }
            }
            if let Err(place) = seat.wait(*framing, session.place(), |_| ()) {
                session.go_on_from(place);
                continue;
            }
            let gone = std::future::poll_fn(|cx| {
                link.outlet.register(cx);
                if inbound.poll(link, cx)?.is_ready() {
                    return Poll::Ready(Ok::<_, io::Error>(true));
                }
                if seat.is_over() { Poll::Ready(Ok(false)) } else { Poll::Pending }
            });
            let gone = gone.await?;
            session.go_on_from(seat.rise());
            if gone {
                return Ok(false);
            }
        }
    }
}
