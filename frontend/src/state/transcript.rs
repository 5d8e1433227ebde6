//! The lines of the conversation as the page draws them: each with how it follows the one before. Only
//! those that are on the page are made, when it is drawn.

use std::ops::Range;

use tidings_shared::{
    Timestamp, Username,
    timeline::{Entry, Window},
};

/// Somebody's next message within this many milliseconds needs no new headline.
const RUN_MS: u64 = 5 * 60_000;

/// Tells the day of an instant, in the time zone of whoever reads: equal numbers, equal days.
pub type DayOf = fn(Timestamp) -> i64;

/// One line of the conversation and how it follows the one before.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Its place in the window.
    pub place: u64,
    /// The line.
    pub entry: Entry,
    /// A new day begins with it.
    pub new_day: bool,
    /// It goes on what the same person has just said.
    pub goes_on: bool,
    /// What was not read begins with it.
    pub first_unread: bool,
}

/// The lines at these places; what was not read begins at `unread`.
#[must_use]
pub fn rows(window: &Window, places: Range<u64>, unread: Option<u64>, day: DayOf) -> Vec<Row> {
    let mut before = places.start.checked_sub(1).and_then(|place| window.at(place));
    let rows = places.filter_map(|place| {
        let entry = window.at(place)?;
        let first_unread = unread == Some(place);
        let (new_day, goes_on) = match (before, entry) {
            (Some(Entry::Message(a)), Entry::Message(b)) => {
                follows((&a.username, a.at), (&b.username, b.at), day)
            }
            (_, Entry::Message(_)) => (true, false),
            (_, Entry::Gap(_)) => (false, false),
        };
        before = Some(entry);
        let goes_on = goes_on && !first_unread;
        Some(Row { place, entry: entry.clone(), new_day, goes_on, first_unread })
    });
    rows.collect()
}

/// How a message follows the one before it, told who says each, and when: whether a new day begins with
/// it, and whether it goes on what the same person has just said, and needs no headline of its own.
#[must_use]
pub fn follows(
    before: (&Username, Timestamp),
    next: (&Username, Timestamp),
    day: DayOf,
) -> (bool, bool) {
    let new_day = day(before.1) != day(next.1);
    let soon = next.1.as_ms().saturating_sub(before.1.as_ms()) < RUN_MS;
    (new_day, !new_day && soon && before.0 == next.0)
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Cursor, Gap, Message, Text, Timeline};

    use super::*;

    const DAY_MS: u64 = 86_400_000;

    fn day_of(at: Timestamp) -> i64 {
        (at.as_ms() / DAY_MS) as i64
    }

    fn timeline(messages: &[(&str, u64)]) -> Timeline {
        let mut timeline = Timeline::default();
        for (seq, (username, at)) in (1..).zip(messages) {
            let message = Message {
                seq,
                id: format!("m{seq}").parse().unwrap(),
                username: Username::from_log(username),
                text: Text::from_log("oi"),
                at: Timestamp::from_ms(*at),
            };
            timeline.receive(Cursor::new("aaaaaaaa".parse().unwrap(), seq), message);
        }
        timeline
    }

    #[test]
    fn days_and_runs_are_marked() {
        let timeline = timeline(&[
            ("ana", 0),
            ("ana", RUN_MS - 1),
            ("leo", RUN_MS),
            ("leo", RUN_MS * 2),
            ("leo", RUN_MS * 2 + 1),
            ("leo", DAY_MS),
        ]);
        let window = timeline.shown();
        let all = rows(window, window.places(), None, day_of);
        let marks: Vec<_> = all.iter().map(|row| (row.new_day, row.goes_on)).collect();
        let expected = [
            (true, false),
            (false, true),
            (false, false),
            (false, false),
            (false, true),
            (true, false),
        ];
        assert_eq!(marks, expected);
        // A part of them is what it is in the whole.
        let part = window.places().start + 2..window.places().end;
        assert_eq!(rows(window, part, None, day_of), all[2..]);
    }

    #[test]
    fn what_was_not_read_begins_with_a_headline() {
        let timeline = timeline(&[("ana", 0), ("ana", 1), ("ana", 2)]);
        let window = timeline.shown();
        let unread = window.find(2);
        let rows = rows(window, window.places(), unread, day_of);
        let marks: Vec<_> = rows.iter().map(|row| (row.first_unread, row.goes_on)).collect();
        assert_eq!(marks, [(false, false), (true, false), (false, true)]);
    }

    #[test]
    fn after_a_gap_the_day_is_said_again() {
        let mut timeline = timeline(&[("ana", 0)]);
        let resume = Cursor::new("bbbbbbbb".parse().unwrap(), 0);
        timeline.gap(Gap { after: "aaaaaaaa:1".into(), resume, reason: "another log".into() });
        let last = Message {
            seq: 1,
            id: "m".parse().unwrap(),
            username: Username::from_log("ana"),
            text: Text::from_log("oi"),
            at: Timestamp::from_ms(1),
        };
        timeline.receive(Cursor::new(resume.epoch, 1), last);
        let window = timeline.shown();
        let marks: Vec<_> = rows(window, window.places(), None, day_of)
            .iter()
            .map(|row| (row.new_day, row.goes_on))
            .collect();
        assert_eq!(marks, [(true, false), (false, false), (true, false)]);
    }
}
