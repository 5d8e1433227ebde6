//! Both ways are held against the derives that the server uses.

use proptest::prelude::*;
use serde_json::Value;
use tidings_shared::{
    Event, NewMessage, Page, Problem, SearchPage, Timestamp, TopicSet, event::Command,
};

use super::*;
use crate::state::{Unsent, people::Here, rooms::There};

/// The same tree as serde_json makes it.
fn value(json: &Json<'_>) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => serde_json::from_str(number).unwrap(),
        Json::Text(text) => Value::String(text.to_string()),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Object(fields) => {
            fields.iter().map(|(name, json)| (name.to_string(), value(json))).collect()
        }
    }
}

proptest! {
    #[test]
    fn a_text_survives_writing_and_reading(text in any::<String>()) {
        let json = Object::default().text(&text, &text).end();
        let read = Json::parse(&json).unwrap();
        prop_assert_eq!(read.at(&text).as_str(), Some(&*text));
        let known: Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&known[&text], &text);
    }

    #[test]
    fn any_text_is_read_as_serde_reads_it_or_not_at_all(
        text in r#"([\[\]{}:, \n]|"a"|"\\[nu]?(d83d|00e9)?"|true|null|-?[0-9]{1,3}|é){0,12}"#,
    ) {
        let known = serde_json::from_str::<Value>(&text);
        match Json::parse(&text) {
            Some(json) => prop_assert!(known.is_err() || value(&json) == known.unwrap(), "{text}"),
            None => prop_assert!(known.is_err(), "{text}"),
        }
    }
}

#[test]
fn json_is_read() {
    let text = "\t{\"a\" : [1, -2.5e3, {}, [], \"\"],\r\n \"b\\u00e9\\ud83d\\ude00\":\"x\\\"\\\\\\/\\b\\f\\n\\r\\ty\",\
                \"c\":[true,false,null]} ";
    let json = Json::parse(text).unwrap();
    assert_eq!(value(&json), serde_json::from_str::<Value>(text).unwrap());
    assert!(matches!(json.at("c"), Json::List(items) if items.len() == 3));
    assert_eq!(json.at("a").at("b"), &Json::Null);
}

#[test]
fn what_is_not_json_is_refused() {
    for bad in [
        "",
        " ",
        "{",
        "[1",
        "[1,]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "[1 2]",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud83d\"",
        "\"\\ud83dxxxxxx\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ude00\"",
        "\"\n\"",
        "tru",
        "truest",
        "nul",
        "1}",
        "\u{e9}",
    ] {
        assert_eq!(Json::parse(bad), None, "{bad}");
    }
    let deep = |n| "[".repeat(n) + &"]".repeat(n);
    assert!(Json::parse(&deep(32)).is_some() && Json::parse(&deep(33)).is_none());
    assert!(Json::parse(&"[".repeat(1_000_000)).is_none());
}

