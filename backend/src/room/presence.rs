//! Who is here, and by which mode. Comings and goings are gathered, and told at most once a second
//! for a room, so that a thousand people joining is one event.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tidings_shared::{Event, Mode, ModeCounts, Person, RoomName, Username, event};

use super::State;

/// The most people that one event names.
const NAMED: usize = 100;

/// Somebody who listens.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Here {
    /// Who; a reader may stay nameless.
    pub username: Option<Username>,
    /// By which mode.
    pub mode: Mode,
}

impl Here {
    fn person(&self) -> Option<Person> {
        let username = self.username.clone()?;
        Some(Person { username, mode: self.mode })
    }

    /// One line for the operator. Names are written with their escapes: no name forges a line.
    pub fn log(&self, room: &RoomName, from: impl std::fmt::Display) {
        match &self.username {
            Some(name) => {
                tracing::info!(%room, mode = %self.mode, %from, name = ?name, "client joined");
            }
            None => tracing::info!(%room, mode = %self.mode, %from, "client joined"),
        }
    }
}

/// Somebody who asks, and from where.
type Poller = (Here, IpAddr);

/// How long somebody who asks is here.
struct Lease {
    /// So many of their questions wait for an answer.
    waiting: u32,
    /// With none of them waiting, until then.
    until: Instant,
}

/// Who is in a room.
pub struct Everybody {
    /// Those with a name, each once for each mode.
    pub people: Vec<Person>,
    /// How many listen by each mode, the nameless included.
    pub modes: ModeCounts,
    /// How many gave no name.
    pub nameless: u32,
}

#[derive(Default)]
struct Inner {
    people: HashMap<Person, u32>,
    modes: ModeCounts,
    nameless: u32,
    pollers: HashMap<Poller, Lease>,
    /// Whoever came or went since the last event, those included who are again what they were: a list
    /// that was asked for in between says otherwise, and is to be put right.
    moved: HashSet<Person>,
    dirty: bool,
}

impl Inner {
    fn change(&mut self, here: &Here, by: i64) {
        self.dirty = true;
        add(self.modes.of(here.mode), by);
        let Some(person) = here.person() else { return add(&mut self.nameless, by) };
        let count = self.people.entry(person.clone()).or_default();
        let was_here = *count > 0;
        add(count, by);
        let is_here = *count > 0;
        if !is_here {
            self.people.remove(&person);
        }
        if was_here != is_here {
            self.moved.insert(person);
        }
    }

    /// Does something to the lease of somebody who asks, which is over at once if it is a new one and
    /// nothing else is done. Answers whether it is. Most ask again and again: that is one look into the
    /// table.
    fn lease(&mut self, poller: &Poller, what: impl FnOnce(&mut Lease)) -> bool {
        if let Some(lease) = self.pollers.get_mut(poller) {
            what(lease);
            return false;
        }
        let mut lease = Lease { waiting: 0, until: Instant::now() };
        what(&mut lease);
        self.change(&poller.0, 1);
        self.pollers.insert(poller.clone(), lease);
        true
    }
}

fn add(count: &mut u32, by: i64) {
    *count = u32::try_from(i64::from(*count) + by).unwrap_or(0);
}

/// Who is in one room.
#[derive(Default)]
pub(super) struct Presence(Mutex<Inner>);

impl Presence {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody polled, and is here `until` then. Answers whether that is news.
    pub(super) fn polled(&self, poller: &Poller, until: Instant) -> bool {
        self.lock().lease(poller, |lease| lease.until = lease.until.max(until))
    }

    pub(super) fn here(&self) -> Everybody {
        let inner = self.lock();
        let mut people: Vec<_> = inner.people.keys().cloned().collect();
        people.sort();
        Everybody { people, modes: inner.modes, nameless: inner.nameless }
    }

    /// Lets go whoever has stopped polling, and answers the event that tells what has changed
    /// since the last one, if anything has.
    pub(super) fn tick(&self, now: Instant) -> Option<Event> {
        let mut inner = self.lock();
        let is_over = |lease: &Lease| lease.waiting == 0 && lease.until <= now;
        let gone: Vec<_> = inner
            .pollers
            .extract_if(|_, lease| is_over(lease))
            .map(|((here, _), _)| here)
            .collect();
        for here in gone {
            inner.change(&here, -1);
        }
        if !std::mem::take(&mut inner.dirty) {
            return None;
        }
        let mut presence = event::Presence::default();
        let moved = std::mem::take(&mut inner.moved);
        (presence.joined, presence.left) =
            moved.into_iter().partition(|person| inner.people.contains_key(person));
        presence.joined.sort();
        presence.left.sort();
        presence.joined.truncate(NAMED);
        presence.left.truncate(NAMED);
        presence.count = inner.modes.total();
        presence.nameless = inner.nameless;
        presence.modes = inner.modes;
        Some(Event::Presence(presence))
    }
}

