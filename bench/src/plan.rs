//! What to measure: against which server, how many listen and in which way, and under which load.
//! A plan travels to the worker processes and is kept in the report, so all of it is plain data.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tidings_shared::Mode;

/// One measurement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The server.
    pub target: Target,
    /// How the listeners listen.
    pub way: Way,
    /// How many listen. Not used by [`Load::Polls`] and [`Load::Posts`], which bring their own number.
    pub listeners: usize,
    /// What is asked of the server.
    pub load: Load,
    /// Bytes of each posted text, at least [`Plan::MIN_SIZE`].
    pub size: usize,
    /// How long the load runs before anything is counted.
    pub warmup: Duration,
    /// How long the load runs while it is counted.
    pub duration: Duration,
    /// The server's processes, if they are on this machine: their CPU time and memory are summed.
    /// Name them all, a server's workers too. Empty: the server's own figures are left out.
    pub pids: Vec<u32>,
    /// How many worker processes share the listeners; `None`: as few as the limit on open files
    /// allows.
    pub processes: Option<usize>,
    /// Whether each of them keeps to a core of its own, in turns if they are more than the cores. Where
    /// the system puts them is chance otherwise, and two on one core wait for each other.
    pub spread: bool,
    /// The room to use, where the server has rooms; `None`: a new one for each run.
    pub room: Option<String>,
}

impl Plan {
    /// The smallest size of a text, in bytes: each carries its number and when it was due.
    pub const MIN_SIZE: usize = 40;

    /// A plan with the defaults: texts of 64 bytes, 2 s of warm-up, 10 s of measuring.
    #[must_use]
    pub fn new(target: Target, way: Way, listeners: usize, load: Load) -> Self {
        Self {
            target,
            way,
            listeners,
            load,
            size: 64,
            warmup: Duration::from_secs(2),
            duration: Duration::from_secs(10),
            pids: Vec::new(),
            processes: None,
            spread: false,
            room: None,
        }
    }
}

/// A server to be measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What it speaks.
    pub dialect: Dialect,
    /// Where it is: `http://HOST:PORT`. TLS is not spoken.
    pub base: String,
}

/// What a server speaks: where to listen, how to post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Tidings: all modes. Posts go over a WebSocket, many in flight. That socket is delivered
    /// everything as well; the server's work for it is counted ([`crate::Report::poster_deliveries`]).
    Tidings,
    /// nchan inside nginx, at the same paths as [`Dialect::Plain`]; where to go on is told by
    /// `If-None-Match` and `If-Modified-Since`. `keepalive_requests` must be set high.
    Nchan,
    /// mosquitto: MQTT 3.1.1 over WebSocket at `/mqtt`, topic `b`, QoS 0, posts by an MQTT
    /// connection of their own. Mode `websocket` only.
    Mosquitto,
    /// Socket.IO v4 by its WebSocket transport at `/socket.io/`; posts as [`Dialect::Plain`]. Mode
    /// `websocket` only.
    SocketIo,
    /// A plain service: `GET /ws` (WebSocket, a frame a message), `/sse`, `/ndjson`,
    /// `/longpoll?after=CURSOR` and `/poll?after=CURSOR` (a body that holds the texts and
    /// `"cursor":"CURSOR"`; without `after`, from the end on), and `POST /publish` with the text as
    /// its body (any 2xx once accepted; requests are pipelined on one connection).
    Plain,
}

/// How a listener listens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// The mode.
    pub mode: Mode,
    /// The protocol below it.
    pub http: Http,
    /// With [`Mode::Poll`]: how long a listener waits between an answer and its next question.
    pub interval: Duration,
    /// With [`Http::H2`]: how many streams share a connection, 1 to 250.
    pub streams: usize,
}

impl Way {
    /// This mode by HTTP/1.1; polls every second, 200 streams a connection should it become HTTP/2.
    #[must_use]
    pub const fn new(mode: Mode) -> Self {
        Self { mode, http: Http::H1, interval: Duration::from_secs(1), streams: 200 }
    }

    /// The same by HTTP/2 in clear text, with prior knowledge.
    #[must_use]
    pub const fn h2(self) -> Self {
        Self { http: Http::H2, ..self }
    }
}

/// The protocol below a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Http {
    /// HTTP/1.1: a connection a listener.
    #[serde(rename = "1.1")]
    H1,
    /// HTTP/2 in clear text, with prior knowledge: many listeners share a connection.
    #[serde(rename = "2")]
    H2,
}

/// What is asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Load {
    /// Nothing: all connect and settle, and the server's memory is looked at.
    Idle,
    /// So many posts a second, each at its time whether or not the ones before it have arrived.
    /// Delays are counted from when a post was due.
    Rate(f64),
    /// As fast as it goes with at most `window` messages posted and not yet received by every
    /// listener.
    Flat {
        /// Messages on their way, at least 1; 64 is a good number.
        window: usize,
    },
    /// Polls with nothing new, one after the other on each of so many connections. Their way must
    /// be [`Mode::Poll`] by HTTP/1.1.
    Polls {
        /// Keep-alive connections.
        connections: usize,
    },
    /// Acknowledged posts by HTTP, by so many posters.
    Posts {
        /// Posters, each with a connection that stays.
        posters: usize,
        /// `None`: each sends a request for each post, one after the other. Else each sends its posts as
        /// the lines of one request, at least 1 and at most so many of them unanswered. Only Tidings is
        /// asked that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_flight: Option<usize>,
    },
    /// All listeners come at once, each `missed` messages behind, while 20 messages a second are
    /// posted to one that has been there all along. Only Tidings is asked this.
    CatchUp {
        /// Messages that each has missed.
        missed: usize,
    },
}
