//! The teaching demo's Node client, re-created by what it does: it reads the whole history, posts
//! objects under numbers that it draws below 100,000, and knows its own messages by them.

mod common;

use std::net::SocketAddr;

use common::{Kind, Server, all_of, http::Request, in_time, on_both_stores, socket::Socket};
use serde_json::{Value, json};

on_both_stores!(
    the_history_is_an_array_of_the_demos_objects,
    messages_under_colliding_numbers_are_all_kept,
    two_clients_of_the_demo_talk_as_they_did,
    numbers_come_back_as_they_were_sent,
    a_message_of_anybody_else_is_nobodys_own,
    a_long_history_is_one_array,
    only_the_lobby_is_shown_to_the_demo,
    a_socket_of_the_demo_only_listens,
    a_socket_hears_what_is_posted_until_the_server_goes,
);

/// The demo's client.
struct Client {
    addr: SocketAddr,
    name: &'static str,
    socket: Socket,
    /// Numbers of its own messages that have not come back.
    mine: Vec<u64>,
}

impl Client {
    async fn join(addr: SocketAddr, name: &'static str) -> (Self, Vec<Value>) {
        let socket = Socket::open(addr, "/messages").await;
        let history = Request::get("/messages").header("accept", "*/*").ask(addr).await;
        assert_eq!(history.status, 200);
        (Self { addr, name, socket, mine: Vec::new() }, history.read())
    }

    /// As `fetch` sends a string that nobody gave a type.
    async fn say(&mut self, id: u64, text: &str) {
        self.mine.push(id);
        let body = json!({"id": id, "text": text, "username": self.name}).to_string();
        let post = Request::post("/messages")
            .header("content-type", "text/plain;charset=UTF-8")
            .header("accept", "*/*")
            .header("sec-fetch-mode", "cors")
            .header("user-agent", "node")
            .body(body);
        let answer = post.ask(self.addr).await;
        assert!((200..300).contains(&answer.status), "{}", answer.text());
    }

    /// The next line that it prints: what others said.
    async fn hear(&mut self) -> String {
        loop {
            let message = self.socket.json().await;
            assert_eq!(message.as_object().unwrap().len(), 3);
            let own = self.mine.iter().position(|id| message["id"] == *id);
            match own {
                Some(place) => drop(self.mine.swap_remove(place)),
                None => {
                    let text = message["text"].as_str().unwrap();
                    return format!("> {}: {text}", message["username"].as_str().unwrap());
                }
            }
        }
    }
}

