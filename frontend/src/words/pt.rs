//! Portuguese.

use super::{Finding, Log, Words};
use crate::state::search::Filter;

pub(super) const WORDS: Words = Words {
    tag: "pt",
    name: "Português",
    direction: "ltr",
    finding: Finding {
        rooms: "Salas",
        others: "Outras neste servidor",
        go_or_make: "Ir a uma sala ou criar uma",
        new_room: |name| format!("Sala nova {name}"),
        room_rule: "O nome de uma sala tem de 1 a 64 caracteres, entre a–z, 0–9, _ e -, e começa com letra ou algarismo.",
        leave: |name| format!("Sair de {name}"),
        more_rooms: |count| format!("Mais {count}: digite acima algumas letras do nome"),
        unread: " não lidas",
        mentions: |count| match count {
            1 => "1 mensagem menciona você".into(),
            n => format!("{n} mensagens mencionam você"),
        },
        switch: "Ir a uma sala ou pessoa",
        switch_hint: "Uma sala, ou @ e um nome",
        mention: |name| format!("mencionar @{name} na sua mensagem"),
        go_to_person: |room| format!("está em {room}: ir para lá"),
        nothing_fits: "Nenhuma sala e ninguém tem esse nome.",
        search: "Buscar",
        search_hint: "Palavras, \"uma frase\", from:nome",
        in_room: |room| format!("Em {room}"),
        everywhere: "Em todas as salas",
        operators: [
            ("disco cheio", "as duas palavras, em qualquer lugar"),
            ("\"o disco está cheio\"", "estas palavras em sequência"),
            ("from:ana", "quem disse"),
            ("in:ops", "em que sala"),
            ("before:2026-11-23", "antes de um dia"),
            ("after:2026-11-01", "depois de um dia"),
        ],
        half_typed: |filter| match filter {
            Filter::From => "from: e um nome; entre aspas, se tiver espaços.",
            Filter::In => "in: e o nome de uma sala.",
            Filter::Day => "Um dia se escreve como 2026-11-23.",
        },
        searching: "Buscando",
        found: |count, more| match (count, more) {
            (1, false) => "1 mensagem".into(),
            (n, false) => format!("{n} mensagens"),
            (n, true) => format!("As {n} mensagens mais recentes"),
        },
        none_found: |typed| format!("Nenhuma mensagem encontrada para “{typed}”."),
        more_found: "Mais antigas",
        try_again: "Tentar de novo",
        add_topic: "Adicionar um assunto",
        topic: "Assunto",
        change_topic: "Mudar o assunto",
        topic_by: |name, when| format!("Definido por {name}, {when}"),
        keys: "Teclas",
        key_groups: [
            (
                "Em toda parte",
                &[
                    ("Ctrl K", "Ir a uma sala ou pessoa"),
                    ("Ctrl Shift F|/", "Buscar"),
                    ("Alt ↑|Alt ↓", "Sala anterior, próxima sala"),
                    ("Alt Shift ↑|Alt Shift ↓", "O mesmo, onde há algo não lido"),
                    ("?", "Mostrar estas teclas"),
                    ("Esc", "Fechar o que está aberto"),
                ],
            ),
            (
                "Ao escrever",
                &[
                    ("Enter", "Enviar"),
                    ("Shift Enter", "Começar outra linha"),
                    ("↑", "Numa mensagem vazia: o último texto outra vez"),
                    ("Ctrl B|Ctrl I|Ctrl E", "Negrito, itálico, código"),
                ],
            ),
            (
                "Ao ler",
                &[
                    ("Home|End", "A mensagem mais antiga, a mais nova"),
                    ("PgUp|PgDn", "Uma página acima, uma abaixo"),
                ],
            ),
        ],
        or: "ou",
        single_keys: "/ e ? funcionam sem Ctrl",
        close: "Fechar",
    },
    log: Log {
        nothing_yet: |room| format!("Ainda não se disse nada em {room}"),
        new_below: |count| match count {
            1 => "1 mensagem nova".into(),
            n => format!("{n} mensagens novas"),
        },
    },
};
