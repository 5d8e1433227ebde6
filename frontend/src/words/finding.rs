//! What is said where one finds one's way: the list of rooms, the switcher, the search, a room's topic,
//! the keys.

use crate::state::search::Filter;

/// These words.
#[derive(Debug)]
pub struct Finding {
    /// Over the list of rooms.
    pub rooms: &'static str,
    /// Over those one has not been in.
    pub others: &'static str,
    /// The field over the list: it filters, and goes to what is typed.
    pub go_or_make: &'static str,
    /// Goes to a room that isn't there yet.
    pub new_room: fn(&str) -> String,
    /// What a room may be called.
    pub room_rule: &'static str,
    /// Takes a room off the list.
    pub leave: fn(&str) -> String,
    /// So many rooms are not shown.
    pub more_rooms: fn(usize) -> String,
    /// Said behind the number of unread messages.
    pub unread: &'static str,
    /// So many messages speak to one.
    pub mentions: fn(u64) -> String,
    /// The switcher.
    pub switch: &'static str,
    /// What its field takes.
    pub switch_hint: &'static str,
    /// Somebody who is in this room: their name goes into the message.
    pub mention: fn(&str) -> String,
    /// Somebody who is in another one: one goes there.
    pub go_to_person: fn(&str) -> String,
    /// Nothing fits what was typed.
    pub nothing_fits: &'static str,
    /// The search.
    pub search: &'static str,
    /// What its field takes.
    pub search_hint: &'static str,
    /// Only this room is searched.
    pub in_room: fn(&str) -> String,
    /// All rooms are.
    pub everywhere: &'static str,
    /// What can be typed: each with an example in front.
    pub operators: [(&'static str, &'static str); 6],
    /// A filter whose value is not there yet.
    pub half_typed: fn(Filter) -> &'static str,
    /// The answer is on its way.
    pub searching: &'static str,
    /// So many were found, and whether there are more.
    pub found: fn(usize, bool) -> String,
    /// None was found.
    pub none_found: fn(&str) -> String,
    /// Asks for more of what was found.
    pub more_found: &'static str,
    /// Asks once more.
    pub try_again: &'static str,
    /// There is no topic.
    pub add_topic: &'static str,
    /// Its field.
    pub topic: &'static str,
    /// What a click on it does.
    pub change_topic: &'static str,
    /// Who set it, and when.
    pub topic_by: fn(&str, &str) -> String,
    /// The keys.
    pub keys: &'static str,
    /// Their groups: a title and what each key does.
    pub key_groups: [(&'static str, &'static [(&'static str, &'static str)]); 3],
    /// Between two keys that do the same.
    pub or: &'static str,
    /// Whether keys count that stand alone.
    pub single_keys: &'static str,
    /// Closes what is open.
    pub close: &'static str,
}
