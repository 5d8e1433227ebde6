//! Portuguese.

use super::{Failing, Listening, Log, Mode, Panel, People, Words, join};

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
            short: "Pergunta de vez em quando.",
            long: "Pergunta, espera e pergunta de novo; quase sempre não há nada novo. As mensagens \
                chegam aos montes, tão tarde quanto ela espera.",
        },
        long_poll: Mode {
            name: "Long-poll",
            short: "A resposta espera novidades.",
            long: "Pergunta uma vez, e o servidor responde assim que houver o que dizer. Depois \
                pergunta de novo.",
        },
        stream: Mode {
            name: "Stream",
            short: "Uma resposta sem fim.",
            long: "O servidor escreve cada mensagem numa resposta sem fim, na hora em que acontece. O \
                que você envia vai em outra requisição.",
        },
        websocket: Mode {
            name: "WebSocket",
            short: "Aberta nos dois sentidos.",
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
        crowded_title: "Esta aba espera a vez.",
        crowded: "O navegador abre seis conexões com um servidor, para todas as abas juntas. Outras \
            cinco abas estão escutando, e a sexta fica livre para enviar e carregar.",
        crowded_help: "Feche uma delas e esta aba continua, ou deixe que ela escute por WebSocket, \
            que não entra na conta. Um servidor com HTTPS não tem esse limite.",
        crowded_button: "Escutar por WebSocket",
    },
    log: Log {
        nothing_yet: |room| format!("Ainda não se disse nada em {room}"),
        new_below: |count| match count {
            1 => "1 mensagem nova".into(),
            n => format!("{n} mensagens novas"),
        },
    },
    panel: Panel {
        title: "Esta aba",
        room: "Ir a uma sala, ou criar uma",
        name: "Seu nome",
        terminal: "De um terminal",
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
};
