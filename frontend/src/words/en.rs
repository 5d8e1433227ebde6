//! English.

use super::{Log, Words};

pub(super) const WORDS: Words = Words {
    tag: "en",
    name: "English",
    direction: "ltr",
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
};
