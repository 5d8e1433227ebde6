//! English.

use super::{Failing, Listening, Log, Mode, Panel, People, Words, join};

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
            short: "The answer waits for news.",
            long: "Asks once, and the server answers as soon as there is something to say. Then it \
                asks again.",
        },
        stream: Mode {
            name: "Stream",
            short: "One answer without end.",
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
        crowded_title: "This tab waits for its turn.",
        crowded: "A browser opens six connections to a server, for all its tabs together. Five other \
            tabs listen, and the sixth is kept free for sending and loading.",
        crowded_help: "Close one of them and this tab goes on, or let it listen by WebSocket, which \
            is not counted. A server that speaks HTTPS has no such limit.",
        crowded_button: "Listen by WebSocket",
    },
    log: Log {
        nothing_yet: |room| format!("Nothing said in {room} yet"),
        new_below: |count| match count {
            1 => "1 new message".into(),
            n => format!("{n} new messages"),
        },
    },
    panel: Panel {
        title: "This tab",
        room: "Go to a room, or make one",
        name: "Your name",
        terminal: "From a terminal",
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
};
