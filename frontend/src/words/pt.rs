//! Portuguese.

use super::{Failing, Finding, Listening, Log, Mode, Notice, People, Settings, Words, join};
use crate::state::search::Filter;

pub(super) const WORDS: Words = Words {
    tag: "pt",
    name: "Português",
    direction: "ltr",
    failing: Failing {
        no_answer: "o servidor não responde",
        too_long: "o servidor demorou demais para responder",
        foreign: "quem respondeu não fala como um servidor Tidings",
        unopened: "o navegador não conseguiu abrir a conexão",
        broke: "a conexão caiu",
        silent: "a conexão ficou muda",
        closed: |why| format!("o servidor fechou a conexão: {why}"),
    },
    listening: Listening {
        title: "Esta aba escuta por",
        auto: "Auto",
        auto_short: "O melhor que passar.",
        auto_uses: |mode| format!("Usa {mode}, o melhor que há."),
        auto_fell: |mode, why| {
            format!("Usa {mode}, pois {}. Tenta de novo sozinha.", join(why, " e "))
        },
        refused: |mode| format!("{mode} não abriu"),
        silent: |mode| format!("{mode} não trouxe nada"),
        cut: |mode| format!("{mode} caiu duas vezes"),
        no_room: |mode| format!("outras abas ocupam as conexões de {mode}"),
        poll: Mode {
            name: "Poll",
            short: "Pergunta de tempos em tempos.",
            long: "Pergunta, espera e pergunta de novo; quase sempre não há nada novo. As mensagens \
                chegam aos montes, tão tarde quanto ela espera.",
        },
        long_poll: Mode {
            name: "Long-poll",
            short: "A resposta espera por novidades.",
            long: "Pergunta uma vez, e o servidor responde assim que houver o que dizer. Depois \
                pergunta de novo.",
        },
        stream: Mode {
            name: "Stream",
            short: "Uma resposta que nunca acaba.",
            long: "O servidor escreve cada mensagem numa resposta sem fim, na hora em que acontece. O \
                que você envia vai em outra requisição.",
        },
        websocket: Mode {
            name: "WebSocket",
            short: "Uma linha aberta nos dois sentidos.",
            long: "As mensagens vão e vêm por uma só linha, com poucos bytes em volta de cada uma.",
        },
        json_lines: "Linhas JSON",
        raw_lines: "Linhas de texto",
        for_programs: |mode| {
            format!(
                "{mode} é para programas; um navegador escuta por auto, poll, long-poll, sse ou websocket"
            )
        },
        every: "Pergunta a cada",
        seconds: "segundos",
        connecting: "conectando",
        reconnecting: "reconectando",
        live: "ao vivo",
        connected: "conectada",
        polling: "perguntando",
        next_poll: |seconds| format!("próxima pergunta em {seconds} s"),
        waits_its_turn: "esperando a vez",
        offline_since: |time| format!("sem conexão desde {time}"),
        trying: " · tentando",
        next_try: |seconds| format!(" · nova tentativa em {seconds} s"),
        retry: "tentar agora",
        costs: "Quanto custa este modo",
        requests: |count| if count == 1 { "requisição" } else { "requisições" },
        both_ways: "ida e volta",
        late: "de atraso",
        counted_title: "O que se conta",
        counted: "Contado nesta aba desde que o modo foi escolhido: o que se gastou para escutar e \
            enviar, nos dois sentidos. Os cabeçalhos que o navegador esconde da página são estimados.",
        figures: "Quanto gasta",
        requests_a_minute: |count| {
            if count == 1 { "requisição por minuto" } else { "requisições por minuto" }
        },
        a_minute: "por minuto",
        no_message_yet: "Aqui se desenha o atraso de cada mensagem, quando chegar a primeira.",
        lateness: |count, half, most| match count {
            1 => format!("A última mensagem chegou com {most} de atraso."),
            n => format!(
                "Das últimas {n} mensagens, metade chegou em até {half}; a mais atrasada, em {most}."
            ),
        },
        lateness_before: |count| match count {
            1 => "A última mensagem chegou por outro modo.".into(),
            n => format!("As últimas {n} mensagens chegaram por outros modos."),
        },
        lateness_scale: "Cada linha é um atraso dez vezes maior que a de baixo.",
        ring: |seconds| format!("Pergunta a cada {seconds} segundos"),
        crowded_title: "Esta aba espera a vez.",
        crowded: "O navegador abre seis conexões com um servidor, para todas as abas juntas. Outras \
            cinco abas estão escutando, e a sexta fica livre para enviar e carregar.",
        crowded_help: "Feche uma delas e esta aba continua, ou deixe que ela escute por WebSocket, \
            que não entra na conta. Um servidor com HTTPS não tem esse limite.",
        crowded_button: "Escutar por WebSocket",
    },
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
    people: People {
        title: "Aqui agora",
        by_mode: |count, mode| format!("{count} por {mode}"),
        nobody: "ninguém à vista ainda",
        you: "você",
        mention: |name| format!("Mencionar {name}"),
        and_more: |count| format!("e mais {count}"),
        and_more_fit: |count| format!("e mais {count}; algumas letras os encontram"),
        nobody_fits: "ninguém aqui com esse nome",
        fewer: "Mostrar menos",
        filter: "Procurar alguém",
        nameless: |count| format!("{count} sem nome"),
        one_writes: |name| format!("{name} está escrevendo"),
        two_write: |one, other| format!("{one} e {other} estão escrevendo"),
        several_write: "várias pessoas estão escrevendo",
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
