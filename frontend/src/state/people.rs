//! Who is here and who is writing. Both are hints beside the log: they have no cursor, and a wrong
//! one is put right by the next list.

use std::rc::Rc;

use tidings_shared::{Mode, Person, Presence, Username};

use crate::words::{fill, fill_both, words};

/// How long somebody counts as writing after the last sign of it, in milliseconds.
const WRITING_MS: f64 = 5_000.0;

/// Who is here, as `GET …/presence` lists them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Here {
    /// How many listeners gave no name.
    pub nameless: u32,
    /// Those with a name.
    pub people: Vec<Person>,
}

/// A name, and the modes it listens by, in order.
pub type Named = (Username, Vec<Mode>);

/// Who is here and who is writing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct People {
    nameless: u32,
    told: u32,
    /// By name. Shared with what is shown, so that a thousand are copied when they change and not
    /// whenever the page looks.
    named: Rc<Vec<Named>>,
    writing: Vec<(Username, f64)>,
}

/// The part of a list that is shown.
#[derive(PartialEq, Debug)]
pub struct Listed<'a> {
    /// These, oneself first.
    pub shown: Vec<&'a Named>,
    /// So many more would fit what was asked for.
    pub hidden: usize,
}

impl People {
    /// How many are here: each name once, with however many tabs, and those without one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.named.len() + self.nameless as usize
    }

    /// How many names listen by this mode.
    #[must_use]
    pub fn by_mode(&self, mode: Mode) -> usize {
        self.named.iter().filter(|(_, modes)| modes.contains(&mode)).count()
    }

    /// Each name with its modes, in order.
    #[must_use]
    pub fn by_name(&self) -> &[Named] {
        &self.named
    }

    /// Those whose name holds `part`, be it written small or large; `most` of them at most.
    #[must_use]
    pub fn list(&self, me: &Username, part: &str, most: usize) -> Listed<'_> {
        let part = part.trim().as_bytes();
        // By hand: the library's search is made for long texts, and weighs accordingly.
        let fits = |name: &Username| {
            let mut windows = name.as_str().as_bytes().windows(part.len().max(1));
            part.is_empty() || windows.any(|window| window.eq_ignore_ascii_case(part))
        };
        let mut fitting = self.named.iter().filter(|(name, _)| fits(name));
        let myself = fitting.clone().find(|(name, _)| name == me);
        let mut shown = Vec::from_iter(myself);
        let mut others = fitting.by_ref().filter(|(name, _)| name != me);
        shown.extend(others.by_ref().take(most.saturating_sub(shown.len())));
        Listed { shown, hidden: others.count() }
    }

    /// Listeners that gave no name.
    #[must_use]
    pub fn nameless(&self) -> u32 {
        self.nameless
    }

    /// How often changes were told. A list that was asked for before the last of them may be older than it.
    #[must_use]
    pub fn told(&self) -> u32 {
        self.told
    }

    /// The whole list anew.
    pub fn set(&mut self, here: Here) {
        let mut named = Vec::new();
        for person in here.people {
            add(&mut named, person);
        }
        self.nameless = here.nameless;
        self.named = Rc::new(named);
    }

    /// Who came and went; it may be in the list already. Answers whether the list is to be asked for anew,
    /// since an event names at most a hundred.
    pub fn change(&mut self, presence: Presence) -> bool {
        self.told += 1;
        let capped = presence.joined.len() >= 100 || presence.left.len() >= 100;
        let named = Rc::make_mut(&mut self.named);
        for Person { username, mode } in &presence.left {
            let Ok(at) = place(named, username) else { continue };
            let modes = &mut named[at].1;
            modes.retain(|other| other != mode);
            if modes.is_empty() {
                named.remove(at);
            }
        }
        for person in presence.joined {
            add(named, person);
        }
        self.nameless = presence.nameless;
        capped
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

    /// `ana is writing`, `ana and leandro are writing`, `several people are writing`, in the
    /// reader's language; nothing about `me`.
    #[must_use]
    pub fn writing(&self, me: &Username) -> Option<String> {
        let mut others = self.writing.iter().map(|(who, _)| who).filter(|&who| who != me);
        let (first, words) = (others.next()?, &words().people);
        Some(match (others.next(), others.next()) {
            (None, _) => fill(words.one_writes, first.as_str()),
            (Some(second), None) => fill_both(words.two_write, first.as_str(), second.as_str()),
            _ => words.several_write.into(),
        })
    }
}

