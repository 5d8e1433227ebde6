//! What a tab promises, whatever its transports do: told here action by action, as the hooks would.

use tidings_shared::{
    Cursor, Epoch, Event, Gap, Message, Mode, NewMessage, Page, Receipt, Text, Timestamp, Username,
    event::Hello, timeline::Delivery,
};

mod listening;

use super::*;
use crate::route::{Address, Field};

fn tab() -> Tab {
    let name = "ana".parse().unwrap();
    let (address, _) = Address::parse("/r/lobby", "mode=websocket", name);
    Tab::new(address, |at| (at.as_ms() / 86_400_000) as i64)
}

fn epoch() -> Epoch {
    "aaaaaaaa".parse().unwrap()
}

fn at(seq: u64) -> Cursor {
    Cursor::new(epoch(), seq)
}

fn message(seq: u64) -> Message {
    Message {
        seq,
        id: format!("m{seq}").parse().unwrap(),
        username: Username::from_log("leo"),
        text: Text::from_log("oi"),
        at: Timestamp::from_ms(seq * 1000),
    }
}

fn heard(event: Event, id: Option<Cursor>, now_ms: f64) -> Told {
    Told::Heard { event, id, now_ms }
}

fn hello(head: u64) -> Told {
    let hello = Hello { epoch: epoch(), head: at(head), mode: Mode::Websocket, heartbeat: 20 };
    heard(Event::Hello(hello), None, 0.0)
}

fn page(seqs: std::ops::RangeInclusive<u64>, cursor: u64) -> Page {
    Page { messages: seqs.map(message).collect(), cursor: at(cursor), more: false, gap: None }
}

fn polled(page: Page, now_ms: f64) -> Told {
    Told::Page { page, now_ms }
}

impl Tab {
    fn tell(&mut self, told: Told) {
        self.reduce(Action::Told(self.generation(), told));
    }

    fn change(&mut self, field: Field, text: &str) {
        let address = self.address().with(field, text).unwrap();
        self.reduce(Action::Went(address));
    }

    fn reader(&mut self, does: Reader) {
        self.reduce(Action::Reader(self.address().room.clone(), does));
    }

    fn write(&mut self, id: &str) {
        let (username, text) = (self.address().name.clone(), Text::from_log("oi"));
        let message = NewMessage { id: id.parse().unwrap(), username, text };
        self.reduce(Action::Wrote { message, at: Timestamp::from_ms(0) });
    }

    fn seqs(&self) -> Vec<u64> {
        let entries = self.room().shown().entries().iter();
        entries.filter_map(|entry| entry.message().map(|message| message.seq)).collect()
    }

    fn next_id(&self) -> Option<String> {
        self.next_to_send().map(|(room, message)| format!("{room}/{}", message.id))
    }
}

#[test]
fn a_reader_that_changes_mode_sees_each_message_once() {
    let mut tab = tab();
    tab.tell(hello(2));
    for seq in 1..=4 {
        tab.tell(heard(Event::Message(message(seq)), None, 0.0));
    }
    tab.change(Field::Mode, "poll");
    assert_eq!(tab.cursor(), Some(at(4)));
    // An answer that was on its way when the mode changed overlaps with what is there.
    tab.tell(polled(page(3..=6, 6), 0.0));
    tab.change(Field::Mode, "sse");
    tab.tell(hello(7));
    for seq in 6..=8 {
        tab.tell(heard(Event::Message(message(seq)), Some(at(seq)), 0.0));
    }
    assert_eq!(tab.seqs(), (1..=8).collect::<Vec<_>>());
}

#[test]
fn what_an_earlier_transport_still_tells_is_ignored() {
    let mut tab = tab();
    let old = tab.generation();
    tab.change(Field::Room, "ops");
    tab.reduce(Action::Told(old, heard(Event::Message(message(1)), Some(at(1)), 0.0)));
    tab.reduce(Action::Told(old, Told::Up));
    tab.reduce(Action::Told(old, Told::Cost(Traffic::opened(), 0.0)));
    assert_eq!(tab.seqs(), [0; 0]);
    assert_eq!(tab.link(), &Link::default());
    assert_eq!(tab.cost().bytes(), 0);
}

