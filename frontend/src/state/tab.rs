//! The whole of a tab: its address, its rooms, how it stands with the server, what that costs.
//! Whatever happens is an [`Action`], and [`Tab::reduce`] is the only place that changes anything.

use tidings_shared::{Cursor, MessageId, NewMessage, RoomName, Text, timeline::Delivery};

use super::{
    Action, Choice, Cost, Link, Reader, Room, Row, Told, Traffic, Unsent,
    cost::Clock,
    figures::{Lateness, Minute},
    transcript::DayOf,
};
use crate::route::Address;

/// A tab.
#[derive(Debug)]
pub struct Tab {
    address: Address,
    generation: u32,
    /// Every room the tab has been in, and what it knows of each.
    rooms: Vec<(RoomName, Room)>,
    /// The place of the present one among them.
    present: usize,
    link: Link,
    choice: Choice,
    cost: Cost,
    minute: Minute,
    late: Lateness,
    clock: Clock,
    trouble: Option<String>,
    day: DayOf,
}

impl Tab {
    /// A tab that has just opened; `day` tells days apart in the reader's time zone.
    #[must_use]
    pub fn new(address: Address, day: DayOf) -> Self {
        let rooms = vec![(address.room.clone(), Room::default())];
        let (link, cost) = (Link::default(), Cost::default());
        Self {
            address,
            generation: 0,
            rooms,
            present: 0,
            link,
            choice: Choice::default(),
            cost,
            minute: Minute::default(),
            late: Lateness::default(),
            clock: Clock::default(),
            trouble: None,
            day,
        }
    }

    /// Where the tab is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Which transport is the present one. What an earlier one still tells is ignored: it may be
    /// about another room, and the present one begins at the cursor, whatever was on its way.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The room it is in.
    #[must_use]
    pub fn room(&self) -> &Room {
        &self.rooms[self.present].1
    }

    /// How it stands with the server.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// What its mode has cost since it was chosen.
    #[must_use]
    pub fn cost(&self) -> &Cost {
        &self.cost
    }

    /// What it has chosen, while that is left to it.
    #[must_use]
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// What the last minute took.
    #[must_use]
    pub fn minute(&self) -> &Minute {
        &self.minute
    }

    /// How late the last messages came, by whatever mode.
    #[must_use]
    pub fn late(&self) -> &Lateness {
        &self.late
    }

