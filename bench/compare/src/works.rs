//! What is measured: every work, the servers that do it, and for how long.

use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use tidings_bench::{Load, Mode, Way};

use crate::peers::{Peer, cores};

/// What belongs together on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Table {
    /// WebSocket
    Ws,
    /// Server-sent events
    Sse,
    /// Listeners that share HTTP/2 connections
    H2,
    /// Long-polls
    LongPoll,
    /// Polls with nothing new
    Poll,
    /// Memory of those who only wait
    Idle,
    /// As many as one process can take
    Many,
    /// Acknowledged durable posts
    Posts,
    /// Coming back far behind
    History,
}

/// One work. Its name is what results are kept under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Work {
    WsFlat100,
    WsFlat1k,
    WsFlat10k,
    WsCalm,
    SseFlat100,
    SseFlat1k,
    SseFlat10k,
    SseCalm,
    H2SseFlat,
    H2SseCalm,
    LongPollCalm,
    PollNothing,
    IdleWs,
    IdleSse,
    IdleNdjson,
    IdleLongPoll,
    ManySockets,
    #[serde(rename = "many-streams-100k")]
    ManyStreams100k,
    #[serde(rename = "many-streams-200k")]
    ManyStreams200k,
    Posts1,
    Posts10,
    Posts100,
    Posts1k,
    PostsBulk1,
    PostsBulk100,
    History,
}

/// Messages in flight when posting flat out: posted, and not yet received by every listener.
pub(crate) const WINDOW: usize = 64;
/// Keep-alive connections that ask for nothing new.
pub(crate) const POLLERS: usize = 50;
/// Posts of each poster that may be unanswered, where they are lines of one request: one poster, and each
/// of a hundred.
const BULK_ALONE: usize = 1_000;
const BULK: usize = 32;
/// The calm works, at which the servers differ by less than this machine from one moment to the next, are
/// measured so many times as often.
const CALM_ROUNDS: u32 = 2;
/// What each has missed that comes back.
pub(crate) const MISSED: usize = 10_000;

impl Work {
    /// In the order in which a round does them.
    pub(crate) const ALL: [Self; 26] = [
        Self::WsFlat100,
        Self::WsFlat1k,
        Self::WsFlat10k,
        Self::WsCalm,
        Self::SseFlat100,
        Self::SseFlat1k,
        Self::SseFlat10k,
        Self::SseCalm,
        Self::H2SseFlat,
        Self::H2SseCalm,
        Self::LongPollCalm,
        Self::PollNothing,
        Self::IdleWs,
        Self::IdleSse,
        Self::IdleNdjson,
        Self::IdleLongPoll,
        Self::ManySockets,
        Self::ManyStreams100k,
        Self::ManyStreams200k,
        Self::Posts1,
        Self::Posts10,
        Self::Posts100,
        Self::Posts1k,
        Self::PostsBulk1,
        Self::PostsBulk100,
        Self::History,
    ];

    pub(crate) fn table(self) -> Table {
        match self {
            Self::WsFlat100 | Self::WsFlat1k | Self::WsFlat10k | Self::WsCalm => Table::Ws,
            Self::SseFlat100 | Self::SseFlat1k | Self::SseFlat10k | Self::SseCalm => Table::Sse,
            Self::H2SseFlat | Self::H2SseCalm => Table::H2,
            Self::LongPollCalm => Table::LongPoll,
            Self::PollNothing => Table::Poll,
            Self::IdleWs | Self::IdleSse | Self::IdleNdjson | Self::IdleLongPoll => Table::Idle,
            Self::ManySockets | Self::ManyStreams100k | Self::ManyStreams200k => Table::Many,
            Self::Posts1 | Self::Posts10 | Self::Posts100 | Self::Posts1k => Table::Posts,
            Self::PostsBulk1 | Self::PostsBulk100 => Table::Posts,
            Self::History => Table::History,
        }
    }

    /// How many listen, ask or post.
    pub(crate) fn size(self, quick: bool) -> usize {
        let full = match self {
            Self::WsFlat100 | Self::SseFlat100 | Self::Posts100 | Self::PostsBulk100 => 100,
            Self::WsFlat1k | Self::WsCalm | Self::SseFlat1k | Self::SseCalm => 1_000,
            Self::H2SseFlat | Self::H2SseCalm | Self::LongPollCalm => 1_000,
            Self::Posts1k | Self::History => 1_000,
            Self::WsFlat10k | Self::SseFlat10k => 10_000,
            Self::IdleWs | Self::IdleSse | Self::IdleNdjson | Self::IdleLongPoll => 10_000,
            Self::PollNothing => POLLERS,
            Self::ManySockets => 19_000,
            Self::ManyStreams100k => 100_000,
            Self::ManyStreams200k => 200_000,
            Self::Posts1 | Self::PostsBulk1 => 1,
            Self::Posts10 => 10,
        };
        match full {
            10_000.. if quick => full / 10,
            _ if quick && self == Self::History => 100,
            full => full,
        }
    }

