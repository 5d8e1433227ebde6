//! The stage on which the server's promises are tried: a real server on a socket of its own, on
//! either store, that can be stopped and started again on what it kept. What speaks to it is in
//! [`http`] and [`listen`], which read the wire themselves.
#![allow(dead_code, unused_imports, unused_macros, reason = "each test file uses its share")]

pub mod h2;
pub mod http;
pub mod lab;
pub mod listen;
pub mod search;
pub mod socket;
pub mod sqlite;
pub mod store;
pub mod wire;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use tidings_backend::{Config, store::StoreUrl};
use tidings_shared::{Cursor, Event, Mode, Page, Receipt, RoomName};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use self::{
    http::{Answer, Request},
    listen::Listener,
    socket::Socket,
    wire::{Over, Place},
};

/// How long anything may take before it is taken for lost. No test waits for it to go by.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Which store, and what is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Memory,
    Sqlite,
    /// Over this; the log is in memory.
    Over(Over),
}

/// Makes each named promise, an `async fn(Kind)`, two tests: one a store.
macro_rules! on_both_stores {
    ($($promise:ident),* $(,)?) => {$(
        mod $promise {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn memory() {
                super::$promise($crate::common::Kind::Memory).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$promise($crate::common::Kind::Sqlite).await;
            }
        }
    )*};
}
pub(crate) use on_both_stores;

/// The same, and a test each for what can be spoken beside plain HTTP/1.1.
macro_rules! on_every_wire {
    ($($promise:ident),* $(,)?) => {
        $crate::common::on_both_stores!($($promise),*);
        $crate::common::over!(http2, Http2, $($promise),*);
        $crate::common::over!(tls_http1, TlsHttp1, $($promise),*);
        $crate::common::over!(tls_http2, TlsHttp2, $($promise),*);
    };
}
pub(crate) use on_every_wire;

/// A test each over one of them.
macro_rules! over {
    ($wire:ident, $over:ident, $($promise:ident),*) => {
        mod $wire {
            use $crate::common::{Kind, wire::Over};

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(Kind::Over(Over::$over)).await;
            })*
        }
    };
}
pub(crate) use over;

/// A server that runs.
pub struct Server {
    pub addr: SocketAddr,
    /// The address, and what its tests speak there.
    pub place: Place,
    pub config: Config,
    folder: Arc<TempDir>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), tidings_backend::ServeError>>,
}

/// One that does not, and what it kept.
pub struct Stopped {
    pub place: Place,
    pub config: Config,
    pub folder: Arc<TempDir>,
}

impl Server {
    pub async fn start(kind: Kind) -> Self {
        Self::with(kind, |_| {}).await
    }

    /// With other settings than the usual.
    pub async fn with(kind: Kind, change: impl FnOnce(&mut Config)) -> Self {
        Self::prepared(kind, change).start().await
    }

    /// The same, without asking whether it is there: it may not be meant to answer.
    pub async fn unasked(kind: Kind, change: impl FnOnce(&mut Config)) -> Self {
        Self::prepared(kind, change).start_unasked().await
    }

