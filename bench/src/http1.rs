//! The little of HTTP/1.1 that a client must read: the head of an answer, and where its body is.

use anyhow::{Result, bail};
use memchr::memmem;

/// The head of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Its own length in bytes, the empty line included.
    pub(crate) len: usize,
    pub(crate) status: u16,
    /// How long the body is; `None` if it is chunked or goes on until the end.
    pub(crate) body: Option<usize>,
    pub(crate) chunked: bool,
}

/// The head that `bytes` begins with; `None` while it is not whole.
///
/// # Errors
///
/// When it isn't HTTP/1.
pub(crate) fn head(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(end) = memmem::find(bytes, b"\r\n\r\n") else {
        if bytes.len() > 64 << 10 {
            bail!("the server's answer has no end to its head");
        }
        return Ok(None);
    };
    let head = &bytes[..end + 2];
    let status = head.get(9..12).filter(|_| head.starts_with(b"HTTP/1."));
    let status = status.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    let Some(status) = status else { bail!("the server answers something that is not HTTP/1.1") };
    let chunked = header(head, "transfer-encoding").is_some_and(|v| v.ends_with(b"chunked"));
    let len =
        header(head, "content-length").and_then(|v| std::str::from_utf8(v).ok()?.parse().ok());
    let bodiless = status == 304 || status == 204 || status < 200;
    let body = if bodiless { Some(0) } else { len.filter(|_| !chunked) };
    Ok(Some(Head { len: end + 4, status, body, chunked: chunked && !bodiless }))
}

/// The value of a header in a head.
pub(crate) fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a [u8]> {
    head.split(|&byte| byte == b'\n').skip(1).find_map(|line| {
        let colon = memchr::memchr(b':', line)?;
        let found = line[..colon].eq_ignore_ascii_case(name.as_bytes());
        found.then(|| line[colon + 1..].trim_ascii())
    })
}

/// Takes the chunks' heads out of a chunked body.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    state: State,
    left: usize,
    /// The body has ended.
    pub(crate) ended: bool,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Size,
    /// The rest of the line after the size.
    Line,
    Data,
    /// The line's end after the data.
    After,
}

impl Chunks {
    /// Hands on what is data, in pieces.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], mut data: impl FnMut(&[u8])) {
        while let (Some(&byte), false) = (bytes.first(), self.ended) {
            let mut took = 1;
            match self.state {
                State::Size => match (byte as char).to_digit(16) {
                    Some(digit) => self.left = self.left << 4 | digit as usize,
                    None => self.state = if byte == b'\n' { self.begin() } else { State::Line },
                },
                State::Line if byte == b'\n' => self.state = self.begin(),
                State::Line => {}
                State::Data => {
                    took = bytes.len().min(self.left);
                    data(&bytes[..took]);
                    self.left -= took;
                    if self.left == 0 {
                        self.state = State::After;
                    }
                }
                State::After if byte == b'\n' => self.state = State::Size,
                State::After => {}
            }
            bytes = &bytes[took..];
        }
    }

    fn begin(&mut self) -> State {
        self.ended = self.left == 0;
        State::Data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_where_the_body_is() {
        let sized = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nX: y\r\n\r\nbody";
        let head = super::head(sized).unwrap().unwrap();
        assert_eq!((head.status, head.body, head.chunked), (200, Some(12), false));
        assert_eq!(&sized[head.len..], b"body");
        assert_eq!(header(sized, "x"), Some(&b"y"[..]));
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let head = super::head(chunked).unwrap().unwrap();
        assert_eq!((head.body, head.chunked), (None, true));
        let none = super::head(b"HTTP/1.1 304 Not Modified\r\n\r\n").unwrap().unwrap();
        assert_eq!(none.body, Some(0));
        assert_eq!(super::head(&sized[..30]).unwrap(), None);
        assert!(super::head(b"SSH-2.0-x\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_are_taken_apart_wherever_they_are_split() {
        let bytes = b"5\r\nhello\r\n1;ext=1\r\n,\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
        for size in 1..=bytes.len() {
            let (mut chunks, mut body) = (Chunks::default(), Vec::new());
            for piece in bytes.chunks(size) {
                chunks.feed(piece, |data| body.extend_from_slice(data));
            }
            assert_eq!(body, b"hello,0123456789abcdef");
            assert!(chunks.ended);
        }
    }
}
