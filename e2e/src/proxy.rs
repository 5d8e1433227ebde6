//! A proxy between the browser and the server, as some networks have one: it refuses a way of
//! listening, cuts it, or keeps what was said to itself. One request a connection, so that each is
//! judged by what it asks for.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional, sink},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::sleep,
};

use crate::Server;

/// What becomes of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// It is answered.
    Through,
    /// The proxy answers itself, and not well.
    Refused,
    /// It is answered, and cut after a moment.
    Cut,
    /// The head of the answer comes, and nothing more.
    Held,
    /// It waits until it is to go another way.
    Waits,
}

/// Which requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Those that become a WebSocket.
    Websocket,
    /// A stream of server-sent events.
    Sse,
    /// A question that waits for its answer.
    LongPoll,
    /// The app's program.
    Program,
    /// Any other.
    Plain,
}

/// A proxy; it ends when it is dropped.
pub struct Proxy {
    at: SocketAddr,
    rules: Arc<Rules>,
    task: JoinHandle<()>,
}

struct Rules {
    server: String,
    ways: Mutex<Vec<(Kind, Way)>>,
    asked: Mutex<Vec<String>>,
    /// Raised when all that is open falls still.
    still: watch::Sender<u32>,
    /// Raised when a way is set.
    set: watch::Sender<u32>,
}

impl Proxy {
    /// A proxy before this server that lets everything through.
    ///
    /// # Errors
    ///
    /// When no port is free.
    pub async fn before(server: &Server) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let server = server.url("").trim_start_matches("http://").to_owned();
        let rules = Arc::new(Rules {
            server,
            ways: Mutex::default(),
            asked: Mutex::default(),
            still: watch::channel(0).0,
            set: watch::channel(0).0,
        });
        let known = Arc::clone(&rules);
        let task = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let rules = Arc::clone(&known);
                // A connection that breaks is what this is about.
                tokio::spawn(async move { drop(rules.serve(browser).await) });
            }
        });
        Ok(Self { at, rules, task })
    }

    /// The address of a path, by way of the proxy.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// From now on this becomes of requests of this kind.
    pub fn set(&self, kind: Kind, way: Way) {
        let mut ways = lock(&self.rules.ways);
        ways.retain(|(other, _)| *other != kind);
        ways.push((kind, way));
        self.rules.set.send_modify(|times| *times += 1);
    }

    /// Everything that is open falls still, as after a machine has slept: nothing comes, and nothing
    /// says that it is over.
    pub fn fall_still(&self) {
        self.rules.still.send_modify(|times| *times += 1);
    }

    /// The requests since the last time, `GET /path?query`.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.rules.asked))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rules {
    async fn serve(&self, mut browser: TcpStream) -> Result<()> {
        let mut still = self.still.subscribe();
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            if browser.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let line = text.lines().next().unwrap_or_default();
        let request = line.trim_end_matches(" HTTP/1.1");
        lock(&self.asked).push(request.to_owned());
        let path = request.split('?').next().unwrap_or_default();
        let kind = match () {
            () if path.ends_with("/ws") => Kind::Websocket,
            () if path.ends_with("/sse") => Kind::Sse,
            () if request.contains("&wait=") => Kind::LongPoll,
            () if path.ends_with(".wasm") => Kind::Program,
            () => Kind::Plain,
        };
        let mut set = self.set.subscribe();
        let way = loop {
            let way = lock(&self.ways).iter().find(|(of, _)| *of == kind).map(|(_, way)| *way);
            match way.unwrap_or(Way::Through) {
                Way::Waits => set.changed().await?,
                way => break way,
            }
        };
        if way == Way::Refused {
            let answer =
                "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            browser.write_all(answer.as_bytes()).await?;
            return Ok(());
        }

        let mut server = TcpStream::connect(&self.server).await.context("the server is away")?;
        // Header names are ASCII, and a body that came along stays as it is.
        let text = text.replacen("Connection: keep-alive", "Connection: close", 1);
        server.write_all(text.as_bytes()).await?;
        let passing = async {
            match way {
                Way::Held => hold(&mut browser, &mut server).await,
                Way::Cut => {
                    tokio::select! {
                        done = copy_bidirectional(&mut browser, &mut server) => drop(done?),
                        () = sleep(Duration::from_millis(400)) => {}
                    }
                    Ok(())
                }
                Way::Through | Way::Refused | Way::Waits => {
                    copy_bidirectional(&mut browser, &mut server).await?;
                    Ok(())
                }
            }
        };
        tokio::select! {
            done = passing => return done,
            _ = still.changed() => {}
        }
        std::future::pending().await
    }
}

/// Hands on the head of the answer and then nothing.
async fn hold(browser: &mut TcpStream, server: &mut TcpStream) -> Result<()> {
    let mut answer = Vec::new();
    let end = loop {
        if let Some(at) = answer.windows(4).position(|end| end == b"\r\n\r\n") {
            break at + 4;
        }
        if server.read_buf(&mut answer).await? == 0 {
            return Ok(());
        }
    };
    browser.write_all(&answer[..end]).await?;
    // Until the browser gives up.
    let (mut reader, _) = browser.split();
    copy(&mut reader, &mut sink()).await?;
    Ok(())
}
