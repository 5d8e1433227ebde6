//! What a room promises whoever reads it: bounded memory, nothing lost from under the reader's eyes, and
//! a way to every message.

use proptest::prelude::*;
use tidings_shared::{
    Cursor, Event, Gap, Message, Mode, NewMessage, Page, Text, Timestamp, TopicSet, Username,
    event::Hello,
};

use super::{
    Reader, Room,
    heard::{FAR, HELD},
};
use crate::state::{Loading, Look, Side, Sought};

fn at(seq: u64) -> Cursor {
    Cursor::new("aaaaaaaa".parse().unwrap(), seq)
}

fn message(seq: u64) -> Message {
    Message {
        seq,
        id: format!("m{seq}").parse().unwrap(),
        username: Username::from_log("leo"),
        text: Text::from_log("oi"),
        at: Timestamp::from_ms(seq),
    }
}

fn page(seqs: std::ops::RangeInclusive<u64>, more: bool) -> Page {
    Page { cursor: at(*seqs.end()), messages: seqs.map(message).collect(), more, gap: None }
}

fn hear(room: &mut Room, seqs: std::ops::RangeInclusive<u64>) {
    for seq in seqs {
        room.event(Event::Message(message(seq)), Some(at(seq)), 0.0);
    }
}

/// A room whose newest messages are `seqs`.
fn room(seqs: std::ops::RangeInclusive<u64>) -> Room {
    let mut room = Room::default();
    let hello = Hello { epoch: at(0).epoch, head: at(*seqs.end()), mode: Mode::Sse, heartbeat: 20 };
    room.event(Event::Hello(hello), None, 0.0);
    hear(&mut room, seqs);
    room
}

impl Room {
    fn seqs(&self) -> Vec<u64> {
        self.shown().entries().iter().filter_map(|line| line.message().map(|m| m.seq)).collect()
    }

    /// Somebody looks at these messages.
    fn look_at(&mut self, seqs: std::ops::RangeInclusive<u64>, at_end: bool) {
        let first = self.shown().find(*seqs.start()).unwrap();
        let end = self.shown().find(*seqs.end()).unwrap() + 1;
        self.reader(Reader::Looks(Look { first, end, at_end, visible: true }));
    }

    fn sought(&self) -> Sought {
        self.seek().unwrap().sought
    }

    fn found(&self) -> Option<u64> {
        let Sought::Found(place) = self.sought() else { return None };
        self.shown().at(place)?.message().map(|message| message.seq)
    }
}

#[test]
fn what_the_log_held_already_has_not_come_in() {
    let mut polled = Room::default();
    polled.page(page(1..=50, false));
    for mut room in [room(1..=50), polled] {
        assert_eq!(room.arrived(), 0);
        hear(&mut room, 51..=53);
        assert_eq!(room.arrived(), 3);
    }
}

#[test]
fn ones_own_message_that_comes_back_is_no_news() {
    for polls in [false, true] {
        let mut room = room(1..=50);
        room.look_at(20..=30, false);
        let Message { id, username, text, at: when, .. } = message(51);
        room.send(NewMessage { id, username, text }, when);
        match polls {
            true => drop(room.page(page(51..=52, false))),
            false => hear(&mut room, 51..=52),
        }
        assert_eq!((room.arrived(), room.news()), (2, 1));
    }
}

#[test]
fn at_the_newest_end_a_room_does_not_grow() {
    let mut room = room(1..=50);
    room.look_at(40..=50, true);
    let mut most = 0;
    for seq in 51..=50_000 {
        hear(&mut room, seq..=seq);
        most = most.max(room.shown().entries().len() as u64);
    }
    assert_eq!(most, HELD);
    assert_eq!(room.shown().newest(), Some(50_000));
    assert_eq!(room.read(), Some(at(50_000)), "who stays at the end reads what comes");
    let oldest = room.more(Side::Older).unwrap().seq;
    room.reader(Reader::Older(oldest, Some(page(oldest - 100..=oldest - 1, true))));
    assert_eq!(room.seqs()[0], oldest - 100);
}

