//! The rooms there are, as the list shows them: first those that one has been in, with what is unread
//! in each. The order is by name, so that a room stays where one has found it.

use tidings_shared::{Cursor, RoomName, Timestamp, Topic, TopicSet, fold};

use super::{find::rank, mentions::Mentions, order::order};

/// How many rooms are shown that one has been in, and that one has not; the filter finds the others.
const OWN_SHOWN: usize = 100;
const OTHERS_SHOWN: usize = 12;

/// How far each room has been read, by the browser's memory. A list, which is looked through: a map
/// would bring ten times its code along.
pub type Read = Vec<(RoomName, Cursor)>;

/// How far this one has been.
#[must_use]
pub fn read_in(read: &Read, room: &RoomName) -> Option<Cursor> {
    read.iter().find(|(name, _)| name == room).map(|&(_, cursor)| cursor)
}

/// A room as the server lists it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct There {
    /// Which.
    pub room: RoomName,
    /// Its log's end.
    pub head: Cursor,
    /// When it was last spoken in.
    pub last_at: Option<Timestamp>,
    /// What it is about.
    pub topic: Option<TopicSet>,
    /// Who is there.
    pub here: HowMany,
}

/// How many listen in a room.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HowMany {
    /// The nameless included.
    pub count: u32,
}

/// A line of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Which room.
    pub name: RoomName,
    /// Whether one has been in it, and has not left it.
    pub joined: bool,
    /// About how many messages have come since it was read; the room one is in has none, nor has one that
    /// was never read.
    pub unread: u64,
    /// How many messages speak to one since then, as far as was looked.
    pub mentions: u64,
    /// When it was last spoken in, in milliseconds; 0 where nothing is known.
    pub last_ms: u64,
    /// What it is about.
    pub topic: Topic,
    /// Whether anybody listens there.
    pub peopled: bool,
}

/// The list, of those that are `there`. The room one is in is always among them, and so are those one
/// has been in: a room that has not been spoken in is no error. Others stand in the order in which
/// they were last spoken in: whoever looks there looks for where something happens.
#[must_use]
pub fn list(there: &[There], read: &Read, mentions: &Mentions, present: &RoomName) -> Vec<Listed> {
    let mut lines: Vec<Listed> = Vec::with_capacity(there.len() + 1);
    for room in there {
        lines.push(line(&room.room, Some(room), read, mentions, present));
    }
    for name in read.iter().map(|(name, _)| name).chain([present]) {
        // The server lists them by name, and those that it doesn't know find their place among them.
        let place = lines.partition_point(|room| room.name < *name);
        if lines.get(place).is_none_or(|room| room.name != *name) {
            lines.insert(place, line(name, None, read, mentions, present));
        }
    }
    let key = |room: &Listed| if room.joined { 0 } else { u64::MAX - room.last_ms };
    let keys: Vec<u64> = lines.iter().map(key).collect();
    order(&keys).into_iter().map(|at| lines[at].clone()).collect()
}

fn line(
    name: &RoomName,
    there: Option<&There>,
    read: &Read,
    mentions: &Mentions,
    present: &RoomName,
) -> Listed {
    let (is_present, read) = (name == present, read_in(read, name));
    let unread = match (read, there.map(|room| room.head)) {
        _ if is_present => 0,
        (Some(read), Some(head)) if read.epoch == head.epoch => head.seq.saturating_sub(read.seq),
        // Another log than the one that was read: all of it is new.
        (Some(_), Some(head)) => head.seq,
        _ => 0,
    };
    let (topic, joined) =
        (there.and_then(|room| room.topic.as_ref()), is_present || read.is_some());
    Listed {
        name: name.clone(),
        joined,
        unread,
        mentions: if unread > 0 || !joined { mentions.unread(name, read) } else { 0 },
        last_ms: there.and_then(|room| room.last_at).map_or(0, Timestamp::as_ms),
        topic: topic.map(|set| set.topic.clone()).unwrap_or_default(),
        peopled: there.is_some_and(|room| room.here.count > 0),
    }
}

/// What is shown of the list: one's own rooms, the others, and how many are not shown of both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown<'a> {
    /// Those one has been in.
    pub own: Vec<&'a Listed>,
    /// Those one has not.
    pub others: Vec<&'a Listed>,
    /// How many more there are, which the filter would find.
    pub hidden: usize,
}

/// The part of the list that fits the filter, never more than can be looked through.
#[must_use]
pub fn shown<'a>(list: &'a [Listed], filter: &str) -> Shown<'a> {
    let filter = fold(filter.trim().trim_start_matches('#'));
    let (mut keys, mut fitting) = (Vec::new(), Vec::new());
    for room in list {
        let rank = if filter.is_empty() { Some(0) } else { rank(room.name.as_str(), &filter) };
        if let Some(rank) = rank {
            keys.push(rank as u64);
            fitting.push(room);
        }
    }
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for at in order(&keys) {
        let side = if fitting[at].joined { &mut own } else { &mut others };
        side.push(fitting[at]);
    }
    let all = own.len() + others.len();
    own.truncate(OWN_SHOWN);
    others.truncate(OTHERS_SHOWN);
    let hidden = all - own.len() - others.len();
    Shown { own, others, hidden }
}

