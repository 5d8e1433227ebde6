//! The Lab: lines on which one sees what a way of listening costs, and what becomes of it where the
//! network is bad. Each line is a loopback port that forwards to the server itself; bytes are
//! counted and faults are made there, on what really travels.
//!
//! It is there with `--lab` alone, carries plain HTTP, and is for whoever sits at this machine.

mod api;
mod carrier;
mod faults;
mod guard;
mod line;
mod log;
mod origin;
mod parse;
mod watch;
mod way;

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

pub use line::Line;
pub use origin::Origin;

pub(crate) use api::routes;

/// So many lines are open at a time: a page with so many panes is hard to read.
pub const MAX_LINES: usize = 16;

/// All lines, which outlive a restart of the server behind them.
pub struct Lab {
    target: SocketAddr,
    lines: Mutex<BTreeMap<String, Arc<Line>>>,
    restart: Notify,
    closing: CancellationToken,
    tasks: TaskTracker,
    /// Whatever becomes of the server, no task of a line outlives the Lab.
    _ends: DropGuard,
}

/// Why no line could be opened.
#[derive(Debug)]
pub(crate) enum NoLine {
    /// [`MAX_LINES`] are open.
    TooMany,
    /// The system refused.
    System(io::Error),
}

impl Lab {
    /// For the server that listens on `address`. A line that nobody watches for `forget` is closed.
    #[must_use]
    pub fn open(address: SocketAddr, forget: Duration) -> Arc<Self> {
        let closing = CancellationToken::new();
        let lab = Arc::new(Self {
            target: reachable(address),
            lines: Mutex::default(),
            restart: Notify::new(),
            tasks: TaskTracker::new(),
            _ends: closing.clone().drop_guard(),
            closing: closing.clone(),
        });
        let weak = Arc::downgrade(&lab);
        lab.tasks.spawn(closing.run_until_cancelled_owned(async move {
            let mut every = tokio::time::interval((forget / 10).max(Duration::from_millis(10)));
            loop {
                every.tick().await;
                let Some(lab) = weak.upgrade() else { return };
                lab.forget(forget);
            }
        }));
        lab
    }

    /// Where the Lab's page is.
    #[must_use]
    pub fn page(&self) -> String {
        format!("http://{}/lab", self.target)
    }

    /// The origins of the server's own pages.
    #[must_use]
    pub fn origins(&self) -> [Origin; 3] {
        Origin::all(self.target.port())
    }

    /// The one among them that is written as `text`, letter by letter.
    #[must_use]
    pub fn origin(&self, text: &str) -> Option<Origin> {
        Origin::find(self.target.port(), text)
    }

    /// Ends when somebody wants the server to be restarted.
    pub async fn restarts(&self) {
        self.restart.notified().await;
    }

    pub(crate) fn restart(&self) {
        self.restart.notify_one();
    }

    fn lines(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The line of that name.
    pub(crate) fn line(&self, id: &str) -> Option<Arc<Line>> {
        self.lines().get(id).cloned()
    }

    /// Opens a line more.
    pub(crate) async fn add(&self) -> Result<Arc<Line>, NoLine> {
        let id = std::iter::repeat_with(draw_id).find(|id| self.line(id).is_none());
        let id = id.unwrap_or_default();
        let (closing, tasks) = (self.closing.child_token(), self.tasks.clone());
        let line = Line::open(id.clone(), self.target, closing, tasks).await;
        let line = line.map_err(NoLine::System)?;
        let mut lines = self.lines();
        if lines.len() >= MAX_LINES {
            line.close();
            return Err(NoLine::TooMany);
        }
        lines.insert(id, line.clone());
        Ok(line)
    }

    /// Closes a line; whether there was one of that name.
    pub(crate) fn remove(&self, id: &str) -> bool {
        self.lines().remove(id).map(|line| line.close()).is_some()
    }

    /// Closes the lines that nobody watches any more.
    fn forget(&self, after: Duration) {
        self.lines().retain(|_, line| {
            let stays = !line.is_forgotten(after);
            if !stays {
                line.close();
            }
            stays
        });
    }

    /// Closes all lines, and ends when they are.
    pub async fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Four characters of `[a-z0-9]`.
fn draw_id() -> String {
    (0..4)
        .map(|_| char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[fastrand::usize(..36)]))
        .collect()
}

/// Where a server that listens on `address` is reached from its own machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_reached_where_it_listens() {
        for (listens, reached) in [
            ("127.0.0.1:3001", "127.0.0.1:3001"),
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("192.168.1.7:80", "192.168.1.7:80"),
        ] {
            assert_eq!(reachable(listens.parse().unwrap()).to_string(), reached);
        }
    }
}
