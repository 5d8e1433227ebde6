//! The outbox's queue: what waits, what is in flight on the WebSocket, when to hold back. Pure, so
//! that its promise can be tested without a network: whatever breaks, messages reach the log in
//! the order in which they were put in.

use std::{collections::VecDeque, time::Duration};

use tidings_shared::{Backoff, MessageId, NewMessage, Problem, Receipt};
use tokio::{sync::oneshot, time::Instant};

use super::Carrier;

/// How many messages may be in flight on a WebSocket.
const WINDOW: usize = 256;

pub(super) struct Queue {
    /// Unanswered, oldest first.
    entries: VecDeque<Entry>,
    /// How many of them, from the front, are in flight on the WebSocket.
    in_flight: usize,
    /// How many may be: `WINDOW`, or fewer since the server asked for patience.
    window: usize,
    /// The server said "not now" to something in flight. Nothing more is sent until everything in
    /// flight is answered for, and this instant has passed: a later message that went through
    /// while an earlier one waits would overtake it.
    held: Option<Instant>,
    /// Answers of "not now" to what is in flight; these messages are unanswered and not in flight.
    put_off: usize,
    carrier: Carrier,
    backoff: Backoff,
    /// When the server last answered for a message, or when the first one began to wait.
    moved: Instant,
    /// What went wrong last, if nothing has gone right since.
    pub(super) trouble: Option<String>,
}

struct Entry {
    message: NewMessage,
    answer: oneshot::Sender<Result<Receipt, Problem>>,
}

impl Queue {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            entries: VecDeque::new(),
            in_flight: 0,
            window: WINDOW,
            held: None,
            put_off: 0,
            carrier: Carrier::default(),
            backoff: Backoff::default(),
            moved: now,
            trouble: None,
        }
    }

    pub(super) fn push(
        &mut self,
        message: NewMessage,
        answer: oneshot::Sender<Result<Receipt, Problem>>,
        now: Instant,
    ) {
        if self.entries.is_empty() {
            self.moved = now;
        }
        self.entries.push_back(Entry { message, answer });
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn stuck_since(&self) -> Option<Instant> {
        (!self.entries.is_empty()).then_some(self.moved)
    }

    pub(super) fn carry_by(&mut self, carrier: Carrier) {
        self.carrier = carrier;
        // Whatever was in flight on a WebSocket before is sent again on the next.
        self.begin_anew();
    }

    fn begin_anew(&mut self) {
        self.in_flight = 0;
        self.put_off = 0;
        self.held = None;
    }

    /// The oldest message, if HTTP is the carrier.
    pub(super) fn oldest_for_http(&self) -> Option<NewMessage> {
        if self.carrier != Carrier::Http {
            return None;
        }
        self.entries.front().map(|entry| entry.message.clone())
    }

    /// What a WebSocket may send now; if that is nothing because of a hold, when to ask again.
    pub(super) fn take(&mut self, now: Instant) -> (Vec<NewMessage>, Option<Instant>) {
        if let Some(until) = self.held {
            if self.in_flight > self.put_off {
                return (Vec::new(), None);
            }
            if now < until {
                return (Vec::new(), Some(until));
            }
            self.begin_anew();
        }
        let upto = self.entries.len().min(self.window.max(self.in_flight));
        let next = self.entries.range(self.in_flight..upto).map(|entry| entry.message.clone());
        let next = next.collect();
        self.in_flight = upto;
        (next, None)
    }

    /// The server answered for a message: its delivery is told. An id that isn't waiting is one
    /// that another carrier's answer has settled.
    pub(super) fn settle(
        &mut self,
        id: &MessageId,
        answer: Result<Receipt, Problem>,
        now: Instant,
    ) {
        let Some(place) = self.entries.iter().position(|entry| &entry.message.id == id) else {
            return;
        };
        let entry = self.entries.remove(place).expect("the place was just found");
        if place < self.in_flight {
            self.in_flight -= 1;
        }
        self.window = (self.window + 1).min(WINDOW);
        self.moved = now;
        self.trouble = None;
        self.backoff.reset();
        // Whoever dropped the delivery doesn't care.
        let _ = entry.answer.send(answer);
    }

    /// The server said "not now" to something in flight. From here on one message at a time is in
    /// flight, until the server keeps up again: with one, no order can be lost.
    pub(super) fn hold(&mut self, why: String, random: f64, now: Instant) {
        self.put_off += 1;
        self.window = 1;
        self.trouble = Some(why);
        if self.held.is_none() {
            self.held = Some(now + self.backoff.fail(random));
        }
    }

    /// HTTP did not work: how long to wait.
    pub(super) fn failed(&mut self, why: String, random: f64) -> Duration {
        self.trouble = Some(why);
        self.backoff.fail(random)
    }

    pub(super) fn abandon(&mut self) -> Vec<NewMessage> {
        self.begin_anew();
        self.entries.drain(..).map(|entry| entry.message).collect()
    }
}

#[cfg(test)]
mod tests;