#[test]
fn every_event_is_read() {
    for json in [
        r#"{"type":"message","seq":57,"id":"x","username":"ana","text":"a\nb","at":"2026-11-23T15:36:09.692Z"}"#,
        r#"{"type":"posted","seq":57,"id":"x","at":"2026-11-23T15:36:09.692Z","cursor":"k3f9a0zq:57"}"#,
        r#"{"type":"hello","epoch":"k3f9a0zq","head":"k3f9a0zq:9","mode":"sse","heartbeat":20}"#,
        r#"{"type":"heartbeat","at":"2026-11-23T15:36:09.692Z"}"#,
        r#"{"type":"gap","after":"aaaaaaaa:7","resume":"k3f9a0zq:0","reason":"another log"}"#,
        r#"{"type":"presence","joined":[{"username":"ana","mode":"long-poll"}],"left":[],"count":3,"nameless":2,"modes":{"long-poll":1}}"#,
        r#"{"type":"typing","username":"ana"}"#,
        r#"{"type":"topic","topic":"What runs","username":"ana","at":"2026-11-23T15:36:09.692Z"}"#,
        r#"{"type":"goaway","retry_ms":1200,"reason":"shutting down"}"#,
        r#"{"type":"rejected","id":"x","status":422,"detail":"no"}"#,
        r#"{"type":"rejected","status":422,"detail":"no","later":[{}]}"#,
    ] {
        let event: Event = serde_json::from_str(json).unwrap();
        assert_ne!(event, Event::Unknown);
        assert_eq!(read(json), Some(event));
    }
    assert_eq!(read(r#"{"seq":1,"type":"reac\u0074ion"}"#), Some(Event::Unknown));
    for bad in ["[]", r#"{"type":"hello"}"#, r#"{"type":7}"#] {
        assert_eq!(read::<Event>(bad), None, "{bad}");
    }
}

#[test]
fn every_answer_is_read() {
    const MESSAGE: &str =
        r#"{"seq":7,"id":"x","username":"chat-room","text":"é","at":"2026-11-23T15:36:09.692Z"}"#;
    let gap = r#"{"after":"aaaaaaaa:7","resume":"k3f9a0zq:0","reason":"another log"}"#;
    for gap in ["", ",\"gap\":null", &format!(",\"gap\":{gap}")] {
        let json = format!(r#"{{"messages":[{MESSAGE}],"cursor":"k3f9a0zq:7","more":true{gap}}}"#);
        assert_eq!(read::<Page>(&json), serde_json::from_str(&json).ok());
        assert!(read::<Page>(&json).is_some());
    }
    for next in ["null", "\"k3f9a0zq:57\""] {
        let json = format!(
            r#"{{"results":[{{"room":"a","message":{MESSAGE},"found":["é"]}}],"next":{next}}}"#
        );
        assert_eq!(read::<SearchPage>(&json), serde_json::from_str(&json).ok());
        assert!(read::<SearchPage>(&json).is_some());
    }
    for json in [
        r#"{"type":"about:blank","title":"No","status":422,"detail":"that"}"#,
        r#"{"type":"other","title":"No","status":422}"#,
        r#"{"title":"No","status":422}"#,
        r#"{"title":"No","status":65536}"#,
    ] {
        assert_eq!(read::<Problem>(json), serde_json::from_str(json).ok(), "{json}");
    }
    let there: There = read(r#"{"room":"a","head":"k3f9a0zq:7"}"#).unwrap();
    assert_eq!((there.last_at, there.topic, there.here.count), (None, None, 0));
    let there: There = read(r#"{"room":"a","head":"k3f9a0zq:7","last_at":"2026-11-23T15:36:09.692Z","here":{"count":2}}"#).unwrap();
    assert_eq!(
        (there.last_at.map(Timestamp::as_ms), there.here.count),
        (Some(1_795_448_169_692), 2)
    );
    let here: Here = read(
        r#"{"count":3,"nameless":2,"modes":{"raw":3},"people":[{"username":"ana","mode":"raw"}]}"#,
    )
    .unwrap();
    assert_eq!((here.nameless, here.people.len()), (2, 1));
    assert_eq!(read(r#"{"count":0}"#), Some(Here::default()));
}

#[test]
fn what_is_written_is_what_the_derives_write() {
    let json = r#"{"id":"x","username":"ana","text":"\"a\"\n\tb\\"}"#;
    let message: NewMessage = serde_json::from_str(json).unwrap();
    assert_eq!(new_message(&message), json);
    let at = "2026-11-23T15:36:09.692Z".parse().unwrap();
    let kept = Unsent { room: "ops".parse().unwrap(), message: message.clone(), at };
    assert_eq!(read(&unsent(&kept)), Some(kept));
    let NewMessage { id, username, text } = message;
    for said in
        [Command::Typing { username: username.clone() }, Command::Post { id, username, text }]
    {
        assert_eq!(command(said.clone()), serde_json::to_string(&said).unwrap());
    }
    let json = r#"{"messages":[{"seq":7,"id":"x","username":"ana","text":"é","at":"2026-11-23T15:36:09.692Z"},{"seq":8,"id":"y","username":"ana","text":"b","at":"2026-11-23T15:36:09.692Z"}],"cursor":"k3f9a0zq:8","more":false}"#;
    let page: Page = serde_json::from_str(json).unwrap();
    let messages: Vec<_> = page.messages.iter().collect();
    assert_eq!(had(&messages, page.cursor, None), json);
    let about = r#"{"topic":"the \"quay\"","username":"leo","at":"2026-11-23T15:36:09.692Z"}"#;
    let topic: TopicSet = serde_json::from_str(about).unwrap();
    let kept: Had = read(&had(&messages, page.cursor, Some(&topic))).unwrap();
    assert_eq!((kept.page, kept.topic), (page.clone(), Some(topic)));
    assert_eq!(read::<Had>(json).unwrap().topic, None);
    assert_eq!(Object::default().end(), "{}");
}
