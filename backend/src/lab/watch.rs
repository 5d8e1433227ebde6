//! The wire view: what travels on lines, as server-sent events.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, State},
    http::header,
    response::IntoResponse,
};
use tidings_shared::Problem;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{
    MAX_LINES,
    guard::Controls,
    line::Watcher,
    log::{Record, Totals, What},
};
use crate::{app::App, error::Error, transport::query::pairs};

/// Batches come so far apart, at least.
const BATCHES: Duration = Duration::from_millis(100);
/// Totals are told so often, while something moves.
const TOTALS: Duration = Duration::from_secs(1);
/// Where nothing moves, a comment says that the stream lives, so often.
const QUIET: Duration = Duration::from_secs(15);

/// See what travels on lines
///
/// Each event's data is an array of records, at most ten events a second. It begins with each
/// line's totals, and goes on with what no earlier stream has told. A line that isn't there is
/// told as closed.
#[utoipa::path(
    get,
    path = "/api/lab/wire",
    operation_id = "watchLines",
    tag = "lab",
    params(("lines" = String, Query, description = "Their ids, with commas between them", example = "k3f9,a0zq")),
    responses(
        (status = 200, body = Record, content_type = "text/event-stream", description = "Endless"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No lines named"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Not from here"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No Lab"),
    )
)]
pub async fn wire(
    State(app): State<Arc<App>>,
    Controls(lab): Controls,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Error> {
    let query = query.unwrap_or_default();
    let named = pairs(&query).find(|(name, _)| name == "lines").map(|(_, ids)| ids);
    let ids = named.unwrap_or_default();
    let ids: BTreeSet<_> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if ids.is_empty() || ids.len() > MAX_LINES {
        let detail = format!("lines= names 1 to {MAX_LINES} lines, with commas between them");
        return Err(Error::unreadable(detail));
    }
    let (mut watched, mut first) = (Vec::new(), Vec::new());
    for id in ids {
        match lab.line(id) {
            Some(line) => {
                let totals = line.log.totals();
                first.push(Record::of(id, What::Totals, totals));
                watched.push(Watched { place: line.log.told(), line: line.watch(), totals });
            }
            None => first.push(Record::of(id, What::Close, Totals::default())),
        }
    }
    let mut every = interval(BATCHES);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let now = Instant::now();
    let closing = app.closing.clone();
    let wire = Wire { watched, first, every, closing, totals_at: now, heard_at: now };
    let stream = futures_util::stream::unfold(wire, |mut wire| async {
        let event = wire.next().await?;
        Some((Ok::<_, Infallible>(event), wire))
    });
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(stream)))
}

/// One who watches.
struct Wire {
    watched: Vec<Watched>,
    /// What is told first.
    first: Vec<Record>,
    every: Interval,
    /// The server ends; whoever watches comes back.
    closing: CancellationToken,
    totals_at: Instant,
    heard_at: Instant,
}

struct Watched {
    line: Watcher,
    place: u64,
    /// As they were told last.
    totals: Totals,
}

impl Wire {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            tokio::select! {
                now = self.every.tick() => {
                    let records = self.records(now);
                    if !records.is_empty() {
                        self.heard_at = now;
                        let json = serde_json::to_string(&records).ok()?;
                        return Some(format!("data: {json}\n\n").into());
                    }
                    if now - self.heard_at >= QUIET {
                        self.heard_at = now;
                        return Some(Bytes::from_static(b": quiet\n\n"));
                    }
                }
                () = self.closing.cancelled() => return None,
            }
        }
    }

    fn records(&mut self, now: Instant) -> Vec<Record> {
        let mut records = std::mem::take(&mut self.first);
        let tells_totals = now - self.totals_at >= TOTALS;
        if tells_totals {
            self.totals_at = now;
        }
        for Watched { line, place, totals } in &mut self.watched {
            records.extend(line.log.take(place));
            let now = line.log.totals();
            if tells_totals && *totals != now {
                *totals = now;
                records.push(Record::of(&line.id, What::Totals, now));
            }
        }
        records
    }
}
