//! The server's side: what each mode costs it, by its own meter. A reading counts since the server
//! started; two of them make rates.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;

/// So many readings are kept: at one a second, rates are of the last ten seconds.
const KEPT: usize = 11;

/// One lane's counters.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Lane {
    /// Requests being answered; of streams, connections.
    pub open: i64,
    /// Requests.
    pub requests: u64,
    /// Messages delivered; of `post`, taken.
    pub delivered: u64,
    /// Answers without a message.
    pub empty: u64,
    /// Bytes that the sockets read, heads and TLS included.
    pub bytes_in: u64,
    /// Bytes that the sockets wrote.
    pub bytes_out: u64,
    /// Microseconds at work.
    pub busy_us: u64,
}

/// The server's answer.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct Reading {
    /// Open sockets.
    pub connections: i64,
    /// By mode; `post` and `other` beside them.
    pub modes: BTreeMap<String, Lane>,
}

/// A lane's rates.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rates {
    /// Open now.
    pub open: i64,
    /// Requests a second.
    pub requests: f64,
    /// Messages delivered a second.
    pub delivered: f64,
    /// Bytes a second from the server.
    pub out: f64,
    /// Bytes a second to it.
    pub r#in: f64,
    /// The share of one core that it takes, 0 to 1.
    pub busy: f64,
    /// Microseconds of work for each message delivered.
    pub each_us: Option<f64>,
}

/// The last readings, with when they were taken.
#[derive(Clone, Debug, Default)]
pub struct Meter(VecDeque<(f64, Reading)>);

impl Meter {
    /// Takes a reading of `now`, in milliseconds. One that counts less than the last is of a server that
    /// has started anew, and so are all rates.
    pub fn read(&mut self, now: f64, reading: Reading) {
        let requests =
            |reading: &Reading| reading.modes.values().map(|lane| lane.requests).sum::<u64>();
        if self.0.back().is_some_and(|(_, last)| requests(last) > requests(&reading)) {
            self.0.clear();
        }
        self.0.push_back((now, reading));
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }

    /// Open sockets now.
    #[must_use]
    pub fn connections(&self) -> Option<i64> {
        self.0.back().map(|(_, reading)| reading.connections)
    }

    /// The rates of a lane.
    #[must_use]
    pub fn rates(&self, lane: &str) -> Option<Rates> {
        let ((then, before), (now, after)) = (self.0.front()?, self.0.back()?);
        let seconds = (now - then) / 1000.0;
        if seconds <= 0.0 {
            return None;
        }
        let of = |reading: &Reading| reading.modes.get(lane).copied().unwrap_or_default();
        let (before, after) = (of(before), of(after));
        let more = |count: fn(&Lane) -> u64| count(&after).saturating_sub(count(&before)) as f64;
        let (delivered, busy_us) = (more(|lane| lane.delivered), more(|lane| lane.busy_us));
        Some(Rates {
            open: after.open,
            requests: more(|lane| lane.requests) / seconds,
            delivered: delivered / seconds,
            out: more(|lane| lane.bytes_out) / seconds,
            r#in: more(|lane| lane.bytes_in) / seconds,
            busy: busy_us / seconds / 1e6,
            each_us: (delivered > 0.0).then(|| busy_us / delivered),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(requests: u64, delivered: u64, busy_us: u64) -> Reading {
        let json = format!(
            r#"{{"connections":3,"modes":{{"sse":{{"open":1,"requests":{requests},"delivered":{delivered},
            "empty":0,"bytes_in":0,"bytes_out":{},"busy_us":{busy_us}}}}}}}"#,
            delivered * 200
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn two_readings_make_rates() {
        let mut meter = Meter::default();
        assert_eq!(meter.rates("sse"), None);
        meter.read(0.0, reading(1, 100, 1_000));
        assert_eq!(meter.rates("sse"), None);
        meter.read(2_000.0, reading(1, 140, 1_600));
        let rates = meter.rates("sse").unwrap();
        assert_eq!((rates.requests, rates.delivered, rates.out), (0.0, 20.0, 4_000.0));
        assert_eq!((rates.busy, rates.each_us), (0.0003, Some(15.0)));
        assert_eq!(meter.rates("poll"), Some(Rates::default()), "nobody polls");
        assert_eq!(meter.connections(), Some(3));
    }

    #[test]
    fn a_server_that_started_anew_counts_from_nothing() {
        let mut meter = Meter::default();
        meter.read(0.0, reading(50, 100, 1_000));
        meter.read(1_000.0, reading(2, 3, 10));
        assert_eq!(meter.rates("sse"), None);
    }
}