/// Somebody who listens by a stream; dropping it is leaving.
pub struct Present {
    state: Arc<State>,
    here: Here,
}

pub(super) fn join(state: Arc<State>, here: Here) -> Present {
    state.presence.lock().change(&here, 1);
    Present { state, here }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.state.presence.lock().change(&self.here, -1);
    }
}

/// Somebody whose question waits for an answer. Dropping it is leaving: whoever hangs up does not
/// come back with the next one.
pub struct Waiting {
    state: Arc<State>,
    poller: Box<Poller>,
}

/// Answers also whether that is news.
pub(super) fn wait(state: Arc<State>, poller: Poller) -> (Waiting, bool) {
    let new = state.presence.lock().lease(&poller, |lease| lease.waiting += 1);
    (Waiting { state, poller: Box::new(poller) }, new)
}

impl Waiting {
    /// Who waits.
    #[must_use]
    pub fn here(&self) -> &Here {
        &self.poller.0
    }

    /// It was answered: they are here `until` then, for time to ask again.
    pub fn answered(self, until: Instant) {
        self.state.presence.polled(&self.poller, until);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(lease) = self.state.presence.lock().pollers.get_mut(&*self.poller) {
            lease.waiting -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{room::Rooms, store::StoreUrl};

    fn here(name: &str, mode: Mode) -> Here {
        Here { username: Some(Username::from_log(name)), mode }
    }

    fn told(presence: &Presence, now: Instant) -> event::Presence {
        match presence.tick(now) {
            Some(Event::Presence(told)) => told,
            other => panic!("expected a presence event, not {other:?}"),
        }
    }

    #[test]
    fn a_poller_is_here_until_its_time_is_up() {
        let (presence, now) = (Presence::default(), Instant::now());
        let ana = (here("ana", Mode::Poll), IpAddr::from([127, 0, 0, 1]));
        assert!(presence.polled(&ana, now + Duration::from_secs(6)));
        let first = told(&presence, now);
        assert_eq!((first.joined.len(), first.left.len(), first.count), (1, 0, 1));
        assert!(!presence.polled(&ana, now + Duration::from_secs(9)), "still here");
        assert_eq!(presence.tick(now + Duration::from_secs(6)), None);
        let last = told(&presence, now + Duration::from_secs(9));
        assert_eq!((last.joined.len(), last.left.len(), last.count), (0, 1, 0));
    }

    #[test]
    fn whoever_waits_for_an_answer_is_here_until_it_hangs_up_or_a_moment_after_it_has_one() {
        let rooms = Rooms::open(&StoreUrl::Memory, "Welcome user".parse().unwrap()).unwrap();
        let state = rooms.get(&"ops".parse().unwrap()).state;
        let (now, grace) = (Instant::now(), Duration::from_secs(5));
        let hour = now + Duration::from_secs(3_600);
        let ana = || (here("ana", Mode::LongPoll), IpAddr::from([127, 0, 0, 1]));
        let (first, new) = wait(state.clone(), ana());
        assert!(new);
        assert_eq!(told(&state.presence, hour).count, 1);
        let (second, new) = wait(state.clone(), ana());
        assert!(!new, "the same person asks twice");
        drop(first);
        assert_eq!(state.presence.tick(hour), None, "one of the two still waits");
        second.answered(now + grace);
        assert_eq!(state.presence.tick(now), None, "there is time to ask again");
        assert_eq!(told(&state.presence, now + grace).count, 0);
        drop(wait(state.clone(), ana()));
        assert_eq!(told(&state.presence, Instant::now()).left, [ana().0.person().unwrap()]);
    }

    #[test]
    fn whoever_goes_and_comes_between_two_events_is_told_as_here() {
        let (presence, now) = (Presence::default(), Instant::now());
        let (ana, bia) = (here("ana", Mode::Sse), here("bia", Mode::Sse));
        presence.lock().change(&ana, 1);
        told(&presence, now);
        for (somebody, by) in [(&ana, -1), (&ana, 1), (&bia, 1), (&bia, -1)] {
            presence.lock().change(somebody, by);
        }
        let told = told(&presence, now);
        assert_eq!(told.joined, [ana.person().unwrap()], "a list in between lacks her");
        assert_eq!(told.left, [bia.person().unwrap()], "and this one may be in it");
        assert_eq!(told.count, 1);
    }

    #[test]
    fn a_second_tab_is_counted_but_nobody_joins() {
        let (presence, now) = (Presence::default(), Instant::now());
        presence.lock().change(&here("ana", Mode::Sse), 1);
        told(&presence, now);
        presence.lock().change(&here("ana", Mode::Sse), 1);
        presence.lock().change(&Here { username: None, mode: Mode::Raw }, 1);
        let told = told(&presence, now);
        assert!(told.joined.is_empty());
        assert_eq!(told.modes, ModeCounts { sse: 2, raw: 1, ..ModeCounts::default() });
        assert_eq!((told.count, told.nameless), (3, 1), "her second tab isn't nameless");
    }
}
