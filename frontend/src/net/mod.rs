//! The ways of listening, one file each. Each takes an [`Ask`] and tells what it hears until its
//! connection ends; when to come back is for whoever called. None knows the page, and none keeps
//! the cursor beyond its own connection: the conversation's memory has it.

mod crowd;
mod hear;
mod http;
mod long_poll;
mod poll;
mod rest;
mod rooms;
mod sse;
mod wait;
mod websocket;

use std::{fmt, rc::Rc, time::Duration};

use tidings_shared::{Cursor, Event, Interval, Mode, Page, Problem, RoomName, Username, route};

pub use crowd::Crowd;
pub(crate) use http::exchange;
pub use rest::{answers, clock, newer, older, post, presence};
pub use rooms::{newest, rooms, search, set_topic};
pub(crate) use sse::Source;
pub use wait::{Bell, Task, first, sleep, within};
pub use websocket::Line;

use crate::{
    route::escape,
    state::{Traffic, room::FIRST},
    words::{fill, words},
};

/// How long a connection may take to its first word.
pub const FIRST_WORD: Duration = Duration::from_secs(10);
/// The same where there is another way to listen, which is to be tried soon.
pub const FIRST_WORD_OF_MANY: Duration = Duration::from_secs(4);

/// What one wants to hear.
#[derive(Clone, PartialEq, Debug)]
pub struct Ask {
    /// The origin to ask at, `http://127.0.0.1:43211`; empty for the server that the page came from.
    pub base: String,
    /// Where.
    pub room: RoomName,
    /// Who listens, for presence.
    pub name: Username,
    /// How.
    pub mode: Mode,
    /// How often, for a poll.
    pub every: Interval,
    /// Behind what; without it, the newest messages come first.
    pub after: Option<Cursor>,
    /// How long the first word may take.
    pub first_word: Duration,
}

impl Ask {
    /// The path to ask at, with its query but for what only one mode takes.
    fn path(&self) -> String {
        let mut path = self.base.clone() + &route::listen(&self.room, self.mode);
        path.push_str("?username=");
        path.push_str(&escape(self.name.as_str()));
        match self.after {
            Some(after) => path.push_str(&format!("&after={after}")),
            None => path.push_str(&format!("&limit={FIRST}")),
        }
        path
    }
}

/// What a transport tells.
#[derive(Clone, PartialEq, Debug)]
pub enum Signal {
    /// Bytes went over the wire.
    Cost(Traffic),
    /// The server answered.
    Up,
    /// The next question goes out after this long, or when the bell rings.
    Resting(Duration),
    /// An event, and its cursor where the transport carries one.
    Event(Event, Option<Cursor>),
    /// A poll's answer.
    Page(Page),
}

/// Where a transport's signals go.
#[derive(Clone)]
pub struct Tell(Rc<dyn Fn(Signal)>);

impl Tell {
    /// They go to `hear`.
    pub fn new(hear: impl Fn(Signal) + 'static) -> Self {
        Self(Rc::new(hear))
    }

    fn tell(&self, signal: Signal) {
        (self.0)(signal);
    }

    fn cost(&self, traffic: Traffic) {
        self.tell(Signal::Cost(traffic));
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tell")
    }
}

/// How a connection ended.
#[derive(Clone, PartialEq, Debug)]
pub enum End {
    /// The server is about to close it, and said when to come back.
    Goaway(Duration),
    /// Too many other tabs hold a connection.
    Crowded,
    /// The tab slept, and what it listened by may have gone away meanwhile.
    Slept,
    /// It broke, or there was no answer.
    Broke(Failure),
}

/// Why something did not come about.
#[derive(Clone, PartialEq, Debug)]
pub enum Failure {
    /// Nobody answered, or not in the protocol's words.
    Lost(Lost),
    /// The server answered with a problem, and perhaps with when to come back.
    Problem(Problem, Option<Duration>),
}

/// How an answer was lost.
#[derive(Clone, PartialEq, Debug)]
pub enum Lost {
    /// Nobody answered.
    NoAnswer,
    /// Nobody answered in time.
    TooLong,
    /// What answered does not speak the protocol.
    Foreign,
    /// The browser could not open the connection.
    Unopened,
    /// The connection broke.
    Broke,
    /// The connection brought nothing for too long.
    Silent,
    /// The server closed the connection, and said why.
    Closed(String),
}

impl Failure {
    /// A failure in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Lost(lost) => lost.sentence(),
            Self::Problem(problem, _) if problem.detail.is_empty() => problem.title.clone(),
            Self::Problem(problem, _) => problem.detail.clone(),
        }
    }

    /// Whether the same may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Problem(problem, _) => problem.is_passing(),
        }
    }

    /// Whether it may be the way of asking that failed. A server that says why is the one that
    /// failed, or the question was.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Lost(_)) || !self.is_passing()
    }

    /// The shortest wait before the same is tried again, where the server named one.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem(_, after) => *after,
            Self::Lost(_) => None,
        }
    }
}

impl Lost {
    fn sentence(&self) -> String {
        let words = &words().failing;
        let sentence = match self {
            Self::NoAnswer => words.no_answer,
            Self::TooLong => words.too_long,
            Self::Foreign => words.foreign,
            Self::Unopened => words.unopened,
            Self::Broke => words.broke,
            Self::Silent => words.silent,
            Self::Closed(why) => return fill(words.closed, why),
        };
        sentence.into()
    }
}

impl From<Lost> for End {
    fn from(lost: Lost) -> Self {
        Self::Broke(Failure::Lost(lost))
    }
}

/// Listens by the mode that was asked for, until the connection ends. Dropped, it closes it.
pub async fn listen(ask: Ask, tell: &Tell, bell: &Bell, line: &Line) -> End {
    match ask.mode {
        Mode::Poll => poll::listen(ask, tell, bell).await,
        Mode::LongPoll => long_poll::listen(ask, tell).await,
        Mode::Websocket => websocket::listen(&ask, tell, line).await,
        Mode::Sse | Mode::Ndjson | Mode::Raw => sse::listen(&ask, tell).await,
    }
}

/// How long nothing may come by this mode before it said anything.
#[must_use]
pub fn first_patience(mode: Mode) -> Duration {
    match mode {
        Mode::Poll => poll::PATIENCE,
        Mode::LongPoll => long_poll::PATIENCE,
        _ => FIRST_WORD,
    }
}

/// Two and a half heartbeats: what hears nothing for so long is broken, whatever the socket says.
#[must_use]
pub fn patience(heartbeat: u32) -> Duration {
    Duration::from_millis(u64::from(heartbeat.max(1)) * 2_500)
}
