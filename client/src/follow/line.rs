//! NDJSON: one event a line. A message's cursor is the hello's epoch and the message's seq.

use std::io;

use futures_util::TryStreamExt;
use tidings_shared::Mode;
use tokio_util::{
    codec::{FramedRead, LinesCodec},
    io::StreamReader,
};

use super::{
    session::{Session, parse},
    stream,
};
use crate::{Failure, failure::reason, socket::MAX_EVENT};

pub(super) async fn listen(session: &mut Session) -> Result<(), Failure> {
    let answer = stream::open(session, Mode::Ndjson, "application/x-ndjson").await?;
    let bytes = StreamReader::new(answer.bytes_stream().map_err(io::Error::other));
    let mut lines = FramedRead::new(bytes, LinesCodec::new_with_max_length(MAX_EVENT));
    while let Some(line) = stream::next(session, &mut lines).await? {
        let line = line.map_err(|error| Failure::passing(reason(&error)))?;
        if !line.is_empty() {
            session.take(parse(&line)?, None).await?;
        }
    }
    Ok(())
}
