//! A request as far as this front answers it itself: listening by `GET` and posting by `POST`, in
//! the plainest form. Whatever is anything else, or has anything wrong with it, is not judged here:
//! the general server reads it again, and answers.

use axum::http::{HeaderName, header};
use tidings_shared::{After, Mode, RoomName};
use tungstenite::handshake::derive_accept_key;

use crate::{
    app::App,
    lab::Origin,
    limit,
    room::Start,
    store::Draft,
    transport::{
        publish::Posted,
        query::{Poll, PostQuery, Read},
    },
};

/// More headers than this are for the general server, which takes a hundred.
const HEADERS: usize = 32;
const PREFIX: &str = "/api/rooms/";

/// What the first bytes of a request say.
pub enum Head {
    /// They are not all of its head.
    Partial,
    /// It is for the general server.
    Other,
    /// It is for this front, and so many bytes long, its body among them.
    Ours(Box<Asked>, usize),
}

/// What somebody wants.
pub struct Asked {
    /// Of which room.
    pub room: RoomName,
    /// And how.
    pub way: Way,
    /// The Lab's own page wants it, which is of this origin.
    pub origin: Option<Origin>,
}

/// How somebody wants to listen, or what to say.
pub enum Way {
    /// One page, now or when there is something on it.
    Poll(Poll),
    /// An endless answer.
    Stream(Mode, Read),
    /// A WebSocket, and the key that accepts it.
    Websocket(Read, String),
    /// A message to append.
    Post(Draft),
}

impl Head {
    /// Reads the head that `bytes` begin with.
    #[must_use]
    pub fn read(bytes: &[u8], app: &App) -> Self {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(size)) => match asked(&request, &bytes[size..], app) {
                Some((asked, body)) => Head::Ours(Box::new(asked), size + body),
                None => Head::Other,
            },
            Ok(httparse::Status::Partial) if begins_as_ours(bytes) => Head::Partial,
            _ => Head::Other,
        }
    }
}

/// Whether what is there of a head could become one for this front.
fn begins_as_ours(bytes: &[u8]) -> bool {
    ["GET /api/rooms/", "POST /api/rooms/"].into_iter().map(str::as_bytes).any(|line| {
        let size = line.len().min(bytes.len());
        bytes[..size] == line[..size]
    })
}

/// What of a request's headers matters here.
#[derive(Default)]
struct Headers<'a> {
    host: Option<&'a str>,
    origin: Option<&'a str>,
    last_event_id: Option<&'a str>,
    upgrades: bool,
    version: Option<&'a str>,
    key: Option<&'a str>,
    content_length: Option<&'a str>,
    content_type: Option<&'a str>,
    content_encoding: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    authorization: Option<&'a str>,
}

/// What is asked, and how many of the bytes `behind` the head are its body.
fn asked(request: &httparse::Request<'_, '_>, behind: &[u8], app: &App) -> Option<(Asked, usize)> {
    if request.version != Some(1) {
        return None;
    }
    let target = request.path?;
    if !target.bytes().all(is_itself) {
        return None;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (room, way) = path.strip_prefix(PREFIX)?.split_once('/')?;
    let headers = headers(request)?;
    let room: RoomName = room.parse().ok()?;
    // To pages of other origins the general server says what they may read.
    let origin = headers.origin.map(|origin| app.lab.as_ref()?.origin(origin));
    let is_plain = !headers.upgrades && origin != Some(None);
    let origin = origin.flatten();
    if request.method == Some("POST") {
        let length = headers.content_length.filter(|_| way == "messages" && is_plain)?;
        // Digits alone: a plus sign would be taken, too.
        let length = length.parse().ok().filter(|_| length.bytes().all(|b| b.is_ascii_digit()))?;
        // A body that is not all there is waited for by the general server.
        let posted = Posted {
            query: PostQuery::of(query).ok()?,
            content_type: headers.content_type,
            content_encoding: headers.content_encoding,
            idempotency_key: headers.idempotency_key,
            authorization: headers.authorization,
            body: behind.get(..length)?,
        };
        let way = Way::Post(posted.draft(&room).ok()?);
        return Some((Asked { room, way, origin }, length));
    }
    if request.method != Some("GET") || headers.content_length.is_some() {
        return None;
    }
    if way == "ws" {
        let key = headers.key.filter(|_| headers.upgrades && headers.version == Some("13"))?;
        let allowed = headers.origin.is_none_or(|o| limit::may_write(app, o, headers.host));
        let read = Read::of(query).ok().filter(|_| allowed)?;
        let way = Way::Websocket(read, derive_accept_key(key.as_bytes()));
        return Some((Asked { room, way, origin }, 0));
    }
    if !is_plain {
        return None;
    }
    let way = match way {
        "messages" => Way::Poll(Poll::of(query).ok().filter(|poll| poll.before.is_none())?),
        "sse" => {
            let mut read = Read::of(query).ok()?;
            if let Some(last) = headers.last_event_id.filter(|value| !value.is_empty()) {
                let after: After = last.parse().ok()?;
                read.start = Start::After(after);
            }
            Way::Stream(Mode::Sse, read)
        }
        "ndjson" => Way::Stream(Mode::Ndjson, Read::of(query).ok()?),
        "raw" => Way::Stream(Mode::Raw, Read::of(query).ok()?),
        _ => return None,
    };
    Some((Asked { room, way, origin }, 0))
}

/// Whether a byte stands for itself in a path or a query wherever it is: RFC 3986's unreserved and
/// reserved characters but for `#`, which ends a query, and what encodes others.
fn is_itself(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'?'
        | b'=' | b'&' | b'%' | b':' | b'+' | b'@' | b',' | b';' | b'!' | b'$' | b'*' | b'(' | b')'
        | b'\'' | b'[' | b']')
}

