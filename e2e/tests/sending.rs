//! An own message on its way: shown at once, confirmed by the log, and never lost or doubled when
//! something is in its way.

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{Outcome, Row, Server, Tab, stage, wait::until};

#[tokio::test(flavor = "multi_thread")]
async fn an_own_message_is_shown_at_once_and_then_confirmed() -> Outcome {
    stage("confirmed", async |stage, server| {
        for mode in ["poll", "long-poll", "sse", "websocket"] {
            let address = server.url(&format!("/r/lobby?mode={mode}&every=2s&name=ana"));
            let tab = stage.open(&address).await?;
            tab.until_listening().await?;
            let text = format!("said by {mode}");
            tab.say(&text).await?;
            let row = tab.until_confirmed(&text).await?;
            let states = tab.deliveries(&row.id).await?;
            ensure!(
                states.first().is_some_and(|first| first == "pending"),
                "in mode {mode}, it went through {states:?}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_ones_own_stands_where_it_will_stay() -> Outcome {
    stage("stands", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=poll&every=1s&name=ana")).await?;
        tab.until_listening().await?;
        tab.say("one").await?;
        tab.until_confirmed("one").await?;
        tab.say("two").await?;
        // How far below the first, in pixels: while the second waits for the poll, and when it has come.
        const BELOW: &str = "const texts = [...document.querySelectorAll('#log .is-own .text')].slice(-2);
            const waits = !!texts[1]?.closest('[data-delivery]');
            if (texts.length < 2 || waits !== arguments[0]) return -1;
            return Math.round(texts[1].getBoundingClientRect().top - texts[0].getBoundingClientRect().bottom)";
        let below = async |waits: bool| tab.js::<i64>(BELOW, [json!(waits)]).await;
        let waits = until("it to wait", || below(true), |it| *it >= 0).await?;
        let stays = until("it to have come", || below(false), |it| *it >= 0).await?;
        ensure!(waits == stays && stays < 10, "{waits} pixels below, and then {stays}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_days_first_words_stand_under_its_date_at_once() -> Outcome {
    stage("day", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=poll&every=2s&name=ana")).await?;
        tab.until_listening().await?;
        tab.say("today").await?;
        tab.until_confirmed("today").await?;
        const TOMORROW: &str =
            "const now = Date.now; Date.now = () => now() + 86_400_000; return true";
        let _: bool = tab.js(TOMORROW, []).await?;
        tab.say("tomorrow").await?;
        tab.until_js(
            "its date, while it waits for the poll",
            "const waits = document.querySelector('#log [data-delivery]')?.closest('.line');
             return !!waits?.querySelector('.divider') && waits.innerText.includes('tomorrow')",
        )
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_stays_and_says_why_and_can_be_sent_again() -> Outcome {
    stage("refused", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=poll&every=1s&name=ana")).await?;
        tab.until_listening().await?;
        // The server has no reason to refuse what the page lets through, so one is put in its
        // mouth, for posts alone.
        const REFUSE: &str = r#"
            globalThis.kept = globalThis.fetch;
            globalThis.fetch = (request, ...rest) => {
                const method = rest[0]?.method ?? request.method ?? "GET";
                if (method !== "POST") return kept(request, ...rest);
                const body = JSON.stringify({ type: "about:blank", title: "Unprocessable Content",
                    status: 422, detail: "the tide is out" });
                const headers = { "content-type": "application/problem+json" };
                return Promise.resolve(new Response(body, { status: 422, headers }));
            };
            return true"#;
        let _: bool = tab.js(REFUSE, []).await?;
        tab.say("is it high tide?").await?;
        tab.until_rows("the failed message", |rows| is(rows, "is it high tide?", "failed")).await?;
        tab.until_js(
            "the reason",
            "return document.querySelector('#log').innerText.includes('the tide is out')",
        )
        .await?;
        ensure!(texts(server).await?.is_empty(), "it is in the log");

        let _: bool = tab.js("globalThis.fetch = kept; return true", []).await?;
        tab.click("[data-action='retry']").await?;
        tab.until_confirmed("is it high tide?").await?;
        ensure!(texts(server).await? == ["is it high tide?"]);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_while_the_server_is_gone_is_sent_once_when_it_is_back() -> Outcome {
    stage("gone", async |stage, server| {
        stage.network_will_break();
        for (n, mode) in ["poll", "long-poll", "sse", "websocket"].into_iter().enumerate() {
            let address = server.url(&format!("/r/lobby?mode={mode}&every=1s&name=ana"));
            let tab = stage.open(&address).await?;
            tab.until_listening().await?;
            server.stop().await?;
            tab.until_state(&["offline"]).await?;
            let text = format!("into the void, by {mode}");
            tab.say(&text).await?;
            tab.until_rows("the message, unsent", |rows| {
                is(rows, &text, "pending") || is(rows, &text, "failed")
            })
            .await?;
            server.start_again().await?;
            let row = until_unless_failed(&tab, &text).await?;
            ensure!(row.seq.is_some());
            let all = texts(server).await?;
            ensure!(all.len() == n + 1 && all[n] == text, "the log has {all:?}");
        }
        Ok(())
    })
    .await
}

fn is(rows: &[Row], text: &str, delivery: &str) -> bool {
    rows.iter().any(|row| row.text == text && row.delivery.as_deref() == Some(delivery))
}

/// Waits until the log has brought it, saying yes when asked whether to try again.
async fn until_unless_failed(tab: &Tab, text: &str) -> Result<Row> {
    until(
        "an answer to the message",
        async || {
            let rows = tab.rows().await?;
            if is(&rows, text, "failed") {
                tab.click("[data-action='retry']").await?;
            }
            Ok(rows)
        },
        |rows| rows.iter().any(|row| row.text == text && row.delivery.is_none()),
    )
    .await?;
    tab.until_confirmed(text).await
}

/// What people have said, without the server's welcome.
async fn texts(server: &Server) -> Result<Vec<String>> {
    let log = server.log("lobby").await?;
    let people = log.iter().filter(|message| message.username.as_str() != "chat-room");
    Ok(people.map(|message| message.text.as_str().to_owned()).collect())
}
