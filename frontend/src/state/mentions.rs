//! In which rooms one was called by name since one read them; in those that one has not been in, since
//! the page was opened.

use tidings_shared::{Cursor, Message, RoomName, Username};

use super::rooms::{Read, There, read_in};
use crate::text::mentions;

/// The most messages of a room that are looked through at once, the newest: whoever comes back to
/// thousands is not helped by a count of all that is in them.
pub const LOOKED_THROUGH: u64 = 100;
/// The same of a room that one is not in: it may be a busy one that is nothing to one.
const OF_A_STRANGER: u64 = 20;
/// The most rooms that are looked into at a time; the others come next.
const AT_A_TIME: usize = 6;

/// Where one was spoken to, as far as was looked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mentions {
    rooms: Vec<(RoomName, Looked)>,
}

/// How far one room was looked through, or read; one that one is not in, from where it was when the page
/// was opened.
#[derive(Clone, PartialEq, Debug)]
struct Looked {
    upto: Cursor,
    /// The places of the messages that speak to one.
    at: Vec<u64>,
    /// Whether one was in it, and had not left it.
    own: bool,
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
    /// The rooms in which something came since they were read and looked into, a few at a time. The one
    /// that one is in is left out: there one sees it.
    #[must_use]
    pub fn to_look_into(&mut self, there: &[There], read: &Read, present: &RoomName) -> Vec<Look> {
        let opens = self.rooms.is_empty();
        let mut looks = Vec::new();
        for There { room, head, .. } in there {
            let read = read_in(read, room);
            let own = read.is_some() || room == present;
            let known = self.rooms.iter().position(|(name, _)| name == room);
            let place = known.unwrap_or_else(|| {
                let upto = if opens && !own { head.seq } else { 0 };
                let upto = Cursor::new(head.epoch, upto);
                self.rooms.push((room.clone(), Looked { upto, at: Vec::new(), own }));
                self.rooms.len() - 1
            });
            let looked = &mut self.rooms[place].1;
            if std::mem::replace(&mut looked.own, own) && !own {
                // One has left it, and what was said there before is no news.
                looked.at.clear();
                looked.upto = *head;
            }
            let seq = |cursor: Cursor| if cursor.epoch == head.epoch { cursor.seq } else { 0 };
            let from = seq(looked.upto).max(read.map_or(0, seq));
            // Strange rooms never take the places of one's own, however busy they are.
            let (most, at_a_time) = match read {
                Some(_) => (LOOKED_THROUGH, AT_A_TIME),
                None => (OF_A_STRANGER, AT_A_TIME / 2),
            };
            let limit = head.seq.saturating_sub(from).min(most);
            if limit > 0 && room != present && looks.len() < at_a_time {
                looks.push(Look { room: room.clone(), head: *head, limit });
            }
        }
        looks
    }

    /// What a look showed.
    pub fn looked(&mut self, look: &Look, messages: &[Message], me: &Username) {
        let known = self.rooms.iter_mut().find(|(room, _)| *room == look.room);
        let Some((_, looked)) = known else { return };
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
        let known = self.rooms.iter().find(|(name, _)| name == room);
        let Some((_, looked)) = known.filter(|(_, looked)| looked.own == read.is_some()) else {
            return 0;
        };
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
            seen.looked(&look, &[], &"ana".parse().unwrap());
        }
        assert_eq!(seen.to_look_into(&there, &read, &RoomName::lobby()), []);
    }

    #[test]
    fn in_a_room_that_one_is_not_in_only_what_is_said_from_now_on_counts() {
        let (me, lobby): (Username, _) = ("ana".parse().unwrap(), RoomName::lobby());
        let (left, made): (RoomName, RoomName) = ("left".parse().unwrap(), "made".parse().unwrap());
        let mut seen = Mentions::default();
        let at_first = [there("left", "aaaaaaaa:7"), there("old", "aaaaaaaa:90")];
        let read = Read::from([(left.clone(), cursor("aaaaaaaa:7"))]);
        assert_eq!(seen.to_look_into(&at_first, &read, &lobby), []);
        // One of them is left, another is made, and the old one is a busy one.
        let there = [
            there("left", "aaaaaaaa:8"),
            there("made", "aaaaaaaa:2"),
            there("old", "aaaaaaaa:190"),
        ];
        let looks = seen.to_look_into(&there, &Read::default(), &lobby);
        let short: Vec<_> = looks.iter().map(|look| (look.room.as_str(), look.limit)).collect();
        assert_eq!(short, [("made", 2), ("old", 20)], "what was said before one left is no news");
        for look in looks {
            let newest = message(look.head.seq, "leo", "@ana!");
            seen.looked(&look, &[newest], &me);
        }
        assert_eq!((seen.unread(&left, None), seen.unread(&made, None)), (0, 1));
        assert_eq!(seen.to_look_into(&there, &Read::default(), &lobby), []);
        // One goes there, is not said to have read anything yet, and leaves.
        let read = Read::from([(lobby.clone(), cursor("aaaaaaaa:1"))]);
        assert_eq!(seen.to_look_into(&there, &read, &made), []);
        assert_eq!(seen.unread(&made, None), 0);
        assert_eq!(seen.to_look_into(&there, &read, &lobby), []);
        assert_eq!(seen.unread(&made, None), 0, "what was said before one left is no news");
    }

    #[test]
    fn busy_strange_rooms_leave_places_for_ones_own() {
        let lobby = RoomName::lobby();
        let names = ["a", "b", "c", "d", "e", "f", "g", "mine"];
        let at = |head: &str| names.map(|name| there(name, head));
        let read = Read::from([("mine".parse().unwrap(), cursor("aaaaaaaa:5"))]);
        let mut seen = Mentions::default();
        assert_eq!(seen.to_look_into(&at("aaaaaaaa:5"), &read, &lobby), []);
        let looks = seen.to_look_into(&at("aaaaaaaa:9"), &read, &lobby);
        let rooms: Vec<_> = looks.iter().map(|look| look.room.as_str()).collect();
        assert_eq!(rooms, ["a", "b", "c", "mine"]);
    }

    #[test]
    fn what_was_read_is_no_longer_waiting_and_ones_own_words_never_are() {
        let (me, ops): (Username, RoomName) = ("ana".parse().unwrap(), "ops".parse().unwrap());
        let mut seen = Mentions::default();
        let said =
            [message(3, "leo", "@ana?"), message(4, "ana", "@ana"), message(5, "leo", "@ana!")];
        let mut look = |head: &str, said: &[Message]| {
            let read = Read::from([(ops.clone(), cursor("aaaaaaaa:2"))]);
            for look in seen.to_look_into(&[there("ops", head)], &read, &RoomName::lobby()) {
                seen.looked(&look, said, &me);
            }
            seen.clone()
        };
        let seen = look("aaaaaaaa:5", &said);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:2"))), 2);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:4"))), 1);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:5"))), 0);
        // Another log than the one that was read.
        let seen = look("bbbbbbbb:1", &[message(1, "leo", "@ana")]);
        assert_eq!(seen.unread(&ops, Some(cursor("aaaaaaaa:5"))), 1);
    }
}
