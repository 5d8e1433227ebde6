//! A line: a loopback port of its own, which forwards to the server, and does on the way what
//! somebody wants to see.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    carrier::Carrier,
    faults::Faults,
    log::{Dir, Log, Seen, What},
    way::Pace,
};

/// So many connections of a line are open at a time; more wait to be accepted. A browser opens six
/// to an origin, and a WebSocket beside them.
const CONNECTIONS: usize = 64;

/// What a line does now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions {
    pub(super) faults: Faults,
    pub(super) weather: Weather,
    /// Connections of an earlier era are reset.
    pub(super) era: u64,
    /// Which cut or sleep it is: only its own end ends it.
    spell: u64,
}

/// Whether anything passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Weather {
    Fair,
    /// Connections are reset as soon as they are opened.
    Cut,
    /// Nothing passes, and nobody is told.
    Asleep,
}

/// A line.
pub struct Line {
    /// What it is called.
    pub id: String,
    /// Where it listens.
    pub addr: SocketAddr,
    pub(super) target: SocketAddr,
    pub(super) log: Log,
    pub(super) up: Pace,
    pub(super) down: Pace,
    pub(super) closing: CancellationToken,
    conditions: watch::Sender<Conditions>,
    connections: AtomicU32,
    watchers: Mutex<Watchers>,
    tasks: TaskTracker,
}

struct Watchers {
    count: usize,
    /// Since when there are none.
    since: Instant,
}

/// Somebody who watches a line; while there is one, the line stays open.
pub struct Watcher(Arc<Line>);

impl Line {
    /// Opens a line to `target`, until `closing`.
    ///
    /// # Errors
    ///
    /// When the system has no port left.
    pub(super) async fn open(
        id: String,
        target: SocketAddr,
        closing: CancellationToken,
        tasks: TaskTracker,
    ) -> io::Result<Arc<Self>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (faults, weather) = (Faults::default(), Weather::Fair);
        let line = Arc::new(Self {
            addr: listener.local_addr()?,
            target,
            log: Log::new(&id),
            id,
            up: Pace::default(),
            down: Pace::default(),
            closing,
            conditions: watch::Sender::new(Conditions { faults, weather, era: 0, spell: 0 }),
            connections: AtomicU32::new(0),
            watchers: Mutex::new(Watchers { count: 0, since: Instant::now() }),
            tasks,
        });
        line.tasks.spawn(line.clone().accept(listener));
        Ok(line)
    }

    async fn accept(self: Arc<Self>, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let accepted = async {
                let place = places.clone().acquire_owned().await;
                (listener.accept().await, place)
            };
            let (accepted, place) = tokio::select! {
                accepted = accepted => accepted,
                () = self.closing.cancelled() => break,
            };
            let Ok((socket, _)) = accepted else {
                // Too many open files, most likely: some will close.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let number = self.connections.fetch_add(1, Relaxed) + 1;
            let carrier = Carrier::new(self.clone(), socket, number, self.conditions.subscribe());
            self.tasks.spawn(async move {
                carrier.run().await;
                drop(place);
            });
        }
        self.say(What::Close, "the line is closed".into());
    }

    /// Tells something about the line itself.
    fn say(&self, what: What, text: String) {
        self.log.tell(0, Dir::Down, Seen { what, text, ..Seen::default() });
    }

    /// Sets the lasting conditions, all of them.
    pub(super) fn set(&self, faults: Faults) {
        self.up.reset();
        self.down.reset();
        self.conditions.send_modify(|now| now.faults = faults);
        self.say(What::Fault, describe(&faults));
    }

    /// Resets every connection, and each new one for so long.
    pub(super) fn cut(self: &Arc<Self>, lasts: Duration) {
        self.say(What::Fault, format!("cut for {} ms", lasts.as_millis()));
        self.begin(Weather::Cut, lasts);
    }

    /// Lets nothing pass for so long, and then resets every connection.
    pub(super) fn sleep(self: &Arc<Self>, lasts: Duration) {
        self.say(What::Fault, format!("asleep for {} ms", lasts.as_millis()));
        self.begin(Weather::Asleep, lasts);
    }

    fn begin(self: &Arc<Self>, weather: Weather, lasts: Duration) {
        let mut spell = 0;
        self.conditions.send_modify(|now| {
            now.weather = weather;
            now.era += u64::from(weather == Weather::Cut);
            now.spell += 1;
            spell = now.spell;
        });
        let line = self.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(lasts) => line.clear_up(spell),
                () = line.closing.cancelled() => {}
            }
        });
    }

    fn clear_up(&self, spell: u64) {
        let cleared = self.conditions.send_if_modified(|now| {
            if now.spell != spell {
                return false;
            }
            now.era += u64::from(now.weather == Weather::Asleep);
            now.weather = Weather::Fair;
            true
        });
        if cleared {
            self.say(What::Fault, "passes again".into());
        }
    }

    /// Closes it, and all its connections.
    pub(super) fn close(&self) {
        self.closing.cancel();
    }

    /// Watches it.
    pub(super) fn watch(self: &Arc<Self>) -> Watcher {
        self.watchers().count += 1;
        Watcher(self.clone())
    }

    fn watchers(&self) -> std::sync::MutexGuard<'_, Watchers> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody has watched it for so long.
    pub(super) fn is_forgotten(&self, after: Duration) -> bool {
        let watchers = self.watchers();
        watchers.count == 0 && watchers.since.elapsed() >= after
    }
}

impl std::ops::Deref for Watcher {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.0
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut watchers = self.0.watchers();
        watchers.count -= 1;
        watchers.since = Instant::now();
    }
}

/// The conditions as a person reads them.
fn describe(faults: &Faults) -> String {
    let mut words = Vec::new();
    let mut say = |is: bool, word: String| words.extend(is.then_some(word));
    say(faults.latency_ms > 0, format!("latency {} ms", faults.latency_ms));
    say(faults.jitter_ms > 0, format!("jitter {} ms", faults.jitter_ms));
    say(faults.kbit_s > 0, format!("{} kbit/s", faults.kbit_s));
    say(faults.buffering, "answers are buffered".into());
    say(faults.block_websocket, "WebSocket is blocked".into());
    let idle = format!("idle connections are dropped after {} ms", faults.idle_drop_ms);
    say(faults.idle_drop_ms > 0, idle);
    if words.is_empty() { "no faults".into() } else { words.join(", ") }
}
