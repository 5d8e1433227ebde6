//! What is read and what is not, as the reader comes, looks around and goes.

use tidings_shared::{Gap, Message, Text, Timeline, Timestamp, Username};

use super::*;

fn at(seq: u64) -> Cursor {
    Cursor::new("aaaaaaaa".parse().unwrap(), seq)
}

fn heard(seqs: std::ops::RangeInclusive<u64>) -> Timeline {
    let mut timeline = Timeline::default();
    for seq in seqs {
        hear(&mut timeline, seq, "ana");
    }
    timeline
}

fn hear(timeline: &mut Timeline, seq: u64, from: &str) {
    timeline.receive(at(seq), message(seq, from));
}

fn message(seq: u64, from: &str) -> Message {
    Message {
        seq,
        id: format!("m{seq}").parse().unwrap(),
        username: Username::from_log(from),
        text: Text::from_log("oi"),
        at: Timestamp::from_ms(seq),
    }
}

fn look(reading: &mut Reading, timeline: &Timeline, seqs: std::ops::RangeInclusive<u64>) {
    let window = timeline.shown();
    let look = Look {
        first: window.find(*seqs.start()).unwrap(),
        end: window.find(*seqs.end()).unwrap() + 1,
        at_end: window.newest() == Some(*seqs.end()),
        visible: true,
    };
    reading.looks(look, window, timeline.end(), true);
}

fn line(reading: &Reading, timeline: &Timeline) -> Option<u64> {
    let window = timeline.shown();
    let place = reading.line_in(window, &"bia".parse().unwrap())?;
    window.at(place)?.message().map(|message| message.seq)
}

/// What is unread above the view that begins with this message.
fn above(reading: &Reading, timeline: &Timeline, seq: u64) -> Option<(u64, u64)> {
    let (window, me) = (timeline.shown(), "bia".parse().unwrap());
    reading.unread_before(window.find(seq).unwrap(), window, timeline.end(), &me)
}

#[test]
fn what_was_in_view_is_read_and_nothing_else() {
    let timeline = heard(1..=50);
    let mut reading = Reading::default();
    reading.come(Some(at(10)));
    assert_eq!(line(&reading, &timeline), Some(11));
    assert_eq!(reading.unread(timeline.end()), Some((11, 40)));
    look(&mut reading, &timeline, 41..=50);
    assert_eq!(reading.read(), Some(at(10)), "what lies above was not seen");
    assert_eq!(reading.unread(timeline.end()), Some((11, 30)), "and what is in view was");
    look(&mut reading, &timeline, 5..=15);
    look(&mut reading, &timeline, 14..=25);
    assert_eq!(reading.read(), Some(at(25)));
    assert_eq!(reading.unread(timeline.end()), Some((26, 15)));
    assert_eq!(above(&reading, &timeline, 14), None, "what is unread lies below");
    assert_eq!(above(&reading, &timeline, 30), Some((26, 15)));
    look(&mut reading, &timeline, 30..=40);
    assert_eq!(reading.read(), Some(at(25)), "26 to 29 were left out");
    assert_eq!(reading.unread(timeline.end()), Some((26, 4)), "the end was seen");
    look(&mut reading, &timeline, 26..=29);
    assert_eq!(reading.read(), Some(at(50)), "from 30 on it was in view before");
    assert_eq!(line(&reading, &timeline), Some(11), "the line stays while one is there");
    assert_eq!(reading.unread(timeline.end()), None);
    reading.come(None);
    assert_eq!(line(&reading, &timeline), None, "and is gone when one comes back");
}

#[test]
fn who_is_at_the_end_reads_what_comes_however_much_it_is() {
    let mut timeline = heard(1..=50);
    let mut reading = Reading::default();
    look(&mut reading, &timeline, 40..=50);
    assert_eq!(reading.read(), Some(at(50)), "a first visit has no unread");
    for seq in 51..=150 {
        hear(&mut timeline, seq, "ana");
        reading.arrived(at(seq));
    }
    look(&mut reading, &timeline, 140..=150);
    assert_eq!(reading.read(), Some(at(150)));
    assert_eq!(line(&reading, &timeline), None);
}

#[test]
fn what_comes_while_nobody_looks_is_unread_when_one_is_back() {
    let mut timeline = heard(1..=50);
    let mut reading = Reading::default();
    look(&mut reading, &timeline, 40..=50);
    let away = Look { visible: false, ..reading.look() };
    reading.looks(away, timeline.shown(), timeline.end(), true);
    for seq in 51..=53 {
        hear(&mut timeline, seq, "ana");
        reading.arrived(at(seq));
    }
    reading.come(None);
    assert_eq!(line(&reading, &timeline), Some(51));
    look(&mut reading, &timeline, 45..=53);
    assert_eq!(reading.read(), Some(at(53)));
    hear(&mut timeline, 54, "ana");
    reading.arrived(at(54));
    assert_eq!((reading.read(), line(&reading, &timeline)), (Some(at(54)), Some(51)));
}

#[test]
fn ones_own_words_are_not_new_and_what_was_unread_stays_so() {
    let mut timeline = heard(1..=50);
    let mut reading = Reading::default();
    reading.come(Some(at(50)));
    reading.writes(timeline.end());
    // A poll brings it, with what others said.
    hear(&mut timeline, 51, "ana");
    assert_eq!(line(&reading, &timeline), None);
    let mut reading = Reading::default();
    reading.come(Some(at(40)));
    reading.writes(timeline.end());
    assert_eq!(line(&reading, &timeline), Some(41), "nothing of it was read");
    look(&mut reading, &timeline, 38..=50);
    reading.writes(timeline.end());
    assert_eq!(line(&reading, &timeline), Some(41));
}