#[test]
fn a_message_without_a_cursor_lies_in_the_log_of_the_hello_or_of_the_gap() {
    let mut tab = tab();
    tab.tell(heard(Event::Message(message(1)), None, 0.0));
    assert_eq!(tab.seqs(), [0; 0], "of which log, nobody has said");
    tab.tell(hello(1));
    tab.tell(heard(Event::Message(message(1)), None, 0.0));
    assert_eq!(tab.cursor(), Some(at(1)));
    let resume: Cursor = "bbbbbbbb:0".parse().unwrap();
    let gap = Gap { after: "aaaaaaaa:1".into(), resume, reason: "another log".into() };
    tab.tell(heard(Event::Gap(gap), None, 0.0));
    tab.tell(heard(Event::Message(message(1)), None, 0.0));
    assert_eq!(tab.cursor(), Some(Cursor::new(resume.epoch, 1)));
    let rows = tab.rows(tab.room().shown().places()).len();
    assert_eq!(rows, 3, "the gap is shown between the two");
}

#[test]
fn an_empty_room_is_known_as_soon_as_the_server_has_spoken() {
    let mut tab = tab();
    assert!(!tab.room().is_known());
    tab.tell(hello(0));
    assert!(tab.room().is_known());
    assert_eq!(tab.cursor(), Some(at(0)), "and a break loses nothing that comes after");
}

#[test]
fn history_is_late_to_nobody_and_news_is() {
    let mut tab = tab();
    tab.tell(hello(2));
    tab.tell(heard(Event::Message(message(1)), None, 99_000.0));
    tab.tell(heard(Event::Message(message(2)), None, 99_000.0));
    assert_eq!(tab.cost().late_ms, None);
    tab.tell(heard(Event::Message(message(3)), None, 3_040.0));
    assert_eq!(tab.cost().late_ms, Some(40));
    tab.change(Field::Mode, "poll");
    tab.reduce(Action::Clock(0.0, 10.0, 1_005.0));
    tab.tell(polled(page(4..=5, 5), 6_000.0));
    assert_eq!(tab.cost().late_ms, Some(2_000), "by the server's clock");
}

#[test]
fn a_first_page_is_history() {
    let mut tab = tab();
    tab.change(Field::Mode, "poll");
    tab.tell(polled(page(8..=9, 9), 99_000.0));
    assert_eq!(tab.cost().late_ms, None);
    assert_eq!(tab.room().more(Side::Older), Some(at(8)), "7 and those before it can be had");
    tab.reader(Reader::Asks(Side::Older));
    assert_eq!(tab.room().loading(Side::Older), Loading::UnderWay);
    tab.reader(Reader::Older(8, None));
    assert_eq!(tab.room().loading(Side::Older), Loading::Failed);
    tab.reader(Reader::Older(8, Some(page(1..=7, 7))));
    assert_eq!(tab.seqs(), (1..=9).collect::<Vec<_>>());
    assert_eq!(tab.room().loading(Side::Older), Loading::Idle);
    assert_eq!(tab.room().more(Side::Older), None);
}

#[test]
fn a_new_mode_has_cost_nothing_yet_and_a_new_name_changes_no_account() {
    let mut tab = tab();
    tab.tell(Told::Cost(Traffic::request("/", 0), 0.0));
    tab.change(Field::Name, "bea");
    assert_eq!(tab.cost().traffic.requests, 1);
    tab.change(Field::Mode, "sse");
    assert_eq!(tab.cost(), &Cost::default());
}

#[test]
fn own_messages_go_out_in_the_order_of_writing_whatever_becomes_of_each() {
    let mut tab = tab();
    let room = tab.address().room.clone();
    for id in ["a", "b", "c"] {
        tab.write(id);
    }
    assert_eq!(tab.next_id().as_deref(), Some("lobby/a"));
    tab.reduce(Action::Trouble("no answer".into()));
    assert_eq!(tab.next_id().as_deref(), Some("lobby/a"), "nobody overtakes it");
    let receipt =
        Receipt { seq: 1, id: "a".parse().unwrap(), at: Timestamp::from_ms(1), cursor: at(1) };
    tab.reduce(Action::Sent(room.clone(), receipt));
    assert_eq!(tab.trouble(), None);
    tab.reduce(Action::Refused(room, "b".parse().unwrap(), "too long".into()));
    assert_eq!(tab.next_id().as_deref(), Some("lobby/c"));
    tab.reduce(Action::Retry("b".parse().unwrap()));
    assert_eq!(tab.next_id().as_deref(), Some("lobby/b"));
}

#[test]
fn a_refused_message_can_be_written_anew() {
    let mut tab = tab();
    tab.write("a");
    let id = "a".parse().unwrap();
    tab.reduce(Action::Refused(tab.address().room.clone(), "a".parse().unwrap(), "no".into()));
    let failed = &tab.room().timeline().outgoing()[0].delivery;
    assert_eq!(failed, &Delivery::Failed("no".into()));
    assert_eq!(tab.refused(&id).unwrap().text.as_str(), "oi");
    tab.reduce(Action::Discard(id));
    assert!(tab.room().is_empty());
}

