//! HTTP/1.1 by hand: a request is the bytes that are written here, an answer the bytes that came.
//! A client library would normalise both, and hide what a test wants to see. The same requests go
//! over HTTP/2, by a library, where a test wants that.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::{
    h2, in_time,
    wire::{Place, Stream},
};

/// A request to send.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// One connection, which is kept alive.
pub struct Connection {
    place: Place,
    stream: BufReader<Box<dyn Stream>>,
    /// In place of the stream, where HTTP/2 is spoken.
    http2: Option<h2::Connection>,
    rest: Rest,
    /// Every byte of heads and bodies that came in, framing included.
    pub received: u64,
}

/// How the body at hand ends.
enum Rest {
    Length(u64),
    Chunked,
    Close,
    Http2(Box<::h2::RecvStream>),
    Done,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self { method, path, headers: Vec::new(), body: None }
    }

    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub fn post(path: &str) -> Self {
        Self::new("POST", path)
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Some(body.as_ref().to_vec());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    fn bytes(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {host}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }

    fn for_http2(&self, uri: http::Uri) -> http::Request<Bytes> {
        let request = http::Request::builder().method(&*self.method).uri(uri);
        let request = self.headers.iter().fold(request, |r, (name, value)| r.header(name, value));
        let body = Bytes::from(self.body.clone().unwrap_or_default());
        request.body(body).expect("a request")
    }

    /// Sends it on a connection of its own.
    pub async fn ask(&self, place: impl Into<Place>) -> Answer {
        Connection::open(place).await.ask(self).await
    }

    /// The same, for a server that may be gone at any moment.
    pub async fn try_ask(&self, place: impl Into<Place>) -> std::io::Result<Answer> {
        Connection::try_open(place).await?.try_ask(self).await
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("an answer in UTF-8")
    }

    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e} in a {}: {:?}", self.status, self.text()))
    }

    /// The answer's problem, in the shape that is promised for every error; its sentence.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem: Value = self.read();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{problem}");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.len() > 15, "a sentence, not {detail:?}");
        detail.to_owned()
    }
}

impl Connection {
    pub async fn open(place: impl Into<Place>) -> Self {
        Self::try_open(place).await.expect("the server takes connections")
    }

    pub async fn try_open(place: impl Into<Place>) -> std::io::Result<Self> {
        let place = place.into();
        let (http2, stream): (_, Box<dyn Stream>) = if place.over.is_http2() {
            (Some(h2::Connection::open(place).await?), Box::new(tokio::io::empty()))
        } else {
            (None, place.connect().await?)
        };
        Ok(Self { place, stream: BufReader::new(stream), http2, rest: Rest::Done, received: 0 })
    }

    /// Writes bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    pub async fn ask(&mut self, request: &Request) -> Answer {
        self.try_ask(request).await.unwrap_or_else(|e| panic!("{e}: {request:?}"))
    }

    pub async fn try_ask(&mut self, request: &Request) -> std::io::Result<Answer> {
        let what = format!("{} {}", request.method, request.path);
        let bodiless = request.method == "HEAD";
        in_time(&what, async {
            let mut answer = self.begin(request).await?;
            if !bodiless {
                while self.piece(&mut answer.body).await? {}
            }
            Ok(answer)
        })
        .await
    }

    /// Sends a request whose answer goes on: reads its head alone.
    pub async fn begin(&mut self, request: &Request) -> std::io::Result<Answer> {
        if let Some(http2) = &mut self.http2 {
            let uri = http2.uri(&request.path);
            let answer = in_time(&request.path, http2.send(request.for_http2(uri))).await?;
            let (head, body) = answer.into_parts();
            self.rest = Rest::Http2(Box::new(body));
            let text = |value: &http::HeaderValue| value.to_str().expect("ASCII").to_owned();
            let headers =
                head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            return Ok(Answer { status: head.status.as_u16(), headers, body: Vec::new() });
        }
        self.write(&request.bytes(&self.place.to_string())).await?;
        in_time(&request.path, self.head()).await
    }

    async fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        self.received += self.stream.read_line(&mut line).await? as u64;
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(line.to_owned()),
            None => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Whatever comes, after the connection has become something else than HTTP; false at its end.
    pub async fn rest(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
        Ok(self.stream.read_buf(bytes).await? > 0)
    }

    /// The head of an answer.
    pub async fn head(&mut self) -> std::io::Result<Answer> {
        let first = self.line().await?;
        let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
        let status = status.and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("{first:?}"));
        let mut answer = Answer { status, headers: Vec::new(), body: Vec::new() };
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').expect("a header");
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = answer.header("content-length").map(|n| n.parse().expect("a length"));
        self.rest = match (length, answer.header("transfer-encoding")) {
            _ if matches!(status, 204 | 304) => Rest::Done,
            (Some(length), _) => Rest::Length(length),
            (None, Some("chunked")) => Rest::Chunked,
            (None, _) => Rest::Close,
        };
        Ok(answer)
    }

    /// The next piece of the body, as it comes; false at its end. A body that is cut off is an
    /// error, not an end.
    pub async fn piece(&mut self, body: &mut Vec<u8>) -> std::io::Result<bool> {
        let read = match self.rest {
            Rest::Done | Rest::Length(0) => return Ok(false),
            Rest::Length(length) => {
                let read = (&mut self.stream).take(length).read_buf(body).await? as u64;
                self.rest = Rest::Length(length - read);
                read
            }
            Rest::Close => self.stream.read_buf(body).await? as u64,
            Rest::Http2(ref mut stream) => match h2::data(stream).await? {
                Some(data) => {
                    body.extend_from_slice(&data);
                    self.received += data.len() as u64;
                    return Ok(true);
                }
                None => {
                    self.rest = Rest::Done;
                    return Ok(false);
                }
            },
            Rest::Chunked => {
                let size = self.line().await?;
                let size = usize::from_str_radix(&size, 16).expect("a chunk's size");
                let start = body.len();
                body.resize(start + size, 0);
                self.stream.read_exact(&mut body[start..]).await?;
                assert_eq!(self.line().await?, "", "a chunk ends with a line's end");
                self.received += size as u64;
                if size == 0 {
                    self.rest = Rest::Done;
                }
                return Ok(size > 0);
            }
        };
        self.received += read;
        match (read, &self.rest) {
            (0, Rest::Close) => {
                self.rest = Rest::Done;
                Ok(false)
            }
            (0, _) => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(true),
        }
    }
}
