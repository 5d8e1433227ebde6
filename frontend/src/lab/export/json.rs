//! The measurements as JSON: all samples, the figures that follow from them, and how they were taken.

use serde::Serialize;
use tidings_shared::Mode;

use crate::lab::{
    measure::{Clock, Trace},
    table::Summary,
};

/// How the measurements were taken.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Taken {
    /// When the file was made, in RFC 3339.
    pub made_at: String,
    /// The Lab's address, which sets up the same again.
    pub url: String,
    /// The browser, as it calls itself.
    pub user_agent: String,
    /// The beginning of the page's clock, in milliseconds since 1970: all times count from it.
    pub time_origin_ms: f64,
}

#[derive(Serialize)]
struct File<'a> {
    #[serde(flatten)]
    taken: &'a Taken,
    panes: Vec<Pane<'a>>,
}

#[derive(Serialize)]
struct Pane<'a> {
    pane: u32,
    name: &'a str,
    mode: Mode,
    figures: Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    costs: Option<serde_json::Value>,
    samples: Vec<Row>,
}

#[derive(Serialize)]
struct Figures {
    messages: usize,
    median_ms: Option<f64>,
    p95_ms: Option<f64>,
    worst_ms: Option<f64>,
    arrivals: usize,
    messages_per_arrival: Option<f64>,
}

#[derive(Serialize)]
struct Row {
    seq: u64,
    sent_ms: f64,
    shown_ms: f64,
    delay_ms: f64,
    arrival: u32,
    clock: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_ms: Option<f64>,
}

/// All samples, and what follows from them; `costs` answers what else is known of a pane.
#[must_use]
pub fn json(
    taken: &Taken,
    traces: &[Trace],
    costs: impl Fn(u32) -> Option<serde_json::Value>,
) -> String {
    let panes = traces.iter().map(|trace| pane(trace, costs(trace.pane))).collect();
    // Numbers and texts have always a form in JSON.
    serde_json::to_string_pretty(&File { taken, panes }).unwrap_or_default()
}

fn pane(trace: &Trace, costs: Option<serde_json::Value>) -> Pane<'_> {
    let summary = Summary::of(trace);
    let rows = trace.samples.iter().map(|sample| {
        let (clock, error_ms) = match sample.clock {
            Clock::Own => ("own", None),
            Clock::Estimated { error } => ("estimated", Some(error)),
        };
        Row {
            seq: sample.seq,
            sent_ms: sample.sent,
            shown_ms: sample.shown,
            delay_ms: sample.delay(),
            arrival: sample.arrival,
            clock,
            error_ms,
        }
    });
    Pane {
        pane: trace.pane,
        name: &trace.name,
        mode: trace.mode,
        figures: Figures {
            messages: summary.messages,
            median_ms: summary.delays.map(|delays| delays.median),
            p95_ms: summary.delays.map(|delays| delays.p95),
            worst_ms: summary.delays.map(|delays| delays.worst),
            arrivals: summary.arrivals,
            messages_per_arrival: summary.messages_per_arrival(),
        },
        costs,
        samples: rows.collect(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use serde_json::{Value, json};

    use super::{super::csv::tests::traces, *};

    #[test]
    fn the_file_holds_all_and_how_it_was_taken() {
        let taken = Taken {
            made_at: "2026-11-25T10:00:00.000Z".into(),
            url: "http://localhost:3001/lab?panes=poll:3".into(),
            user_agent: "a browser".into(),
            time_origin_ms: 1_795_000_000_000.5,
        };
        let costs = |pane| (pane == 2).then(|| json!({"requests": 1}));
        let file: Value = serde_json::from_str(&super::json(&taken, &traces(), costs)).unwrap();
        assert_eq!(file["url"], taken.url);
        assert_eq!(file["time_origin_ms"], taken.time_origin_ms);
        let [poll, stream] = [&file["panes"][0], &file["panes"][1]];
        assert_eq!(poll["mode"], "poll");
        assert_eq!(
            poll["figures"],
            json!({
                "messages": 3, "median_ms": 3_000.25 - 1_000.1,                "p95_ms": 2_901.0, "worst_ms": 2_901.0, "arrivals": 2, "messages_per_arrival": 1.5,
            })
        );
        assert_eq!(stream["costs"], json!({"requests": 1}));
        assert_eq!(stream["samples"][0]["error_ms"], 1.5);
        assert!(poll.get("costs").is_none());
    }
}
