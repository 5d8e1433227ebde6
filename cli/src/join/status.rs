//! How the connection stands, in words for people: said when it changes, and not at every try of
//! a long night.

use std::time::{Duration, Instant};

use crate::term::Term;

/// While nothing changes, it is said this often that it is still so.
const AGAIN: Duration = Duration::from_secs(60);

/// What was said last.
#[derive(Default)]
pub(super) struct Status {
    connected_before: bool,
    /// Why there is no connection, and when that was said; `None` while there is one.
    told: Option<(String, Instant)>,
    /// Why the last messages were given up.
    gave_up: Option<String>,
}

impl Status {
    pub(super) fn connected(&mut self, term: &mut Term, whereabouts: &str) {
        let again = if self.connected_before { " again" } else { "" };
        if !self.connected_before || self.told.is_some() {
            term.status(format_args!("connected{again} to {whereabouts}"));
        }
        (self.connected_before, self.told) = (true, None);
    }

    pub(super) fn disconnected(&mut self, term: &mut Term, why: &str, retry_in: Duration) {
        if let Some((told, when)) = &self.told
            && told == why
            && when.elapsed() < AGAIN
        {
            return;
        }
        let lost = if self.told.is_none() && self.connected_before {
            "connection lost"
        } else {
            "no connection"
        };
        let seconds = retry_in.as_secs_f64();
        term.status(format_args!("{lost}: {why}; trying again, next in {seconds:.1} s"));
        self.told = Some((why.to_owned(), Instant::now()));
    }

    /// Messages were given up, and why, if that is known.
    pub(super) fn gave_up(&mut self, why: Option<String>) {
        self.gave_up = why.or_else(|| self.told.as_ref().map(|(why, _)| why.clone()));
    }

    /// Why the last messages were given up.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.gave_up.as_deref()
    }
}
