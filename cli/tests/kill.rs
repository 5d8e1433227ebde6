//! A post that was acknowledged is there after the server was killed, by SIGKILL, under load, at
//! any moment. The real binary is the server here; the power cut that a kill can't show is what
//! SQLite's `synchronous=FULL` is for.

#![cfg(unix)]

mod common;
#[path = "kill/wire.rs"]
mod wire;

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{PATIENCE, Serving, tidings};
use serde_json::{Value, json};
use tidings_client::{Read, Server, Start};
use tidings_shared::Message;
use wire::{Http, Socket};

const KILLS: usize = 24;
/// How many posts each poster may make between two kills.
const ROUND: usize = 160;
/// How many posts a WebSocket has in flight.
const WINDOW: usize = 64;

/// What the server has acknowledged: id and seq, in the order of the acknowledgements.
type Acknowledged = Arc<Mutex<Vec<(String, u64)>>>;

/// Somebody who posts until told to stop, and then until nothing is unanswered.
struct Poster {
    address: SocketAddr,
    name: String,
    posted: usize,
    /// Sent, perhaps, and not answered; to be sent again under the same ids.
    unanswered: VecDeque<String>,
    acknowledged: Acknowledged,
    /// How many posts it may make so far: a round's worth, so that the log stays small.
    allowed: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Poster {
    fn done(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn may_post(&self) -> bool {
        self.posted < self.allowed.load(Ordering::SeqCst)
    }

    fn draw(&mut self) -> String {
        self.posted += 1;
        format!("{}-{}", self.name, self.posted)
    }

    fn body(&self, id: &str) -> Value {
        let text = format!("{id} {}", "x".repeat(id.len() * 37 % 700));
        json!({"type": "post", "id": id, "username": self.name, "text": text})
    }

    fn answered(&mut self, answer: &Value) {
        let id = answer["id"].as_str().expect("an id");
        assert_eq!(self.unanswered.pop_front().as_deref(), Some(id), "answers come in order");
        let seq = answer["seq"].as_u64().expect("a seq");
        self.acknowledged.lock().unwrap().push((id.to_owned(), seq));
    }

    /// Posts until the connection breaks, or all is done.
    fn by_http(&mut self) -> io::Result<()> {
        let mut connection = Http::open(self.address)?;
        loop {
            if self.unanswered.is_empty() {
                if !self.may_post() {
                    if self.done() {
                        return Ok(());
                    }
                    thread::sleep(Duration::from_millis(1));
                    continue;
                }
                let id = self.draw();
                self.unanswered.push_back(id);
            }
            let body = self.body(&self.unanswered[0]);
            let (status, answer) = connection.post("/api/rooms/ops/messages", &body)?;
            assert!(matches!(status, 200 | 201), "{status}: {answer}");
            self.answered(&answer);
        }
    }

    fn by_socket(&mut self) -> io::Result<()> {
        let mut socket = Socket::open(self.address, "/api/rooms/ops/ws?limit=1")?;
        for id in &self.unanswered {
            socket.send(&self.body(id))?;
        }
        loop {
            while self.unanswered.len() < WINDOW && self.may_post() {
                let id = self.draw();
                let frame = self.body(&id);
                self.unanswered.push_back(id);
                socket.send(&frame)?;
            }
            if self.unanswered.is_empty() {
                if self.done() && !self.may_post() {
                    return Ok(());
                }
                thread::sleep(Duration::from_millis(1));
                continue;
            }
            let event = socket.next()?;
            match event["type"].as_str() {
                Some("posted") => self.answered(&event),
                Some("rejected") => panic!("{event}"),
                _ => {}
            }
        }
    }

    fn run(mut self, post: fn(&mut Self) -> io::Result<()>) -> usize {
        // A server that was killed is not there for a moment.
        while post(&mut self).is_err() {
            thread::sleep(Duration::from_millis(3));
        }
        self.posted
    }
}

/// The whole log, oldest first, the server's welcome included.
fn read_all(serving: &Serving) -> Vec<Message> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server: Server = serving.address.to_string().parse().unwrap();
        let room = "ops".parse().unwrap();
        let newest = server.page(&room, &Read::new(Start::Newest, 1)).await.unwrap();
        let (mut log, mut before) = (Vec::new(), newest.cursor.seq + 1);
        loop {
            let read = Read::new(Start::Before(before), 1000);
            let page = server.page(&room, &read).await.unwrap();
            let Some(first) = page.messages.first() else { return log };
            before = first.seq;
            log.splice(0..0, page.messages);
        }
    })
}