    /// Why its messages are not on their way, if they are not.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Where to go on reading.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.room().timeline().cursor()
    }

    /// The next message to send: the first of this room, then of others that were left with
    /// something unsent. One at a time, so that they arrive in the order of writing.
    #[must_use]
    pub fn next_to_send(&self) -> Option<(RoomName, NewMessage)> {
        let here = std::iter::once(&self.rooms[self.present]);
        here.chain(&self.rooms)
            .find_map(|(name, room)| Some((name.clone(), room.next_to_send()?.clone())))
    }

    /// What is written and not confirmed by the server, room by room in the order of writing.
    pub fn unsent(&self) -> impl Iterator<Item = Unsent> {
        self.rooms.iter().flat_map(|(name, room)| {
            let outgoing = room.timeline().outgoing().iter();
            let unsent = outgoing.filter(|out| !matches!(out.delivery, Delivery::Sent(_)));
            unsent.map(|out| Unsent {
                room: name.clone(),
                message: out.message.clone(),
                at: out.at,
            })
        })
    }

    /// What whoever writes here said last in this room.
    #[must_use]
    pub fn last_said(&self) -> Option<&Text> {
        self.room().last_said(&self.address.name)
    }

    /// A message that was refused.
    #[must_use]
    pub fn refused(&self, id: &MessageId) -> Option<&NewMessage> {
        let mut outgoing = self.room().timeline().outgoing().iter();
        outgoing.find(|out| &out.message.id == id).map(|out| &out.message)
    }

    fn room_mut(&mut self) -> &mut Room {
        &mut self.rooms[self.present].1
    }

    /// The conversation's lines at these places.
    #[must_use]
    pub fn rows(&self, places: std::ops::Range<u64>) -> Vec<Row> {
        self.room().rows(places, &self.address.name, self.day)
    }

    /// Takes in what happened.
    pub fn reduce(&mut self, action: Action) {
        match action {
            Action::Went(address) => self.went(address),
            Action::Told(generation, told) => {
                if generation == self.generation {
                    self.told(told);
                }
            }
            Action::Cost(traffic, now_ms) => self.note_cost(traffic, now_ms),
            Action::Wrote { message, at } => self.room_mut().send(message, at),
            Action::Left(Unsent { room, message, at }) => {
                let place = self.place_of(&room);
                self.rooms[place].1.timeline_mut().send(message, at);
            }
            Action::Sent(room, receipt) => {
                self.trouble = None;
                self.in_room(&room, |room| room.timeline_mut().sent(receipt));
            }
            Action::Refused(room, id, why) => {
                self.trouble = None;
                self.in_room(&room, |room| room.timeline_mut().failed(&id, why));
            }
            Action::Trouble(why) => self.trouble = Some(why),
            Action::Retry(id) => drop(self.room_mut().timeline_mut().retry(&id)),
            Action::Discard(id) => drop(self.room_mut().timeline_mut().discard(&id)),
            Action::Reader(room, does) => self.in_room(&room, |room| room.reader(does)),
            Action::Topic(room, set) => self.in_room(&room, |room| room.set_topic(set)),
            Action::Here(room, here) => self.in_room(&room, |room| room.here(here)),
            Action::Clock(asked, heard, server) => self.clock.observe(asked, heard, server),
            Action::Tick { now_ms } => self.room_mut().people_mut().expire(now_ms),
        }
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Cost(traffic, now_ms) => self.note_cost(traffic, now_ms),
            Told::Chose(choice) => {
                if choice.mode() != self.address.mode {
                    self.begin_costs();
                }
                self.address.mode = choice.mode();
                self.choice = choice;
            }
            Told::Connecting => {
                // A tab that is offline stays so until the server answers: no flicker.
                if self.link.is_up() {
                    self.link = Link::default();
                }
            }
            Told::Up => self.link = Link::Live,
            Told::Crowded => self.link = Link::Crowded,
            Told::Resting { next_ms } => self.link = Link::Waiting { next_ms },
            Told::Broke { now_ms, retry_ms, why } => {
                self.link = self.link.broke(now_ms, retry_ms, why);
            }
            Told::Heard { event, id, now_ms } => {
                let heard = self.room_mut().event(event, id, now_ms);
                self.note_late(&heard.at_ms, now_ms);
            }
            Told::Page { page, now_ms } => {
                let heard = self.room_mut().page(page);
                self.note_late(&heard.at_ms, now_ms);
            }
        }
    }

    fn in_room(&mut self, name: &RoomName, change: impl FnOnce(&mut Room)) {
        if let Some((_, room)) = self.rooms.iter_mut().find(|(room, _)| room == name) {
            change(room);
        }
    }

    /// A new mode's costs begin at nothing; everything else goes on from where it was.
    fn went(&mut self, mut address: Address) {
        if address.auto {
            if !self.address.auto {
                self.choice = Choice::default();
            }
            address.mode = self.choice.mode();
        }
        if address.mode != self.address.mode {
            self.begin_costs();
        }
        // What a link says is about a transport, and a new name or interval is a new one too; but
        // who was offline still is.
        if !matches!(self.link, Link::Offline { .. }) {
            self.link = Link::default();
        }
        self.generation += 1;
        if address.room != self.address.room {
            self.room_mut().reader(Reader::Leaves);
        }
        self.present = self.place_of(&address.room);
        self.room_mut().listens_anew();
        self.address = address;
    }

    /// The place of a room among those that the tab knows.
    fn place_of(&mut self, room: &RoomName) -> usize {
        let known = self.rooms.iter().position(|(name, _)| name == room);
        known.unwrap_or_else(|| {
            self.rooms.push((room.clone(), Room::default()));
            self.rooms.len() - 1
        })
    }

    fn begin_costs(&mut self) {
        (self.cost, self.minute) = (Cost::default(), Minute::default());
    }

    fn note_cost(&mut self, traffic: Traffic, now_ms: f64) {
        self.cost.traffic += traffic;
        self.minute.note(traffic, now_ms);
    }

    fn note_late(&mut self, at_ms: &[u64], now_ms: f64) {
        for &at_ms in at_ms {
            let late_ms = self.clock.late_ms(now_ms, at_ms);
            self.cost.late_ms = Some(late_ms);
            self.late.note(self.address.mode, late_ms);
        }
    }
}
