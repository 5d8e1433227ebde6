//! A window that chooses by itself how it listens: what it does when a mode fails, in a network that
//! is not kind to it, and what it does after it has slept. Nothing is lost, and nothing shown twice.

use std::time::Duration;

use anyhow::{Result, ensure};
use tidings_e2e::{Kind, Outcome, Proxy, Server, Tab, Way, stage, wait::until};

const ONLINE: &str = "window.dispatchEvent(new Event('online')); return true";

/// Its sentence about what it chose.
async fn why(tab: &Tab) -> Result<String> {
    tab.js("return document.querySelector('#auto-why').innerText", []).await
}

async fn until_it_says(tab: &Tab, parts: &[&str]) -> Result<()> {
    let holds = |why: &String| parts.iter().all(|part| why.contains(part));
    until(&format!("a sentence with {parts:?}"), || why(tab), holds).await.map(drop)
}

/// Waits until the window shows the log, and nothing else.
async fn until_it_shows_the_log(tab: &Tab, server: &Server, room: &str) -> Result<()> {
    let log = server.log(room).await?;
    let expected: Vec<_> = log.iter().map(|m| (Some(m.seq), m.text.to_string())).collect();
    tab.until_rows("the log, each message once and in order", |rows| {
        rows.iter().map(|row| (row.seq, row.text.clone())).eq(expected.clone())
    })
    .await
    .map(drop)
}

