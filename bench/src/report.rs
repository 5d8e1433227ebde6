//! What was measured. Everything bears its unit in its name or its doc; what could not be measured
//! is absent rather than zero.

use serde::{Deserialize, Serialize};

use crate::Plan;

/// The outcome of a [`Plan`].
///
/// "The span" is from the end of the warm-up until all that was posted has been received (or was
/// given up). "The whole run" begins with the first post of the warm-up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What was asked.
    pub plan: Plan,
    /// Length of the span, in seconds.
    pub seconds: f64,
    /// Messages posted in the whole run.
    pub sent: u64,
    /// Messages received by the listeners in the whole run, each listener's counted.
    pub received: u64,
    /// Messages received by the listeners in the span.
    pub deliveries: u64,
    /// The same a second: over the time from the span's begin to its last delivery.
    pub deliveries_per_s: f64,
    /// Deliveries in the span to the socket that posts, where the server delivers to that as well.
    /// Not in `deliveries`; in what the server's CPU time is divided by, since it is work done.
    pub poster_deliveries: u64,
    /// From when a message was due to be posted until a listener had it, for all messages due in
    /// the span. With [`crate::Load::CatchUp`]: of the live listener. Absent if nothing was delivered.
    pub delay: Option<Percentiles>,
    /// Messages that a listener never got, summed over listeners, in the whole run.
    pub lost: u64,
    /// Messages that a listener got again, summed, in the whole run.
    pub twice: u64,
    /// Messages that a listener got after a later one, summed, in the whole run.
    pub out_of_order: u64,
    /// Bytes that went over the listeners' connections (both ways, above TCP) in the span, a
    /// delivery.
    pub bytes_per_delivery: Option<f64>,
    /// The same apart, and the requests that they were.
    #[serde(default)]
    pub carried: Carried,
    /// Requests one after the other: polls and posts, and what else asks by request.
    pub requests: Option<Requests>,
    /// How long those who came back took.
    pub catch_up: Option<CatchUp>,
    /// The server's own figures, if its processes were named.
    pub server: Option<Server>,
    /// What the generator itself took.
    pub own: Own,
    /// Why the figures may tell of the generator or the machine rather than of the server, a
    /// sentence each. Empty is good.
    pub bottleneck: Vec<String>,
}

/// A distribution of times, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Percentiles {
    /// How many were measured.
    pub count: u64,
    /// The mean, µs.
    pub mean_us: f64,
    /// Half were no longer, µs.
    pub p50_us: f64,
    /// 90 % were no longer, µs.
    pub p90_us: f64,
    /// 99 % were no longer, µs.
    pub p99_us: f64,
    /// 99.9 % were no longer, µs.
    pub p999_us: f64,
    /// The longest, µs.
    pub max_us: f64,
}

/// What went over the listeners' connections, above TCP, from the span's begin until the run's end:
/// a moment longer than the span, so that bytes and requests are those of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Bytes from the listeners.
    pub up: u64,
    /// Bytes to them.
    pub down: u64,
    /// Requests that they sent.
    pub asked: u64,
    /// Requests that were answered.
    pub answered: u64,
}

impl std::ops::AddAssign for Carried {
    fn add_assign(&mut self, more: Self) {
        self.up += more.up;
        self.down += more.down;
        self.asked += more.asked;
        self.answered += more.answered;
    }
}

/// Requests and their answers, in the span.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Requests {
    /// How many were answered.
    pub count: u64,
    /// The same a second.
    pub per_s: f64,
    /// From a request to its whole answer. Absent for long-polls, which wait on purpose.
    pub latency: Option<Percentiles>,
}

/// All listeners came at once, far behind.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CatchUp {
    /// From the first connect until the last listener had all that it had missed, in seconds.
    pub seconds: f64,
    /// Messages delivered to them a second, in that time.
    pub messages_per_s: f64,
}

/// The server's processes, summed. Memory is resident (`VmRSS`); what the kernel holds for sockets
/// is not in it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Server {
    /// CPU time in the span, in seconds.
    pub cpu_s: f64,
    /// CPU time a delivery, in µs: over `deliveries + poster_deliveries`.
    pub cpu_us_per_delivery: Option<f64>,
    /// CPU time a request, in µs, where requests were counted.
    pub cpu_us_per_request: Option<f64>,
    /// Cores in use on average in the span: 1.0 is one core wholly busy.
    pub cores: f64,
    /// Resident memory before the first listener connected, in bytes.
    pub rss_before: u64,
    /// Resident memory when all had connected and settled, in bytes.
    pub rss_connected: u64,
    /// Resident memory at the end, in bytes.
    pub rss_end: u64,
    /// What a listener added when it had connected, in bytes.
    pub rss_per_listener: Option<f64>,
    /// The same of anonymous memory alone (`RssAnon`): no code, no mapped files.
    pub anon_per_listener: Option<f64>,
    /// What a listener added to the kernel's own memory, in bytes: half of what the machine's slabs
    /// grew by, since both ends of its connection are on it. Whatever else the machine does at the
    /// time is in it.
    #[serde(default)]
    pub kernel_per_listener: Option<f64>,
}

/// The generator's own part.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Own {
    /// Processes, the one that posts included.
    pub processes: usize,
    /// CPU time of all of them in the span, in seconds.
    pub cpu_s: f64,
    /// The busiest one's share of a core in the span, 0 to 1.
    pub busiest: f64,
    /// How late posts were sent, behind their time. Only with [`crate::Load::Rate`].
    pub late: Option<Percentiles>,
    /// The share of the machine's CPU time that nobody used in the span, 0 to 1.
    pub machine_idle: f64,
}
