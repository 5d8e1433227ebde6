//! English.

use super::{Finding, Log, Words};
use crate::state::search::Filter;

pub(super) const WORDS: Words = Words {
    tag: "en",
    name: "English",
    direction: "ltr",
    finding: Finding {
        rooms: "Rooms",
        others: "Others on this server",
        go_or_make: "Go to a room, or make one",
        new_room: |name| format!("New room {name}"),
        room_rule: "A room’s name is 1 to 64 of a–z, 0–9, _ and -, and begins with a letter or digit.",
        leave: |name| format!("Leave {name}"),
        more_rooms: |count| format!("{count} more: type a few letters of a name above"),
        unread: " unread",
        mentions: |count| match count {
            1 => "1 message mentions you".into(),
            n => format!("{n} messages mention you"),
        },
        switch: "Go to a room or person",
        switch_hint: "A room, or @ and a name",
        mention: |name| format!("mention @{name} in your message"),
        go_to_person: |room| format!("is in {room}: go there"),
        nothing_fits: "Nobody and no room is called so.",
        search: "Search",
        search_hint: "Words, \"a phrase\", from:name",
        in_room: |room| format!("In {room}"),
        everywhere: "In all rooms",
        operators: [
            ("disk full", "both words, anywhere"),
            ("\"disk is full\"", "these words in a row"),
            ("from:ana", "who said it"),
            ("in:ops", "in which room"),
            ("before:2026-11-23", "earlier than a day"),
            ("after:2026-11-01", "later than a day"),
        ],
        half_typed: |filter| match filter {
            Filter::From => "from: and a name; one with blanks in quotation marks.",
            Filter::In => "in: and a room’s name.",
            Filter::Day => "A day is written as 2026-11-23.",
        },
        searching: "Searching",
        found: |count, more| match (count, more) {
            (1, false) => "1 message".into(),
            (n, false) => format!("{n} messages"),
            (n, true) => format!("The newest {n} messages"),
        },
        none_found: |typed| format!("No message was found for “{typed}”."),
        more_found: "Older ones",
        try_again: "Try again",
        add_topic: "Add a topic",
        topic: "Topic",
        change_topic: "Change the topic",
        topic_by: |name, when| format!("Set by {name}, {when}"),
        keys: "Keys",
        key_groups: [
            (
                "Everywhere",
                &[
                    ("Ctrl K", "Go to a room or a person"),
                    ("Ctrl Shift F|/", "Search"),
                    ("Alt ↑|Alt ↓", "The room before, the next room"),
                    ("Alt Shift ↑|Alt Shift ↓", "The same, where something is unread"),
                    ("?", "Show these keys"),
                    ("Esc", "Close what is open"),
                ],
            ),
            (
                "Writing",
                &[
                    ("Enter", "Send"),
                    ("Shift Enter", "Begin a new line"),
                    ("↑", "In an empty message: the last text once more"),
                    ("Ctrl B|Ctrl I|Ctrl E", "Bold, italic, code"),
                ],
            ),
            (
                "Reading",
                &[
                    ("Home|End", "The oldest, the newest message"),
                    ("PgUp|PgDn", "A page up, a page down"),
                ],
            ),
        ],
        or: "or",
        single_keys: "/ and ? work without Ctrl",
        close: "Close",
    },
    log: Log {
        nothing_yet: |room| format!("Nothing said in {room} yet"),
        new_below: |count| match count {
            1 => "1 new message".into(),
            n => format!("{n} new messages"),
        },
    },
};