    /// Where it keeps what it keeps.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    fn prepared(kind: Kind, change: impl FnOnce(&mut Config)) -> Stopped {
        let folder = TempDir::new().expect("a temporary folder");
        let store = match kind {
            Kind::Memory | Kind::Over(_) => StoreUrl::Memory,
            Kind::Sqlite => StoreUrl::Sqlite(folder.path().join("data/tidings.db")),
        };
        let web = folder.path().join("dist");
        let mut config = Config { store, web, ..Config::default() };
        let over = if let Kind::Over(over) = kind { over } else { Over::default() };
        over.configure(&mut config);
        change(&mut config);
        let place = Place { addr: ([127, 0, 0, 1], 0).into(), over };
        Stopped { place, config, folder: Arc::new(folder) }
    }

    /// Stops it as SIGTERM would, and waits until it is done.
    pub async fn stop(self) -> Stopped {
        let Self { place, config, folder, stop, task, .. } = self;
        stop.send(()).expect("the server was still there");
        in_time("the server's end", task).await.expect("no panic").expect("a good end");
        Stopped { place, config, folder }
    }

    /// Begins to stop; the answer ends with the server.
    pub fn stopping(self) -> impl Future<Output = Stopped> {
        let Self { place, config, folder, stop, task, .. } = self;
        stop.send(()).expect("the server was still there");
        async move {
            in_time("the server's end", task).await.expect("no panic").expect("a good end");
            Stopped { place, config, folder }
        }
    }

    /// Stops it and starts it again at the same address, on the same store.
    pub async fn restart(self) -> Self {
        self.stop().await.start().await
    }

    /// Posts as a program does, and expects it to be taken.
    pub async fn post(&self, room: &str, username: &str, text: &str) -> Receipt {
        let body = json!({"username": username, "text": text});
        let answer = Request::post(&format!("/api/rooms/{room}/messages")).json(&body);
        let answer = answer.ask(self.place).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.read()
    }

    /// Posts `count` messages, `PREFIX 1` to `PREFIX count`.
    pub async fn post_many(&self, room: &str, prefix: &str, count: usize) {
        let mut connection = http::Connection::open(self.place).await;
        for n in 1..=count {
            let body = json!({"username": "ana", "text": format!("{prefix} {n}")});
            let request = Request::post(&format!("/api/rooms/{room}/messages")).json(&body);
            assert_eq!(connection.ask(&request).await.status, 201);
        }
    }

    /// Posts many messages fast, by a WebSocket: `PREFIX 1` to `PREFIX count`.
    pub async fn fill(&self, room: &str, prefix: &str, count: usize) {
        let mut socket = self.socket(room, "limit=1").await;
        for chunk in (1..=count).collect::<Vec<_>>().chunks(200) {
            for n in chunk {
                let text = format!("{prefix} {n}");
                socket.send(&json!({"type": "post", "username": "ana", "text": text})).await;
            }
            for _ in chunk {
                socket.posted().await;
            }
        }
    }

    /// A WebSocket to a room.
    pub async fn socket(&self, room: &str, query: &str) -> Socket {
        Socket::open(self.place, &format!("/api/rooms/{room}/ws?{query}")).await
    }

    /// A listener in any mode.
    pub async fn listen(&self, room: &str, mode: Mode, query: &str) -> Listener {
        Listener::open(self.place, room, mode, query).await
    }

    /// A listener that goes on behind a cursor.
    pub async fn resume(&self, room: &str, mode: Mode, cursor: &str) -> Listener {
        Listener::after(self.place, room, mode, cursor).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        Request::get(path).ask(self.place).await
    }

    /// A page of a room, by its query.
    pub async fn page(&self, room: &str, query: &str) -> Page {
        let answer = self.get(&format!("/api/rooms/{room}/messages?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.read()
    }

    /// The whole of a room, read page by page.
    pub async fn all(&self, room: &str) -> Vec<tidings_shared::Message> {
        let mut messages = Vec::new();
        let mut after = "0".to_owned();
        loop {
            let page = self.page(room, &format!("limit=1000&after={after}")).await;
            assert!(page.gap.is_none());
            messages.extend(page.messages);
            after = page.cursor.to_string();
            if !page.more {
                return messages;
            }
        }
    }

    /// The end of a room's log.
    pub async fn head(&self, room: &str) -> Cursor {
        self.page(room, "limit=1").await.cursor
    }

    /// Polls `path` until its JSON is as wanted: for figures that follow an event a moment later.
    pub async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            loop {
                let seen: Value = self.get(path).await.read();
                if wanted(&seen) {
                    return seen;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        in_time(&format!("{path} to be as wanted"), wait).await
    }
}

impl Stopped {
    pub async fn start(self) -> Server {
        let server = self.start_unasked().await;
        assert_eq!(server.get("/healthz").await.status, 200);
        server
    }

    /// The same, for a server that speaks what the tests don't.
    pub async fn start_unasked(self) -> Server {
        let Self { place, config, folder } = self;
        let listener = in_time("the address to be free", bind(place.addr)).await;
        let addr = listener.local_addr().expect("an address");
        let place = Place { addr, ..place };
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let task = tokio::spawn(tidings_backend::serve(listener, config.clone(), shutdown));
        Server { addr, place, config, folder, stop, task }
    }
}

/// A restart asks for the same port, which a passing connection may be holding for a moment.
async fn bind(addr: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(addr).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Waits for a fact, and says which one did not come.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("lost patience: {what}"))
}

/// Waits for all of them at once.
pub async fn all_of<T: Send + 'static>(
    futures: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::with_capacity(tasks.len());
    for task in tasks {
        done.push(task.await.expect("no panic"));
    }
    done
}
