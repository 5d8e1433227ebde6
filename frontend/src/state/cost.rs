//! What a mode costs this tab: requests, bytes, and how late the last message was. The browser
//! shows a page neither its own headers nor a frame's, so these are added by the rules below; they
//! stand apart because they are the only estimates in the app.

use crate::words::words;

/// What went over the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Traffic {
    /// HTTP requests; opening a stream or a WebSocket is one.
    pub requests: u32,
    /// Bytes to the server.
    pub sent: u64,
    /// Bytes from the server.
    pub received: u64,
}

impl std::ops::AddAssign for Traffic {
    fn add_assign(&mut self, more: Self) {
        self.requests += more.requests;
        self.sent += more.sent;
        self.received += more.received;
    }
}

/// The headers that a browser sends with a request and does not show to the page: host, user
/// agent, accepted types and languages, client hints. Chromium's add up to about this much.
const REQUEST_HEADERS: usize = 500;
/// The headers of an answer, where the page can't see them: the start of an event stream, and of a
/// WebSocket.
const HIDDEN_ANSWER: usize = 350;

impl Traffic {
    /// A request going out: its line, its headers, its body.
    #[must_use]
    pub fn request(url: &str, body: usize) -> Self {
        Self { requests: 1, sent: (url.len() + REQUEST_HEADERS + body) as u64, received: 0 }
    }

    /// An answer: its visible headers and its body.
    #[must_use]
    pub fn answer(headers: usize, body: usize) -> Self {
        Self { received: (headers + body) as u64, ..Self::default() }
    }

    /// A stream or WebSocket that opened: its answer's headers are hidden.
    #[must_use]
    pub fn opened() -> Self {
        Self::answer(HIDDEN_ANSWER, 0)
    }

    /// An event of an event stream: `id: …⏎data: …⏎⏎` in a chunk of its own.
    #[must_use]
    pub fn event(id: usize, data: usize) -> Self {
        let id = if id == 0 { 0 } else { "id: \n".len() + id };
        let event = id + "data: \n\n".len() + data;
        Self::answer(format!("{event:x}\r\n\r\n").len(), event)
    }

    /// A WebSocket frame from the server (RFC 6455, 5.2).
    #[must_use]
    pub fn frame_in(payload: usize) -> Self {
        Self::answer(frame_header(payload), payload)
    }

    /// A WebSocket frame to the server, which bears a mask of four bytes.
    #[must_use]
    pub fn frame_out(payload: usize) -> Self {
        Self { sent: (frame_header(payload) + 4 + payload) as u64, ..Self::default() }
    }
}

fn frame_header(payload: usize) -> usize {
    match payload {
        0..=125 => 2,
        126..=65_535 => 4,
        _ => 10,
    }
}

/// What the present mode has cost since it was chosen.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Cost {
    /// What went over the wire.
    pub traffic: Traffic,
    /// Milliseconds from the log's taking the last message to its arrival here.
    pub late_ms: Option<u64>,
}

impl Cost {
    /// Bytes both ways.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.traffic.sent + self.traffic.received
    }
}

/// How far the server's clock is ahead of this one, in milliseconds: the middle of the shortest
/// question is taken to be the moment of its answer.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Clock {
    ahead_ms: f64,
    round_trip_ms: Option<f64>,
}

impl Clock {
    /// A question asked at `asked_ms` and answered at `heard_ms` by this clock; the server's said
    /// `server_ms`. A question that took longer than the best one says nothing new.
    pub fn observe(&mut self, asked_ms: f64, heard_ms: f64, server_ms: f64) {
        let round_trip = heard_ms - asked_ms;
        if self.round_trip_ms.is_none_or(|best| round_trip <= best) {
            self.round_trip_ms = Some(round_trip);
            self.ahead_ms = server_ms - (asked_ms + heard_ms) / 2.0;
        }
    }

    /// How late a message of `at_ms` by the server's clock is at `now_ms` by this one. Never
    /// negative: the estimate's error is no message from the future.
    #[must_use]
    pub fn late_ms(&self, now_ms: f64, at_ms: u64) -> u64 {
        (now_ms + self.ahead_ms - at_ms as f64).max(0.0).round() as u64
    }
}

/// A number of tenths in the reader's language: `12.4`. By whole numbers, since writing floats weighs on the
/// download.
#[must_use]
pub fn tenths(n: u64) -> String {
    let point = if words().composer.thousands == "." { ',' } else { '.' };
    format!("{}{point}{}", n / 10, n % 10)
}

/// `842 B`, `12.4 kB`, `3.1 MB`: bytes for eyes.
#[must_use]
pub fn bytes_for_eyes(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} B"),
        1_000..=999_949 => format!("{} kB", tenths((bytes + 50) / 100)),
        _ => format!("{} MB", tenths((bytes + 50_000) / 100_000)),
    }
}

/// `38 ms`, `1.4 s`, `12 min`: a delay for eyes.
#[must_use]
pub fn delay_for_eyes(ms: u64) -> String {
    match ms {
        0..=999 => format!("{ms} ms"),
        1_000..=59_949 => format!("{} s", tenths((ms + 50) / 100)),
        59_950..=3_599_999 => format!("{} min", (ms + 30_000) / 60_000),
        _ => format!("{} h", tenths((ms + 180_000) / 360_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_costs_its_payload_and_its_header() {
        assert_eq!(Traffic::frame_in(125).received, 127);
        assert_eq!(Traffic::frame_in(126).received, 130);
        assert_eq!(Traffic::frame_in(65_536).received, 65_546);
        assert_eq!(Traffic::frame_out(10).sent, 16);
    }

    #[test]
    fn an_event_costs_its_lines_and_its_chunk() {
        // "id: a:1\ndata: {}\n\n" is 18 bytes, in a chunk "12\r\n…\r\n".
        assert_eq!(Traffic::event(3, 2).received, 18 + 6);
        // Without an id: "data: {}\n\n", "a\r\n…\r\n".
        assert_eq!(Traffic::event(0, 2).received, 10 + 5);
    }

    #[test]
    fn the_clock_believes_its_quickest_question() {
        let mut clock = Clock::default();
        clock.observe(1000.0, 1200.0, 6100.0);
        assert_eq!(clock.late_ms(1300.0, 6100), 200);
        clock.observe(2000.0, 2900.0, 9000.0);
        assert_eq!(clock.late_ms(1300.0, 6100), 200, "a slow question changes nothing");
        clock.observe(3000.0, 3010.0, 8105.0);
        assert_eq!(clock.late_ms(1300.0, 6100), 300);
        assert_eq!(clock.late_ms(0.0, 9999), 0, "no message is from the future");
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(bytes_for_eyes(842), "842 B");
        assert_eq!(bytes_for_eyes(12_449), "12.4 kB");
        assert_eq!(bytes_for_eyes(999_949), "999.9 kB");
        assert_eq!(bytes_for_eyes(999_950), "1.0 MB");
        assert_eq!(delay_for_eyes(38), "38 ms");
        assert_eq!(delay_for_eyes(1_440), "1.4 s");
        assert_eq!(delay_for_eyes(59_949), "59.9 s");
        assert_eq!(delay_for_eyes(59_950), "1 min");
        assert_eq!(delay_for_eyes(5_400_000), "1.5 h");
    }
}
