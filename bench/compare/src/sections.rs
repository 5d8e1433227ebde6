//! The page's sections: which figures of which works stand together.

use crate::{peers::Peer, plot::Plot, results::Metric, works::Work};

/// A heading with tables below it.
pub(crate) struct Section {
    /// Its plot's file name.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    /// All works that its tables are of.
    pub(crate) works: &'static [Work],
    pub(crate) tables: &'static [(&'static str, &'static [Work], Metric)],
    /// Tidings' share of these servers' figure.
    pub(crate) shares: Option<(&'static [Work], Metric, &'static [Peer])>,
    pub(crate) plot: Option<Plot>,
}

const CPU: &str = "CPU per delivery, µs";
const RATE: &str = "deliveries a second";
const MEDIAN: &str = "delay, median, ms";
const P99: &str = "delay, 99 %, ms";
const BYTES: &str = "bytes per delivery";

const WS: &[Work] = &[Work::WsFlat100, Work::WsFlat1k, Work::WsFlat10k, Work::WsCalm];
const WS_FLAT: &[Work] = &[Work::WsFlat100, Work::WsFlat1k, Work::WsFlat10k];
const SSE: &[Work] = &[Work::SseFlat100, Work::SseFlat1k, Work::SseFlat10k, Work::SseCalm];
const SSE_FLAT: &[Work] = &[Work::SseFlat100, Work::SseFlat1k, Work::SseFlat10k];
/// HTTP/2 beside HTTP/1.1, at the same number of listeners.
const H2: &[Work] = &[Work::SseFlat1k, Work::H2SseFlat, Work::SseCalm, Work::H2SseCalm];
const LONG_POLL: &[Work] = &[Work::LongPollCalm];
const POLL: &[Work] = &[Work::PollNothing];
const IDLE: &[Work] = &[Work::IdleWs, Work::IdleSse, Work::IdleNdjson, Work::IdleLongPoll];
const MANY: &[Work] = &[Work::ManySockets, Work::ManyStreams100k, Work::ManyStreams200k];
const POSTS: &[Work] = &[Work::Posts1, Work::Posts10, Work::Posts100, Work::Posts1k];
const BULK: &[Work] = &[Work::PostsBulk1, Work::PostsBulk100];
const ALL_POSTS: &[Work] = &[
    Work::Posts1,
    Work::Posts10,
    Work::Posts100,
    Work::Posts1k,
    Work::PostsBulk1,
    Work::PostsBulk100,
];
const HISTORY: &[Work] = &[Work::History];

/// Those whose figure is the headline.
const MEASURES: &[Peer] = &[Peer::Nchan, Peer::BareGather];

