//! What each way of listening costs the server, counted where it happens: bytes at the socket,
//! time around every poll of a request's future and body, deliveries where batches are written.

mod busy;
mod connection;
mod prometheus;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use serde::Serialize;
use tidings_shared::Mode;

pub use busy::{Busy, BusyBody};
pub use connection::{Connection, Metered};
pub use prometheus::render;

/// What a request is for: a way of listening, or something else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Listening.
    Listen(Mode),
    /// Posting over HTTP.
    Post,
    /// Anything else: pages, files, the meter itself.
    Other,
}

impl Lane {
    /// How many lanes there are.
    pub const COUNT: usize = Mode::ALL.len() + 2;

    /// Every lane.
    #[must_use]
    pub fn all() -> [Lane; Self::COUNT] {
        std::array::from_fn(Self::from_index)
    }

    fn from_index(index: usize) -> Self {
        match Mode::ALL.get(index) {
            Some(&mode) => Lane::Listen(mode),
            None if index == Mode::ALL.len() => Lane::Post,
            None => Lane::Other,
        }
    }

    fn index(self) -> usize {
        match self {
            Lane::Listen(mode) => mode as usize,
            Lane::Post => Mode::ALL.len(),
            Lane::Other => Mode::ALL.len() + 1,
        }
    }

    /// Its name in JSON and in metrics: a mode's, `post` or `other`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Lane::Listen(mode) => mode.as_str(),
            Lane::Post => "post",
            Lane::Other => "other",
        }
    }
}

/// The counters of one lane, as far as some threads have counted.
#[derive(Default, Debug)]
pub struct LaneMeter {
    open: AtomicI64,
    requests: AtomicU64,
    delivered: AtomicU64,
    empty: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    busy_ns: AtomicU64,
}

/// One lane's figures at one moment; counted since the server started.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Figures {
    /// Requests being answered now: for a stream, connections.
    pub open: i64,
    /// Requests so far.
    pub requests: u64,
    /// Messages delivered to listeners (or taken, for `post`).
    pub delivered: u64,
    /// Answers that held no message.
    pub empty: u64,
    /// Bytes read from the sockets, heads included. On HTTP/2 connections that serve several
    /// modes at once, bytes count for the latest.
    pub bytes_in: u64,
    /// Bytes written to the sockets, heads included.
    pub bytes_out: u64,
    /// Time the server was at work on it, in microseconds.
    pub busy_us: u64,
}

/// So many threads count without getting into each other's way; more than that share.
const SHEETS: usize = 16;

/// One thread's counters, on cache lines of their own: what another core has just counted would have
/// to be fetched from it first.
#[derive(Default, Debug)]
#[repr(align(128))]
struct Sheet([LaneMeter; Lane::COUNT]);

thread_local! {
    /// Which sheet this thread counts on.
    static SHEET: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Relaxed) % SHEETS
    };
}

/// All counters of one server.
#[derive(Default, Debug)]
pub struct Meter {
    sheets: [Sheet; SHEETS],
    connections: AtomicI64,
}

impl Meter {
    /// Where this thread counts for `lane`.
    fn lane(&self, lane: Lane) -> &LaneMeter {
        &self.sheets[SHEET.with(|sheet| *sheet)].0[lane.index()]
    }

    fn sum(&self, lane: Lane) -> Figures {
        let lanes = || self.sheets.iter().map(|sheet| &sheet.0[lane.index()]);
        let sum = |counter: fn(&LaneMeter) -> &AtomicU64| {
            lanes().map(|lane| counter(lane).load(Relaxed)).sum::<u64>()
        };
        Figures {
            // What one thread began and another ended meanwhile may be seen to end only.
            open: lanes().map(|lane| lane.open.load(Relaxed)).sum::<i64>().max(0),
            requests: sum(|lane| &lane.requests),
            delivered: sum(|lane| &lane.delivered),
            empty: sum(|lane| &lane.empty),
            bytes_in: sum(|lane| &lane.bytes_in),
            bytes_out: sum(|lane| &lane.bytes_out),
            busy_us: sum(|lane| &lane.busy_ns) / 1000,
        }
    }