    pub(crate) fn way(self) -> Way {
        match self {
            Self::WsFlat100 | Self::WsFlat1k | Self::WsFlat10k | Self::WsCalm => {
                Way::new(Mode::Websocket)
            }
            Self::IdleWs | Self::ManySockets | Self::History => Way::new(Mode::Websocket),
            Self::Posts1 | Self::Posts10 | Self::Posts100 | Self::Posts1k => {
                Way::new(Mode::Websocket)
            }
            Self::PostsBulk1 | Self::PostsBulk100 => Way::new(Mode::Websocket),
            Self::SseFlat100 | Self::SseFlat1k | Self::SseFlat10k | Self::SseCalm => {
                Way::new(Mode::Sse)
            }
            Self::IdleSse => Way::new(Mode::Sse),
            Self::H2SseFlat | Self::H2SseCalm => Way::new(Mode::Sse).h2(),
            Self::ManyStreams100k | Self::ManyStreams200k => Way::new(Mode::Sse).h2(),
            Self::IdleNdjson => Way::new(Mode::Ndjson),
            Self::LongPollCalm | Self::IdleLongPoll => Way::new(Mode::LongPoll),
            Self::PollNothing => Way::new(Mode::Poll),
        }
    }

    pub(crate) fn load(self, quick: bool) -> Load {
        match self {
            Self::WsFlat100 | Self::WsFlat1k | Self::WsFlat10k => Load::Flat { window: WINDOW },
            Self::SseFlat100 | Self::SseFlat1k | Self::SseFlat10k | Self::H2SseFlat => {
                Load::Flat { window: WINDOW }
            }
            Self::WsCalm => Load::Rate(50.0),
            Self::SseCalm | Self::H2SseCalm | Self::LongPollCalm => Load::Rate(20.0),
            Self::PollNothing => Load::Polls { connections: self.size(quick) },
            Self::IdleWs | Self::IdleSse | Self::IdleNdjson | Self::IdleLongPoll => Load::Idle,
            // Few enough that all are delivered within their second.
            Self::ManySockets => Load::Rate(2.0),
            Self::ManyStreams100k | Self::ManyStreams200k => Load::Rate(0.5),
            Self::Posts1 | Self::Posts10 | Self::Posts100 | Self::Posts1k => {
                Load::Posts { posters: self.size(quick), in_flight: None }
            }
            Self::PostsBulk1 => Load::Posts { posters: 1, in_flight: Some(BULK_ALONE) },
            Self::PostsBulk100 => Load::Posts { posters: self.size(quick), in_flight: Some(BULK) },
            Self::History => Load::CatchUp { missed: if quick { 1_000 } else { MISSED } },
        }
    }

    /// How many processes read, if it matters. Where a delay is looked at, listeners are read by as many
    /// as there are cores: real ones don't wait for each other, but a thousand that one thread reads do,
    /// and the last of them waits for that thread however early its message came. For the same reason
    /// each of the processes keeps to a core of its own.
    pub(crate) fn readers(self) -> Option<usize> {
        self.is_calm().then(cores)
    }

    /// Whether posts come at a rate that leaves the machine time, so that it is delays that matter.
    fn is_calm(self) -> bool {
        matches!(self, Self::WsCalm | Self::SseCalm | Self::H2SseCalm | Self::LongPollCalm)
    }

    /// How long it runs before anything counts, and how long it counts.
    pub(crate) fn spans(self, quick: bool) -> (Duration, Duration) {
        let (warmup, duration) = match self {
            Self::WsFlat10k | Self::SseFlat10k => (1.5, 4.0),
            Self::ManySockets => (1.0, 5.0),
            // 750 messages, so that the slowest hundredth of them is seven: of few, one disk's
            // hiccup is all that the tail tells of.
            Self::WsCalm => (0.8, 15.0),
            Self::ManyStreams100k | Self::ManyStreams200k => (2.0, 8.0),
            Self::IdleWs | Self::IdleSse | Self::IdleNdjson | Self::IdleLongPoll => (0.0, 1.0),
            _ => (0.8, 3.0),
        };
        let share = if quick { 0.4 } else { 1.0 };
        (Duration::from_secs_f64(warmup * share), Duration::from_secs_f64(duration * share))
    }