fn place(named: &[Named], who: &Username) -> Result<usize, usize> {
    named.binary_search_by(|(name, _)| name.cmp(who))
}

/// Adds a mode to its name, in order; once.
fn add(named: &mut Vec<Named>, Person { username, mode }: Person) {
    match place(named, &username) {
        Ok(at) => {
            let modes = &mut named[at].1;
            if let Err(at) = modes.binary_search(&mode) {
                modes.insert(at, mode);
            }
        }
        Err(at) => named.insert(at, (username, vec![mode])),
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::ModeCounts;

    use super::*;

    fn person(name: &str, mode: Mode) -> Person {
        Person { username: Username::from_log(name), mode }
    }

    #[test]
    fn what_is_told_twice_is_so_once() {
        let mut people = People::default();
        let ana = vec![person("ana", Mode::Poll)];
        people.set(Here { people: ana.clone(), ..Here::default() });
        // The list was asked for after she came, and then an event told of her.
        people.change(Presence { joined: ana.clone(), count: 1, ..Presence::default() });
        assert_eq!(people.by_name(), [(Username::from_log("ana"), vec![Mode::Poll])]);
        people.change(Presence { left: ana.clone(), ..Presence::default() });
        people.change(Presence { left: ana, count: 2, nameless: 2, ..Presence::default() });
        assert!(people.by_name().is_empty());
        assert_eq!((people.count(), people.nameless(), people.told()), (2, 2, 3));
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
    fn the_number_is_of_those_who_are_listed_whatever_number_of_tabs_they_have() {
        let mut people = People::default();
        let joined = vec![
            person("ana", Mode::Websocket),
            person("ana", Mode::Poll),
            person("leo", Mode::Poll),
        ];
        let mut modes = ModeCounts::default();
        (modes.websocket, modes.poll, modes.ndjson) = (3, 2, 1);
        people.change(Presence { joined, count: 6, nameless: 1, modes, ..Presence::default() });
        assert_eq!(people.count(), 3, "ana, leo and one without a name");
        assert_eq!((people.by_mode(Mode::Websocket), people.by_mode(Mode::Poll)), (1, 2));
    }

    #[test]
    fn the_same_list_comes_of_a_question_and_of_what_was_told() {
        let everybody: Vec<_> = ["zoe", "ana", "leo", "ana", "bo"]
            .into_iter()
            .zip([Mode::Poll, Mode::Websocket, Mode::Sse, Mode::Poll, Mode::LongPoll])
            .map(|(name, mode)| person(name, mode))
            .collect();
        let (mut asked, mut told) = (People::default(), People::default());
        asked.set(Here { nameless: 1, people: everybody.clone() });
        let presence = Presence { joined: everybody, nameless: 1, ..Presence::default() };
        assert!(!told.change(presence));
        assert_eq!(asked.by_name(), told.by_name());
        assert_eq!((asked.count(), told.count()), (5, 5));
    }

    #[test]
    fn a_long_list_is_cut_and_narrowed_and_oneself_is_always_in_it() {
        let me = Username::from_log("zoe");
        let mut people = People::default();
        let joined = (0..1_000).map(|n| person(&format!("reader{n:03}"), Mode::Sse));
        let joined = joined.chain([person("zoe", Mode::Poll)]).collect();
        people.change(Presence { joined, count: 1_001, ..Presence::default() });
        let names = |listed: &Listed<'_>| -> Vec<String> {
            listed.shown.iter().map(|(name, _)| name.to_string()).collect()
        };
        let listed = people.list(&me, "", 3);
        assert_eq!(names(&listed), ["zoe", "reader000", "reader001"]);
        assert_eq!(listed.hidden, 998);
        let listed = people.list(&me, " READER99 ", 4);
        assert_eq!(names(&listed), ["reader990", "reader991", "reader992", "reader993"]);
        assert_eq!(listed.hidden, 6);
        assert_eq!(people.list(&me, "nobody", 4).hidden, 0);
    }

    #[test]
    fn an_event_that_can_t_name_all_has_the_list_asked_for() {
        let joined: Vec<_> = (0..100).map(|n| person(&format!("r{n}"), Mode::Sse)).collect();
        let presence = Presence { joined, count: 300, ..Presence::default() };
        assert!(People::default().change(presence));
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
