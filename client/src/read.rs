//! Reading a page: what polling and long-polling are made of, and what every mode that starts at
//! the log's end asks once.

use std::time::Duration;

use tidings_shared::{Cursor, Interval, Page, RoomName, Username, route};

use crate::{Failure, Server, body::ANSWER_TIMEOUT};

/// Where a page begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// The newest messages.
    Newest,
    /// What lies behind a cursor.
    After(Cursor),
    /// What lies before a message's seq: history.
    Before(u64),
}

/// What to read.
#[derive(Clone, Debug)]
pub struct Read {
    /// Where.
    pub start: Start,
    /// At most how many messages, 1 to 1,000.
    pub limit: u16,
    /// How long the server may wait for news: up to 60 s, whole seconds; zero is a poll.
    pub wait: Duration,
    /// Who reads, for presence.
    pub username: Option<Username>,
    /// How often the reader comes, so that presence knows for how long it counts as here.
    pub every: Option<Interval>,
}

impl Read {
    /// The most messages that a page holds.
    pub const MAX_LIMIT: u16 = 1000;

    /// A nameless poll.
    #[must_use]
    pub fn new(start: Start, limit: u16) -> Self {
        Self { start, limit, wait: Duration::ZERO, username: None, every: None }
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        match self.start {
            Start::Newest => {}
            Start::After(cursor) => query.push(("after", cursor.to_string())),
            Start::Before(seq) => query.push(("before", seq.to_string())),
        }
        query.push(("limit", self.limit.to_string()));
        if !self.wait.is_zero() {
            query.push(("wait", self.wait.as_secs().to_string()));
        }
        if let Some(username) = &self.username {
            query.push(("username", username.to_string()));
        }
        if let Some(every) = self.every {
            query.push(("every", every.as_secs().to_string()));
        }
        query
    }
}

impl Server {
    /// Reads one page of a room.
    ///
    /// # Errors
    ///
    /// `Refused` if the server will not have the request, `Passing` if it was not reached.
    pub async fn page(&self, room: &RoomName, read: &Read) -> Result<Page, Failure> {
        let request = self.http().get(self.url(&route::messages(room), &read.query()));
        self.ask(request, ANSWER_TIMEOUT + read.wait).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_says_what_it_wants() {
        let mut read = Read::new(Start::Newest, 50);
        assert_eq!(read.query(), [("limit", "50".to_owned())]);
        read.start = Start::After("k3f9a0zq:57".parse().unwrap());
        read.wait = Duration::from_secs(25);
        read.username = Some("ana".parse().unwrap());
        read.every = Some("0.5s".parse().unwrap());
        let query = read.query();
        let text: Vec<_> = query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(text.join("&"), "after=k3f9a0zq:57&limit=50&wait=25&username=ana&every=0.5");
    }
}