/// The headers, if none of them makes the request anything but a plain one.
fn headers<'a>(request: &httparse::Request<'_, 'a>) -> Option<Headers<'a>> {
    let mut found = Headers::default();
    let mut connection_upgrades = false;
    for header in &*request.headers {
        let name = header.name;
        let is = |known: HeaderName| name.eq_ignore_ascii_case(known.as_str());
        let text = || std::str::from_utf8(header.value).ok().map(str::trim_ascii);
        let field = match name.len() {
            4 if is(header::HOST) => &mut found.host,
            6 if is(header::ORIGIN) => &mut found.origin,
            6 if is(header::EXPECT) => return None,
            7 if is(header::UPGRADE) => {
                if !text()?.eq_ignore_ascii_case("websocket") {
                    return None;
                }
                found.upgrades = true;
                continue;
            }
            10 if is(header::CONNECTION) => {
                for option in text()?.split(',').map(str::trim) {
                    if option.eq_ignore_ascii_case("upgrade") {
                        connection_upgrades = true;
                    } else if !option.eq_ignore_ascii_case("keep-alive") {
                        return None;
                    }
                }
                continue;
            }
            12 if is(header::CONTENT_TYPE) => &mut found.content_type,
            13 if is(header::AUTHORIZATION) => &mut found.authorization,
            13 if name.eq_ignore_ascii_case("last-event-id") => &mut found.last_event_id,
            14 if is(header::CONTENT_LENGTH) => &mut found.content_length,
            15 if name.eq_ignore_ascii_case("idempotency-key") => &mut found.idempotency_key,
            16 if is(header::CONTENT_ENCODING) => &mut found.content_encoding,
            17 if is(header::TRANSFER_ENCODING) => return None,
            17 if is(header::SEC_WEBSOCKET_KEY) => &mut found.key,
            21 if is(header::SEC_WEBSOCKET_VERSION) => &mut found.version,
            _ => continue,
        };
        // Which of two would count is not decided here.
        if field.replace(text()?).is_some() {
            return None;
        }
    }
    (found.upgrades == connection_upgrades).then_some(found)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Head, is_itself};
    use crate::{
        app::App,
        config::Config,
        lab::{Lab, Origin},
        store::StoreUrl,
    };

    /// The origin of a request for this front; `None` if it is the general server's.
    fn front(app: &App, line: &str, headers: &str) -> Option<Option<Origin>> {
        let request = format!("{line} HTTP/1.1\r\nhost: x\r\n{headers}\r\n\r\n{{}}");
        match Head::read(request.as_bytes(), app) {
            Head::Ours(asked, _) => Some(asked.origin),
            Head::Partial | Head::Other => None,
        }
    }

    #[tokio::test]
    async fn of_all_pages_only_the_labs_own_goes_the_short_way() {
        let config = Config { store: StoreUrl::Memory, ..Config::default() };
        let mut app = App::open(config).unwrap();
        let lab = Lab::open("127.0.0.1:3001".parse().unwrap(), Duration::from_secs(30));
        for with_lab in [false, true] {
            app.lab = with_lab.then(|| lab.clone());
            for line in [
                "GET /api/rooms/ops/messages?wait=3",
                "GET /api/rooms/ops/sse",
                "GET /api/rooms/ops/raw",
            ] {
                assert_eq!(front(&app, line, "accept: */*"), Some(None), "{line}");
                for own in lab.origins() {
                    let found = front(&app, line, &format!("Origin: {own}"));
                    assert_eq!(found, with_lab.then_some(Some(own)), "{line}");
                    let twice = format!("origin: {own}\r\norigin: {own}");
                    assert_eq!(front(&app, line, &twice), None);
                }
                for other in
                    ["http://127.0.0.1:3002", "https://localhost:3001", "null", "", "\u{a0}"]
                {
                    assert_eq!(front(&app, line, &format!("origin: {other}")), None, "{other}");
                    let near = format!("origin: http://localhost:3001{other}\u{a0}");
                    assert_eq!(front(&app, line, &near), None, "{near:?}");
                }
            }
        }
    }

    #[test]
    fn what_another_reader_could_take_otherwise_is_left_to_it() {
        let other: Vec<u8> = (0..=127).filter(|&byte| !is_itself(byte)).collect();
        assert_eq!(other.iter().filter(|byte| byte.is_ascii_graphic()).count(), 10);
        assert!(b"\"#<>\\^`{|}".iter().all(|byte| other.contains(byte)));
        assert!((128..=255).all(|byte| !is_itself(byte)));
        assert!(
            b"/api/rooms/a-z_0/messages?after=k3f9a0zq:57&username=J%C3%BA+x"
                .iter()
                .all(|&b| is_itself(b))
        );
    }
}