/// Somebody says something, and again after a moment.
async fn speak(server: &Server, count: usize) -> Result<()> {
    for n in 0..count {
        server.post("lobby", "superbot", &format!("word {n}")).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mode_a_window_uses_the_best_there_is_and_says_so() -> Outcome {
    stage("auto", async |stage, server| {
        let tab = stage.open(&server.url("/")).await?;
        tab.until_listening_by("websocket").await?;
        tab.until_js(
            "the choice of auto",
            "return new URLSearchParams(location.search).get('mode') === 'auto' &&
                document.querySelector('#mode input:checked').value === 'auto'",
        )
        .await?;
        until_it_says(&tab, &["WebSocket", "the best there is"]).await?;
        tab.choose_mode("sse").await?;
        tab.until_listening_by("sse").await?;
        tab.until_js("no reason", "return !document.querySelector('#auto-why')").await?;
        tab.choose_mode("auto").await?;
        tab.until_listening_by("websocket").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_websockets_are_refused_it_streams_says_why_and_climbs_when_it_can() -> Outcome {
    stage("auto-refused", async |stage, server| {
        stage.network_will_break();
        let proxy = Proxy::before(server).await?;
        proxy.set(Kind::Websocket, Way::Refused);
        let tab = stage.open(&proxy.url("/r/lobby?name=ana")).await?;
        tab.until_listening_by("sse").await?;
        until_it_says(&tab, &["uses Stream", "WebSocket could not be opened"]).await?;
        tab.say("by the stream").await?;
        tab.until_confirmed("by the stream").await?;

        // The network is another now. The stream goes on until the WebSocket works.
        proxy.set(Kind::Websocket, Way::Through);
        let _ = proxy.asked();
        let (spoken, climbed) = tokio::join!(speak(server, 20), async {
            let _: bool = tab.js(ONLINE, []).await?;
            tab.until_listening_by("websocket").await
        });
        spoken.and(climbed)?;
        until_it_says(&tab, &["WebSocket", "the best there is"]).await?;
        let again: Vec<_> =
            proxy.asked().into_iter().filter(|path| path.contains("/ws?")).collect();
        ensure!(again.len() == 1 && again[0].contains("&after="), "it asked {again:?}");
        until_it_shows_the_log(&tab, server, "lobby").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_that_is_cut_again_and_again_has_failed_and_nothing_is_lost_by_it() -> Outcome {
    stage("auto-cut", async |stage, server| {
        stage.network_will_break();
        let proxy = Proxy::before(server).await?;
        proxy.set(Kind::Websocket, Way::Cut);
        let tab = stage.open(&proxy.url("/r/lobby?name=ana")).await?;
        let (spoken, fell) = tokio::join!(speak(server, 12), tab.until_listening_by("sse"));
        spoken.and(fell)?;
        until_it_says(&tab, &["uses Stream", "WebSocket was cut twice"]).await?;
        until_it_shows_the_log(&tab, server, "lobby").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_proxy_keeps_everything_that_lasts_it_goes_down_to_the_poll() -> Outcome {
    stage("auto-held", async |stage, server| {
        stage.network_will_break();
        let proxy = Proxy::before(server).await?;
        for kind in [Kind::Websocket, Kind::Sse, Kind::LongPoll] {
            proxy.set(kind, Way::Held);
        }
        let tab = stage.open(&proxy.url("/r/lobby?every=1s&name=ana")).await?;
        let (spoken, fell) = tokio::join!(speak(server, 24), tab.until_listening_by("poll"));
        spoken.and(fell)?;
        let silent = ["uses Poll", "WebSocket brought", "Stream brought", "Long-poll brought"];
        until_it_says(&tab, &silent).await?;
        until_it_shows_the_log(&tab, server, "lobby").await?;

        // It climbs to what works, and keeps what it knows of the others.
        proxy.set(Kind::Sse, Way::Through);
        let _: bool = tab.js(ONLINE, []).await?;
        tab.until_listening_by("sse").await?;
        until_it_says(&tab, &["uses Stream", "WebSocket brought nothing"]).await?;
        until_it_shows_the_log(&tab, server, "lobby").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_server_is_away_no_mode_is_blamed() -> Outcome {
    stage("auto-away", async |stage, server| {
        stage.network_will_break();
        let tab = stage.open(&server.url("/r/lobby?name=ana")).await?;
        tab.until_listening_by("websocket").await?;
        server.stop().await?;
        tab.until_state(&["offline"]).await?;
        // More than one try fails.
        tokio::time::sleep(Duration::from_secs(3)).await;
        server.start_again().await?;
        server.post("lobby", "superbot", "back again").await?;
        tab.until_listening_by("websocket").await?;
        tab.until_text("back again").await?;
        until_it_says(&tab, &["the best there is"]).await?;
        until_it_shows_the_log(&tab, server, "lobby").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_has_slept_trusts_no_connection_and_catches_up_in_one_request() -> Outcome {
    stage("slept", async |stage, server| {
        stage.network_will_break();
        for (mode, path) in [("websocket", "/ws?"), ("sse", "/sse?"), ("long-poll", "/messages?")] {
            let proxy = Proxy::before(server).await?;
            let tab = stage.open(&proxy.url(&format!("/r/{mode}?mode={mode}&name=ana"))).await?;
            tab.until_listening_by(mode).await?;
            server.post(mode, "superbot", "before the night").await?;
            tab.until_text("before the night").await?;
            // A long-poll asks again; then nothing is under way but what will fall still.
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            proxy.fall_still();
            for n in 0..24 {
                server.post(mode, "superbot", &format!("dream {n}")).await?;
            }
            let _ = proxy.asked();
            let woken = "const now = Date.now;
                Date.now = () => now() + 8 * 3600 * 1000;
                document.dispatchEvent(new Event('visibilitychange'));
                return true";
            let _: bool = tab.js(woken, []).await?;
            until_it_shows_the_log(&tab, server, mode).await?;
            let asked = proxy.asked();
            let with_news: Vec<_> = asked
                .iter()
                .filter(|line| line.contains(path) && line.contains("after="))
                .collect();
            // A long-poll that was answered asks for what comes next.
            let most = if mode == "long-poll" { 2 } else { 1 };
            ensure!(!with_news.is_empty() && with_news.len() <= most, "it asked {asked:#?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumped_is_noticed_though_nobody_looks() -> Outcome {
    stage("jumped", async |stage, server| {
        stage.network_will_break();
        let proxy = Proxy::before(server).await?;
        let tab = stage.open(&proxy.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_listening_by("websocket").await?;
        proxy.fall_still();
        server.post("lobby", "superbot", "while it slept").await?;
        let jump = "const now = Date.now; Date.now = () => now() + 3600 * 1000; return true";
        let _: bool = tab.js(jump, []).await?;
        tab.until_text("while it slept").await?;
        until_it_shows_the_log(&tab, server, "lobby").await
    })
    .await
}
