//! The Lab as its page uses it: lines, faults, the wire view; and a tap, which counts what really
//! passes between a client and a line.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use serde_json::{Value, json};
use tidings_shared::Mode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
};

use super::{
    Kind, Server,
    http::{Answer, Connection, Request},
    in_time,
    listen::{Lines, Listener},
};

/// A server with a Lab.
pub async fn with_lab(kind: Kind) -> Server {
    Server::with(kind, |config| config.lab = true).await
}

/// A listener at `addr` that begins with a room's log, and knows where it stands in each mode.
pub async fn from_start(server: &Server, addr: SocketAddr, room: &str, mode: Mode) -> Listener {
    let epoch = server.head(room).await.epoch;
    Listener::after(addr, room, mode, &format!("{epoch}:0")).await
}

/// A line that is open.
pub struct Line<'a> {
    server: &'a Server,
    pub id: String,
    pub addr: SocketAddr,
}

impl<'a> Line<'a> {
    pub async fn open(server: &'a Server) -> Self {
        let answer = Request::post("/api/lab/lines").ask(server.place).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let opened: Value = answer.read();
        let id = opened["id"].as_str().expect("an id").to_owned();
        let origin = opened["origin"].as_str().expect("an origin");
        let addr = origin.strip_prefix("http://").expect("plain HTTP").parse().expect("an address");
        Self { server, id, addr }
    }

    pub async fn ask(&self, method: &str, what: &str, body: &Value) -> Answer {
        let path = format!("/api/lab/lines/{}{what}", self.id);
        Request::new(method, &path).json(body).ask(self.server.place).await
    }

    pub async fn set(&self, faults: Value) {
        let answer = self.ask("PUT", "/faults", &faults).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    pub async fn cut(&self, for_ms: u64) {
        let answer = self.ask("POST", "/cut", &json!({"for_ms": for_ms})).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
    }

    pub async fn sleep(&self, for_ms: u64) {
        let answer = self.ask("POST", "/sleep", &json!({"for_ms": for_ms})).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
    }

    /// Watches it.
    pub async fn wire(&self) -> Wire {
        Wire::open(self.server, &self.id).await
    }
}

/// A wire stream, and what it told so far.
pub struct Wire {
    lines: Lines,
    pub records: Vec<Value>,
}

impl Wire {
    pub async fn open(server: &Server, ids: &str) -> Self {
        let mut connection = Connection::open(server.place).await;
        let path = format!("/api/lab/wire?lines={ids}");
        let head = connection.begin(&Request::get(&path)).await.expect("an answer");
        assert_eq!(head.status, 200);
        assert_eq!(head.header("content-type"), Some("text/event-stream"));
        Self { lines: Lines::new(connection), records: Vec::new() }
    }

    /// Reads one batch; false at the stream's end.
    pub async fn read(&mut self) -> bool {
        loop {
            let Some(line) = in_time("a record", self.lines.next()).await.expect("a stream") else {
                return false;
            };
            if let Some(data) = line.strip_prefix("data: ") {
                let batch: Vec<Value> = serde_json::from_str(data).expect("records");
                assert!(!batch.is_empty());
                self.records.extend(batch);
                return true;
            }
        }
    }

    /// Reads until the records are as wanted.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&[Value]) -> bool) {
        let reading = async {
            while !wanted(&self.records) {
                assert!(self.read().await, "the stream has ended: {:?}", self.records);
            }
        };
        in_time(what, reading).await;
    }

    /// Those of this kind.
    pub fn of(&self, what: &str) -> Vec<&Value> {
        self.records.iter().filter(|record| record["what"] == what).collect()
    }

    /// Bytes that records told, in this direction.
    pub fn sum(&self, dir: &str) -> u64 {
        let told = self.records.iter().filter(|record| record["dir"] == dir);
        told.map(|record| record["head"].as_u64().unwrap() + record["body"].as_u64().unwrap()).sum()
    }
}

/// Passes bytes between clients and `to`, and counts them.
pub struct Tap {
    pub addr: SocketAddr,
    pub up: Arc<AtomicU64>,
    pub down: Arc<AtomicU64>,
}

impl Tap {
    pub async fn open(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let (up, down) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let counted = (up.clone(), down.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(line) = TcpStream::connect(to).await else { continue };
                let ((from_client, to_client), (from_line, to_line)) =
                    (client.into_split(), line.into_split());
                tokio::spawn(pass(from_client, to_line, counted.0.clone()));
                tokio::spawn(pass(from_line, to_client, counted.1.clone()));
            }
        });
        Self { addr, up, down }
    }

    /// What passed, up and down.
    pub fn passed(&self) -> (u64, u64) {
        (self.up.load(SeqCst), self.down.load(SeqCst))
    }
}

async fn pass(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, counted: Arc<AtomicU64>) {
    let mut buffer = vec![0; 1 << 14];
    while let Ok(size @ 1..) = from.read(&mut buffer).await {
        if to.write_all(&buffer[..size]).await.is_err() {
            return;
        }
        counted.fetch_add(size as u64, SeqCst);
    }
}
