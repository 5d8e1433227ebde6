//! What the parent and its workers say to each other, a JSON object a line: orders on the worker's
//! stdin, words on its stdout.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::{Carried, Plan};

/// A worker's part of a run: the first line that it reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) plan: Plan,
    pub(crate) work: Work,
    /// Where the server is.
    pub(crate) address: SocketAddr,
    /// The address to come from, so that ports don't run out; the system's choice if none.
    pub(crate) source: Option<IpAddr>,
    /// The run's tag, in all its markers.
    pub(crate) tag: [u8; 4],
    /// The room's name.
    pub(crate) room: String,
    /// This worker's share of the listeners, posters or pollers.
    pub(crate) share: usize,
    /// Where listeners begin to read, if the server has such a thing.
    pub(crate) start: Option<String>,
    /// The number of the first message that they will get.
    pub(crate) first: u32,
    /// Deliveries count from then on, in ns, unless an order says another time.
    pub(crate) from: u64,
    /// Whether their delays are of interest.
    pub(crate) keep_delays: bool,
    /// How many connections may be opening at a time.
    pub(crate) opening: usize,
    /// The least time between two words on how far it is, in ns.
    pub(crate) tell_every: u64,
}

/// What a worker's connections do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Listen, in the plan's way.
    Listen,
    /// Poll without a pause, from `Measure` on.
    Poll,
    /// Post without a pause, from `Measure` on.
    Post,
}

/// What a worker is told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Count from here on, and requests until there, in ns.
    Measure { from: u64, until: u64 },
    /// So many messages were posted, numbered from 0. Say what came of them, and end.
    Finish { total: u32 },
}

/// What a worker says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Word {
    /// All connections are there and listen.
    Ready,
    /// It counts as it was last told to.
    Told,
    /// How far all of its listeners are, and how much they have got in all.
    Progress { complete: u32, received: u64 },
    /// It can't go on; why.
    Failed(String),
    /// The end.
    Done(Outcome),
}

/// What came of a worker's part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) received: u64,
    pub(crate) deliveries: u64,
    pub(crate) lost: u64,
    pub(crate) twice: u64,
    pub(crate) out_of_order: u64,
    /// When the last delivery came, in ns; 0 if none did.
    pub(crate) last: u64,
    /// What went over the listeners' connections since the span's begin.
    pub(crate) carried: Carried,
    /// Delays in ns, as pairs of a time and how often.
    pub(crate) delays: Vec<(u64, u64)>,
    /// Requests answered in the span.
    pub(crate) requests: u64,
    /// How long they took, in ns.
    pub(crate) latencies: Vec<(u64, u64)>,
}
