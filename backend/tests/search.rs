//! Search finds what was acknowledged, by what somebody types, whatever that is.

mod common;

use common::{
    Kind, Server,
    http::Request,
    on_both_stores,
    search::{address, page, texts, words},
};
use serde_json::Value;
use tidings_shared::{SearchPage, Timestamp, route};

on_both_stores!(
    what_was_acknowledged_is_found,
    words_phrases_and_beginnings_are_found,
    accents_case_and_other_scripts_are_found,
    filters_narrow_a_search,
    nothing_that_is_typed_is_an_operator,
    pages_are_complete_and_without_repetition_while_others_post,
    what_is_not_allowed_is_refused_with_a_sentence,
    searches_at_the_same_time_see_the_same,
);

async fn what_was_acknowledged_is_found(kind: Kind) {
    let server = Server::start(kind).await;
    assert_eq!(texts(&server, "backup").await, [""; 0]);
    assert_eq!(texts(&server, "welcome").await, ["Welcome user"], "the server's own words too");
    for n in 1..=30 {
        let receipt = server.post("ops", "ana", &format!("backup number{n}")).await;
        let page = page(&server, &format!("number{n} backup"), "").await;
        let newest = &page.results[0];
        assert_eq!((newest.room.as_str(), newest.message.seq), ("ops", receipt.seq));
        assert_eq!((&newest.message.id, newest.message.at), (&receipt.id, receipt.at));
        assert_eq!(newest.found, ["backup".to_owned(), format!("number{n}")]);
    }
    let all = texts(&server, "backup").await;
    let wanted: Vec<_> = (1..=30).rev().map(|n| format!("backup number{n}")).collect();
    assert_eq!(all, wanted, "newest first");
    // The same event as everywhere.
    let found: Value = server.get(&address("number30", "")).await.read();
    let polled: Value = server.get("/api/rooms/ops/messages?limit=1").await.read();
    assert_eq!(found["results"][0]["message"], polled["messages"][0]);
    assert_eq!(found["results"][0]["message"]["type"], "message");
    assert!(found["next"].is_null());
    server.stop().await;
}

async fn words_phrases_and_beginnings_are_found(kind: Kind) {
    let server = Server::start(kind).await;
    let reply = "> [Ana](/r/lobby#5): no\n\nyes";
    for text in
        ["the disk is full", "full is the disk", "the backup of the disks", "foo-bar", reply]
    {
        server.post("ops", "ana", text).await;
    }
    for (typed, wanted) in [
        ("disk full", &["full is the disk", "the disk is full"][..]),
        ("full disk the", &["full is the disk", "the disk is full"]),
        ("disk", &["the backup of the disks", "full is the disk", "the disk is full"]),
        ("DIS", &["the backup of the disks", "full is the disk", "the disk is full"]),
        ("dis full", &[]),
        ("\"disk is full\"", &["the disk is full"]),
        ("\"disk is ful\"", &[]),
        ("\"disk is full", &["the disk is full"]),
        ("\"the disk\"", &["full is the disk", "the disk is full"]),
        ("\"the disk\" back", &[]),
        ("\"of the\" back", &["the backup of the disks"]),
        ("foo-bar", &["foo-bar"]),
        ("foo:bar", &["foo-bar"]),
        ("bar-foo", &[]),
        ("isk", &[]),
        // Nobody sees where a link leads that has a label.
        ("lobby", &[]),
        ("ana yes", &["> [Ana](/r/lobby#5): no\n\nyes"]),
    ] {
        assert_eq!(texts(&server, typed).await, wanted, "{typed}");
    }
    assert_eq!(words(&server, "dis \"the backup\"").await, [""; 0]);
    assert_eq!(words(&server, "\"the backup\" dis").await, ["the backup", "disks"]);
    server.stop().await;
}

