//! In which rooms one was called by name since one read them.

use tidings_shared::{Cursor, Message, RoomName, Username};

use super::rooms::{Read, There, read_in};
use crate::text::mentions;

/// The most messages of a room that are looked through at once, the newest: whoever comes back to
/// thousands is not helped by a count of all that is in them.
pub const LOOKED_THROUGH: u64 = 100;
/// The most rooms that are looked into at a time; the others come next.
const AT_A_TIME: usize = 6;

/// Where one was spoken to, as far as was looked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mentions {
    rooms: Vec<(RoomName, Looked)>,
}

/// How far one room was looked through.
#[derive(Clone, PartialEq, Debug)]
struct Looked {
    upto: Cursor,
    /// The places of the messages that speak to one.
    at: Vec<u64>,
}

/// A room to look into: the messages before this seq, so many of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// Which room.
    pub room: RoomName,
    /// The end of its log, which the look reaches.
    pub head: Cursor,
    /// How many of its newest messages.
    pub limit: u64,
}

impl Mentions {
    fn looked_into(&self, room: &RoomName) -> Option<&Looked> {
        self.rooms.iter().find(|(name, _)| name == room).map(|(_, looked)| looked)
    }

    /// The rooms in which something came since they were read and looked into, a few at a time.
    /// Rooms that one has not been in, or is in, are left out: nobody waits for one there.
    #[must_use]
    pub fn to_look_into(&self, there: &[There], read: &Read, present: &RoomName) -> Vec<Look> {
        let moved = there.iter().filter(|room| &room.room != present).filter_map(|room| {
            let head = room.head;
            let mut from = read_in(read, &room.room)
                .map(|read| if read.epoch == head.epoch { read.seq } else { 0 })?;
            if let Some(looked) = self.looked_into(&room.room)
                && looked.upto.epoch == head.epoch
            {
                from = from.max(looked.upto.seq);
            }
            let new = head.seq.saturating_sub(from).min(LOOKED_THROUGH);
            (new > 0).then(|| Look { room: room.room.clone(), head, limit: new })
        });
        moved.take(AT_A_TIME).collect()
    }

    /// What a look showed.
    pub fn looked(&mut self, look: Look, messages: &[Message], me: &Username) {
        let place = self.rooms.iter().position(|(room, _)| *room == look.room);
        let place = place.unwrap_or_else(|| {
            self.rooms.push((look.room, Looked { upto: look.head, at: Vec::new() }));
            self.rooms.len() - 1
        });
        let looked = &mut self.rooms[place].1;
        if looked.upto.epoch != look.head.epoch {
            looked.at.clear();
        }
        looked.upto = look.head;
        let to_me =
            messages.iter().filter(|m| &m.username != me && mentions(m.text.as_str(), me.as_str()));
        looked.at.extend(to_me.map(|message| message.seq));
    }

    /// How often one was spoken to in a room since it was read.
    #[must_use]
    pub fn unread(&self, room: &RoomName, read: Option<Cursor>) -> u64 {
        let Some(looked) = self.looked_into(room) else { return 0 };
        let from = read.filter(|read| read.epoch == looked.upto.epoch).map_or(0, |read| read.seq);
        looked.at.iter().filter(|&&seq| seq > from).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::{Text, Timestamp};

    use super::*;

    fn cursor(text: &str) -> Cursor {
        text.parse().unwrap()
    }

    fn message(seq: u64, from: &str, text: &str) -> Message {
        Message {
            seq,
            id: format!("m{seq}").parse().unwrap(),
            username: Username::from_log(from),
            text: Text::from_log(text),
            at: Timestamp::from_ms(seq),
        }
    }

    fn there(room: &str, head: &str) -> There {
        There {
            room: room.parse().unwrap(),
            head: cursor(head),
            last_at: None,
            topic: None,
            here: Default::default(),
        }
    }

    #[test]
    fn only_rooms_that_moved_since_they_were_read_are_looked_into_and_never_far_back() {
        let there = [
            there("art", "aaaaaaaa:9"),
            there("lobby", "aaaaaaaa:70"),
            there("new", "aaaaaaaa:5"),
            there("ops", "aaaaaaaa:5000"),
            there("same", "aaaaaaaa:4"),
        ];
        let read = Read::from(
            [
                ("art", "aaaaaaaa:2"),
                ("lobby", "aaaaaaaa:1"),
                ("ops", "aaaaaaaa:10"),
                ("same", "aaaaaaaa:4"),
            ]
            .map(|(room, at)| (room.parse().unwrap(), cursor(at))),
        );
        let mut seen = Mentions::default();
        let looks = seen.to_look_into(&there, &read, &RoomName::lobby());
        let short: Vec<_> = looks.iter().map(|look| (look.room.as_str(), look.limit)).collect();
        assert_eq!(short, [("art", 7), ("ops", LOOKED_THROUGH)]);
        for look in looks {
            seen.looked(look, &[], &"ana".parse().unwrap());
        }
        assert_eq!(seen.to_look_into(&there, &read, &RoomName::lobby()), []);
    }

    #[test]
    fn what_was_read_is_no_longer_waiting_and_ones_own_words_never_are() {
        let (me, ops): (Username, RoomName) = ("ana".parse().unwrap(), "ops".parse().unwrap());
        let mut seen = Mentions::default();
        let said =
            [message(3, "leo", "@ana?"), message(4, "ana", "@ana"), message(5, "leo", "@ana!")];
        let look = |head: &str| Look { room: ops.clone(), head: cursor(head), limit: 9 };
        seen.looked(look("aaaaaaaa:5"), &said, &me);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:2"))), 2);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:4"))), 1);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:5"))), 0);
        // Another log than the one that was read.
        seen.looked(look("bbbbbbbb:1"), &[message(1, "leo", "@ana")], &me);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:5"))), 1);
    }
}