#[test]
fn what_a_reader_far_up_looks_at_stays_while_the_end_goes_on() {
    let mut room = room(1..=200);
    room.look_at(190..=200, true);
    room.look_at(50..=60, false);
    hear(&mut room, 201..=200 + FAR);
    assert!(!room.timeline().is_apart());
    hear(&mut room, 201 + FAR..=100_000);
    assert!(room.timeline().is_apart());
    let held = room.shown().entries().len() + room.timeline().end().entries().len();
    assert!(held as u64 <= FAR + HELD, "{held} are held");
    assert!(room.shown().find(50).is_some() && room.shown().find(60).is_some());
    // Reading on, one comes to the end all the same.
    while let Some(from) = room.more(Side::Newer) {
        let last = (from.seq + 200).min(100_000);
        room.reader(Reader::Newer(from.seq, Some(page(from.seq + 1..=last, last < 100_000))));
    }
    assert_eq!(room.seqs(), (1..=100_000).collect::<Vec<_>>());
}

#[test]
fn what_a_reader_has_loaded_stays_however_much_it_is() {
    let mut room = room(1..=50_000);
    room.look_at(49_990..=50_000, true);
    room.look_at(1..=20, false);
    hear(&mut room, 50_001..=60_000);
    assert!(room.shown().find(1).is_some() && room.shown().find(50_000).is_some());
}

#[test]
fn a_message_is_found_in_what_is_shown_at_the_end_or_by_asking() {
    let mut room = room(900..=950);
    room.reader(Reader::Seeks(910, true));
    assert_eq!((room.found(), room.seek().unwrap().marks()), (Some(910), Some(910)));
    room.reader(Reader::Seeks(57, true));
    assert_eq!(room.sought(), Sought::Asked);
    let nth = room.seek().unwrap().nth;
    room.reader(Reader::Around(nth, Some((page(30..=57, true), Some(page(58..=90, true))))));
    assert_eq!(room.found(), Some(57));
    assert_eq!(room.seqs(), (30..=90).collect::<Vec<_>>());
    room.reader(Reader::Seeks(940, true));
    assert_eq!(room.found(), Some(940));
    assert!(!room.timeline().is_apart(), "it is at the end, which is shown again");
}

#[test]
fn a_message_that_is_not_there_or_not_to_be_had_changes_nothing_that_is_shown() {
    let mut room = room(900..=950);
    let shown = room.seqs();
    for (pages, sought) in
        [(Some((page(851..=950, true), None)), Sought::Missing), (None, Sought::Failed)]
    {
        room.reader(Reader::Seeks(99_999, true));
        let nth = room.seek().unwrap().nth;
        room.reader(Reader::Around(nth, pages));
        assert_eq!((room.sought(), room.seek().unwrap().marks()), (sought, None));
        assert_eq!(room.seqs(), shown);
    }
    // An answer to an earlier question comes when another one was asked.
    room.reader(Reader::Seeks(57, true));
    let nth = room.seek().unwrap().nth;
    room.reader(Reader::SeeksNone);
    room.reader(Reader::Around(nth, Some((page(30..=57, true), Some(page(58..=90, true))))));
    assert_eq!(room.seqs(), shown);
}

#[test]
fn the_first_unread_message_is_found_though_its_number_is_not() {
    let mut room = room(900..=950);
    room.reader(Reader::Comes(Some(at(41))));
    assert_eq!(room.reading().unread(room.timeline().end()), Some((42, 909)));
    room.reader(Reader::Seeks(42, false));
    let nth = room.seek().unwrap().nth;
    // The log has a hole there.
    room.reader(Reader::Around(nth, Some((page(30..=41, true), Some(page(45..=90, true))))));
    assert_eq!((room.found(), room.seek().unwrap().marks()), (Some(45), None));
    let line = room.reading().line_in(room.shown(), &"bia".parse().unwrap());
    assert_eq!(line, room.shown().find(45));
}

#[test]
fn nothing_is_asked_again_and_again_while_nothing_is_there() {
    let mut room = Room::default();
    room.reader(Reader::Seeks(57, true));
    let nth = room.seek().unwrap().nth;
    room.reader(Reader::Around(nth, Some((page(30..=57, true), Some(page(58..=60, false))))));
    assert_eq!(room.more(Side::Newer), Some(at(60)));
    room.reader(Reader::Newer(60, Some(Page { messages: vec![], ..page(60..=60, false) })));
    assert_eq!((room.more(Side::Newer), room.loading(Side::Newer)), (None, Loading::Idle));
    hear(&mut room, 50..=61);
    assert!(room.more(Side::Newer).is_some(), "the end has come, and may meet it");
    room.reader(Reader::Newer(60, Some(page(61..=61, false))));
    assert!(!room.timeline().is_apart());
    assert_eq!(room.seqs(), (30..=61).collect::<Vec<_>>());
}