async fn accents_case_and_other_scripts_are_found(kind: Kind) {
    let server = Server::start(kind).await;
    for text in
        ["um café", "cafe\u{301}", "Привет, мир", "これは日本語です", "مرحبا بالعالم", "ship it🎉"]
    {
        server.post("ops", "ana", text).await;
    }
    for (typed, found) in [
        ("cafe", &["cafe\u{301}", "café"][..]),
        ("CAFÉ", &["cafe\u{301}", "café"]),
        ("приве", &["Привет"]),
        ("日本", &["日本"]),
        ("本日", &[]),
        ("بالعالم", &["بالعالم"]),
        ("🎉", &["🎉"]),
        ("it", &["it"]),
    ] {
        assert_eq!(words(&server, typed).await, found, "{typed}");
    }
    server.stop().await;
}

async fn filters_narrow_a_search(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "deploy one").await;
    server.post("dev", "Ana B", "deploy two").await;
    let at = server.post("dev", "leandro", "deploy three").await.at;
    for (typed, wanted) in [
        ("deploy", &["deploy one", "deploy three", "deploy two"][..]),
        ("deploy from:ana", &["deploy one"]),
        ("from:ANA", &["deploy one"]),
        ("from:\"Ana B\" deploy", &["deploy two"]),
        ("deploy in:dev", &["deploy three", "deploy two"]),
        ("deploy in:dev from:ana", &[]),
        ("in:dev", &["Welcome user", "deploy three", "deploy two"]),
        ("in:ops from:chat-room", &["Welcome user"]),
        ("from:nobody", &[]),
        ("in:nowhere deploy", &[]),
        ("colon:deploy", &[]),
        ("after:2000-01-01 deploy from:leandro", &["deploy three"]),
        ("before:2000-01-01", &[]),
    ] {
        // Two rooms may speak in the same millisecond.
        let mut found = texts(&server, typed).await;
        found.sort_unstable();
        assert_eq!(found, wanted, "{typed}");
    }
    let in_dev = page(&server, "deploy", "&room=dev").await;
    assert_eq!(in_dev.results.len(), 2);
    let by_filter = page(&server, "from:leandro", "").await;
    assert_eq!(by_filter.results[0].found, [""; 0]);
    // Both days themselves are left out.
    let day = |days: u64| Timestamp::from_ms(at.as_ms() + days * 86_400_000).to_string();
    let (today, tomorrow) = (&day(0)[..10], &day(1)[..10]);
    assert_eq!(texts(&server, &format!("deploy before:{tomorrow}")).await.len(), 3);
    assert_eq!(texts(&server, &format!("deploy after:{today}")).await.len(), 0);
    assert_eq!(texts(&server, &format!("three before:{today}")).await.len(), 0);
    server.stop().await;
}

async fn nothing_that_is_typed_is_an_operator(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "alpha beta").await;
    server.post("ops", "ana", "alpha NOT near OR and text").await;
    for typed in [
        "alpha*",
        "*alpha",
        "alpha OR",
        "NEAR(alpha beta)",
        "near(",
        "alpha AND beta",
        "(alpha",
        "alpha)",
        "text:alpha",
        "{text tags}:alpha",
        "tags:r1",
        "^alpha",
        "alpha + beta",
        "-alpha",
        "'alpha",
        "a;--",
        "\"alpha",
        "alpha\"",
        "alpha\"\"beta\"",
        "\"\"\"alpha",
        "alpha\0beta",
        "alpha\u{1}",
        "\u{2}x\u{3}",
        "\\",
        "%",
        "a_%",
        "\u{202e}alpha",
        "\u{fffd}x",
        "x\u{10ffff}",
    ] {
        let answer = server.get(&address(typed, "")).await;
        let refused = !typed.chars().any(char::is_alphanumeric);
        assert_eq!(answer.status, if refused { 422 } else { 200 }, "{typed:?}: {}", answer.text());
    }
    assert_eq!(texts(&server, "alpha OR near").await, ["alpha NOT near OR and text"]);
    assert_eq!(texts(&server, "alpha NOT beta").await, [""; 0], "NOT is a word");
    assert_eq!(texts(&server, "-alpha*").await.len(), 2, "signs are no words");
    assert_eq!(texts(&server, "alpha\0beta").await, ["alpha beta"]);
    assert_eq!(texts(&server, "r1").await, [""; 0], "what the index notes is no word");
    let long = "a ".repeat(256);
    assert_eq!(texts(&server, &long).await, [""; 0]);
    // What isn't UTF-8 is looked for as it is read.
    assert_eq!(server.get("/api/search?q=%FFalpha").await.status, 200);
    server.stop().await;
}

