//! Portuguese.

use super::{Log, Words};

pub(super) const WORDS: Words = Words {
    tag: "pt",
    name: "Português",
    direction: "ltr",
    log: Log {
        nothing_yet: |room| format!("Ainda não se disse nada em {room}"),
        new_below: |count| match count {
            1 => "1 mensagem nova".into(),
            n => format!("{n} mensagens novas"),
        },
    },
};
