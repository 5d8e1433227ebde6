//! The rooms there are, as the list shows them: first those that one has been in, with what is unread
//! in each.

use std::collections::BTreeMap;

use tidings_shared::{Cursor, RoomName};

/// How far each room has been read, by the browser's memory.
pub type Read = BTreeMap<RoomName, Cursor>;

/// A line of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Which room.
    pub name: RoomName,
    /// Whether one has been in it, and has not left it.
    pub joined: bool,
    /// About how many messages have come since it was read; the room one is in has none.
    pub unread: u64,
}

/// The list, of those that are `there` with their logs' ends. The room one is in is always among
/// them, and so are those one has been in: a room that has not been spoken in is no error.
#[must_use]
pub fn list(there: &[(RoomName, Cursor)], read: &Read, present: &RoomName) -> Vec<Listed> {
    let heads: BTreeMap<_, _> = there.iter().map(|(name, head)| (name, *head)).collect();
    let mut names: Vec<_> = heads.keys().copied().chain(read.keys()).chain([present]).collect();
    names.sort_unstable();
    names.dedup();
    let mut list: Vec<_> = names
        .into_iter()
        .map(|name| {
            let is_present = name == present;
            let unread = match (read.get(name), heads.get(name)) {
                (Some(read), Some(head)) if !is_present && read.epoch == head.epoch => {
                    head.seq.saturating_sub(read.seq)
                }
                // Another log than the one that was read: all of it is new.
                (Some(_), Some(head)) if !is_present => head.seq,
                _ => 0,
            };
            Listed { name: name.clone(), joined: is_present || read.contains_key(name), unread }
        })
        .collect();
    list.sort_by_key(|room| !room.joined);
    list
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

    #[test]
    fn rooms_one_has_been_in_come_first_with_what_is_new_in_them() {
        let there = [("art", 3), ("lobby", 9), ("ops", 12), ("zoo", 5)]
            .map(|(room, seq)| (name(room), at(&format!("aaaaaaaa:{seq}"))));
        let read = Read::from([
            (name("lobby"), at("aaaaaaaa:9")),
            (name("ops"), at("aaaaaaaa:2")),
            (name("old"), at("bbbbbbbb:70")),
            (name("zoo"), at("bbbbbbbb:70")),
        ]);
        let list = list(&there, &read, &name("new"));
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
                ("art", false, 0),
            ]
        );
    }

    #[test]
    fn the_room_one_is_in_has_nothing_unread() {
        let there = [(name("ops"), at("aaaaaaaa:12"))];
        let read = Read::from([(name("ops"), at("aaaaaaaa:2"))]);
        assert_eq!(list(&there, &read, &name("ops"))[0].unread, 0);
    }
}
