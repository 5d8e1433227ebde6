//! Finding a room or a person by a few letters: what fits, and what fits best. Case and accents don't
//! count.

use tidings_shared::{RoomName, Username, fold};

use super::{order::order, rooms::Listed};

/// The most lines that are offered at once: more than that is scrolled, not read.
const OFFERED: usize = 30;
/// Later than any message, in milliseconds: what is behind it in time stands before it in the list.
const NEVER: u64 = (1 << 48) - 1;

/// Something that one can go to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A room that there is.
    Room(Listed),
    /// Somebody, and the room they are in.
    Person(Username, RoomName),
    /// A room that isn't there yet.
    New(RoomName),
}

/// How well a name fits what was typed: less is better, `None` is not at all. Both are folded.
///
/// First the name itself, then one that begins so, then one with a word that begins so, then one that
/// holds it, at last one that has its letters in their order, the closer together the better.
#[must_use]
pub fn rank(name: &str, typed: &str) -> Option<usize> {
    if name == typed {
        return Some(0);
    }
    if name.starts_with(typed) {
        return Some(1);
    }
    let parts = |c: char| matches!(c, '-' | '_' | ' ' | '.');
    if name.split(parts).any(|word| !word.is_empty() && word.starts_with(typed)) {
        return Some(2);
    }
    if name.contains(typed) {
        return Some(3);
    }
    let mut letters = name.chars().enumerate();
    let mut span: Option<(usize, usize)> = None;
    for wanted in typed.chars().filter(|c| !c.is_ascii_whitespace()) {
        let at = letters.find(|&(_, letter)| letter == wanted)?.0;
        span = Some((span.map_or(at, |(first, _)| first), at));
    }
    span.map(|(first, last)| (4 + last - first).min(255))
}

/// What is offered for what was typed: rooms and people, and at the end a room that could be made. A
/// `#` in front asks for rooms alone, an `@` for people.
#[must_use]
pub fn offer(
    typed: &str,
    rooms: &[Listed],
    people: &[(Username, RoomName)],
    present: &RoomName,
) -> Vec<Target> {
    let typed = typed.trim();
    let (wants_rooms, wants_people, typed) =
        match (typed.strip_prefix('#'), typed.strip_prefix('@')) {
            (Some(rest), _) => (true, false, rest),
            (_, Some(rest)) => (false, true, rest),
            _ => (true, true, typed),
        };
    let folded = fold(typed.trim());

    let (mut keys, mut found) = (Vec::new(), Vec::new());
    let mut take = |name: &str, behind: u64, target: Target| {
        let rank = if folded.is_empty() { Some(0) } else { rank(&fold(name), &folded) };
        if let Some(rank) = rank {
            keys.push(((rank as u64) << 56) | behind);
            found.push(target);
        }
    };
    // The room one is in is nowhere to go, but who types its name must be told that it is there.
    let offers = |room: &&Listed| wants_rooms && (!folded.is_empty() || &room.name != present);
    for room in rooms.iter().filter(offers) {
        // Among equals what waits for one comes first, then what was spoken in last.
        let waits = [room.mentions > 0, room.joined && room.unread > 0, room.joined];
        let waits = waits.into_iter().fold(0, |bits, waits| bits * 2 + u64::from(!waits));
        let behind = (waits << 48) | (NEVER - room.last_ms.min(NEVER));
        take(room.name.as_str(), behind, Target::Room(room.clone()));
    }
    for (name, room) in people.iter().filter(|_| wants_people) {
        take(name.as_str(), 0xFF << 48, Target::Person(name.clone(), room.clone()));
    }
    let best = order(&keys).into_iter().take(OFFERED);
    let mut offered: Vec<_> = best.map(|at| found[at].clone()).collect();
    if let Some(name) = tidy(typed).filter(|_| wants_rooms)
        && rooms.iter().all(|room| room.name != name)
    {
        offered.push(Target::New(name));
    }
    offered
}