#[test]
fn a_room_that_was_left_is_as_it_was_and_what_was_written_there_still_goes_out() {
    let mut tab = tab();
    tab.tell(hello(1));
    tab.tell(heard(Event::Message(message(1)), None, 0.0));
    tab.write("a");
    tab.change(Field::Room, "ops");
    assert_eq!(tab.seqs(), [0; 0]);
    assert_eq!(tab.next_id().as_deref(), Some("lobby/a"));
    tab.write("b");
    assert_eq!(tab.next_id().as_deref(), Some("ops/b"), "the room one is in comes first");
    tab.change(Field::Room, "lobby");
    assert_eq!((tab.seqs(), tab.cursor()), (vec![1], Some(at(1))));
}

#[test]
fn who_is_offline_stays_so_until_the_server_answers() {
    let mut tab = tab();
    let broke = |now_ms| Told::Broke { now_ms, retry_ms: now_ms + 1.0, why: "gone".into() };
    tab.tell(Told::Up);
    tab.tell(broke(1.0));
    assert_eq!(tab.link().name(), "connecting", "one quick retry is nobody's concern");
    tab.tell(broke(2.0));
    tab.tell(Told::Connecting);
    tab.change(Field::Mode, "sse");
    assert!(matches!(tab.link(), Link::Offline { since_ms: 1.0, .. }), "{:?}", tab.link());
    tab.tell(Told::Up);
    assert_eq!(tab.link(), &Link::Live);
    tab.tell(Told::Connecting);
    assert_eq!(tab.link(), &Link::default(), "a farewell is no break");
}

#[test]
fn somebody_who_has_said_it_writes_no_more() {
    let mut tab = tab();
    let leo = Username::from_log("leo");
    tab.tell(hello(1));
    tab.tell(heard(Event::Typing { username: leo.clone() }, None, 0.0));
    let me = tab.address().name.clone();
    assert_eq!(tab.room().people().writing(&me).as_deref(), Some("leo is writing"));
    tab.tell(heard(Event::Message(message(1)), None, 1.0));
    assert_eq!(tab.room().people().writing(&me), None);
    tab.tell(heard(Event::Typing { username: leo }, None, 2.0));
    tab.reduce(Action::Tick { now_ms: 60_000.0 });
    assert_eq!(tab.room().people().writing(&me), None);
}

#[test]
fn what_an_earlier_tab_left_goes_out_in_its_order_and_is_kept_until_then() {
    let mut left = tab();
    left.write("one");
    left.change(Field::Room, "ops");
    left.write("two");
    left.write("three");
    let kept: Vec<_> = left.unsent().collect();

    let mut tab = tab();
    kept.iter().for_each(|unsent| tab.reduce(Action::Left(unsent.clone())));
    assert_eq!(tab.unsent().collect::<Vec<_>>(), kept);
    tab.write("four");
    let mut sent = Vec::new();
    while let Some((room, message)) = tab.next_to_send() {
        sent.push(format!("{room}/{}", message.id));
        let seq = sent.len() as u64;
        let receipt = Receipt { seq, id: message.id, at: Timestamp::from_ms(0), cursor: at(seq) };
        tab.reduce(Action::Sent(room, receipt));
        assert_eq!(tab.unsent().count(), 4 - sent.len());
    }
    assert_eq!(sent, ["lobby/one", "lobby/four", "ops/two", "ops/three"]);
}

#[test]
fn what_is_refused_is_kept_and_what_is_given_up_is_not() {
    let mut tab = tab();
    tab.write("one");
    let (room, message) = tab.next_to_send().unwrap();
    tab.reduce(Action::Refused(room, message.id.clone(), "no".into()));
    assert_eq!(tab.unsent().count(), 1);
    tab.reduce(Action::Discard(message.id));
    assert_eq!(tab.unsent().count(), 0);
}

#[test]
fn what_was_said_last_is_ones_own_and_of_this_room() {
    let mut tab = tab();
    tab.tell(hello(1));
    tab.tell(heard(Event::Message(message(1)), None, 0.0));
    assert_eq!(tab.last_said(), None, "leo said it");
    let own =
        Message { username: "ana".parse().unwrap(), text: Text::from_log("sim"), ..message(2) };
    tab.tell(heard(Event::Message(own), None, 0.0));
    tab.tell(heard(Event::Message(message(3)), None, 0.0));
    assert_eq!(tab.last_said().map(Text::as_str), Some("sim"));
    tab.write("one");
    assert_eq!(tab.last_said().map(Text::as_str), Some("oi"));
    tab.change(Field::Room, "ops");
    assert_eq!(tab.last_said(), None);
}
