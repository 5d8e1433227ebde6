//! Without a server: the app opens, shows what it had, and takes what one writes. And with one: it is
//! always the newest app that opens.

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{Outcome, Tab, keys::ENTER, stage};

const TOPIC: &str =
    "return document.querySelector('#topic').textContent.endsWith('What the pump does')";

/// Waits until the worker has the page and all that it names.
async fn until_kept(tab: &Tab) -> Result<()> {
    const KEPT: &str = "return caches.match('/').then((page) => !!page)
        .then((page) => page && !!navigator.serviceWorker.controller)";
    tab.until_js("a worker that has the page", KEPT).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_opens_without_a_server_shows_what_it_had_and_sends_later_what_one_writes()
-> Outcome {
    stage("without-a-server", async |stage, server| {
        stage.network_will_break();
        for text in ["the pump is in", "and it holds"] {
            server.post("harbour", "leandro", text).await?;
        }
        let address = server.url("/r/harbour?mode=sse&name=ana");
        let tab = stage.open(&address).await?;
        tab.until_text("and it holds").await?;
        let put = "return fetch('/api/rooms/harbour/topic?username=leandro',
            { method: 'PUT', body: 'What the pump does' }).then((answer) => answer.ok)";
        ensure!(tab.js::<bool>(put, []).await?);
        tab.until_js("the topic", TOPIC).await?;
        tab.until_listening().await?;
        until_kept(&tab).await?;
        server.stop().await?;

        // As after a night: the app is opened anew, at this address and at another.
        tab.go(&address).await?;
        tab.until_state(&["offline"]).await?;
        tab.until_text("the pump is in").await?;
        tab.until_js("the topic, from before", TOPIC).await?;
        let last = tab.until_text("and it holds").await?;
        ensure!(last.author.contains("leandro") && last.seq == Some(3), "{last:?}");
        tab.say("written on the ferry").await?;
        tab.go(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        tab.go(&address).await?;
        tab.until_text("written on the ferry").await?;

        server.start_again().await?;
        tab.until_confirmed("written on the ferry").await?;
        server.post("harbour", "leandro", "welcome back").await?;
        tab.until_text("welcome back").await?;
        let rows = tab.rows().await?;
        let texts: Vec<_> = rows.iter().map(|row| row.text.as_str()).collect();
        ensure!(
            texts
                == [
                    "Welcome user",
                    "the pump is in",
                    "and it holds",
                    "written on the ferry",
                    "welcome back"
                ],
            "{texts:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_app_is_never_shown_while_a_server_answers() -> Outcome {
    stage("new-app", async |stage, server| {
        stage.network_will_break();
        let address = server.url("/r/lobby?mode=sse&name=ana");
        let tab = stage.open(&address).await?;
        until_kept(&tab).await?;
        // What an earlier version would have left.
        const OLD: &str = "return caches.open('tidings-shell').then(async (shell) => {
            const headers = { 'content-type': 'text/html' };
            await shell.put('/', new Response('<p id=composer>old</p>', { headers }));
            await shell.put('/app-0123456789abcdef.js', new Response('old'));
            return true })";
        let _: bool = tab.js(OLD, []).await?;
        tab.go(&address).await?;
        tab.until_listening().await?;
        // And what is kept is the new one now, whole, and nothing else.
        const NEW: &str = "return caches.open('tidings-shell').then(async (shell) => {
            const page = await (await shell.match('/')).text();
            const kept = (await shell.keys()).map((file) => new URL(file.url).pathname);
            const wasm = kept.filter((path) => page.includes(path) && path.endsWith('.wasm'));
            return wasm.length === 1 && !kept.includes('/app-0123456789abcdef.js') })";
        tab.until_js("the new app in the worker's keeping", NEW).await?;
        server.stop().await?;
        tab.go(&address).await?;
        tab.until_state(&["offline"]).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_rooms_has_an_end() -> Outcome {
    stage("kept-rooms", async |stage, server| {
        stage.network_will_break();
        for n in 0..24 {
            server.post(&format!("room-{n}"), "leandro", &"long ".repeat(800)).await?;
        }
        server.fill("room-23", 120).await?;
        let tab = stage.open(&server.url("/r/room-0?mode=sse&name=ana")).await?;
        for n in 1..24 {
            tab.until_js("a message", "return !!document.querySelector('#log [data-seq]')").await?;
            tab.click("#room").await?;
            tab.press(&format!("room-{n}{ENTER}")).await?;
            let name = format!("return !!document.querySelector('#log [data-seq]') && location.pathname === '/r/room-{n}'");
            tab.until_js("the next room", &name).await?;
        }
        tab.until_js(
            "its newest messages",
            "return Number(document.querySelector('#log').dataset.held) >= 50",
        )
        .await?;
        tab.go(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        const KEPT: &str = "return Object.keys(localStorage)
            .filter((key) => key.startsWith('tidings.had.'))
            .map((key) => [key, localStorage[key].length, JSON.parse(localStorage[key]).messages.length])";
        let kept: Vec<(String, usize, usize)> = tab.js(KEPT, []).await?;
        ensure!(kept.len() <= 20, "{} rooms are kept", kept.len());
        ensure!(kept.iter().any(|(key, ..)| key == "tidings.had.room-23"), "{kept:?}");
        ensure!(!kept.iter().any(|(key, ..)| key == "tidings.had.room-0"), "{kept:?}");
        for (key, bytes, messages) in kept {
            ensure!(bytes < 70_000 && messages <= 50, "{key}: {messages} in {bytes} bytes");
        }
        // One who leaves a room leaves nothing of it behind.
        tab.js::<bool>(
            "document.querySelector('[aria-label=\"' + arguments[0] + '\"]').click(); return true",
            [json!("Leave room-23")],
        )
        .await?;
        tab.until_js("nothing of it", "return !localStorage['tidings.had.room-23']").await
    })
    .await
}