/// The room that stands `by` places further in the list of one's own; from the end, the list begins
/// anew. With `unread`, only rooms in which something waits count, those first that speak to one; and such of
/// the others too.
#[must_use]
pub fn step(list: &[Listed], present: &RoomName, forward: bool, unread: bool) -> Option<RoomName> {
    let own = list.iter().filter(|room| room.joined || unread && room.mentions > 0);
    let own: Vec<_> = own.collect();
    let at = own.iter().position(|room| &room.name == present)?;
    let mut others: Vec<_> = own[at + 1..].iter().chain(&own[..at]).copied().collect();
    if !forward {
        others.reverse();
    }
    let mut others = others.into_iter();
    let next = if unread {
        let mut waiting = others.filter(|room| room.unread + room.mentions > 0);
        let first = waiting.next();
        first.filter(|room| room.mentions > 0).or(waiting.find(|room| room.mentions > 0)).or(first)
    } else {
        others.next()
    };
    next.map(|room| room.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> RoomName {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Cursor {
        text.parse().unwrap()
    }

    fn there(room: &str, seq: u64, last_ms: u64) -> There {
        let last_at = Some(Timestamp::from_ms(last_ms));
        let head = at(&format!("aaaaaaaa:{seq}"));
        There { room: name(room), head, last_at, topic: None, here: HowMany::default() }
    }

    fn sample() -> Vec<Listed> {
        let there = [
            there("art", 3, 10),
            there("cats", 3, 30),
            there("dogs", 3, 20),
            there("lobby", 9, 40),
            there("ops", 12, 50),
            there("zoo", 5, 60),
        ];
        let read = Read::from([
            (name("lobby"), at("aaaaaaaa:9")),
            (name("ops"), at("aaaaaaaa:2")),
            (name("old"), at("bbbbbbbb:70")),
            (name("zoo"), at("bbbbbbbb:70")),
        ]);
        list(&there, &read, &Mentions::default(), &name("new"))
    }

    #[test]
    fn rooms_one_has_been_in_come_first_by_name_and_the_others_by_when_they_were_spoken_in() {
        let list = sample();
        let lines: Vec<_> =
            list.iter().map(|room| (room.name.as_str(), room.joined, room.unread)).collect();
        assert_eq!(
            lines,
            [
                ("lobby", true, 0),
                ("new", true, 0),
                ("old", true, 0),
                ("ops", true, 10),
                ("zoo", true, 5),
                ("cats", false, 0),
                ("dogs", false, 0),
                ("art", false, 0),
            ]
        );
    }

    #[test]
    fn the_room_one_is_in_has_nothing_unread() {
        let read = Read::from([(name("ops"), at("aaaaaaaa:2"))]);
        let list = list(&[there("ops", 12, 1)], &read, &Mentions::default(), &name("ops"));
        assert_eq!(list[0].unread, 0);
    }

    #[test]
    fn a_filter_finds_what_is_not_shown_and_the_best_comes_first() {
        let there: Vec<_> = (0..400).map(|n| there(&format!("team-{n}"), 1, n)).collect();
        let list = list(&there, &Read::new(), &Mentions::default(), &name("lobby"));
        let all = shown(&list, "");
        assert_eq!((all.own.len(), all.others.len(), all.hidden), (1, OTHERS_SHOWN, 388));
        let some = shown(&list, "Team-7");
        assert_eq!(some.others[0].name.as_str(), "team-7");
        assert_eq!(some.own.len(), 0);
        assert_eq!(shown(&list, "team-399"), shown(&list, " TEAM-399 "));
        assert_eq!(shown(&list, "team-399").others.len(), 1);
    }

    #[test]
    fn stepping_goes_round_ones_own_rooms() {
        let list = sample();
        let go = |from: &str, forward, unread| {
            step(&list, &name(from), forward, unread).map(|room| room.to_string())
        };
        assert_eq!(go("new", true, false).as_deref(), Some("old"));
        assert_eq!(go("new", false, false).as_deref(), Some("lobby"));
        assert_eq!(go("zoo", true, false).as_deref(), Some("lobby"));
        assert_eq!(go("new", true, true).as_deref(), Some("ops"));
        assert_eq!(go("new", false, true).as_deref(), Some("zoo"));
        assert_eq!(go("elsewhere", true, false), None);
        let mut list = list;
        list[4].mentions = 1;
        let next = step(&list, &name("new"), true, true);
        assert_eq!(next, Some(name("zoo")), "whoever speaks to one is not kept waiting");
        list.iter_mut().for_each(|room| (room.unread, room.mentions) = (0, 0));
        assert_eq!(step(&list, &name("new"), true, true), None);
        let strange = list.iter_mut().find(|room| !room.joined).unwrap();
        strange.mentions = 1;
        let called = strange.name.clone();
        assert_eq!(step(&list, &name("new"), true, true), Some(called), "also from elsewhere");
        assert_eq!(step(&list, &name("zoo"), true, false), Some(name("lobby")));
    }
}
