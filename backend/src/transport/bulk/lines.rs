//! A body, line by line.

use axum::body::{Body, BodyDataStream, Bytes};
use bytes::BytesMut;
use futures_util::StreamExt;
use tokio_util::codec::{AnyDelimiterCodec, Decoder};

use crate::transport::publish::MAX_BODY;

/// What came of a body so far.
pub(super) enum Line {
    /// A line, without its end.
    Text(Bytes),
    /// One of more than [`MAX_BODY`] bytes, which was passed over.
    TooLong,
}

/// The lines of a body.
pub(super) struct Lines {
    body: BodyDataStream,
    came: BytesMut,
    codec: AnyDelimiterCodec,
    ended: bool,
}

impl Lines {
    pub(super) fn of(body: Body) -> Self {
        let codec = AnyDelimiterCodec::new_with_max_length(b"\n".into(), b"\n".into(), MAX_BODY);
        Self { body: body.into_data_stream(), came: BytesMut::new(), codec, ended: false }
    }

    /// The next line of those that have come; none if more must come for it.
    pub(super) fn here(&mut self) -> Option<Line> {
        let next = if self.ended {
            self.codec.decode_eof(&mut self.came)
        } else {
            self.codec.decode(&mut self.came)
        };
        match next {
            Ok(line) => line.map(|line| {
                let end = line.len() - usize::from(line.last() == Some(&b'\r'));
                Line::Text(line.slice(..end))
            }),
            Err(_) => Some(Line::TooLong),
        }
    }

    /// Whether there will be no more than have come.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Ends when more has come, or the body's end. Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// When the body broke off: what came of its last line is none.
    pub(super) async fn more(&mut self) -> Result<(), axum::Error> {
        match self.body.next().await {
            Some(bytes) => self.came.extend_from_slice(&bytes?),
            None => self.ended = true,
        }
        Ok(())
    }

    /// Ends with the body, and takes no more of it.
    pub(super) async fn pass_over(&mut self) {
        while let Some(Ok(_)) = self.body.next().await {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(chunks: &[&str]) -> Vec<Option<String>> {
        let chunks: Vec<_> =
            chunks.iter().map(|chunk| Ok::<_, std::io::Error>((*chunk).to_owned())).collect();
        let mut lines = Lines::of(Body::from_stream(futures_util::stream::iter(chunks)));
        let mut found = Vec::new();
        loop {
            while let Some(line) = lines.here() {
                found.push(match line {
                    Line::Text(line) => Some(String::from_utf8(line.to_vec()).unwrap()),
                    Line::TooLong => None,
                });
            }
            if lines.ended() {
                return found;
            }
            lines.more().await.unwrap();
        }
    }

    #[tokio::test]
    async fn however_a_body_comes_its_lines_are_the_same() {
        let whole = "one\n\ntwo\r\n three \nfour";
        let wanted = ["one", "", "two", " three ", "four"].map(|line| Some(line.to_owned()));
        assert_eq!(lines(&[whole]).await, wanted);
        for at in 1..whole.len() {
            let (head, tail) = whole.split_at(at);
            assert_eq!(lines(&[head, tail]).await, wanted, "cut at {at}");
        }
        assert_eq!(lines(&[]).await, [] as [Option<String>; 0]);
        assert_eq!(lines(&["\n"]).await, [Some(String::new())]);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_passed_over_and_the_next_is_read() {
        let long = "x".repeat(MAX_BODY);
        let more = "x".repeat(MAX_BODY + 1);
        let wanted = [Some(long.clone()), None, Some("y".into())];
        assert_eq!(lines(&[&long, "\n", &more, "\ny\n"]).await, wanted);
        assert_eq!(lines(&[&more, &more, &more, "\ny"]).await, wanted[1..]);
        assert_eq!(lines(&[&more]).await, [None]);
    }
}
