//! A listener in any mode, which reads the wire itself and holds each transport to its framing:
//! where an SSE `id:` may stand, what a page's cursor is, that a line is one event. What comes out
//! is the same for all of them, so that a test can be written once.

use std::{collections::VecDeque, io, time::Duration};

use tidings_shared::{Event, Gap, Mode, RoomName, route};

use super::{
    http::{Connection, Request},
    in_time,
    socket::Socket,
    wire::Place,
};
use framing::{MESSAGE, MessageOnTheWire, PageOnTheWire};

mod framing;

pub use framing::{Heard, Lines};

/// A message as one listener got it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Its place; in raw mode counted on from where the listener stood, 0 where that is unknown.
    pub seq: u64,
    /// What a reader hands back to go on behind it.
    pub cursor: String,
    pub username: String,
    pub text: String,
    /// The message's bytes on the wire; none in raw mode.
    pub json: Option<String>,
}

/// Somebody who listens.
pub struct Listener {
    pub mode: Mode,
    pub gaps: Vec<Gap>,
    /// How often it came back after its stream had ended.
    pub returns: usize,
    /// Where it stands, `EPOCH:SEQ`.
    pub at: Option<String>,
    place: Place,
    room: String,
    query: String,
    source: Source,
    ready: VecDeque<Said>,
    epoch: String,
    /// Whether hello was the first event of the stream at hand.
    greeted: bool,
}

enum Source {
    None,
    Pages(Connection),
    Stream(Box<Lines>),
    Socket(Box<Socket>),
}

impl Listener {
    /// Starts to listen; `query` is what stands behind the question mark, an `after` included.
    pub async fn open(place: impl Into<Place>, room: &str, mode: Mode, query: &str) -> Self {
        let mut listener = Self::closed(place, room, mode, query);
        listener.connect().await.unwrap_or_else(|e| panic!("{mode} {query}: {e}"));
        listener
    }

    /// Starts behind `cursor`.
    pub async fn after(place: impl Into<Place>, room: &str, mode: Mode, cursor: &str) -> Self {
        let mut listener = Self::closed(place, room, mode, "");
        listener.stand_at(cursor);
        listener.connect().await.unwrap_or_else(|e| panic!("{mode} {cursor}: {e}"));
        listener
    }

    /// One that will connect when it is first asked for a message.
    pub fn closed(place: impl Into<Place>, room: &str, mode: Mode, query: &str) -> Self {
        Self {
            mode,
            gaps: Vec::new(),
            returns: 0,
            at: None,
            place: place.into(),
            room: room.to_owned(),
            query: query.to_owned(),
            source: Source::None,
            ready: VecDeque::new(),
            epoch: String::new(),
            greeted: false,
        }
    }

    pub fn stand_at(&mut self, cursor: &str) {
        self.at = Some(cursor.to_owned());
        self.epoch = cursor.split(':').next().expect("an epoch").to_owned();
    }

    fn path(&self) -> String {
        let room: RoomName = self.room.parse().expect("a room");
        let mut path = route::listen(&room, self.mode) + "?" + &self.query;
        if let Some(at) = &self.at {
            path.push_str(&format!("&after={at}"));
        }
        if self.mode == Mode::LongPoll && !path.contains("wait=") {
            path.push_str("&wait=20");
        }
        path
    }

    async fn connect(&mut self) -> io::Result<()> {
        self.greeted = false;
        self.source = match self.mode {
            Mode::Poll | Mode::LongPoll => Source::Pages(Connection::try_open(self.place).await?),
            Mode::Websocket => match Socket::try_open(self.place, &self.path(), &[]).await {
                Ok(socket) => Source::Socket(Box::new(socket)),
                Err(e) => return Err(io::Error::other(e)),
            },
            Mode::Sse | Mode::Ndjson | Mode::Raw => {
                let mut connection = Connection::try_open(self.place).await?;
                let head = connection.begin(&Request::get(&self.path())).await?;
                assert_eq!(head.status, 200, "{}", self.path());
                assert_eq!(head.header("cache-control"), Some("no-store"));
                let media_type = match self.mode {
                    Mode::Sse => "text/event-stream",
                    Mode::Ndjson => "application/x-ndjson",
                    _ => "text/plain; charset=utf-8",
                };
                assert_eq!(head.header("content-type"), Some(media_type));
                Source::Stream(Box::new(Lines::new(connection)))
            }
        };
        Ok(())
    }

    /// Stops listening, as a closed tab does; answers where it stood.
    pub fn leave(self) -> Option<String> {
        self.at
    }

    /// Breaks the connection off; the next message is fetched by a new one.
    pub fn break_off(&mut self) {
        self.source = Source::None;
    }

    /// Bytes that came in on the connection at hand.
    pub fn received(&self) -> u64 {
        match &self.source {
            Source::Pages(connection) => connection.received,
            Source::Stream(lines) => lines.connection.received,
            _ => 0,
        }
    }

