//! Who is here and who is writing. Both are hints beside the log: they have no cursor, and a wrong
//! one is put right by the next list.

use serde::Deserialize;
use tidings_shared::{Mode, Person, Presence, Username};

/// How long somebody counts as writing after the last sign of it, in milliseconds.
const WRITING_MS: f64 = 5_000.0;

/// Who is here, as `GET …/presence` lists them.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
pub struct Here {
    /// How many listeners, the nameless included.
    pub count: u32,
    /// Those with a name.
    #[serde(default)]
    pub people: Vec<Person>,
}

/// Who is here and who is writing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct People {
    here: Here,
    writing: Vec<(Username, f64)>,
}

impl People {
    /// How many listeners, the nameless included.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.here.count
    }

    /// Each name with its modes, one for each connection, in order.
    #[must_use]
    pub fn by_name(&self) -> Vec<(Username, Vec<Mode>)> {
        // Few names, inserted in order: a sorted map would weigh more than it saves.
        let mut names: Vec<(Username, Vec<Mode>)> = Vec::new();
        for person in &self.here.people {
            let place = names.partition_point(|(name, _)| name < &person.username);
            if names.get(place).is_none_or(|(name, _)| name != &person.username) {
                names.insert(place, (person.username.clone(), Vec::new()));
            }
            let modes = &mut names[place].1;
            modes.insert(modes.partition_point(|mode| mode <= &person.mode), person.mode);
        }
        names
    }

    /// Listeners that gave no name.
    #[must_use]
    pub fn nameless(&self) -> u32 {
        self.here.count.saturating_sub(u32::try_from(self.here.people.len()).unwrap_or(u32::MAX))
    }

    /// The whole list anew.
    pub fn set(&mut self, here: Here) {
        self.here = here;
    }

    /// Who came and went. Answers whether the list has lost touch with the count, and is to be
    /// asked for anew: an event names at most a hundred.
    pub fn change(&mut self, presence: Presence) -> bool {
        let capped = presence.joined.len() >= 100 || presence.left.len() >= 100;
        for person in &presence.left {
            if let Some(at) = self.here.people.iter().position(|other| other == person) {
                self.here.people.swap_remove(at);
            }
        }
        self.here.people.extend(presence.joined);
        self.here.count = presence.count;
        capped || self.here.people.len() > self.here.count as usize
    }

    /// Somebody writes.
    pub fn writes(&mut self, who: Username, now_ms: f64) {
        self.stopped(&who);
        self.writing.push((who, now_ms + WRITING_MS));
    }

    /// Somebody has said what they were writing.
    pub fn stopped(&mut self, who: &Username) {
        self.writing.retain(|(other, _)| other != who);
    }

    /// Forgets those of whom nothing was heard for a while.
    pub fn expire(&mut self, now_ms: f64) {
        self.writing.retain(|&(_, until)| until > now_ms);
    }

    /// Whether anybody writes, oneself included.
    #[must_use]
    pub fn anybody_writing(&self) -> bool {
        !self.writing.is_empty()
    }

    /// `ana is writing`, `ana and leandro are writing`, `several people are writing`; nothing
    /// about `me`.
    #[must_use]
    pub fn writing(&self, me: &Username) -> Option<String> {
        let mut others = self.writing.iter().map(|(who, _)| who).filter(|&who| who != me);
        let first = others.next()?;
        Some(match (others.next(), others.next()) {
            (None, _) => format!("{first} is writing"),
            (Some(second), None) => format!("{first} and {second} are writing"),
            _ => "several people are writing".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, mode: Mode) -> Person {
        Person { username: Username::from_log(name), mode }
    }

    #[test]
    fn one_name_in_two_tabs_leaves_one_tab_at_a_time() {
        let mut people = People::default();
        let joined = vec![person("ana", Mode::Poll), person("ana", Mode::Poll)];
        people.change(Presence { joined, count: 3, ..Presence::default() });
        assert_eq!(people.nameless(), 1);
        let left = vec![person("ana", Mode::Poll)];
        assert!(!people.change(Presence { left, count: 2, ..Presence::default() }));
        assert_eq!(people.by_name(), [(Username::from_log("ana"), vec![Mode::Poll])]);
    }

    #[test]
    fn names_and_modes_stand_in_order() {
        let mut people = People::default();
        let joined = vec![
            person("leo", Mode::Websocket),
            person("ana", Mode::Sse),
            person("leo", Mode::Poll),
        ];
        people.change(Presence { joined, count: 3, ..Presence::default() });
        let (ana, leo) = (Username::from_log("ana"), Username::from_log("leo"));
        let names = [(ana, vec![Mode::Sse]), (leo, vec![Mode::Poll, Mode::Websocket])];
        assert_eq!(people.by_name(), names);
    }

    #[test]
    fn a_list_that_lost_touch_is_asked_for_anew() {
        let mut people = People::default();
        let joined = vec![person("ana", Mode::Sse), person("leo", Mode::Sse)];
        assert!(people.change(Presence { joined, count: 1, ..Presence::default() }));
    }

    #[test]
    fn writing_ends_by_itself_and_never_speaks_of_oneself() {
        let (me, ana) = (Username::from_log("me"), Username::from_log("ana"));
        let mut people = People::default();
        people.writes(me.clone(), 0.0);
        assert_eq!(people.writing(&me), None);
        people.writes(ana.clone(), 0.0);
        assert_eq!(people.writing(&me).as_deref(), Some("ana is writing"));
        people.writes(ana.clone(), 4_000.0);
        people.expire(5_500.0);
        assert_eq!(people.writing(&me).as_deref(), Some("ana is writing"));
        people.stopped(&ana);
        assert!(!people.anybody_writing());
    }
}
