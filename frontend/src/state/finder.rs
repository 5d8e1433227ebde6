//! What a dialog for finding knows while it is open: what is typed into it, what is chosen, what came.

use tidings_shared::{RoomName, Username};

use super::search::Search;

/// The present state of a dialog. One for all of them: each needs a part of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Finder {
    /// What is typed into the switcher.
    pub typed: String,
    /// Which line is chosen.
    pub place: usize,
    /// Who is where.
    pub people: Vec<(Username, RoomName)>,
    /// When that was last asked, in milliseconds.
    pub met_ms: f64,
    /// The search.
    pub search: Search,
}

impl Finder {
    /// Somebody is in a room; oneself nobody looks for, and everybody is in one room only.
    pub fn met(&mut self, name: Username, room: &RoomName, me: &Username) {
        if name != *me && self.people.iter().all(|(known, _)| *known != name) {
            self.people.push((name, room.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_met_once_and_oneself_never() {
        let (ops, art) = ("ops".parse().unwrap(), "art".parse().unwrap());
        let (me, leo): (Username, Username) = ("ana".parse().unwrap(), "leo".parse().unwrap());
        let mut finder = Finder::default();
        for (name, room) in [(&me, &ops), (&leo, &ops), (&leo, &art)] {
            finder.met(name.clone(), room, &me);
        }
        assert_eq!(finder.people, [(leo, ops)]);
    }
}
