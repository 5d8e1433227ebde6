//! The heads of requests and answers: how long they are, and what follows them.

/// More headers than this make a head that isn't understood.
const HEADERS: usize = 100;

/// What the first bytes of a message say.
pub(super) enum Head<T> {
    /// They are not all of its head.
    Partial,
    /// They are no head.
    Other,
    /// The head is whole, and so many bytes long.
    Whole(T, usize),
}

/// What follows a head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Follows {
    /// So many bytes.
    Length(u64),
    /// Chunks, and what they hold.
    Chunks(Content),
    /// Whatever comes, until the connection ends.
    Rest(Content),
    /// WebSocket frames, in both directions.
    Frames,
    /// Nothing that is HTTP.
    Foreign,
}

/// What an endless body holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// Server-sent events.
    Events,
    /// Lines, each a unit of its own.
    Lines,
    /// Anything.
    Other,
}

/// What of a request its answer depends on.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in crate::lab) struct Asked {
    /// No body follows the answer, whatever its head says.
    pub(super) head_only: bool,
    /// A tunnel is asked for.
    pub(super) connect: bool,
    /// A WebSocket is asked for.
    pub(in crate::lab) websocket: bool,
}

/// Reads a request's head.
pub(super) fn request(bytes: &[u8]) -> Head<(Asked, Follows)> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(size)) => {
            let method = request.method.unwrap_or_default();
            let headers = Headers(request.headers);
            let asked = Asked {
                head_only: method == "HEAD",
                connect: method == "CONNECT",
                websocket: headers.has("upgrade", "websocket"),
            };
            let follows = if headers.has("transfer-encoding", "chunked") {
                Follows::Chunks(Content::Other)
            } else {
                Follows::Length(headers.length().unwrap_or(0))
            };
            Head::Whole((asked, follows), size)
        }
        Ok(httparse::Status::Partial) => Head::Partial,
        Err(_) => Head::Other,
    }
}

/// Reads an answer's head; `asked` is what it answers.
pub(super) fn response(bytes: &[u8], asked: Asked) -> Head<(u16, Follows)> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(bytes) {
        Ok(httparse::Status::Complete(size)) => {
            let status = response.code.unwrap_or_default();
            let headers = Headers(response.headers);
            let follows = match status {
                101 if headers.has("upgrade", "websocket") => Follows::Frames,
                101 => Follows::Foreign,
                200..300 if asked.connect => Follows::Foreign,
                100..200 | 204 | 304 => Follows::Length(0),
                _ if asked.head_only => Follows::Length(0),
                _ => headers.follows(),
            };
            Head::Whole((status, follows), size)
        }
        Ok(httparse::Status::Partial) => Head::Partial,
        Err(_) => Head::Other,
    }
}

struct Headers<'h, 'b>(&'h [httparse::Header<'b>]);

impl Headers<'_, '_> {
    fn get(&self, name: &str) -> Option<&str> {
        let header = self.0.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok().map(str::trim)
    }

    /// Whether a header of that name lists `word`.
    fn has(&self, name: &str, word: &str) -> bool {
        let is_there = |list: &str| list.split(',').any(|w| w.trim().eq_ignore_ascii_case(word));
        self.get(name).is_some_and(is_there)
    }

    fn length(&self) -> Option<u64> {
        self.get("content-length")?.parse().ok()
    }

    fn follows(&self) -> Follows {
        if self.has("transfer-encoding", "chunked") {
            return Follows::Chunks(self.content());
        }
        match self.length() {
            Some(length) => Follows::Length(length),
            None => Follows::Rest(self.content()),
        }
    }

    fn content(&self) -> Content {
        let media_type = self.get("content-type").unwrap_or_default();
        match media_type.split(';').next().unwrap_or_default().trim() {
            _ if self.get("content-encoding").is_some() => Content::Other,
            "text/event-stream" => Content::Events,
            "application/x-ndjson" | "text/plain" => Content::Lines,
            _ => Content::Other,
        }
    }
}
