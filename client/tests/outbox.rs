//! The outbox against a server that misbehaves: whatever happens, each message is sent until it is
//! answered for, under one id, in order.

mod common;

use std::time::Duration;

use common::{PATIENCE, Script, Scripted, hello, serve};
use tidings_client::{
    Delivery, DeliveryError, Failure, FollowOptions, Ids, Outbox, Server, follow,
};
use tidings_shared::{Mode, NewMessage, Receipt, RoomName};

fn say(ids: &Ids, text: &str) -> NewMessage {
    NewMessage { id: ids.next(), username: "ana".parse().unwrap(), text: text.parse().unwrap() }
}

async fn fate(delivery: Delivery) -> Result<Receipt, DeliveryError> {
    tokio::time::timeout(PATIENCE, delivery).await.expect("it is answered for in time")
}

/// The texts that the server was sent, in order.
fn texts(scripted: &Scripted) -> Vec<String> {
    let posts = scripted.posts.lock().unwrap();
    let text = |post: &String| {
        let post: serde_json::Value = serde_json::from_str(post).unwrap();
        post["text"].as_str().unwrap().to_owned()
    };
    posts.iter().map(text).collect()
}

fn ids_of(scripted: &Scripted) -> Vec<String> {
    let posts = scripted.posts.lock().unwrap();
    let id = |post: &String| {
        let post: serde_json::Value = serde_json::from_str(post).unwrap();
        post["id"].as_str().unwrap().to_owned()
    };
    posts.iter().map(id).collect()
}

fn receipt(id: &str, seq: u64) -> String {
    format!(
        r#"{{"seq":{seq},"id":"{id}","at":"2026-11-23T15:36:09.692Z","cursor":"aaaaaaaa:{seq}"}}"#
    )
}

