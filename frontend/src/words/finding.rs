//! What is said where one finds one's way: the list of rooms, the switcher, the search, a room's topic,
//! the keys. What depends on one name has `{}` in its place: see [`fill`](super::fill).

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
    pub new_room: &'static str,
    /// What a room may be called.
    pub room_rule: &'static str,
    /// Takes a room off the list.
    pub leave: &'static str,
    /// So many rooms are not shown.
    pub more_rooms: &'static str,
    /// Said behind the number of unread messages.
    pub unread: &'static str,
    /// So many messages speak to one.
    pub mentions: fn(usize) -> &'static str,
    /// The switcher.
    pub switch: &'static str,
    /// What its field takes.
    pub switch_hint: &'static str,
    /// Somebody who is in this room: their name goes into the message.
    pub mention: &'static str,
    /// Somebody who is in another one: one goes there.
    pub go_to_person: &'static str,
    /// Nothing fits what was typed.
    pub nothing_fits: &'static str,
    /// The search.
    pub search: &'static str,
    /// What its field takes.
    pub search_hint: &'static str,
    /// Only this room is searched.
    pub in_room: &'static str,
    /// All rooms are.
    pub everywhere: &'static str,
    /// What can be typed: each with an example in front.
    pub operators: [(&'static str, &'static str); 6],
    /// A filter whose value is not there yet, or wrong: `from:`, `in:`, a day.
    pub half_typed: [&'static str; 3],
    /// What is typed is no search.
    pub not_understood: &'static str,
    /// The answer is on its way.
    pub searching: &'static str,
    /// So many were found, and whether there are more.
    pub found: fn(usize, bool) -> &'static str,
    /// None was found.
    pub none_found: &'static str,
    /// Asks for more of what was found.
    pub more_found: &'static str,
    /// Asks once more.
    pub try_again: &'static str,
    /// There is no topic.
    pub add_topic: &'static str,
    /// Its field.
    pub topic: &'static str,
    /// What a topic has to be.
    pub topic_rule: &'static str,
    /// What a click on it does.
    pub change_topic: &'static str,
    /// Who set it.
    pub topic_by: &'static str,
    /// The keys.
    pub keys: &'static str,
    /// Each key and what it does; what does nothing is the title of those that follow.
    pub key_list: &'static [(&'static str, &'static str)],
    /// Between two keys that do the same.
    pub or: &'static str,
    /// Whether keys count that stand alone.
    pub single_keys: &'static str,
    /// Closes what is open.
    pub close: &'static str,
}
