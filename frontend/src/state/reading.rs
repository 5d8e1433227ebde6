//! How far a room has been read, and what one looks at. A message was read when it has been in view, in
//! a tab that is shown, and nothing before it was left out: whoever opens a room at its end has not read
//! what lies above. What was in view behind that is remembered, so that it isn't counted as unread.

use tidings_shared::{Cursor, timeline::Window};

/// What of the conversation is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The place of the first line in view.
    pub first: u64,
    /// The place behind the last one.
    pub end: u64,
    /// Whether the reader is at the newest message and stays with it.
    pub at_end: bool,
    /// Whether somebody looks at the tab at all.
    pub visible: bool,
}

/// How far a room has been read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reading {
    read: Option<Cursor>,
    /// How far it had been read when the reader came: the unread begin behind it.
    line: Option<Cursor>,
    /// What was in view behind something that was left out: from behind the first number to the second.
    later: Option<(u64, u64)>,
    look: Look,
    /// All was read, and the reader is there when more comes.
    follows: bool,
}

impl Reading {
    /// How far it has been read; nothing is known of a room that was never looked at.
    #[must_use]
    pub fn read(&self) -> Option<Cursor> {
        self.read
    }

    /// What was seen last.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// The reader comes: to the room, or back to the tab. Another tab may have read further.
    pub fn come(&mut self, kept: Option<Cursor>) {
        let further = |kept: &Cursor| {
            self.read.is_none_or(|read| read.epoch != kept.epoch || read.seq < kept.seq)
        };
        if let Some(kept) = kept.filter(further) {
            self.read = Some(kept);
            self.later = None;
        }
        self.line = self.read;
    }

    /// The reader looks at these lines of a window; `end` is the one with the newest messages. While what
    /// was missed still comes in, nobody can read it: it is gone from the view before it is seen.
    pub fn looks(&mut self, look: Look, window: &Window, end: &Window, caught_up: bool) {
        self.look = look;
        self.follows = false;
        let (Some(epoch), true) = (window.epoch(), look.visible && caught_up) else { return };
        if let Some(seen) = window.seq_before(look.end) {
            let before = window.seq_before(look.first).unwrap_or_else(|| {
                // Nothing is known of what stands before it, unless it is the beginning.
                let first = window.at(look.first).filter(|_| window.has_more_before());
                first.and_then(|line| line.message()).map_or(0, |message| message.seq - 1)
            });
            let so_far = self.so_far(epoch);
            if so_far != self.read {
                self.later = None;
            }
            if so_far.is_some_and(|read| read.seq < before) {
                // Whoever is at the end must be told that something is unread.
                self.line = self.line.or(self.read.filter(|_| look.at_end));
                self.later = Some(match self.later {
                    Some((from, to)) if from <= seen && before <= to => {
                        (from.min(before), to.max(seen))
                    }
                    Some(later) if later.1 > seen => later,
                    _ => (before, seen),
                });
            } else {
                let reached = self.later.filter(|(from, _)| *from <= seen);
                if reached.is_some() {
                    self.later = None;
                }
                let seen = reached.map_or(seen, |(_, to)| to.max(seen));
                if so_far.is_none_or(|read| read.seq < seen) {
                    self.read = Some(Cursor::new(epoch, seen));
                }
            }
        }
        self.follows = look.at_end && self.has_read_all(end);
    }

    /// A message has come at the log's end.
    pub fn arrived(&mut self, at: Cursor) {
        if self.follows {
            if self.line == self.read {
                self.line = None;
            }
            self.read = Some(at);
        }
    }

    /// The reader writes: where nothing was unread before, one's own words aren't either, by whatever way
    /// they come back.
    pub fn writes(&mut self, end: &Window) {
        if self.has_read_all(end) {
            self.line = None;
        }
    }

    /// The reader goes to the newest message. What has come while one was here is read by it: one has seen
    /// how many it was, and let them be. What was unread before stays so.
    pub fn jumps(&mut self, end: &Window) {
        if self.line.is_none() {
            self.read_all(end);
        }
    }

    /// The reader says that it is all read.
    pub fn read_all(&mut self, end: &Window) {
        if let Some(cursor) = newest(end) {
            self.read = Some(cursor);
            self.line = None;
            self.later = None;
            self.follows = self.look.visible && self.look.at_end;
        }
    }