    /// Every lane's figures, by name.
    #[must_use]
    pub fn figures(&self) -> BTreeMap<&'static str, Figures> {
        Lane::all().into_iter().map(|lane| (lane.as_str(), self.sum(lane))).collect()
    }

    /// For listeners of `lane`, so many bytes were written and messages delivered in so long.
    pub fn worked(&self, lane: Lane, bytes: usize, delivered: usize, spent: Duration) {
        let meter = self.lane(lane);
        if bytes > 0 {
            meter.bytes_out.fetch_add(bytes as u64, Relaxed);
        }
        if delivered > 0 {
            meter.delivered.fetch_add(delivered as u64, Relaxed);
        }
        let nanoseconds = u64::try_from(spent.as_nanos()).unwrap_or(u64::MAX);
        meter.busy_ns.fetch_add(nanoseconds, Relaxed);
    }

    /// Open sockets.
    #[must_use]
    pub fn connections(&self) -> i64 {
        self.connections.load(Relaxed)
    }
}

/// A request being answered; dropping it is its end.
#[derive(Debug)]
pub struct Tally {
    // By way of its connection: a handle on the meter itself would be counted by all cores at once.
    connection: Arc<Connection>,
    lane: Lane,
}

impl Tally {
    fn start(connection: Arc<Connection>, lane: Lane) -> Self {
        let tally = Self::hold(connection, lane);
        tally.counted();
        tally
    }

    /// Open, and not counted among the requests before [`Tally::counted`].
    fn hold(connection: Arc<Connection>, lane: Lane) -> Self {
        connection.meter.lane(lane).open.fetch_add(1, Relaxed);
        Self { connection, lane }
    }

    fn figures(&self) -> &LaneMeter {
        self.connection.meter.lane(self.lane)
    }

    /// It is answered here. A counter never goes back: whoever may still leave the answer to
    /// another says so only when it is certain.
    pub fn counted(&self) {
        self.figures().requests.fetch_add(1, Relaxed);
    }

    /// What the request is for.
    #[must_use]
    pub fn lane(&self) -> Lane {
        self.lane
    }

    /// So many messages went out.
    pub fn delivered(&self, messages: usize) {
        self.figures().delivered.fetch_add(messages as u64, Relaxed);
    }

    /// It was answered with nothing.
    pub fn empty(&self) {
        self.figures().empty.fetch_add(1, Relaxed);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.figures().open.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(meter: &Arc<Meter>) -> Arc<Connection> {
        Connection::new(meter.clone(), ([127, 0, 0, 1], 1).into())
    }

    #[test]
    fn every_lane_has_counters_of_its_own() {
        for (index, lane) in Lane::all().into_iter().enumerate() {
            assert_eq!(lane.index(), index);
        }
        let meter = Arc::new(Meter::default());
        let tally = connection(&meter).begin(Lane::Listen(Mode::Sse));
        tally.delivered(3);
        assert_eq!(meter.figures()["sse"].open, 1);
        assert_eq!(meter.figures()["sse"].delivered, 3);
        assert_eq!(meter.figures()["poll"].requests, 0);
        drop(tally);
        assert_eq!(meter.figures()["sse"].open, 0);
    }

    #[test]
    fn what_many_threads_count_is_one_sum() {
        let meter = Arc::new(Meter::default());
        let tally = connection(&meter).begin(Lane::Listen(Mode::Sse));
        std::thread::scope(|scope| {
            for _ in 0..2 * SHEETS {
                scope.spawn(|| drop(connection(&meter).begin(Lane::Listen(Mode::Sse))));
            }
            // What one thread began may end on another.
            scope.spawn(|| drop(tally));
        });
        let figures = &meter.figures()["sse"];
        assert_eq!((figures.open, figures.requests), (0, 1 + 2 * SHEETS as u64));
    }
}
