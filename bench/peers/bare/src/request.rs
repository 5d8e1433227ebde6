//! What a client may ask: just enough of HTTP/1.1 to be measured.

/// What a request wants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// `POST /publish`: this body is a message.
    Publish(std::ops::Range<usize>),
    /// `GET /ws` with this key.
    WebSocket(String),
    /// `GET /sse`
    Sse,
    /// `GET /ndjson`
    Ndjson,
    /// `GET /longpoll?after=…`: answered when something lies behind that place, or behind the
    /// end when none is told.
    LongPoll(Option<u64>),
    /// `GET /poll?after=…`: answered at once.
    Poll(Option<u64>),
    /// Anything else.
    Unknown,
}

/// The first request in `input` and how many bytes it takes; `None` while it is not whole.
///
/// # Errors
///
/// When it isn't HTTP.
pub(crate) fn read(input: &[u8]) -> Result<Option<(Wish, usize)>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(head) = request.parse(input)? else { return Ok(None) };
    let header = |name: &str| {
        let found = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let body = header("content-length").and_then(|len| len.trim().parse().ok()).unwrap_or(0);
    let end = head + body;
    if input.len() < end {
        return Ok(None);
    }
    let target = request.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let after = query.split('&').find_map(|pair| pair.strip_prefix("after=")?.parse().ok());
    let wish = match (request.method, path) {
        (Some("POST"), "/publish") => Wish::Publish(head..end),
        (_, "/ws") => {
            header("sec-websocket-key").map_or(Wish::Unknown, |key| Wish::WebSocket(key.to_owned()))
        }
        (_, "/sse") => Wish::Sse,
        (_, "/ndjson") => Wish::Ndjson,
        (_, "/longpoll") => Wish::LongPoll(after),
        (_, "/poll") => Wish::Poll(after),
        _ => Wish::Unknown,
    };
    Ok(Some((wish, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_may_follow_each_other_at_once_and_come_in_pieces() {
        let two = b"POST /publish HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /longpoll?after=7 HTTP/1.1\r\n\r\n";
        let (wish, took) = read(two).unwrap().unwrap();
        let Wish::Publish(body) = wish else { panic!("{wish:?}") };
        assert_eq!(&two[body], b"abc");
        assert_eq!(read(&two[took..]).unwrap().unwrap().0, Wish::LongPoll(Some(7)));
        assert_eq!(read(&two[..took - 1]).unwrap(), None);
        assert!(read(b"\0\0").is_err());
    }
}
