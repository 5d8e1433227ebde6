//! English.

use super::{Failing, Finding, Listening, Log, Mode, Notice, People, Settings, Words, join};
use crate::state::search::Filter;

pub(super) const WORDS: Words = Words {
    tag: "en",
    name: "English",
    direction: "ltr",
    failing: Failing {
        no_answer: "the server does not answer",
        too_long: "the server took too long to answer",
        foreign: "what answered does not speak as a Tidings server does",
        unopened: "the browser could not open the connection",
        broke: "the connection broke",
        silent: "the connection fell silent",
        closed: |why| format!("the server closed the connection: {why}"),
    },
    listening: Listening {
        title: "This tab listens by",
        auto: "Auto",
        auto_short: "The best that gets through.",
        auto_uses: |mode| format!("It uses {mode}, the best there is."),
        auto_fell: |mode, why| {
            format!("It uses {mode}, since {}. It tries again by itself.", join(why, " and "))
        },
        refused: |mode| format!("{mode} could not be opened"),
        silent: |mode| format!("{mode} brought nothing"),
        cut: |mode| format!("{mode} was cut twice"),
        no_room: |mode| format!("other tabs hold {mode}'s connections"),
        poll: Mode {
            name: "Poll",
            short: "Asks again and again.",
            long: "Asks, waits, and asks again; mostly there is nothing new. Messages come in clumps, \
                as late as it waits.",
        },
        long_poll: Mode {
            name: "Long-poll",
            short: "Asks, and the answer waits for news.",
            long: "Asks once, and the server answers as soon as there is something to say. Then it \
                asks again.",
        },
        stream: Mode {
            name: "Stream",
            short: "One answer that never ends.",
            long: "The server writes each message into one endless answer, as it happens. What you \
                post goes by a request of its own.",
        },
        websocket: Mode {
            name: "WebSocket",
            short: "One line, open both ways.",
            long: "Messages come and go on one line, with a few bytes around each.",
        },
        json_lines: "JSON lines",
        raw_lines: "Raw lines",
        for_programs: |mode| {
            format!(
                "{mode} is for programs; a browser listens by auto, poll, long-poll, sse or websocket"
            )
        },
        every: "It asks every",
        seconds: "seconds",
        connecting: "connecting",
        reconnecting: "reconnecting",
        live: "live",
        connected: "connected",
        polling: "polling",
        next_poll: |seconds| format!("next poll in {seconds} s"),
        waits_its_turn: "waiting for its turn",
        offline_since: |time| format!("offline since {time}"),
        trying: " · trying",
        next_try: |seconds| format!(" · next try in {seconds} s"),
        retry: "retry now",
        costs: "What this mode costs",
        requests: |count| if count == 1 { "request" } else { "requests" },
        both_ways: "both ways",
        late: "late",
        counted_title: "What is counted",
        counted: "Counted in this tab since its mode was chosen: what listening and posting took, in \
            both directions. Headers that a browser hides from a page are estimated.",
        figures: "What it takes",
        requests_a_minute: |count| {
            if count == 1 { "request a minute" } else { "requests a minute" }
        },
        a_minute: "a minute",
        no_message_yet: "How late each message comes is drawn here, once one comes.",
        lateness: |count, half, most| match count {
            1 => format!("The last message came {most} late."),
            n => format!(
                "Of the last {n} messages, half came within {half}, the latest after {most}."
            ),
        },
        lateness_before: |count| match count {
            1 => "The last message came by another mode.".into(),
            n => format!("The last {n} messages came by other modes."),
        },
        lateness_scale: "Each line is ten times as late as the one below it.",
        ring: |seconds| format!("Polls every {seconds} seconds"),
        crowded_title: "This tab waits for its turn.",
        crowded: "A browser opens six connections to a server, for all its tabs together. Five other \
            tabs listen, and the sixth is kept free for sending and loading.",
        crowded_help: "Close one of them and this tab goes on, or let it listen by WebSocket, which \
            is not counted. A server that speaks HTTPS has no such limit.",
        crowded_button: "Listen by WebSocket",
    },
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
        messages_in: |room| format!("Messages in {room}"),
        nothing_yet: |room| format!("Nothing said in {room} yet"),
        first: "Write the first message below, or send it from a terminal:",
        second_tab: "Open this page in a second tab with another way of listening, and watch when each \
                     of them hears it.",
        beginning: |room| format!("{room} begins here"),
        loading_older: "Loading older messages",
        loading_newer: "Loading newer messages",
        older_failed: "Older messages could not be loaded.",
        newer_failed: "Newer messages could not be loaded.",
        again: "Try again",
        new: "New",
        gap: |why| format!("Some messages may be missing here: {why}"),
        new_messages: |count| match count {
            1 => "1 new message".into(),
            n => format!("{n} new messages"),
        },
        new_above: |count| match count {
            1 => "1 unread message".into(),
            n => format!("{n} unread messages"),
        },
        mark_read: "Mark as read",
        newest: "Newest messages",
        missing: |seq| format!("This room has no message {seq}."),
        not_looked_up: |seq| format!("Message {seq} could not be loaded."),
        dismiss: "Dismiss",
        sending: "sending",
        not_sent_yet: |why| format!("not sent yet: {why}. It goes out by itself."),
        kept: "kept by the server",
        kept_until_poll: "kept by the server; the next poll brings it",
        not_sent: |why| format!("not sent: {why}"),
        edit: "Edit",
    },
    people: People {
        title: "Here now",
        by_mode: |count, mode| format!("{count} by {mode}"),
        nobody: "nobody heard of yet",
        you: "you",
        mention: |name| format!("Mention {name}"),
        and_more: |count| format!("and {count} more"),
        and_more_fit: |count| format!("and {count} more; a few letters find them"),
        nobody_fits: "nobody here by that name",
        fewer: "Show fewer",
        filter: "Find somebody",
        nameless: |count| format!("{count} without a name"),
        one_writes: |name| format!("{name} is writing"),
        two_write: |one, other| format!("{one} and {other} are writing"),
        several_write: "several people are writing",
    },
    notice: Notice {
        title: |who, room| format!("{who} in {room}"),
        and_more: |count| format!("and {count} more"),
    },
    settings: Settings {
        notices: "Notify me of this room",
        quiet: "Never",
        mentions: "When I am mentioned",
        all: "Of every message",
        blocked: "This browser blocks notifications from here. Its settings for this site can allow them.",
        no_notices: "Notifications need a page that came by HTTPS.",
        language: "Language",
    },
};