    /// Where the unread begin in this window: the place of the first one, if it is there and others
    /// stand before it, or nothing does.
    #[must_use]
    pub fn line_in(&self, window: &Window) -> Option<u64> {
        let line = self.line.filter(|line| Some(line.epoch) == window.epoch())?;
        let place = window.behind(line.seq);
        let begins = place == window.places().start;
        let known = !begins || !window.has_more_before() || window.oldest() == Some(line.seq + 1);
        (place < window.places().end && known).then_some(place)
    }

    /// What was not read when the reader came, and has not been in view since: the first of them, and about
    /// how many.
    #[must_use]
    pub fn unread(&self, end: &Window) -> Option<(u64, u64)> {
        let (line, newest) = (self.line?, newest(end)?);
        let read = self.read.filter(|_| line.epoch == newest.epoch && !self.has_read_all(end))?;
        let seen = self.later.map_or(0, |(from, to)| to - from);
        (read.epoch == line.epoch)
            .then(|| (read.seq + 1, (newest.seq - read.seq).saturating_sub(seen)))
    }

    fn so_far(&self, epoch: tidings_shared::Epoch) -> Option<Cursor> {
        let anew = Cursor::new(epoch, 0);
        self.read.map(|read| if read.epoch == epoch { read } else { anew })
    }

    fn has_read_all(&self, end: &Window) -> bool {
        let newest = newest(end);
        self.read
            .zip(newest)
            .is_some_and(|(read, newest)| read.epoch == newest.epoch && read.seq >= newest.seq)
    }
}

fn newest(window: &Window) -> Option<Cursor> {
    Some(Cursor::new(window.epoch()?, window.newest()?))
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Message, Text, Timeline, Timestamp, Username};

    use super::*;

    fn at(seq: u64) -> Cursor {
        Cursor::new("aaaaaaaa".parse().unwrap(), seq)
    }

    fn heard(seqs: std::ops::RangeInclusive<u64>) -> Timeline {
        let mut timeline = Timeline::default();
        for seq in seqs {
            hear(&mut timeline, seq);
        }
        timeline
    }

    fn hear(timeline: &mut Timeline, seq: u64) {
        let message = Message {
            seq,
            id: format!("m{seq}").parse().unwrap(),
            username: Username::from_log("ana"),
            text: Text::from_log("oi"),
            at: Timestamp::from_ms(seq),
        };
        timeline.receive(at(seq), message);
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
        let place = reading.line_in(window)?;
        window.at(place)?.message().map(|message| message.seq)
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
            hear(&mut timeline, seq);
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
            hear(&mut timeline, seq);
            reading.arrived(at(seq));
        }
        reading.come(None);
        assert_eq!(line(&reading, &timeline), Some(51));
        look(&mut reading, &timeline, 45..=53);
        assert_eq!(reading.read(), Some(at(53)));
        hear(&mut timeline, 54);
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
        hear(&mut timeline, 51);
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
            hear(&mut timeline, seq);
            reading.arrived(at(seq));
        }
        (timeline, reading)
    }

    #[test]
    fn who_goes_to_the_newest_lets_be_what_came_meanwhile() {
        let (mut timeline, mut reading) = scrolled_up_while_51_to_80_come();
        reading.jumps(timeline.end());
        look(&mut reading, &timeline, 70..=80);
        hear(&mut timeline, 81);
        reading.arrived(at(81));
        assert_eq!((reading.read(), reading.unread(timeline.end())), (Some(at(81)), None));
        // What was unread before stays so.
        reading.come(Some(at(81)));
        hear(&mut timeline, 82);
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
            hear(&mut timeline, seq);
            reading.arrived(at(seq));
            look(&mut reading, &timeline, seq - 10..=seq);
        }
        assert_eq!(reading.unread(timeline.end()), Some((51, 19)));
        assert_eq!(reading.read(), Some(at(50)));
        // What is left out at the end is counted.
        for seq in 96..=120 {
            hear(&mut timeline, seq);
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
        look(&mut reading, &timeline, 101..=120);
        assert_eq!(reading.read(), Some(at(40)), "41 to 100 are not even here");
        reading.read_all(timeline.end());
        assert_eq!((reading.read(), reading.unread(timeline.end())), (Some(at(150)), None));
        let mut reading = Reading::default();
        reading.come(Some(at(100)));
        assert_eq!(line(&reading, &timeline), Some(101));
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
}
