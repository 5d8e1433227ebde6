//! Many messages by one request, a line each: posted as they come, told of when they are on disk,
//! and safe to send again.

mod common;

use std::time::Duration;

use common::{
    Kind, Server,
    http::{Answer, Connection, Request},
    in_time, on_both_stores, on_every_wire,
    wire::Over,
};
use serde_json::{Value, json};
use tidings_backend::Limits;

on_every_wire!(
    each_line_is_a_message_in_their_order,
    a_line_that_is_refused_costs_none_but_itself,
    lines_of_json_have_names_and_ids_of_their_own,
    what_is_not_lines_is_refused_before_it_is_read,
    what_is_no_text_at_all_is_not_read_to_its_end,
);
on_both_stores!(
    the_same_lines_again_post_nothing_twice,
    a_line_is_posted_when_it_comes_and_not_at_the_end,
    a_body_that_breaks_off_has_posted_its_whole_lines,
    many_bodies_at_once_are_each_in_their_order,
    a_server_that_ends_says_how_far_it_came,
);

const ROOM: &str = "/api/rooms/ops/messages";

fn put(body: impl AsRef<[u8]>) -> Request {
    Request::new("PUT", "/r/ops?username=ana").body(body)
}

fn put_json(body: &str) -> Request {
    Request::new("PUT", ROOM).header("content-type", "application/x-ndjson").body(body)
}

/// The answer's lines.
fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Its last line, which says that it is whole; and those that were refused.
fn done(answer: &Answer) -> (Value, Vec<Value>) {
    let mut lines = lines(answer);
    let done = lines.pop().expect("an answer has lines");
    assert_eq!(done["type"], "done", "{}", answer.text());
    lines.retain(|line| line["type"] == "rejected");
    (done, lines)
}

/// What was said in the room by others than the server.
async fn said(server: &Server) -> Vec<String> {
    let all = server.all("ops").await;
    all.iter().skip(1).map(|m| format!("{}: {}", m.username, m.text)).collect()
}

/// A request whose body goes on, over HTTP/1.1.
struct Pour(Connection);

impl Pour {
    async fn open(server: &Server) -> Self {
        let mut connection = Connection::open(server.place).await;
        let head =
            "PUT /r/ops?username=ana HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
        connection.write(head.as_bytes()).await.unwrap();
        Self(connection)
    }

    async fn say(&mut self, text: &str) {
        self.0.write(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes()).await.unwrap();
    }

    async fn end(&mut self) {
        self.0.write(b"0\r\n\r\n").await.unwrap();
    }

    /// The head of its answer.
    async fn begins(&mut self) {
        assert_eq!(in_time("its answer", self.0.head()).await.unwrap().status, 200);
    }