    /// The next message. Comes back from its cursor when the server ends the stream, and waits
    /// for it when it is gone.
    pub async fn message(&mut self) -> Said {
        let what = format!("a message by {} behind {:?}", self.mode, self.at);
        in_time(&what, async {
            loop {
                if let Some(said) = self.ready.pop_front() {
                    self.at = Some(said.cursor.clone()).filter(|cursor| !cursor.is_empty());
                    return said;
                }
                if self.more().await.is_err() {
                    self.returns += 1;
                    self.source = Source::None;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        })
        .await
    }

    /// The next `count` messages.
    pub async fn messages(&mut self, count: usize) -> Vec<Said> {
        let mut said = Vec::with_capacity(count);
        for _ in 0..count {
            said.push(self.message().await);
        }
        said
    }

    async fn more(&mut self) -> io::Result<()> {
        if matches!(self.source, Source::None) {
            self.connect().await?;
        }
        if matches!(self.source, Source::Pages(_)) {
            return self.ask().await;
        }
        match self.heard().await? {
            Some(heard) => self.take(&heard),
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        Ok(())
    }

    /// Asks for one page.
    async fn ask(&mut self) -> io::Result<()> {
        let request = Request::get(&self.path());
        let Source::Pages(connection) = &mut self.source else { unreachable!("it polls") };
        let answer = connection.try_ask(&request).await?;
        if answer.status == 503 {
            return Err(io::Error::other("later"));
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page: PageOnTheWire<'_> = serde_json::from_str(answer.text()).expect("a page");
        self.epoch = page.cursor.split(':').next().expect("an epoch").to_owned();
        self.gaps.extend(page.gap);
        for json in &page.messages {
            let said = self.said(json.get());
            self.ready.push_back(said);
        }
        match self.ready.back() {
            Some(last) => assert_eq!(page.cursor, last.cursor, "a page ends at its last message"),
            None => {
                self.at = Some(page.cursor);
                if self.mode == Mode::Poll {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
        Ok(())
    }

    /// The next event of a stream, as it stands there; `None` at its good end.
    pub async fn heard(&mut self) -> io::Result<Option<Heard>> {
        match &mut self.source {
            Source::Socket(socket) => match socket.text().await {
                Some(wire) => Ok(Some(Heard { id: None, retry: None, wire })),
                None if socket.closed.is_some() => Ok(None),
                None => Err(io::ErrorKind::UnexpectedEof.into()),
            },
            Source::Stream(lines) if self.mode == Mode::Sse => framing::sse_event(lines).await,
            Source::Stream(lines) => {
                let line = lines.next().await?;
                Ok(line.map(|wire| Heard { id: None, retry: None, wire }))
            }
            Source::None | Source::Pages(_) => unreachable!("only a stream is heard"),
        }
    }

    /// The next event that is no message, and no heartbeat. Messages before it are kept for later.
    pub async fn event(&mut self) -> Event {
        in_time(&format!("an event by {}", self.mode), async {
            loop {
                let heard = self.heard().await.expect("the stream goes on");
                let heard = heard.expect("the stream has not ended");
                let event: Event = serde_json::from_str(&heard.wire).expect("an event");
                self.take(&heard);
                if !matches!(event, Event::Message(_) | Event::Heartbeat { .. }) {
                    return event;
                }
            }
        })
        .await
    }

    fn take(&mut self, heard: &Heard) {
        if self.mode == Mode::Raw {
            return self.take_line(&heard.wire);
        }
        let is_message = heard.wire.starts_with(MESSAGE);
        assert_eq!(
            heard.id.is_some(),
            self.mode == Mode::Sse && is_message,
            "an id stands on messages alone: {heard:?}"
        );
        if is_message {
            assert!(self.greeted, "hello comes first: {heard:?}");
            let said = self.said(&heard.wire);
            if let Some(id) = &heard.id {
                assert_eq!(*id, said.cursor, "an SSE id is the message's cursor");
            }
            self.ready.push_back(said);
            return;
        }
        match serde_json::from_str(&heard.wire).expect("an event") {
            Event::Hello(hello) => {
                assert!(!self.greeted, "hello comes once: {heard:?}");
                self.greeted = true;
                self.epoch = hello.epoch.to_string();
                assert_eq!(hello.mode, self.mode);
            }
            Event::Gap(gap) => {
                self.epoch = gap.resume.epoch.to_string();
                self.at = Some(gap.resume.to_string());
                self.gaps.push(gap);
            }
            Event::Message(_) => panic!("a message begins as they all do: {heard:?}"),
            Event::Unknown => panic!("the server sends what the contract names: {heard:?}"),
            _ => {}
        }
        assert!(self.greeted, "hello comes first: {heard:?}");
    }

    fn take_line(&mut self, line: &str) {
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let (username, text) =
            line.strip_prefix("> ").and_then(|rest| rest.split_once(": ")).expect("> NAME: TEXT");
        let seq = self.at.as_ref().map_or(0, |at| {
            at.split(':').next_back().expect("a seq").parse::<u64>().expect("a number") + 1
        });
        let cursor = if seq > 0 { format!("{}:{seq}", self.epoch) } else { String::new() };
        let (username, text) = (username.to_owned(), text.to_owned());
        self.ready.push_back(Said { seq, cursor, username, text, json: None });
    }

    fn said(&self, json: &str) -> Said {
        assert!(json.starts_with(MESSAGE), "a message says first that it is one: {json}");
        let message: MessageOnTheWire<'_> = serde_json::from_str(json).expect("a message");
        Said {
            seq: message.seq,
            cursor: format!("{}:{}", self.epoch, message.seq),
            username: message.username.into_owned(),
            text: message.text.into_owned(),
            json: Some(json.to_owned()),
        }
    }
}
