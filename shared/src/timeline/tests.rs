//! What a reader's memory promises, whatever comes in whatever order.

mod any_order;

use proptest::prelude::*;

use super::*;
use crate::{Epoch, Text, Username};

fn epoch(name: &str) -> Epoch {
    name.parse().unwrap()
}

fn message(seq: u64) -> Message {
    Message {
        seq,
        id: format!("m{seq}").parse().unwrap(),
        username: Username::from_log("ana"),
        text: Text::from_log("oi"),
        at: Timestamp::from_ms(seq),
    }
}

fn at(seq: u64) -> Cursor {
    Cursor::new(epoch("aaaaaaaa"), seq)
}

fn seqs(window: &Window) -> Vec<u64> {
    window.entries().iter().filter_map(|e| e.message().map(|m| m.seq)).collect()
}

fn page(seqs: impl IntoIterator<Item = u64>, more: bool) -> Page {
    let messages: Vec<_> = seqs.into_iter().map(message).collect();
    let cursor = at(messages.last().map_or(0, |message| message.seq));
    Page { messages, cursor, more, gap: None }
}

fn own(id: &str) -> NewMessage {
    NewMessage {
        id: id.parse().unwrap(),
        username: Username::from_log("ana"),
        text: Text::from_log("oi"),
    }
}

/// A timeline that has heard these.
fn heard(seqs: std::ops::RangeInclusive<u64>) -> Timeline {
    let mut timeline = Timeline::default();
    for seq in seqs {
        timeline.receive(at(seq), message(seq));
    }
    timeline
}

proptest! {
    /// However a connection breaks and repeats, each message shows once and in order.
    #[test]
    fn replays_show_each_message_once(starts in prop::collection::vec((0u64..40, 1u64..20), 1..20)) {
        let mut timeline = Timeline::default();
        let mut reached = 0;
        for (back, length) in starts {
            // A transport may replay from before the cursor, never from beyond it.
            let from = reached.min(back);
            for seq in from + 1..=from + length {
                timeline.receive(at(seq), message(seq));
            }
            reached = reached.max(from + length);
        }
        prop_assert_eq!(seqs(timeline.shown()), (1..=reached).collect::<Vec<_>>());
        prop_assert_eq!(timeline.cursor(), Some(at(reached)));
    }
}

#[test]
fn another_epoch_is_shown_as_a_gap_and_starts_anew() {
    let mut timeline = heard(5..=5);
    let resume = Cursor::new(epoch("bbbbbbbb"), 0);
    timeline.gap(Gap { after: at(5).to_string(), resume, reason: "another log".into() });
    assert!(timeline.receive(Cursor::new(resume.epoch, 1), message(1)));
    assert_eq!(seqs(timeline.shown()), [5, 1]);
    assert_eq!(timeline.shown().oldest(), None);
    assert_eq!(timeline.shown().find(5), None, "5 of the log before is another message");
    timeline.keep_newest(1);
    assert_eq!(timeline.shown().oldest(), Some(1), "what is left is of one log again");
}

#[test]
fn an_own_message_is_pending_then_sent_then_part_of_the_log() {
    let mut timeline = Timeline::default();
    timeline.send(own("m7"), Timestamp::from_ms(0));
    assert_eq!(timeline.outgoing()[0].delivery, Delivery::Pending);
    let receipt =
        Receipt { seq: 7, id: "m7".parse().unwrap(), at: Timestamp::from_ms(7), cursor: at(7) };
    timeline.sent(receipt.clone());
    assert_eq!(timeline.outgoing()[0].delivery, Delivery::Sent(receipt.clone()));
    assert!(timeline.receive(at(7), message(7)));
    assert!(timeline.outgoing().is_empty());
    timeline.sent(receipt);
    assert!(timeline.outgoing().is_empty(), "a receipt that comes late changes nothing");
}

#[test]
fn a_failed_message_stays_and_is_retried_under_its_id() {
    let mut timeline = Timeline::default();
    timeline.send(own("m7"), Timestamp::from_ms(0));
    let id = "m7".parse().unwrap();
    assert_eq!(timeline.retry(&id), None, "what is pending is not sent twice");
    timeline.failed(&id, "offline");
    assert_eq!(timeline.retry(&id), Some(own("m7")));
    assert_eq!(timeline.outgoing()[0].delivery, Delivery::Pending);
    assert_eq!(timeline.discard(&id), None);
    timeline.failed(&id, "offline");
    assert_eq!(timeline.discard(&id), Some(own("m7")));
}

#[test]
fn history_goes_in_front_once_and_moves_no_place() {
    let mut timeline = heard(5..=6);
    let place = timeline.shown().find(6).unwrap();
    assert_eq!(timeline.older(5, page(3..=5, true)), 2);
    assert_eq!(timeline.older(5, page(3..=4, true)), 0, "it begins elsewhere by now");
    assert_eq!(seqs(timeline.shown()), [3, 4, 5, 6]);
    assert_eq!(timeline.shown().find(6), Some(place));
    assert!(timeline.shown().has_more_before());
    assert_eq!(timeline.cursor(), Some(at(6)));
}

#[test]
fn an_empty_page_still_moves_the_cursor() {
    let mut timeline = Timeline::default();
    let page = Page { messages: vec![], cursor: at(9), more: false, gap: None };
    assert_eq!(timeline.page(page), 0);
    assert_eq!(timeline.cursor(), Some(at(9)));
}

#[test]
fn a_place_far_back_is_shown_alone_until_it_has_reached_the_end() {
    let mut timeline = heard(900..=950);
    timeline.around(page(50..=57, true), page(58..=65, true));
    assert!(timeline.is_apart());
    assert_eq!(seqs(timeline.shown()), (50..=65).collect::<Vec<_>>());
    let place = timeline.shown().find(57);
    timeline.receive(at(951), message(951));
    assert_eq!(timeline.shown().newest(), Some(65), "what comes at the end is not shown here");
    timeline.newer(65, page(66..=899, true));
    assert!(!timeline.is_apart(), "899 and 900 have nothing between them");
    assert_eq!(seqs(timeline.shown()), (50..=951).collect::<Vec<_>>());
    assert_eq!(timeline.shown().find(57), place);
}

#[test]
fn what_was_let_go_can_be_had_again() {
    let mut timeline = heard(1..=100);
    timeline.keep_newest(10);
    assert_eq!(seqs(timeline.shown()), (91..=100).collect::<Vec<_>>());
    assert!(timeline.shown().has_more_before());
    timeline.older(91, page(1..=90, false));
    assert_eq!(seqs(timeline.shown()), (1..=100).collect::<Vec<_>>());
    assert!(!timeline.shown().has_more_before());
}

#[test]
fn a_reader_far_back_is_parted_from_an_end_that_grows() {
    let mut timeline = heard(1..=100);
    let place = timeline.shown().find(40).unwrap();
    timeline.part(place, 10);
    assert!(timeline.is_apart());
    assert_eq!(seqs(timeline.shown()), (1..=39).collect::<Vec<_>>());
    assert_eq!(seqs(timeline.end()), (91..=100).collect::<Vec<_>>());
    timeline.to_end();
    assert_eq!(seqs(timeline.shown()), (91..=100).collect::<Vec<_>>());
}