    /// The next piece of the answer: one or more lines.
    async fn hears(&mut self) -> Vec<Value> {
        let mut piece = Vec::new();
        in_time("a piece", self.0.piece(&mut piece)).await.unwrap();
        let text = String::from_utf8(piece).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

async fn each_line_is_a_message_in_their_order(kind: Kind) {
    let server = Server::start(kind).await;
    let body = "one\n\ntwo\r\n  three  \n> \"four\"\ttab\nmáxímo";
    let (done, refused) = done(&put(body).ask(server.place).await);
    assert_eq!((done["lines"].as_u64(), done["posted"].as_u64()), (Some(6), Some(5)));
    assert_eq!((done["rejected"].as_u64(), refused.len()), (Some(0), 0));
    assert_eq!(done["cursor"], server.head("ops").await.to_string());
    let wanted = ["one", "two", "  three  ", "> \"four\"\ttab", "máxímo"];
    assert_eq!(said(&server).await, wanted.map(|text| format!("ana: {text}")));

    let many: String = (1..=5000).map(|n| format!("{n}\n")).collect();
    let (done, _) = self::done(&put(many).ask(server.place).await);
    assert_eq!((done["lines"].as_u64(), done["posted"].as_u64()), (Some(5000), Some(5000)));
    let all = said(&server).await;
    let numbers: Vec<_> = (1..=5000).map(|n| format!("ana: {n}")).collect();
    assert_eq!(all[wanted.len()..], numbers);
    let (done, _) = self::done(&put("").ask(server.place).await);
    assert_eq!(done, json!({"type": "done", "lines": 0, "posted": 0, "rejected": 0}));
    server.stop().await;
}

async fn a_line_that_is_refused_costs_none_but_itself(kind: Kind) {
    let server = Server::start(kind).await;
    let (long, longer) = ("x".repeat(5000), "y".repeat(200_000));
    let mut body = format!("one\n{long}\ntwo\n{longer}\n\u{1}\nthree\n").into_bytes();
    body.extend_from_slice(b"\xff\xfe\nfour");
    let (done, refused) = done(&put(body).ask(server.place).await);
    let refused: Vec<_> = refused
        .iter()
        .map(|line| {
            let detail = line["detail"].as_str().unwrap();
            assert!(detail.len() > 15, "{detail}");
            (line["line"].as_u64().unwrap(), line["status"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(refused, [(2, 422), (4, 413), (5, 422), (7, 400)]);
    assert_eq!(
        (done["lines"].as_u64(), done["posted"].as_u64(), done["rejected"].as_u64()),
        (Some(8), Some(4), Some(4))
    );
    assert_eq!(said(&server).await, ["ana: one", "ana: two", "ana: three", "ana: four"]);
    server.stop().await;
}

async fn lines_of_json_have_names_and_ids_of_their_own(kind: Kind) {
    let server = Server::start(kind).await;
    let body = [
        json!({"text": "a\nb", "username": "bo", "id": "k1"}),
        json!({"text": "c"}),
        json!({"words": "d"}),
        json!({"text": "e", "id": "no id"}),
        json!({"text": "a\nb", "username": "bo", "id": "k1"}),
        json!({"text": "other", "username": "bo", "id": "k1"}),
    ];
    let body: String = body.iter().map(|line| format!("{line}\n")).collect();
    let (done, refused) = done(&put_json(&body).ask(server.place).await);
    let refused: Vec<_> =
        refused.iter().map(|line| (line["line"].as_u64(), line["status"].as_u64())).collect();
    assert_eq!(refused, [(3, 422), (4, 422), (6, 409)].map(|(a, b)| (Some(a), Some(b))));
    assert_eq!((done["posted"].as_u64(), done["rejected"].as_u64()), (Some(3), Some(3)));
    assert_eq!(said(&server).await, ["bo: a\nb", "anonymous: c"]);
    server.stop().await;
}

async fn what_is_not_lines_is_refused_before_it_is_read(kind: Kind) {
    let server = Server::start(kind).await;
    let key = "x".repeat(60);
    for (request, status) in [
        (Request::new("PUT", "/r/No%20room").body("a"), 422),
        (Request::new("PUT", "/r/ops?username=%01").body("a"), 422),
        (put("{}").header("content-type", "application/json"), 415),
        (put("a").header("content-type", "multipart/form-data; boundary=x"), 415),
        (put("a").header("content-encoding", "gzip"), 415),
        (put("a").header("idempotency-key", &key), 422),
        (put("a").header("idempotency-key", "not an id"), 422),
        (put("a").header("origin", "https://elsewhere.example"), 403),
    ] {
        request.ask(server.place).await.problem(status);
    }
    assert_eq!(server.all("ops").await.len(), 0);
    server.stop().await;
}

/// A hundred lines that are refused are not what their sender takes them for; and the sender hears
/// so, though it has far more to send.
async fn what_is_no_text_at_all_is_not_read_to_its_end(kind: Kind) {
    let server = Server::start(kind).await;
    let body = format!("fine\n{}more\n", "\u{1}\n".repeat(100_000));
    let lines = lines(&put(body).ask(server.place).await);
    let refused = lines.iter().filter(|line| line["type"] == "rejected").count();
    assert_eq!(refused, 100);
    assert!(lines.iter().all(|line| line["type"] != "done"), "it is not whole");
    let last = lines.iter().rfind(|line| line["type"] == "rejected").unwrap();
    assert_eq!(last["line"], 101);
    assert!(last["detail"].as_str().unwrap().ends_with("no more is read"));
    // What had been read by then is counted: whoever goes on behind it sends nothing twice.
    let told = lines.iter().rfind(|line| line["type"] == "progress").unwrap();
    let number = |name: &str| told[name].as_u64().unwrap();
    assert!(number("lines") >= 101);
    assert_eq!(number("lines"), number("posted") + number("rejected"));
    assert_eq!(said(&server).await, ["ana: fine"]);
    server.stop().await;
}

async fn the_same_lines_again_post_nothing_twice(kind: Kind) {
    let mut server = Server::start(kind).await;
    let body = |lines: usize| (1..=lines).map(|n| format!("line {n}\n")).collect::<String>();
    let keyed = |lines| put(body(lines)).header("idempotency-key", "nightly-23");
    let (first, _) = done(&keyed(100).ask(server.place).await);
    if kind == Kind::Sqlite {
        server = server.restart().await;
    }
    let (second, _) = done(&keyed(100).ask(server.place).await);
    assert_eq!((&first["posted"], &first["cursor"]), (&second["posted"], &second["cursor"]));
    let (third, _) = done(&keyed(120).ask(server.place).await);
    assert_eq!((third["posted"].as_u64(), third["rejected"].as_u64()), (Some(120), Some(0)));
    let all = server.all("ops").await;
    assert_eq!(all.len(), 121);
    assert_eq!(all[120].id.as_str(), "nightly-23-120");
    // Empty lines count, so that a line's id is its place.
    let (_, refused) = done(
        &put("line 1\n\nline 2\n").header("idempotency-key", "nightly-23").ask(server.place).await,
    );
    let refused: Vec<_> =
        refused.iter().map(|line| (line["line"].as_u64(), line["status"].as_u64())).collect();
    assert_eq!(refused, [(Some(3), Some(409))]);
    server.stop().await;
}

/// Whoever pipes what happens may have nothing to say for longer than a body may usually take.
async fn a_line_is_posted_when_it_comes_and_not_at_the_end(kind: Kind) {
    let short = Duration::from_millis(50);
    let change = |limits: &mut Limits| *limits = Limits { body: short, ..limits.clone() };
    let server = Server::with(kind, |config| change(&mut config.limits)).await;
    let mut listener = server.listen("ops", tidings_shared::Mode::Sse, "after=0").await;
    let mut pour = Pour::open(&server).await;
    for n in 1..=3 {
        pour.say(&format!("line {n}\nand half of")).await;
        if n == 1 {
            assert_eq!(listener.message().await.seq, 1, "the room's welcome");
        }
        assert_eq!(listener.message().await.text, format!("line {n}"));
        if n == 1 {
            pour.begins().await;
        }
        let progress = pour.hears().await;
        assert_eq!(progress[0]["type"], "progress");
        assert_eq!(progress[0]["lines"], 2 * n - 1);
        tokio::time::sleep(3 * short).await;
        pour.say(" one\n").await;
        assert_eq!(listener.message().await.text, "and half of one");
        assert_eq!(pour.hears().await[0]["lines"], 2 * n);
    }
    pour.say("the last").await;
    pour.end().await;
    assert_eq!(listener.message().await.text, "the last");
    let last = pour.hears().await.pop().unwrap();
    assert_eq!((last["type"].as_str(), last["lines"].as_u64()), (Some("done"), Some(7)));
    assert_eq!(pour.hears().await, [] as [Value; 0], "the answer has ended");
    server.stop().await;
}

async fn a_body_that_breaks_off_has_posted_its_whole_lines(kind: Kind) {
    let server = Server::start(kind).await;
    let mut pour = Pour::open(&server).await;
    pour.say("one\ntwo\nthr").await;
    pour.begins().await;
    pour.hears().await;
    drop(pour);
    // The connection's end comes after all that was sent on it.
    server.until("/api/meter", |meter| meter["modes"]["post"]["open"] == 0).await;
    assert_eq!(said(&server).await, ["ana: one", "ana: two"]);
    server.stop().await;
}

async fn many_bodies_at_once_are_each_in_their_order(kind: Kind) {
    const LINES: usize = 3000;
    let server = Server::start(kind).await;
    let place = server.place;
    let answers = common::all_of((0..8).map(|who| async move {
        let body: String = (0..LINES).map(|n| format!("{n}\n")).collect();
        let request = Request::new("PUT", &format!("/r/ops?username=u{who}")).body(body);
        request.ask(place).await
    }))
    .await;
    for answer in &answers {
        assert_eq!(done(answer).0["posted"], LINES);
    }
    let all = server.all("ops").await;
    assert_eq!(all.len(), 8 * LINES + 1);
    for who in 0..8 {
        let name = format!("u{who}");
        let theirs = all.iter().filter(|m| m.username.as_str() == name);
        assert!(theirs.map(|m| m.text.as_str().to_owned()).eq((0..LINES).map(|n| n.to_string())));
    }
    server.stop().await;
}

async fn a_server_that_ends_says_how_far_it_came(kind: Kind) {
    let server = Server::start(kind).await;
    let mut pour = Pour::open(&server).await;
    pour.say("one\ntwo\nthr").await;
    pour.begins().await;
    let mut heard = pour.hears().await;
    let stopping = tokio::spawn(server.stopping());
    while heard.last().is_none_or(|line| line["type"] != "goaway") {
        heard = pour.hears().await;
    }
    assert!(heard.last().unwrap()["retry_ms"].as_u64().is_some());
    drop(pour);
    let server = stopping.await.unwrap();
    if kind == Kind::Sqlite {
        let server = server.start().await;
        assert_eq!(said(&server).await, ["ana: one", "ana: two"]);
        server.stop().await;
    }
}

/// A client may send all it has before it reads the answer: there is never so much of it that the
/// server would have to wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_no_answer_before_the_end_is_not_kept_waiting() {
    let server = Server::start(Kind::Over(Over::Http1)).await;
    let mut pour = Pour::open(&server).await;
    let lines: String = (0..2000).map(|n| format!("{n}\n")).collect();
    in_time("the body to be taken", async {
        for _ in 0..200 {
            pour.say(&lines).await;
        }
        pour.end().await;
    })
    .await;
    pour.begins().await;
    let mut told = Vec::new();
    while told.last().is_none_or(|line: &Value| line["type"] != "done") {
        told.extend(pour.hears().await);
    }
    assert_eq!(told.last().unwrap()["posted"], 400_000);
    server.stop().await;
}
