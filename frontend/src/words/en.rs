//! English.

use super::{Log, Words};

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
};