fn posted(seq: u64) -> String {
    receipt("{id}", seq).replacen('{', r#"{"type":"posted","#, 1)
}

fn created(message: &NewMessage, seq: u64) -> Script {
    Script::Answer(201, "application/json", receipt(message.id.as_str(), seq))
}

fn problem(status: u16, detail: &str) -> Script {
    let body = format!(r#"{{"title":"No","status":{status},"detail":"{detail}"}}"#);
    Script::Answer(status, "application/problem+json", body)
}

fn by_websocket(server: &Server, outbox: &Outbox) -> tidings_client::Follow {
    let options = FollowOptions::new(RoomName::lobby(), Mode::Websocket);
    follow(server, FollowOptions { outbox: Some(outbox.clone()), ..options })
}

#[tokio::test]
async fn over_http_a_busy_server_is_asked_again_under_the_same_id_and_a_refusal_is_final() {
    let ids = Ids::draw();
    let (um, dois) = (say(&ids, "um"), say(&ids, "dois"));
    let (server, scripted) = serve([
        problem(503, "busy"),
        Script::Answer(502, "text/html", "<h1>a proxy</h1>".into()),
        problem(422, "um is not allowed"),
        created(&dois, 1),
    ])
    .await;
    let outbox = Outbox::new(&server, RoomName::lobby());
    let (first, second) = (outbox.push(um.clone()), outbox.push(dois));
    let Err(DeliveryError::Refused(why)) = fate(first).await else { panic!("it is refused") };
    assert_eq!(why.detail, "um is not allowed");
    assert_eq!(fate(second).await.unwrap().seq, 1);
    assert_eq!(texts(&scripted), ["um", "um", "um", "dois"]);
    assert!(ids_of(&scripted)[..3].iter().all(|id| id == um.id.as_str()));
    assert_eq!((outbox.waiting(), outbox.trouble()), (0, None));
}

#[tokio::test]
async fn on_a_websocket_what_was_in_flight_is_sent_again_after_it_broke() {
    let ids = Ids::draw();
    let post = || "{post}".to_owned();
    let (server, scripted) = serve([
        // Takes two, answers for one, and breaks.
        Script::Say(vec![hello("aaaaaaaa:0", 20), post(), posted(1), post()]),
        Script::SayAndHang(vec![hello("aaaaaaaa:2", 20), post(), posted(2), post(), posted(3)]),
    ])
    .await;
    let outbox = Outbox::new(&server, RoomName::lobby());
    let _updates = by_websocket(&server, &outbox);
    let deliveries = ["um", "dois", "três"].map(|text| outbox.push(say(&ids, text)));
    for (delivery, seq) in deliveries.into_iter().zip(1..) {
        assert_eq!(fate(delivery).await.unwrap().seq, seq);
    }
    assert_eq!(texts(&scripted), ["um", "dois", "dois", "três"]);
    let sent = ids_of(&scripted);
    assert_eq!(sent[1], sent[2], "the same message has the same id");
}

#[tokio::test]
async fn on_a_websocket_not_now_is_asked_again_and_no_is_final() {
    let ids = Ids::draw();
    let rejected = |status: u16| {
        format!(r#"{{"type":"rejected","id":"{{id}}","status":{status},"detail":"no {status}"}}"#)
    };
    let post = || "{post}".to_owned();
    let (server, scripted) = serve([Script::SayAndHang(vec![
        hello("aaaaaaaa:0", 20),
        post(),
        rejected(503),
        post(),
        rejected(422),
        post(),
        posted(1),
    ])])
    .await;
    let outbox = Outbox::new(&server, RoomName::lobby());
    let _updates = by_websocket(&server, &outbox);
    let first = outbox.push(say(&ids, "um"));
    let Err(DeliveryError::Refused(why)) = fate(first).await else { panic!("it is refused") };
    assert_eq!(why.detail, "no 422");
    assert_eq!(fate(outbox.push(say(&ids, "dois"))).await.unwrap().seq, 1);
    assert_eq!(texts(&scripted), ["um", "um", "dois"]);
}

#[tokio::test]
async fn where_no_websocket_can_be_opened_http_carries() {
    let ids = Ids::draw();
    let um = say(&ids, "um");
    let (server, scripted) = serve([problem(403, "no WebSockets here"), created(&um, 1)]).await;
    let outbox = Outbox::new(&server, RoomName::lobby());
    let mut updates = by_websocket(&server, &outbox);
    let first = common::next(&mut updates).await;
    assert!(matches!(first, tidings_client::Update::Refused(_)), "{first:?}");
    assert_eq!(fate(outbox.push(um)).await.unwrap().seq, 1);
    assert_eq!(texts(&scripted), ["um"]);
}

#[tokio::test]
async fn while_a_websocket_is_tried_again_and_again_http_carries() {
    let ids = Ids::draw();
    let um = say(&ids, "um");
    // Without scripts the WebSocket is answered 503, however often it is tried.
    let (server, scripted) = serve([]).await;
    *scripted.to_posts.lock().unwrap() = Some(created(&um, 1));
    let outbox = Outbox::new(&server, RoomName::lobby());
    let mut updates = by_websocket(&server, &outbox);
    assert!(common::lost(&mut updates).await.0.contains("503"));
    assert_eq!(fate(outbox.push(um)).await.unwrap().seq, 1);
}

#[tokio::test]
async fn what_is_given_up_is_told_to_who_waits_for_it() {
    let server: Server = "127.0.0.1:1".parse().unwrap();
    let outbox = Outbox::new(&server, RoomName::lobby());
    let ids = Ids::draw();
    let (um, dois) = (say(&ids, "um"), say(&ids, "dois"));
    let deliveries = [outbox.push(um.clone()), outbox.push(dois.clone())];
    assert_eq!(outbox.abandon(), [um, dois]);
    for delivery in deliveries {
        assert_eq!(fate(delivery).await, Err(DeliveryError::Abandoned));
    }
    assert_eq!(outbox.stuck_for(), Duration::ZERO);
}

#[tokio::test]
async fn one_post_is_tried_until_the_time_is_up() {
    let ids = Ids::draw();
    let um = say(&ids, "um");
    let (server, scripted) = serve([problem(503, "busy"), created(&um, 1)]).await;
    let receipt = server.post_within(&RoomName::lobby(), &um, PATIENCE).await.unwrap();
    assert_eq!(receipt.seq, 1);
    assert_eq!(texts(&scripted), ["um", "um"]);
    let began = std::time::Instant::now();
    let patience = Duration::from_millis(300);
    let failure = server.post_within(&RoomName::lobby(), &um, patience).await.unwrap_err();
    assert!(matches!(&failure, Failure::Passing { why, .. } if why.contains("503")), "{failure}");
    assert!(began.elapsed() < PATIENCE / 2);
}
