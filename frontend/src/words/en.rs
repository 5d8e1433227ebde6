//! English.

use super::{Composer, Log, Message, Words};

pub(super) const WORDS: Words = Words {
    tag: "en",
    name: "English",
    direction: "ltr",
    composer: Composer {
        message: "Message",
        write: "Write a message",
        send: "Send",
        bytes: |bytes, most| format!("{bytes} of {most} bytes"),
        make_code: "Make it a block of code",
        people: "People",
        rooms: "Rooms",
        emoji: "Emoji",
    },
    log: Log {
        nothing_yet: |room| format!("Nothing said in {room} yet"),
        new_below: |count| match count {
            1 => "1 new message".into(),
            n => format!("{n} new messages"),
        },
    },
    message: Message {
        actions: |name| ["Message from ", name].concat(),
        reply: "Reply",
        copy_text: "Copy text",
        copy_link: "Copy link",
        show_raw: "Show as written",
        raw: "As it was written",
        close: "Close",
        copy: "Copy",
        copied: "Copied",
        code: "Code",
    },
};