/// Every message that was acknowledged is there once, at its place.
fn check(log: &[Message], acknowledged: &[(String, u64)]) {
    assert!(log.windows(2).all(|pair| pair[0].seq < pair[1].seq), "the order is one");
    let mut places = HashMap::new();
    for message in log {
        let before = places.insert(message.id.as_str(), message.seq);
        assert_eq!(before, None, "{} is there twice", message.id);
        if let Some(rest) = message.text.as_str().strip_prefix(message.id.as_str()) {
            assert!(rest.trim_start().bytes().all(|b| b == b'x'), "{}", message.text);
        }
    }
    for (id, seq) in acknowledged {
        assert_eq!(places.get(id.as_str()), Some(seq), "{id} was acknowledged at {seq}");
    }
}

#[test]
fn what_was_acknowledged_is_there_after_the_server_was_killed() {
    let mut serving = Serving::start();
    let acknowledged = Acknowledged::default();
    let allowed = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let posters: Vec<_> = (0..4)
        .map(|n| {
            let poster = Poster {
                address: serving.address,
                name: format!("{}{n}", ["http", "ws"][n % 2]),
                posted: 0,
                unanswered: VecDeque::new(),
                acknowledged: acknowledged.clone(),
                allowed: allowed.clone(),
                stop: stop.clone(),
            };
            let post = [Poster::by_http, Poster::by_socket][n % 2];
            thread::spawn(move || poster.run(post))
        })
        .collect();
    let random = RandomState::new();
    for kill in 0..KILLS {
        // The moment is anyone's: between two commits, in one, in a checkpoint; but while all post.
        let seen = acknowledged.lock().unwrap().len();
        allowed.fetch_add(ROUND, Ordering::SeqCst);
        let draw = random.hash_one(kill);
        let wanted = seen + 20 + usize::try_from(draw % 150).unwrap();
        let began = Instant::now();
        while acknowledged.lock().unwrap().len() < wanted {
            assert!(began.elapsed() < PATIENCE, "nothing is acknowledged any more");
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(Duration::from_micros(draw % 5000));
        serving.kill();
        let before = acknowledged.lock().unwrap().clone();
        serving.restart();
        check(&read_all(&serving), &before);
    }
    stop.store(true, Ordering::SeqCst);
    let posted: usize = posters.into_iter().map(|poster| poster.join().expect("no panic")).sum();
    let log = read_all(&serving);
    let acknowledged = acknowledged.lock().unwrap();
    check(&log, &acknowledged);
    // All was answered in the end, so that all is there, and retries have made nothing twice.
    assert_eq!(acknowledged.len(), posted);
    assert_eq!(log.len(), 1 + posted);
    for poster in ["http0", "ws1", "http2", "ws3"] {
        let own: Vec<usize> = log
            .iter()
            .filter(|message| message.username.as_str() == poster)
            .map(|message| message.id.as_str().rsplit('-').next().unwrap().parse().unwrap())
            .collect();
        assert!(own.iter().copied().eq(1..=own.len()), "{poster}'s posts are in their order");
    }
    serving.stop();
}

#[test]
fn a_database_that_cannot_be_used_ends_the_server_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tidings.db");
    for bytes in [&b""[..], b"Dear diary, today I was not a database.", &[0xa5; 50_000]] {
        std::fs::write(&path, bytes).unwrap();
        let store = format!("sqlite:{}", path.display());
        let output = tidings(&["serve", "--listen", "127.0.0.1:0", "--store", &store]).output();
        let output = output.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code().is_some_and(|code| code != 0), "{:?}", output.status);
        assert!(said.contains("tidings.db") && !said.contains("panicked"), "{said}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is left as it was");
    }
}