/// All of 50 was read, and the reader has gone up.
fn scrolled_up_while_51_to_80_come() -> (Timeline, Reading) {
    let mut timeline = heard(1..=50);
    let mut reading = Reading::default();
    look(&mut reading, &timeline, 40..=50);
    look(&mut reading, &timeline, 20..=30);
    for seq in 51..=80 {
        hear(&mut timeline, seq, "ana");
        reading.arrived(at(seq));
    }
    (timeline, reading)
}

#[test]
fn who_goes_to_the_newest_lets_be_what_came_meanwhile() {
    let (mut timeline, mut reading) = scrolled_up_while_51_to_80_come();
    reading.jumps(timeline.end());
    look(&mut reading, &timeline, 70..=80);
    hear(&mut timeline, 81, "ana");
    reading.arrived(at(81));
    assert_eq!((reading.read(), reading.unread(timeline.end())), (Some(at(81)), None));
    // What was unread before stays so.
    reading.come(Some(at(81)));
    hear(&mut timeline, 82, "ana");
    reading.jumps(timeline.end());
    assert_eq!(reading.unread(timeline.end()), Some((82, 1)));
}

#[test]
fn who_comes_to_the_end_past_something_is_told_that_it_is_unread() {
    let (timeline, mut reading) = scrolled_up_while_51_to_80_come();
    look(&mut reading, &timeline, 70..=80);
    assert_eq!(reading.unread(timeline.end()), Some((51, 19)));
}

#[test]
fn what_comes_while_one_is_at_the_end_is_not_unread_for_what_was_left_out_before() {
    let (mut timeline, mut reading) = scrolled_up_while_51_to_80_come();
    look(&mut reading, &timeline, 70..=80);
    for seq in 81..=95 {
        hear(&mut timeline, seq, "ana");
        reading.arrived(at(seq));
        look(&mut reading, &timeline, seq - 10..=seq);
    }
    assert_eq!(reading.unread(timeline.end()), Some((51, 19)));
    assert_eq!(reading.read(), Some(at(50)));
    // What is left out at the end is counted.
    for seq in 96..=120 {
        hear(&mut timeline, seq, "ana");
    }
    look(&mut reading, &timeline, 110..=120);
    assert_eq!(reading.unread(timeline.end()), Some((51, 59)));
    look(&mut reading, &timeline, 100..=109);
    look(&mut reading, &timeline, 51..=105);
    assert_eq!((reading.read(), reading.unread(timeline.end())), (Some(at(120)), None));
}

#[test]
fn a_line_that_lies_further_back_is_known_of_and_not_shown_elsewhere() {
    let timeline = heard(101..=150);
    let mut reading = Reading::default();
    reading.come(Some(at(40)));
    assert_eq!(line(&reading, &timeline), None);
    assert_eq!(reading.unread(timeline.end()), Some((41, 110)));
    assert_eq!(above(&reading, &timeline, 101), Some((41, 110)));
    look(&mut reading, &timeline, 101..=120);
    assert_eq!(reading.read(), Some(at(40)), "41 to 100 are not even here");
    reading.read_all(timeline.end());
    assert_eq!((reading.read(), reading.unread(timeline.end())), (Some(at(150)), None));
    let mut reading = Reading::default();
    reading.come(Some(at(100)));
    assert_eq!(line(&reading, &timeline), Some(101));
}

#[test]
fn ones_own_words_are_no_news_wherever_one_said_them() {
    let mut timeline = heard(1..=3);
    let mut reading = Reading::default();
    reading.come(Some(at(3)));
    for seq in 4..=5 {
        hear(&mut timeline, seq, "bia");
    }
    assert_eq!(line(&reading, &timeline), None);
    for (seq, from) in [(6, "ana"), (7, "bia")] {
        hear(&mut timeline, seq, from);
    }
    assert_eq!(line(&reading, &timeline), Some(6));
}

#[test]
fn another_tab_may_have_read_further() {
    let mut reading = Reading::default();
    reading.come(Some(at(7)));
    reading.come(Some(at(5)));
    assert_eq!(reading.read(), Some(at(7)));
    reading.come(Some(at(9)));
    assert_eq!(reading.read(), Some(at(9)));
}

#[test]
fn over_a_log_that_was_lost_one_reads_the_one_in_its_place() {
    let mut timeline = heard(1..=50);
    let mut reading = Reading::default();
    reading.come(Some(at(50)));
    let other = |seq| Cursor::new("bbbbbbbb".parse().unwrap(), seq);
    let reason = "another log".into();
    timeline.gap(Gap { after: at(50).to_string(), resume: other(0), reason });
    for seq in 1..=2 {
        timeline.receive(other(seq), message(seq, "ana"));
    }
    let window = timeline.shown();
    let places = window.places();
    let view = |first, end| Look { first, end, at_end: end == places.end, visible: true };
    reading.looks(view(places.start, places.start + 40), window, window, true);
    assert_eq!(reading.read(), Some(at(50)), "nothing of the new one was in view");
    reading.looks(view(places.end - 10, places.end), window, window, true);
    assert_eq!(reading.read(), Some(other(2)));
    assert_eq!(reading.unread(window), None);
}
