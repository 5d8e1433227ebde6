//! What is said between the Lab's page and the server's side of it: lines, each a port of the server's
//! own for one pane, the faults on them, and what was seen to pass.

use serde::{Deserialize, Serialize};

/// Whether there are lines here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct About {
    /// Whether there are.
    pub lines: bool,
    /// How many there can be at a time.
    #[serde(default)]
    pub max_lines: usize,
}

/// A line.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Line {
    /// Its name.
    pub id: String,
    /// Where it begins: `http://127.0.0.1:43211`.
    pub origin: String,
}

/// The lasting conditions on a line; none at first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Faults {
    /// A round trip takes so much longer, half of it each way; 0 to 10,000 ms.
    pub latency_ms: u32,
    /// And up to so much more, by chance; 0 to 10,000 ms.
    pub jitter_ms: u32,
    /// So many kilobits a second go through, 1 to 1,000,000; 0 is any number.
    pub kbit_s: u32,
    /// An answer is held back until 4 KiB of it are there, or all of it.
    pub buffering: bool,
    /// A WebSocket is refused.
    pub block_websocket: bool,
    /// A connection that carries nothing for so long is dropped silently, 1,000 to 600,000 ms; 0 is never.
    pub idle_drop_ms: u32,
}

/// Which way something went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the server.
    Up,
    /// From the server.
    Down,
}

/// What passed on a line since it was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Bytes to the server, as the line's socket read them.
    pub up: u64,
    /// Bytes from the server, as the line's socket wrote them.
    pub down: u64,
    /// Connections that were opened.
    pub connections: u64,
    /// Requests.
    pub requests: u64,
    /// Answers.
    pub answers: u64,
}

/// Something that passed on a line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The line's name.
    pub line: String,
    /// When: Unix time in milliseconds, with a fraction.
    pub at: f64,
    /// On which of its connections, from 1; 0 is none.
    #[serde(default)]
    pub conn: u64,
    /// `open`, `request`, `response`, `event`, `line`, `body`, `frame`, `close`, `fault`, `lost`, `totals`.
    pub what: String,
    /// Which way it went.
    #[serde(default)]
    pub dir: Option<Direction>,
    /// Bytes around the content: heads, the framing of chunks, events and frames.
    #[serde(default)]
    pub head: u64,
    /// Bytes of content.
    #[serde(default)]
    pub body: u64,
    /// How it begins, at most 300 characters.
    #[serde(default)]
    pub text: String,
    /// A response's status.
    #[serde(default)]
    pub status: Option<u16>,
    /// How many records the server let go before this page took them; with `lost` alone.
    #[serde(default)]
    pub count: Option<u64>,
    /// What passed on the line so far.
    pub totals: Totals,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_the_server_writes_it() {
        let json = r#"[{"line":"k3f9","at":1795600000123.4,"conn":3,"what":"response","dir":"down",
            "head":211,"body":0,"text":"HTTP/1.1 200 OK","status":200,
            "totals":{"up":512,"down":211,"connections":1,"requests":1,"answers":1}},
            {"line":"k3f9","at":5,"what":"totals",
            "totals":{"up":512,"down":211,"connections":1,"requests":1,"answers":1}},
            {"line":"k3f9","at":6,"what":"lost","dir":"down","count":1204,
            "totals":{"up":512,"down":211,"connections":1,"requests":1,"answers":1}}]"#;
        let records: Vec<Record> = serde_json::from_str(json).unwrap();
        assert_eq!(records[0].dir, Some(Direction::Down));
        assert_eq!((records[0].status, records[1].dir), (Some(200), None));
        assert_eq!(records[1].totals.up, 512);
        assert_eq!((records[1].count, records[2].count), (None, Some(1204)));
    }

    #[test]
    fn conditions_are_written_whole() {
        let json = serde_json::to_string(&Faults { buffering: true, ..Faults::default() }).unwrap();
        assert_eq!(
            json,
            r#"{"latency_ms":0,"jitter_ms":0,"kbit_s":0,"buffering":true,"block_websocket":false,"idle_drop_ms":0}"#
        );
    }
}
