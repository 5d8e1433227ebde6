//! WebSocket: one event a text frame, and posts the other way. A message's cursor is the hello's
//! epoch and the message's seq.
//!
//! Reading and writing run side by side: a client that stopped reading until its posts are written
//! could wait for a server that stopped reading until its events are.

use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tidings_shared::{Event, MessageId, event::Rejected};
use tokio_tungstenite::tungstenite::{
    Message as Frame,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use super::{
    session::{Session, parse},
    stream,
};
use crate::{
    Failure,
    failure::reason,
    outbox::{Lease, Shared},
    socket::Socket,
};

pub(super) async fn listen(session: &mut Session) -> Result<(), Failure> {
    let socket = match open(session).await {
        Ok(socket) => socket,
        Err(failure) => {
            if let Some(lease) = &session.lease {
                lease.failed(&failure.to_string());
            }
            return Err(failure);
        }
    };
    let outbox = session.lease.as_ref().map(Lease::opened);
    let ended = converse(session, socket, outbox.as_deref()).await;
    if let Some(lease) = &session.lease {
        lease.lost();
    }
    ended
}

async fn open(session: &mut Session) -> Result<Socket, Failure> {
    let beginning = session.begin().await?;
    let query = session.query(beginning);
    session.server.socket(&session.options.room, &query).await
}

/// Reads and writes until the socket ends.
async fn converse(
    session: &mut Session,
    socket: Socket,
    outbox: Option<&Shared>,
) -> Result<(), Failure> {
    let (mut sink, mut frames) = socket.split();
    let ended = tokio::select! {
        read = read(session, &mut frames, outbox) => read,
        Err(failure) = write(&mut sink, outbox) => Err(failure),
    };
    if session.is_abandoned() {
        let farewell = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        // The connection ends either way.
        let _ = sink.send(Frame::Close(Some(farewell))).await;
        while let Some(Ok(_)) = frames.next().await {}
    }
    ended
}

async fn read(
    session: &mut Session,
    frames: &mut SplitStream<Socket>,
    outbox: Option<&Shared>,
) -> Result<(), Failure> {
    let mut goodbye = None;
    while let Some(frame) = stream::next(session, frames).await? {
        match frame.map_err(|error| Failure::passing(reason(&error)))? {
            Frame::Text(json) => match parse(&json)? {
                Event::Posted(receipt) => {
                    if let Some(outbox) = outbox {
                        outbox.posted(receipt);
                    }
                }
                Event::Rejected(rejected) => refuse(rejected, outbox)?,
                event => session.take(event, None).await?,
            },
            // The library answers the farewell while the stream is read to its end.
            Frame::Close(farewell) => goodbye = farewell,
            Frame::Binary(_) | Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_) => {}
        }
    }
    match goodbye {
        Some(farewell) if !farewell.reason.is_empty() => {
            Err(Failure::passing(format!("the server closed: {}", farewell.reason)))
        }
        _ => Ok(()),
    }
}

/// A post that was refused. One that can't be told apart leaves in doubt what became of which
/// message: a new connection sends them again under their ids, and clears it up.
fn refuse(rejected: Rejected, outbox: Option<&Shared>) -> Result<(), Failure> {
    let Some(outbox) = outbox else { return Ok(()) };
    let id = rejected.id.as_deref().and_then(|id| id.parse::<MessageId>().ok());
    let Some(id) = id else {
        return Err(Failure::passing(format!("the server refused a post: {}", rejected.detail)));
    };
    outbox.rejected(&id, rejected.into_problem());
    Ok(())
}

/// Sends what the outbox has, for ever.
async fn write(
    sink: &mut SplitSink<Socket, Frame>,
    outbox: Option<&Shared>,
) -> Result<(), Failure> {
    let broken = |error| Failure::passing(reason(&error));
    loop {
        let Some(outbox) = outbox else { return std::future::pending().await };
        for frame in outbox.next_frames().await {
            sink.feed(Frame::text(frame)).await.map_err(broken)?;
        }
        sink.flush().await.map_err(broken)?;
    }
}
