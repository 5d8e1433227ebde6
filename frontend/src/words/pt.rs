//! Portuguese.

use super::{Log, Notice, Settings, Words};

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
    notice: Notice {
        title: |who, room| format!("{who} em {room}"),
        and_more: |count| format!("e mais {count}"),
    },
    settings: Settings {
        notices: "Notificações desta sala",
        quiet: "Nunca",
        mentions: "Quando falarem comigo",
        all: "A cada mensagem",
        blocked: "O navegador está bloqueando as notificações daqui. Você pode permiti-las nas configurações deste site.",
        no_notices: "As notificações precisam de uma página que veio por HTTPS.",
        language: "Idioma",
    },
};
