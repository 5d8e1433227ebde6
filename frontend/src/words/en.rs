//! English.

use super::{Log, Notice, Settings, Words};

pub(super) const WORDS: Words = Words {
    tag: "en",
    name: "English",
    direction: "ltr",
    log: Log {
        nothing_yet: |room| format!("Nothing said in {room} yet"),
        new_below: |count| match count {
            1 => "1 new message".into(),
            n => format!("{n} new messages"),
        },
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
