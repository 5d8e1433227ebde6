//! What a reader keeps from one connection to the next, and the loop that makes the next. Every
//! mode hands what it hears to `take`, so that order, duplicates, gaps and goodbyes are dealt with
//! once.

use std::time::Duration;

use tidings_shared::{Backoff, Cursor, Event, Message, Mode, Page};
use tokio::sync::mpsc;

use super::{
    FollowOptions, Update, listen,
    place::{Beginning, Place},
};
use crate::{Failure, Read, Server, outbox::Lease};

/// Heartbeats come this often when the server hasn't said.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// How long a server that said `goaway` may take to close.
const GOODBYE: Duration = Duration::from_secs(10);

pub(super) struct Session {
    pub(super) server: Server,
    pub(super) options: FollowOptions,
    place: Place,
    updates: mpsc::Sender<Update>,
    backoff: Backoff,
    /// Whether this connection stands.
    connected: bool,
    /// Whether any ever stood.
    ever_connected: bool,
    /// When to come back, if the server said.
    come_back: Option<Duration>,
    heartbeat: Duration,
    /// The claim on the outbox that a WebSocket carries.
    pub(super) lease: Option<Lease>,
}

impl Session {
    pub(super) fn new(
        server: Server,
        mut options: FollowOptions,
        updates: mpsc::Sender<Update>,
    ) -> Self {
        let place = Place::new(options.after, options.limit);
        let carries = options.mode == Mode::Websocket;
        let lease = options.outbox.take().filter(|_| carries).map(|outbox| outbox.lease());
        Self {
            server,
            options,
            place,
            updates,
            backoff: Backoff::default(),
            connected: false,
            ever_connected: false,
            come_back: None,
            heartbeat: HEARTBEAT,
            lease,
        }
    }

    /// Connects again and again, until nobody reads the updates or the server refuses.
    pub(super) async fn run(mut self) {
        loop {
            (self.connected, self.come_back) = (false, None);
            let failure = listen(&mut self).await;
            if self.updates.is_closed() {
                return;
            }
            let (why, asked) = match failure {
                // Refused from the start, it would be refused for ever. Later it may be a proxy's
                // word while the server is away.
                Failure::Refused(problem) if !self.ever_connected => {
                    let _ = self.updates.send(Update::Refused(problem)).await;
                    return;
                }
                Failure::Refused(problem) => (problem.detail, None),
                Failure::Passing { why, retry_after } => (why, retry_after),
            };
            let asked = self.come_back.or(asked);
            let retry_in = asked.unwrap_or_else(|| self.backoff.fail(fastrand::f64()));
            if self.yield_(Update::Disconnected { why, retry_in }).await.is_err() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(retry_in) => {}
                () = self.updates.closed() => return,
            }
        }
    }

    /// Resolves when nobody reads the updates any more.
    pub(super) fn abandoned(&self) -> impl Future<Output = ()> + use<> {
        let updates = self.updates.clone();
        async move { updates.closed().await }
    }

    /// Whether nobody reads the updates any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.updates.is_closed()
    }

    /// How long nothing may be heard on a stream before it counts as lost: two and a half
    /// heartbeats.
    pub(super) fn patience(&self) -> Duration {
        if self.come_back.is_some() { GOODBYE } else { self.heartbeat.mul_f64(2.5) }
    }

    /// Where this connection begins; what has to be asked first is asked here.
    pub(super) async fn begin(&mut self) -> Result<Beginning, Failure> {
        let beginning = self.place.beginning();
        let Beginning::Page { start, limit, show, then } = beginning else {
            return Ok(beginning);
        };
        let page = self.server.page(&self.options.room, &Read::new(start, limit)).await?;
        if let Some(then) = then
            && page.cursor.epoch != then.epoch
        {
            self.place.forget_beginning();
            return Ok(self.place.beginning());
        }
        let to = then.unwrap_or(page.cursor);
        if show {
            for message in page.messages {
                self.message(Cursor::new(to.epoch, message.seq), message).await?;
            }
        }
        self.place.advance(to);
        Ok(Beginning::After(to))
    }

    /// The query that begins a stream.
    pub(super) fn query(&self, beginning: Beginning) -> Vec<(&'static str, String)> {
        let mut query = match beginning {
            Beginning::After(cursor) => vec![("after", cursor.to_string())],
            Beginning::Newest(limit) | Beginning::Page { limit, .. } => {
                vec![("limit", limit.to_string())]
            }
        };
        if let Some(username) = &self.options.username {
            query.push(("username", username.to_string()));
        }
        query
    }

    /// The connection stands: what goes wrong from here on is the first failure again.
    pub(super) async fn connected(&mut self) -> Result<(), Failure> {
        self.backoff.reset();
        self.ever_connected = true;
        if !self.connected {
            self.connected = true;
            self.yield_(Update::Connected).await?;
        }
        Ok(())
    }

    /// An event, with its cursor where the transport has one.
    pub(super) async fn take(
        &mut self,
        event: Event,
        cursor: Option<Cursor>,
    ) -> Result<(), Failure> {
        match event {
            Event::Message(message) => {
                let cursor = cursor
                    .or_else(|| self.place.cursor_of(message.seq))
                    .ok_or_else(|| Failure::passing("a message came before the hello"))?;
                self.message(cursor, message).await
            }
            Event::Gap(gap) => {
                self.place.gap(&gap);
                self.yield_(Update::Gap(gap)).await
            }
            Event::Hello(hello) => {
                self.place.hello(&hello);
                if hello.heartbeat > 0 {
                    self.heartbeat = Duration::from_secs(hello.heartbeat.into());
                }
                self.connected().await?;
                self.yield_(Update::Event(Event::Hello(hello))).await
            }
            Event::Goaway(goaway) => {
                self.come_back = Some(Duration::from_millis(goaway.retry_ms));
                self.yield_(Update::Event(Event::Goaway(goaway))).await
            }
            Event::Unknown => Ok(()),
            other => self.yield_(Update::Event(other)).await,
        }
    }

    /// A poll's answer.
    pub(super) async fn page(&mut self, page: Page) -> Result<(), Failure> {
        self.connected().await?;
        if let Some(gap) = page.gap {
            self.take(Event::Gap(gap), None).await?;
        }
        for message in page.messages {
            self.message(Cursor::new(page.cursor.epoch, message.seq), message).await?;
        }
        self.place.advance(page.cursor);
        Ok(())
    }

    async fn message(&mut self, cursor: Cursor, message: Message) -> Result<(), Failure> {
        if self.place.pass(cursor) {
            self.yield_(Update::Message { message, cursor }).await?;
        }
        Ok(())
    }

    async fn yield_(&self, update: Update) -> Result<(), Failure> {
        self.updates.send(update).await.map_err(|_| Failure::passing("nobody reads any more"))
    }
}

/// An event from its JSON. What is none fails the connection: to skip it would be to lose what may
/// be a message.
pub(super) fn parse(json: &str) -> Result<Event, Failure> {
    serde_json::from_str(json)
        .map_err(|error| Failure::passing(format!("the server sent no event: {error}")))
}
