//! What a tab promises about how it listens: what it chooses, what that costs, how late things come.

use super::*;
use crate::state::{Choice, choice::Fault};

/// A tab that chooses by itself.
fn auto() -> Tab {
    let mut tab = tab();
    tab.change(Field::Mode, "auto");
    tab
}

/// What has fallen from WebSocket to the stream.
fn fallen() -> Choice {
    let mut choice = Choice::default();
    assert!(choice.broke(0.0, Fault::Refused, true));
    choice
}

#[test]
fn what_it_chooses_is_how_it_listens_and_the_address_still_says_auto() {
    let mut tab = auto();
    assert_eq!(tab.address().mode, Mode::Websocket);
    let generation = tab.generation();
    tab.tell(Told::Cost(Traffic::request("/", 0), 0.0));
    tab.tell(Told::Chose(fallen()));
    assert_eq!(tab.address().mode, Mode::Sse);
    assert_eq!(tab.address().to_string(), "/r/lobby?mode=auto&name=ana");
    assert_eq!(tab.cost(), &Cost::default(), "another mode's costs begin at nothing");
    assert_eq!(tab.generation(), generation, "the transport that told it goes on");
}

#[test]
fn a_choice_outlives_the_room_and_the_name_but_not_another_choice_by_hand() {
    let mut tab = auto();
    tab.tell(Told::Chose(fallen()));
    tab.change(Field::Room, "ops");
    tab.change(Field::Name, "bea");
    assert_eq!(tab.address().mode, Mode::Sse);
    tab.change(Field::Mode, "poll");
    tab.change(Field::Mode, "auto");
    assert_eq!(tab.address().mode, Mode::Websocket, "asked again, it begins at the top");
    assert_eq!(tab.choice(), &Choice::default());
}

#[test]
fn what_another_room_told_chooses_nothing() {
    let mut tab = auto();
    let old = tab.generation();
    tab.change(Field::Mode, "long-poll");
    tab.reduce(Action::Told(old, Told::Chose(fallen())));
    assert_eq!(tab.address().mode, Mode::LongPoll);
}

#[test]
fn two_transports_at_once_show_each_message_once() {
    let mut tab = auto();
    tab.tell(hello(0));
    // The stream, and the WebSocket that is to follow it, each in order, one ahead of the other.
    for (stream, websocket) in [(1, 1), (2, 1), (3, 2), (3, 3), (4, 4), (4, 5)] {
        tab.tell(heard(Event::Message(message(stream)), Some(at(stream)), 9_000.0));
        tab.tell(heard(Event::Message(message(websocket)), None, 9_000.0));
    }
    assert_eq!(tab.seqs(), [1, 2, 3, 4, 5]);
    assert_eq!(tab.late().last().len(), 5, "and each is late once");
}

#[test]
fn each_message_of_a_poll_is_as_late_as_it_is() {
    let mut tab = tab();
    tab.change(Field::Mode, "poll");
    tab.tell(polled(page(1..=1, 1), 1_000.0));
    assert_eq!(tab.late().last(), [], "what was there before is history");
    tab.tell(polled(page(2..=4, 4), 4_100.0));
    let late = [(Mode::Poll, 2_100), (Mode::Poll, 1_100), (Mode::Poll, 100)];
    assert_eq!(tab.late().last(), late);
    tab.change(Field::Mode, "sse");
    tab.tell(hello(4));
    tab.tell(heard(Event::Message(message(5)), Some(at(5)), 5_007.0));
    assert_eq!(tab.late().last()[2..], [(Mode::Poll, 100), (Mode::Sse, 7)], "to be compared");
}

#[test]
fn the_last_minute_is_of_the_present_mode() {
    let mut tab = tab();
    tab.tell(Told::Cost(Traffic::request("/", 0), 1_000.0));
    tab.reduce(Action::Cost(Traffic::request("/", 10), 2_000.0));
    assert_eq!(tab.minute().sum(3_000.0).requests, 2);
    assert_eq!(tab.minute().sum(70_000.0).requests, 0);
    tab.change(Field::Mode, "sse");
    assert_eq!(tab.minute().sum(3_000.0).requests, 0);
}
