//! Server-sent events. A message's cursor is the event's own `id`.

use sse_stream::SseByteStream;
use tidings_shared::Mode;

use super::{
    session::{Session, parse},
    stream,
};
use crate::{Failure, failure::reason};

pub(super) async fn listen(session: &mut Session) -> Result<(), Failure> {
    let answer = stream::open(session, Mode::Sse, "text/event-stream").await?;
    let mut blocks = SseByteStream::new(answer.bytes_stream());
    while let Some(block) = stream::next(session, &mut blocks).await? {
        let block = block.map_err(|error| Failure::passing(reason(&error)))?;
        // A block without data, such as a lone `retry:`, is none of ours.
        let Some(data) = block.data else { continue };
        let cursor = match block.id.as_deref().map(str::parse) {
            Some(Ok(cursor)) => Some(cursor),
            None => None,
            Some(Err(error)) => return Err(Failure::passing(format!("an event's id: {error}"))),
        };
        session.take(parse(&data)?, cursor).await?;
    }
    Ok(())
}