/// In the page's order.
pub(crate) fn all() -> [Section; 9] {
    [
        Section {
            name: "websocket",
            title: "WebSocket",
            about: "What a delivery costs the server, by the number of listeners.",
            works: WS,
            tables: &[
                (CPU, WS, Metric::CpuPerDelivery),
                (RATE, WS, Metric::Deliveries),
                (MEDIAN, WS, Metric::Median),
                (P99, WS, Metric::P99),
                (BYTES, WS, Metric::Bytes),
            ],
            shares: Some((WS, Metric::CpuPerDelivery, MEASURES)),
            plot: Some(Plot::Listeners {
                works: WS_FLAT,
                metric: Metric::CpuPerDelivery,
                unit: CPU,
            }),
        },
        Section {
            name: "sse",
            title: "Server-sent events",
            about: "The same by SSE over HTTP/1.1, a connection a listener.",
            works: SSE,
            tables: &[
                (CPU, SSE, Metric::CpuPerDelivery),
                (RATE, SSE, Metric::Deliveries),
                (MEDIAN, SSE, Metric::Median),
                (P99, SSE, Metric::P99),
                (BYTES, SSE, Metric::Bytes),
            ],
            shares: Some((SSE, Metric::CpuPerDelivery, MEASURES)),
            plot: Some(Plot::Listeners {
                works: SSE_FLAT,
                metric: Metric::CpuPerDelivery,
                unit: CPU,
            }),
        },
        Section {
            name: "http2",
            title: "HTTP/2 beside HTTP/1.1",
            about: "SSE, 1,000 listeners: each on a connection of its own, and 200 to a connection as \
                    streams of HTTP/2. The first and third columns are of HTTP/1.1.",
            works: H2,
            tables: &[
                (CPU, H2, Metric::CpuPerDelivery),
                (RATE, H2, Metric::Deliveries),
                (P99, H2, Metric::P99),
                (BYTES, H2, Metric::Bytes),
            ],
            shares: None,
            plot: None,
        },
        Section {
            name: "long-poll",
            title: "Long-poll",
            about: "Every delivery is an answer, and every answer is followed by the next question.",
            works: LONG_POLL,
            tables: &[
                (CPU, LONG_POLL, Metric::CpuPerDelivery),
                (MEDIAN, LONG_POLL, Metric::Median),
                (P99, LONG_POLL, Metric::P99),
                (BYTES, LONG_POLL, Metric::Bytes),
            ],
            shares: Some((LONG_POLL, Metric::CpuPerDelivery, MEASURES)),
            plot: None,
        },
        Section {
            name: "poll",
            title: "Polls with nothing new",
            about: "The question that is asked most and answered least.",
            works: POLL,
            tables: &[
                ("CPU per request, µs", POLL, Metric::CpuPerRequest),
                ("requests a second", POLL, Metric::Requests),
            ],
            shares: Some((
                POLL,
                Metric::CpuPerRequest,
                &[Peer::Nchan, Peer::Constant, Peer::BareGather],
            )),
            plot: None,
        },
        Section {
            name: "memory",
            title: "Memory of those who only wait",
            about: "All connect and nothing happens. Memory decides how many can listen.",
            works: IDLE,
            tables: &[("KB per listener", IDLE, Metric::Memory)],
            shares: None,
            plot: Some(Plot::Bars { works: IDLE, metric: Metric::Memory, unit: "KB per listener" }),
        },
        Section {
            name: "many",
            title: "As many as one process takes",
            about: "A process on this machine may open 20,000 files, which ends HTTP/1.1 and \
                    WebSocket; HTTP/2 carries many listeners on a connection. A message now and \
                    then, to all of them.",
            works: MANY,
            tables: &[
                ("server's memory, MB", MANY, Metric::Resident),
                (CPU, MANY, Metric::CpuPerDelivery),
                (MEDIAN, MANY, Metric::Median),
                (P99, MANY, Metric::P99),
            ],
            shares: None,
            plot: None,
        },
        Section {
            name: "posts",
            title: "Durable posts",
            about: "First, each poster waits for its answer, which comes when the message is on disk, and \
                    posts the next: round trips, of which the disk's is one. What arrives while the disk \
                    works is written together. The others \
                    keep nothing on disk, and here nobody listens: what they reach is what the \
                    machine has left for any server, with the generator on it. Then, each poster sends its \
                    messages as the lines of one request, as `curl -T-` does, and is told how many of them are on \
                    disk; so many are on their way. That is what the log itself takes.",
            works: ALL_POSTS,
            tables: &[
                ("posts a second; of the disk, fsyncs", POSTS, Metric::Requests),
                ("until the answer, median, ms", POSTS, Metric::Latency),
                ("posts a second; of the disk, fsyncs", BULK, Metric::Requests),
                ("server's CPU per post, µs", BULK, Metric::CpuPerRequest),
                ("until the answer, median, ms", BULK, Metric::Latency),
            ],
            shares: None,
            plot: Some(Plot::Listeners {
                works: POSTS,
                metric: Metric::Requests,
                unit: "acknowledged posts a second",
            }),
        },
        Section {
            name: "history",
            title: "Coming back far behind",
            about: "All come back at once, each 10,000 messages behind, while 20 messages a second go \
                    to one that has been there all along. The delay is that one's.",
            works: HISTORY,
            tables: &[
                ("until all have all, s", HISTORY, Metric::CatchUp),
                ("messages a second to them", HISTORY, Metric::CatchUpRate),
                (MEDIAN, HISTORY, Metric::Median),
                (P99, HISTORY, Metric::P99),
            ],
            shares: None,
            plot: None,
        },
    ]
}