async fn pages_are_complete_and_without_repetition_while_others_post(kind: Kind) {
    let server = Server::start(kind).await;
    for room in ["one", "two", "three"] {
        server.fill(room, &format!("needle {room}"), 40).await;
    }
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = page(&server, "needle", &format!("&limit=7{cursor}")).await;
        assert!(page.results.len() <= 7);
        seen.extend(page.results);
        pages += 1;
        server.post("two", "ana", &format!("needle new {pages}")).await;
        match page.next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(pages, 18, "120 by 7");
    assert!(seen.is_sorted_by_key(|result| std::cmp::Reverse(result.message.at)));
    let mut names: Vec<_> = seen.iter().map(|r| (r.room.as_str(), r.message.seq)).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), seen.len()), (120, 120), "each once, and nothing that came later");
    assert_eq!(page(&server, "needle", "&limit=100").await.results.len(), 100);
    server.stop().await;
}

async fn what_is_not_allowed_is_refused_with_a_sentence(kind: Kind) {
    let server = Server::start(kind).await;
    server.post("ops", "ana", "x").await;
    for (query, status, sentence) in [
        ("", 422, "q has no word in it; q takes words, a \"phrase\", from:NAME"),
        ("q=", 422, "q takes words"),
        ("q=%20%22%22%20-", 422, "q takes words"),
        ("q=x&limit=0", 422, "limit is 0; use 1 to 100"),
        ("q=x&limit=101", 422, "limit is 101; use 1 to 100"),
        ("q=x&limit=x", 400, "use 1 to 100"),
        ("q=x&q=y", 400, "q is given twice"),
        ("q=x&room=Ops", 422, "1 to 64 of a-z"),
        ("q=x+in:ops&room=dev", 422, "room and in: name two rooms"),
        ("q=x+from:", 422, "takes 1 to 32"),
        ("q=x+before:yesterday", 422, "before:yesterday is no day; write it as before:2026-11-23"),
        ("q=x+after:2026-02-30", 422, "is no day"),
        ("q=x&cursor=x", 400, "cursor is none that a search gave"),
        ("q=x&cursor=abcdefgh:5", 422, "cursor is of another log"),
    ] {
        let detail = server.get(&format!("{}?{query}", route::SEARCH)).await.problem(status);
        assert!(detail.contains(sentence), "{query}: {detail}");
    }
    let detail = server.get(&address(&"é".repeat(257), "")).await.problem(422);
    assert!(detail.contains("q is 514 bytes") && detail.contains("at most 512 bytes"), "{detail}");
    assert_eq!(server.get(&address(&"é".repeat(256), "")).await.status, 200);
    Request::post("/api/search?q=x").body("x").ask(server.place).await.problem(405);
    server.stop().await;
}

async fn searches_at_the_same_time_see_the_same(kind: Kind) {
    let server = Server::start(kind).await;
    server.fill("ops", "needle", 3000).await;
    let place = server.place;
    let asks = (0..8).map(|_| async move {
        let answer = Request::get(&address("needle 3000", "")).ask(place).await;
        answer.read::<SearchPage>().results.len()
    });
    assert_eq!(common::all_of(asks).await, [1; 8]);
    // Whoever goes away in the middle leaves it in order.
    server.fill("ops", "thread", 3000).await;
    for _ in 0..5 {
        let mut connection = common::http::Connection::open(place).await;
        let head = format!("GET {} HTTP/1.1\r\nhost: x\r\n\r\n", address("thread", ""));
        connection.write(head.as_bytes()).await.unwrap();
    }
    let mut seen = 0;
    let mut cursor = String::new();
    loop {
        let page = page(&server, "thread", &format!("&limit=100{cursor}")).await;
        seen += page.results.len();
        match page.next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 3000);
    server.stop().await;
}
