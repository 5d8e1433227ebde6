//! Portuguese.

use super::{Composer, Log, Message, Words};

pub(super) const WORDS: Words = Words {
    tag: "pt",
    name: "Português",
    direction: "ltr",
    composer: Composer {
        message: "Mensagem",
        write: "Escreva uma mensagem",
        send: "Enviar",
        bytes: |bytes, most| format!("{bytes} de {most} bytes"),
        make_code: "Transformar em bloco de código",
        people: "Pessoas",
        rooms: "Salas",
        emoji: "Emojis",
    },
    log: Log {
        nothing_yet: |room| format!("Ainda não se disse nada em {room}"),
        new_below: |count| match count {
            1 => "1 mensagem nova".into(),
            n => format!("{n} mensagens novas"),
        },
    },
    message: Message {
        actions: |name| ["Mensagem de ", name].concat(),
        reply: "Responder",
        copy_text: "Copiar texto",
        copy_link: "Copiar link",
        show_raw: "Ver como foi escrita",
        raw: "Como foi escrita",
        close: "Fechar",
        copy: "Copiar",
        copied: "Copiado",
        code: "Código",
    },
};
