//! The service that everybody writes first, as axum's own examples have it: a broadcast channel, a
//! task a listener, the defaults of everything. It loses messages for a listener that lags, and
//! keeps none.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::{
        Query, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
    routing::{get, post},
};
use clap::Parser;
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_stream::wrappers::BroadcastStream;

/// How many messages a listener may lag behind.
const CAPACITY: usize = 1024;

/// An everyday axum service that delivers what is posted at /publish.
#[derive(Parser)]
struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:3100")]
    listen: SocketAddr,
}

type Sender = broadcast::Sender<String>;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let (sender, _) = broadcast::channel::<String>(CAPACITY);
    let app = Router::new()
        .route("/publish", post(publish))
        .route("/ws", get(websocket))
        .route("/sse", get(sse))
        .route("/ndjson", get(ndjson))
        .route("/longpoll", get(long_poll))
        .route("/poll", get(poll))
        .with_state(sender);
    axum::serve(tokio::net::TcpListener::bind(args.listen).await?, app).await
}

async fn publish(State(sender): State<Sender>, message: String) -> StatusCode {
    // An error means that nobody listens.
    let _ = sender.send(message);
    StatusCode::ACCEPTED
}

async fn websocket(State(sender): State<Sender>, upgrade: WebSocketUpgrade) -> Response {
    let messages = sender.subscribe();
    upgrade.on_upgrade(|socket| async move {
        // However it ends, the socket is closed by being dropped.
        let _ = talk(socket, sender, messages).await;
    })
}

async fn talk(
    mut socket: WebSocket,
    sender: Sender,
    mut messages: broadcast::Receiver<String>,
) -> Result<(), axum::Error> {
    loop {
        tokio::select! {
            message = messages.recv() => match message {
                Ok(message) => socket.send(Message::Text(message.into())).await?,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => {
                    let _ = sender.send(text.to_string());
                }
                Some(Ok(_)) => {}
                Some(Err(e)) => return Err(e),
                None => return Ok(()),
            },
        }
    }
}

/// All that comes from now on, without what was lost by lagging.
fn stream(sender: &Sender) -> impl Stream<Item = String> + use<> {
    BroadcastStream::new(sender.subscribe()).filter_map(async |message| message.ok())
}

async fn sse(State(sender): State<Sender>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream(&sender).map(|message| Ok(Event::default().data(message))))
}

async fn ndjson(State(sender): State<Sender>) -> Response {
    let lines = stream(&sender).map(|message| Ok::<_, Infallible>(message + "\n"));
    ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response()
}

/// Answers the next message, whenever it comes: a client that is between two requests misses it.
async fn long_poll(State(sender): State<Sender>) -> Response {
    let mut messages = sender.subscribe();
    loop {
        match messages.recv().await {
            Ok(message) => return page(&message),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}

#[derive(Deserialize)]
struct PollQuery {
    after: Option<String>,
}

/// Nothing new, ever: what a poll costs when there is nothing to say.
async fn poll(Query(query): Query<PollQuery>) -> Response {
    // The cursor is read, as a real one would be.
    let _ = query.after;
    page("")
}

fn page(messages: &str) -> Response {
    let body = format!("{{\"messages\":[{messages}],\"cursor\":\"0\",\"more\":false}}");
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