fn demo_post(id: &str, text: &str) -> Request {
    Request::post("/messages")
        .header("content-type", "application/json")
        .body(format!(r#"{{"id":{id},"text":"{text}","username":"ana"}}"#))
}

async fn history(server: &Server) -> Vec<Value> {
    let answer = server.get("/messages").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.read()
}

async fn the_history_is_an_array_of_the_demos_objects(kind: Kind) {
    let mut server = Server::start(kind).await;
    let welcome = json!({"id": 100_001, "text": "Welcome user", "username": "chat-room"});
    assert_eq!(history(&server).await, std::slice::from_ref(&welcome));
    assert_eq!(demo_post("4711", "oi").ask(server.addr).await.status, 201);
    for restarted in [false, true] {
        if restarted && kind == Kind::Sqlite {
            server = server.restart().await;
        }
        let said = json!({"id": 4711, "text": "oi", "username": "ana"});
        assert_eq!(history(&server).await, [welcome.clone(), said]);
    }
    server.stop().await;
}

async fn messages_under_colliding_numbers_are_all_kept(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.addr;
    all_of((0..40).map(move |client| async move {
        for n in 0..5 {
            // Seven numbers for two hundred messages, some of them the same to the letter.
            let (id, text) = (((client + n) % 7).to_string(), format!("{}", client % 9));
            assert_eq!(demo_post(&id, &text).ask(addr).await.status, 201);
        }
    }))
    .await;
    let history = history(&server).await;
    assert_eq!(history.len(), 1 + 200);
    for id in 0..7 {
        let with = history.iter().filter(|message| message["id"] == id).count();
        let sent = (0..40).flat_map(|c| (0..5).map(move |n| c + n)).filter(|m| m % 7 == id);
        assert_eq!(with, sent.count());
    }
    server.stop().await;
}

async fn two_clients_of_the_demo_talk_as_they_did(kind: Kind) {
    let server = Server::start(kind).await;
    let (mut leandro, history) = Client::join(server.addr, "leandro").await;
    assert_eq!(history.len(), 1);
    let (mut marcello, _) = Client::join(server.addr, "marcello").await;
    leandro.say(73_104, "tudo bem?").await;
    assert_eq!(marcello.hear().await, "> leandro: tudo bem?");
    marcello.say(9, "sim?").await;
    assert_eq!(leandro.hear().await, "> marcello: sim?");
    leandro.say(9, "drawn alike").await;
    server.post("lobby", "ana", "from the browser").await;
    assert_eq!(leandro.hear().await, "> ana: from the browser");
    assert_eq!(marcello.hear().await, "> leandro: drawn alike");
    assert_eq!(marcello.hear().await, "> ana: from the browser");
    let (_, history) = Client::join(server.addr, "late").await;
    let texts: Vec<_> = history.iter().map(|message| message["text"].as_str().unwrap()).collect();
    let expected = ["Welcome user", "tudo bem?", "sim?", "drawn alike", "from the browser"];
    assert_eq!(texts, expected);
    // And everybody else hears them.
    let mut tab = server.listen("lobby", tidings_shared::Mode::Sse, "after=1").await;
    assert_eq!(tab.message().await.username, "leandro");
    server.stop().await;
}

async fn numbers_come_back_as_they_were_sent(kind: Kind) {
    let mut server = Server::start(kind).await;
    let mut socket = Socket::open(server.addr, "/messages").await;
    // What JavaScript writes for numbers, and some that it would not.
    let numbers = ["0", "99999", "4711.5", "-3", "1e-7", "5e+21", "123456789012", "0.1"];
    for id in numbers {
        assert_eq!(demo_post(id, "x").ask(server.addr).await.status, 201);
        let heard = socket.json().await;
        let (heard, sent) = (heard["id"].as_f64().unwrap(), id.parse::<f64>().unwrap());
        assert!(heard.to_bits() == sent.to_bits(), "{id} came back as {heard}");
    }
    drop(socket);
    if kind == Kind::Sqlite {
        server = server.restart().await;
    }
    for (message, id) in history(&server).await[1..].iter().zip(numbers) {
        assert_eq!(message["id"].as_f64(), id.parse().ok());
    }
    server.stop().await;
}

async fn a_message_of_anybody_else_is_nobodys_own(kind: Kind) {
    let server = Server::start(kind).await;
    let mut socket = Socket::open(server.addr, "/messages").await;
    let receipt = server.post("lobby", "ana", "from the API").await;
    let heard = socket.json().await;
    assert_eq!(heard["id"], 100_000 + receipt.seq);
    assert_eq!(history(&server).await.last(), Some(&heard));
    drop(socket);
    server.stop().await;
}

async fn a_long_history_is_one_array(kind: Kind) {
    let mut server = Server::start(kind).await;
    server.fill("lobby", "m", 2500).await;
    if kind == Kind::Sqlite {
        server = server.restart().await;
    }
    let history = history(&server).await;
    assert_eq!(history.len(), 2501);
    for (message, n) in history[1..].iter().zip(1..) {
        assert_eq!(message["text"], format!("m {n}"));
    }
    server.stop().await;
}

async fn only_the_lobby_is_shown_to_the_demo(kind: Kind) {
    let server = Server::start(kind).await;
    let mut socket = Socket::open(server.addr, "/messages").await;
    server.post("ops", "ana", "elsewhere").await;
    server.post("lobby", "ana", "here").await;
    assert_eq!(socket.json().await["text"], "here");
    assert_eq!(history(&server).await.len(), 2);
    drop(socket);
    server.stop().await;
}

async fn a_socket_of_the_demo_only_listens(kind: Kind) {
    let server = Server::start(kind).await;
    let mut socket = Socket::open(server.addr, "/messages").await;
    socket.send(&json!({"id": 1, "text": "x", "username": "ana"})).await;
    assert_eq!(socket.end().await, Some(1008));
    assert!(socket.closed.unwrap().1.contains("POST /messages"));
    assert_eq!(history(&server).await.len(), 1);
    server.stop().await;
}

async fn a_socket_hears_what_is_posted_until_the_server_goes(kind: Kind) {
    let server = Server::start(kind).await;
    let addr = server.addr;
    let socket = Socket::open(addr, "/messages").await;
    let (began, beginning) = tokio::sync::oneshot::channel();
    let poster = tokio::spawn(async move {
        let mut began = Some(began);
        let mut taken = 0;
        while let Ok(answer) = demo_post("1", "x").try_ask(addr).await {
            match answer.status {
                201 => taken += 1,
                503 => break,
                _ => panic!("{}", answer.text()),
            }
            if taken == 20 {
                let _ = began.take().unwrap().send(());
            }
        }
        taken
    });
    let listener = tokio::spawn(async move {
        let mut socket = socket;
        let mut heard = 0;
        while in_time("the end", socket.text()).await.is_some() {
            heard += 1;
        }
        (heard, socket.closed.map(|(code, _)| code))
    });
    in_time("the posts to begin", beginning).await.unwrap();
    let stopped = server.stop().await;
    let (taken, (heard, code)) = (poster.await.unwrap(), listener.await.unwrap());
    assert_eq!(code, Some(1001));
    // A post may be answered after the goodbye; the history has it.
    assert!(heard >= 20 && heard <= taken + 1, "{heard} of {taken}");
    if kind == Kind::Sqlite {
        let server = stopped.start().await;
        let kept = history(&server).await.len() - 1;
        assert!(kept >= taken && kept <= taken + 1, "{kept} of {taken}");
        server.stop().await;
    }
}

/// A number that is none can only come from a damaged database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_number_is_no_reason_to_fall_silent() {
    let server = Server::start(Kind::Sqlite).await;
    demo_post("4711", "oi").ask(server.addr).await;
    let stopped = server.stop().await;
    let path = stopped.folder.path().join("data/tidings.db");
    let database = rusqlite::Connection::open(path).unwrap();
    database.execute("UPDATE message SET number = 'x y' WHERE seq = 2", []).unwrap();
    database.close().unwrap();
    let server = stopped.start().await;
    assert_eq!(history(&server).await[1], json!({"id": 100_002, "text": "oi", "username": "ana"}));
    assert_eq!(server.all("lobby").await.len(), 2);
    server.stop().await;
}