/// The room's name that somebody means who typed this: `Release Notes` is `release-notes`.
#[must_use]
pub fn tidy(typed: &str) -> Option<RoomName> {
    let mut name = String::new();
    for c in fold(typed.trim()).chars() {
        match c {
            'a'..='z' | '0'..='9' | '_' | '-' => name.push(c),
            _ if !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    name.trim_matches(['-', '_']).parse().ok()
}

#[cfg(test)]
mod tests {
    use tidings_shared::Topic;

    use super::*;

    fn room(name: &str, joined: bool, unread: u64, mentions: u64, last_ms: u64) -> Listed {
        Listed {
            name: name.parse().unwrap(),
            joined,
            unread,
            mentions,
            last_ms,
            topic: Topic::default(),
            peopled: false,
        }
    }

    fn offered(typed: &str) -> Vec<String> {
        let rooms = [
            room("art", true, 0, 0, 50),
            room("lobby", true, 0, 0, 90),
            room("ops", true, 3, 0, 10),
            room("ops-brasil", true, 9, 2, 20),
            room("release-notes", false, 7, 0, 70),
            room("x-operations", false, 0, 0, 30),
        ];
        let people = [("José", "lobby"), ("oscar", "ops"), ("Ana Pires", "art")]
            .map(|(name, room)| (name.parse().unwrap(), room.parse().unwrap()));
        let offered = offer(typed, &rooms, &people, &"lobby".parse().unwrap());
        let shown = offered.into_iter().map(|target| match target {
            Target::Room(room) => format!("#{}", room.name),
            Target::Person(name, _) => format!("@{name}"),
            Target::New(name) => format!("+{name}"),
        });
        shown.collect()
    }

    #[test]
    fn without_a_word_what_waits_comes_first_and_then_what_was_spoken_in_last() {
        let all = [
            "#ops-brasil",
            "#ops",
            "#art",
            "#release-notes",
            "#x-operations",
            "@José",
            "@oscar",
            "@Ana Pires",
        ];
        assert_eq!(offered(""), all);
        assert_eq!(offered("@"), all[5..]);
        assert_eq!(offered("#"), all[..5]);
    }

    #[test]
    fn the_name_itself_then_its_beginning_then_a_words_then_any_part_then_its_letters() {
        assert_eq!(offered("ops"), ["#ops", "#ops-brasil", "#x-operations"]);
        assert_eq!(offered("op"), ["#ops-brasil", "#ops", "#x-operations", "+op"]);
        assert_eq!(offered("notes"), ["#release-notes", "+notes"]);
        assert_eq!(offered("lnt"), ["#release-notes", "+lnt"]);
        assert_eq!(offered("pires"), ["@Ana Pires", "+pires"]);
        assert_eq!(
            offered("o"),
            [
                "#ops-brasil",
                "#ops",
                "@oscar",
                "#x-operations",
                "#lobby",
                "#release-notes",
                "@José",
                "+o"
            ]
        );
    }

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(offered("JOSE"), ["@José", "+jose"]);
        assert_eq!(offered("@josé"), ["@José"]);
        assert_eq!(offered("OPS BRASIL")[0], "+ops-brasil".replace('+', "#"));
    }

    #[test]
    fn a_name_that_is_no_room_yet_can_be_made_one() {
        assert_eq!(offered("Reunião de Março!"), ["+reuniao-de-marco"]);
        assert_eq!(offered("lobby"), ["#lobby"], "one is there");
        assert_eq!(offered("!!"), [""; 0]);
        assert_eq!(tidy("  --_Ops__2 "), "ops__2".parse().ok());
        assert_eq!(tidy("日本"), None);
        assert_eq!(tidy(&"x".repeat(65)), None);
    }

    #[test]
    fn of_hundreds_only_as_many_are_offered_as_are_read() {
        let rooms: Vec<_> = (0..500).map(|n| room(&format!("room-{n}"), false, 0, 0, n)).collect();
        let offered = offer("room", &rooms, &[], &RoomName::lobby());
        assert_eq!(offered.len(), OFFERED + 1);
        assert_eq!(offered[0], Target::Room(rooms[499].clone()), "spoken in last");
    }
}
