//! A server that does what a test tells it to: what a real one does rarely, such as falling silent
//! or breaking off between two bytes, it does on request. Each connection takes the next script.

#![allow(dead_code, reason = "each test program uses its part")]

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{
        Path, RawQuery, State,
        ws::{Message as Frame, WebSocket, WebSocketUpgrade},
    },
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::{StreamExt, stream};
use tidings_client::{Follow, Server, Update};
use tokio::net::TcpListener;

/// How long anything may take. Reached only when something is broken.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What one connection gets.
#[derive(Clone, Debug)]
pub enum Script {
    /// These lines or frames or SSE blocks, then the end.
    Say(Vec<String>),
    /// The same, then silence.
    SayAndHang(Vec<String>),
    /// This status, content type and body.
    Answer(u16, &'static str, String),
}

/// What was asked: the path's last part and the query.
pub type Asked = Arc<Mutex<Vec<(String, String)>>>;

#[derive(Clone)]
pub struct Scripted {
    pub asked: Asked,
    scripts: Arc<Mutex<VecDeque<Script>>>,
    /// What every POST gets, if it is not to take from the scripts.
    pub to_posts: Arc<Mutex<Option<Script>>>,
    /// What clients said on WebSockets and by POST, as JSON.
    pub posts: Arc<Mutex<Vec<String>>>,
}

/// Serves these scripts in their order, to whatever is asked; answers its address as well.
pub async fn serve(scripts: impl IntoIterator<Item = Script>) -> (Server, Scripted) {
    let state = Scripted {
        asked: Asked::default(),
        scripts: Arc::new(Mutex::new(scripts.into_iter().collect())),
        to_posts: Arc::default(),
        posts: Arc::default(),
    };
    let app = Router::new()
        .route("/api/rooms/{room}/ws", get(websocket))
        .route("/api/rooms/{room}/{*rest}", get(answer).post(take))
        .with_state(state.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap().to_string().parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (server, state)
}

impl Scripted {
    fn next(&self, what: &str, query: Option<String>) -> Script {
        self.asked.lock().unwrap().push((what.to_owned(), query.unwrap_or_default()));
        let nothing = Script::Answer(503, "text/plain", "the scripts are used up".into());
        self.scripts.lock().unwrap().pop_front().unwrap_or(nothing)
    }

    /// The queries that were asked of what ends in `what`.
    pub fn queries(&self, what: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(path, _)| path == what).map(|(_, query)| query.clone()).collect()
    }
}

async fn answer(
    State(state): State<Scripted>,
    Path((_, what)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    played(state.next(&what, query))
}

async fn take(State(state): State<Scripted>, body: Bytes) -> Response {
    state.posts.lock().unwrap().push(String::from_utf8(body.to_vec()).unwrap());
    let always = state.to_posts.lock().unwrap().clone();
    played(always.unwrap_or_else(|| state.next("post", None)))
}

fn played(script: Script) -> Response {
    match script {
        Script::Answer(status, kind, body) => {
            let status = StatusCode::from_u16(status).unwrap();
            (status, [(header::CONTENT_TYPE, kind)], body).into_response()
        }
        Script::Say(lines) => Body::from(lines.concat()).into_response(),
        Script::SayAndHang(lines) => {
            let said = stream::iter(lines.into_iter().map(Ok::<_, Infallible>));
            Body::from_stream(said.chain(stream::pending())).into_response()
        }
    }
}

async fn websocket(
    State(state): State<Scripted>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    match state.next("ws", query) {
        refusal @ Script::Answer(..) => played(refusal),
        script => upgrade.on_upgrade(move |socket| talk(socket, script, state)),
    }
}

/// Says its lines as frames; `{post}` among them waits for the client to say something first, and
/// a `{id}` in a line is the id in the last thing it said.
async fn talk(mut socket: WebSocket, script: Script, state: Scripted) {
    let (lines, hang) = match script {
        Script::Say(lines) => (lines, false),
        Script::SayAndHang(lines) => (lines, true),
        Script::Answer(..) => unreachable!("it was answered before the upgrade"),
    };
    let mut id = String::new();
    for line in lines {
        if line == "{post}" {
            let Some(Ok(Frame::Text(said))) = socket.recv().await else { return };
            let post: serde_json::Value = serde_json::from_str(&said).unwrap();
            id = post["id"].as_str().unwrap_or_default().to_owned();
            state.posts.lock().unwrap().push(said.to_string());
        } else if socket.send(Frame::text(line.replace("{id}", &id))).await.is_err() {
            return;
        }
    }
    if hang {
        std::future::pending::<()>().await;
    }
}

/// A hello at this head.
pub fn hello(head: &str, heartbeat: u32) -> String {
    let epoch = &head[..8];
    format!(
        r#"{{"type":"hello","epoch":"{epoch}","head":"{head}","mode":"sse","heartbeat":{heartbeat}}}"#
    )
}

/// A message of ana's whose text is its seq.
pub fn message(seq: u64) -> String {
    format!(
        r#"{{"type":"message","seq":{seq},"id":"m{seq}","username":"ana","text":"{seq}","at":"2026-11-23T15:36:09.692Z"}}"#
    )
}

/// As lines of NDJSON.
pub fn lines(events: &[String]) -> Vec<String> {
    events.iter().map(|event| format!("{event}\n")).collect()
}

/// As a poll's answer.
pub fn page(seqs: impl IntoIterator<Item = u64>, cursor: &str, more: bool) -> Script {
    let messages: Vec<_> = seqs.into_iter().map(message).collect();
    let messages = messages.join(",");
    let body = format!(r#"{{"messages":[{messages}],"cursor":"{cursor}","more":{more}}}"#);
    Script::Answer(200, "application/json", body)
}

/// The next update.
pub async fn next(follow: &mut Follow) -> Update {
    let update = tokio::time::timeout(PATIENCE, follow.next()).await;
    update.expect("an update comes in time").expect("following does not end")
}

/// The seq of the next message, whatever comes before it.
pub async fn next_seq(follow: &mut Follow) -> u64 {
    loop {
        if let Update::Message { message, .. } = next(follow).await {
            return message.seq;
        }
    }
}

/// Why the connection was lost next, whatever comes before it, and how long until the next try.
pub async fn lost(follow: &mut Follow) -> (String, Duration) {
    loop {
        if let Update::Disconnected { why, retry_in } = next(follow).await {
            return (why, retry_in);
        }
    }
}