#[test]
fn what_is_caught_up_with_is_new_and_what_is_said_meanwhile_is_read() {
    let mut room = room(1..=50);
    room.look_at(40..=50, true);
    room.reader(Reader::Leaves);
    room.listens_anew();
    room.reader(Reader::Comes(room.read()));
    room.look_at(41..=50, true);
    let hello = Hello { epoch: at(0).epoch, head: at(80), mode: Mode::Sse, heartbeat: 20 };
    room.event(Event::Hello(hello), None, 0.0);
    for seq in 51..=80 {
        hear(&mut room, seq..=seq);
        if seq < 80 {
            room.look_at(seq - 9..=seq, true);
        }
    }
    assert_eq!(room.read(), Some(at(50)), "it was there for the blink of an eye");
    assert_eq!(
        room.reading().line_in(room.shown(), &"bia".parse().unwrap()),
        room.shown().find(51)
    );
    room.look_at(45..=60, false);
    room.look_at(60..=80, true);
    hear(&mut room, 81..=81);
    assert_eq!(room.read(), Some(at(81)));
    assert_eq!(
        room.reading().line_in(room.shown(), &"bia".parse().unwrap()),
        room.shown().find(51),
        "it stays"
    );
}

#[test]
fn a_room_that_is_left_keeps_little() {
    let mut room = room(1..=3_000);
    room.reader(Reader::Seeks(7, true));
    room.reader(Reader::Leaves);
    assert!(room.shown().entries().len() <= 200);
    assert_eq!(room.seek().unwrap().marks(), None);
    assert_eq!(room.more(Side::Older).map(|at| at.seq), room.shown().oldest());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever comes and wherever one looks, what is looked at stays, unless one follows the end; and
    /// the lines are the log's, one behind the other.
    #[test]
    fn nothing_is_taken_from_under_the_eyes(
        steps in prop::collection::vec((0u8..4, 1u64..3_000), 1..40)
    ) {
        let (mut room, mut last) = (room(1..=50), 50);
        let mut looks: Option<(u64, u64)> = None;
        for (step, n) in steps {
            let seqs = room.seqs();
            match step {
                0 => {
                    hear(&mut room, last + 1..=last + n);
                    last += n;
                }
                1 => {
                    let first = seqs[n as usize * (seqs.len() - 1) / 3_000];
                    let end = (first + 20).min(*seqs.last().unwrap());
                    room.look_at(first..=end, false);
                    looks = Some((first, end));
                }
                2 => {
                    room.reader(Reader::ToEnd);
                    let seqs = room.seqs();
                    room.look_at(seqs[seqs.len() - 10]..=*seqs.last().unwrap(), true);
                    looks = None;
                }
                _ => {
                    if let Some(from) = room.more(Side::Older) {
                        let begin = from.seq.saturating_sub(200).max(1);
                        let older = page(begin..=from.seq - 1, begin > 1);
                        room.reader(Reader::Older(from.seq, Some(older)));
                    }
                }
            }
            if let Some((first, end)) = looks {
                prop_assert!(room.shown().find(first).is_some() && room.shown().find(end).is_some());
            }
            let seqs = room.seqs();
            prop_assert!(seqs.is_sorted_by(|a, b| a + 1 == *b));
            prop_assert_eq!(room.timeline().end().newest(), Some(last));
            prop_assert!(room.timeline().end().entries().len() as u64 <= FAR + HELD + 10_000);
        }
    }
}

#[test]
fn a_log_that_was_lost_takes_its_topic_with_it() {
    let about = || TopicSet {
        topic: "Backups".parse().unwrap(),
        username: Username::from_log("leo"),
        at: Timestamp::from_ms(1),
    };
    let resume = |epoch: &str| Cursor::new(epoch.parse().unwrap(), 0);
    let gap = |epoch: &str| Gap {
        after: at(3).to_string(),
        resume: resume(epoch),
        reason: "lost".into(),
    };
    let tell = |room: &mut Room, epoch: &str, by_poll: bool| {
        let (cursor, gap) = (resume(epoch), gap(epoch));
        if by_poll {
            room.page(Page { cursor, messages: vec![], more: false, gap: Some(gap) });
        } else {
            room.event(Event::Gap(gap), None, 0.0);
        }
    };
    for by_poll in [false, true] {
        let mut room = room(1..=3);
        room.event(Event::Topic(about()), None, 0.0);
        tell(&mut room, "aaaaaaaa", by_poll);
        assert_eq!(room.topic(), Some(&about()), "the same log");
        tell(&mut room, "bbbbbbbb", by_poll);
        assert_eq!(room.topic(), None);
    }
}
