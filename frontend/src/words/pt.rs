//! Portuguese.

use super::{Log, Words};

pub(super) const WORDS: Words = Words {
    tag: "pt",
    name: "Português",
    direction: "ltr",
    log: Log {
        messages_in: |room| format!("Mensagens em {room}"),
        nothing_yet: |room| format!("Ninguém disse nada em {room} ainda"),
        first: "Escreva a primeira mensagem aqui embaixo ou envie pelo terminal:",
        second_tab: "Abra esta página em outra aba, com outro jeito de escutar, e veja quando cada \
                     uma recebe a mensagem.",
        beginning: |room| format!("{room} começa aqui"),
        loading_older: "Carregando mensagens anteriores",
        loading_newer: "Carregando mensagens mais recentes",
        older_failed: "Não foi possível carregar as mensagens anteriores.",
        newer_failed: "Não foi possível carregar as mensagens mais recentes.",
        again: "Tentar de novo",
        new: "Novas",
        gap: |why| format!("Podem faltar mensagens aqui: {why}"),
        new_messages: |count| match count {
            1 => "1 mensagem nova".into(),
            n => format!("{n} mensagens novas"),
        },
        new_above: |count| match count {
            1 => "1 mensagem não lida".into(),
            n => format!("{n} mensagens não lidas"),
        },
        mark_read: "Marcar como lidas",
        newest: "Mensagens mais recentes",
        missing: |seq| format!("Esta sala não tem a mensagem {seq}."),
        not_looked_up: |seq| format!("Não foi possível carregar a mensagem {seq}."),
        dismiss: "Dispensar",
        sending: "enviando",
        not_sent_yet: |why| format!("ainda não enviada: {why}. Ela sai sozinha."),
        kept: "guardada pelo servidor",
        kept_until_poll: "guardada pelo servidor; a próxima consulta a traz",
        not_sent: |why| format!("não enviada: {why}"),
        edit: "Editar",
    },
};