    /// The servers that do it, and those that slow peers are left out of.
    pub(crate) fn peers(self, quick: bool) -> Vec<Peer> {
        use Peer::{
            BareEach, BareGather, Constant, Disk, Everyday, Mosquitto, Nchan, SocketIo, Tidings,
            TidingsMemory, Ws,
        };
        match self {
            Self::WsFlat10k if quick => vec![Tidings, BareGather, BareEach, Nchan],
            Self::WsFlat100 | Self::WsFlat1k | Self::WsFlat10k => {
                vec![Tidings, BareGather, BareEach, Nchan, Everyday, Mosquitto, SocketIo, Ws]
            }
            Self::WsCalm => {
                let ours = [Tidings, TidingsMemory];
                let theirs = [BareGather, BareEach, Nchan, Everyday, Mosquitto, SocketIo, Ws];
                [&ours[..], &theirs].concat()
            }
            Self::SseFlat100 | Self::SseFlat1k | Self::SseFlat10k | Self::SseCalm => {
                vec![Tidings, BareGather, BareEach, Nchan, Everyday]
            }
            // The load generator speaks HTTP/2 with Tidings only.
            Self::H2SseFlat | Self::H2SseCalm => vec![Tidings],
            Self::LongPollCalm => vec![Tidings, BareGather, Nchan, Everyday],
            Self::PollNothing => vec![Tidings, BareGather, Constant, Nchan, Everyday],
            Self::IdleWs => vec![Tidings, BareGather, Nchan, Everyday, Mosquitto, SocketIo, Ws],
            Self::IdleSse | Self::IdleNdjson | Self::IdleLongPoll => {
                vec![Tidings, BareGather, Nchan, Everyday]
            }
            Self::ManySockets => vec![Tidings],
            Self::ManyStreams100k | Self::ManyStreams200k => vec![Tidings],
            Self::Posts1 | Self::Posts10 | Self::Posts1k => vec![Tidings, BareGather],
            Self::Posts100 => vec![Disk, Tidings, TidingsMemory, BareGather, Nchan],
            Self::PostsBulk1 | Self::PostsBulk100 => vec![Disk, Tidings],
            Self::History => vec![Tidings],
        }
    }

    /// How many rounds it is worth: what shows that something can be done needs fewer than what is
    /// compared, and so do peers that no requirement names.
    pub(crate) fn rounds(self, peer: Peer, wanted: u32) -> u32 {
        let most = match self {
            Self::ManyStreams100k | Self::ManyStreams200k => 1,
            Self::ManySockets | Self::History => 3,
            Self::Posts1 | Self::Posts10 | Self::Posts100 | Self::Posts1k
                if !matches!(peer, Peer::Tidings | Peer::Disk) =>
            {
                3
            }
            _ if peer.is_extra() => 3,
            Self::WsCalm | Self::SseCalm | Self::LongPollCalm => return wanted * CALM_ROUNDS,
            _ => wanted,
        };
        most.min(wanted)
    }

    /// A title for a column or a row.
    pub(crate) fn title(self, quick: bool) -> String {
        let size = crate::stats::count(self.size(quick));
        match self {
            Self::WsFlat100 | Self::WsFlat1k | Self::WsFlat10k => format!("{size}, flat out"),
            Self::SseFlat100 | Self::SseFlat1k | Self::SseFlat10k => format!("{size}, flat out"),
            Self::H2SseFlat => format!("{size}, flat out"),
            Self::WsCalm => format!("{size}, 50 messages/s"),
            Self::SseCalm | Self::H2SseCalm | Self::LongPollCalm => {
                format!("{size}, 20 messages/s")
            }
            Self::PollNothing => format!("{size} connections"),
            Self::IdleWs => format!("WebSocket, {size}"),
            Self::IdleSse => format!("SSE, {size}"),
            Self::IdleNdjson => format!("NDJSON, {size}"),
            Self::IdleLongPoll => format!("long-poll, {size}"),
            Self::ManySockets => format!("{size} WebSockets"),
            Self::ManyStreams100k | Self::ManyStreams200k => format!("{size} SSE over HTTP/2"),
            Self::Posts1 => "1 poster".into(),
            Self::Posts10 | Self::Posts100 | Self::Posts1k => format!("{size} posters"),
            Self::PostsBulk1 => {
                format!("1 poster, {} unanswered", crate::stats::count(BULK_ALONE))
            }
            Self::PostsBulk100 => format!("{size} posters, {BULK} of each unanswered"),
            Self::History => format!("{size} come back"),
        }
    }

    /// About how long a run takes with all around it, in seconds; what the first expectation of
    /// the end is made of.
    pub(crate) fn expected(self, peer: Peer, quick: bool) -> f64 {
        if peer == Peer::Disk {
            return 1.5;
        }
        let (warmup, duration) = self.spans(quick);
        let around = match self {
            Self::History => 25.0,
            _ => 1.0 + self.size(quick) as f64 / 3_000.0,
        };
        warmup.as_secs_f64() + duration.as_secs_f64() + around
    }

    /// After so long a run has failed.
    pub(crate) fn deadline(self) -> Duration {
        Duration::from_secs(match self {
            Self::ManyStreams100k | Self::ManyStreams200k | Self::History => 180,
            _ => 60,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_works_are_there_once_and_in_the_order_of_the_tables() {
        assert!(Work::ALL.is_sorted_by(|a, b| a < b && a.table() <= b.table()));
    }

    #[test]
    fn the_whole_takes_at_most_an_hour() {
        let seconds: f64 = Work::ALL
            .iter()
            .flat_map(|work| work.peers(false).into_iter().map(move |peer| (*work, peer)))
            .map(|(work, peer)| work.expected(peer, false) * f64::from(work.rounds(peer, 5)))
            .sum();
        assert!(seconds < 60.0 * 60.0, "{seconds} s");
    }
}
