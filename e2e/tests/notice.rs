//! How the app makes itself known while something else is in front of it: never unasked, once for all
//! tabs, and gone when the room was read.

use std::sync::Arc;

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{Outcome, Server, Stage, Tab, stage, wait::until};

/// A notice: its title, its text, the message it is of.
type Notice = (String, String, u64);

async fn notices(tab: &Tab) -> Result<Vec<Notice>> {
    const SHOWN: &str =
        "return navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
        .then((all) => all.map((one) => [one.title, one.body, one.data.seq]))";
    tab.js(SHOWN, []).await
}

/// A tab whose room may tell this much; the reader has said yes to the browser.
async fn asked(stage: &Stage, server: &Server, path: &str, loudness: &str) -> Result<Arc<Tab>> {
    let tab = stage.open(&server.url(path)).await?;
    let allowed = json!({"origin": server.url(""), "permissions": ["notifications"]});
    tab.cdp("Browser.grantPermissions", allowed).await?;
    tab.until_listening().await?;
    tab.click(&format!("#notices option[value='{loudness}']")).await?;
    tab.until_js("a worker", "return !!navigator.serviceWorker.controller").await?;
    Ok(tab)
}

/// Puts another page before it, as when somebody goes to another tab.
async fn cover(tab: &Tab) -> Result<()> {
    tab.cdp("Target.createTarget", json!({"url": "about:blank"})).await?;
    tab.until_js("a tab that nobody sees", "return document.visibilityState === 'hidden'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_tells_what_it_was_asked_to_and_forgets_it_when_it_is_read() -> Outcome {
    stage("notices", async |stage, server| {
        let tab = asked(stage, server, "/r/ops?mode=websocket&name=ana", "mentions").await?;
        server.post("ops", "leo", "@ana while you look").await?;
        tab.until_text("@ana while you look").await?;
        cover(&tab).await?;
        server.post("ops", "leo", "nothing for you").await?;
        server.post("ops", "leo", "@ana, the pump!").await?;
        let shown = until("a notice", || notices(&tab), |shown| !shown.is_empty()).await?;
        let wanted: Notice = ("leo in ops".into(), "@ana, the pump!".into(), 3);
        ensure!(shown == [wanted], "{shown:?}");
        let title: String = tab.js("return document.title", []).await?;
        ensure!(title.starts_with("(2) ops"), "the title is {title}");
        let icon =
            "return document.querySelector('link[rel=icon]').href.startsWith('data:image/svg')";
        tab.until_js("an icon with a number", icon).await?;

        tab.cdp("Page.bringToFront", json!({})).await?;
        until("no notice", || notices(&tab), Vec::is_empty).await?;
        let title = "return document.title.startsWith('ops') &&
            document.querySelector('link[rel=icon]').getAttribute('href') === '/favicon.svg'";
        tab.until_js("a tab with nothing to tell", title).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_a_room_tell_once_and_a_quiet_one_tells_nothing() -> Outcome {
    stage("two-tabs", async |stage, server| {
        let slow = asked(stage, server, "/r/ops?mode=poll&every=1s&name=ana", "all").await?;
        let quick = asked(stage, server, "/r/ops?mode=websocket&name=ana", "all").await?;
        let quiet = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        quiet.until_listening().await?;
        for tab in [&slow, &quick, &quiet] {
            cover(tab).await?;
        }
        server.post("lobby", "leo", "@ana hush").await?;
        server.post("ops", "leo", "all hands").await?;
        let shown = until("a notice", || notices(&quick), |shown| !shown.is_empty()).await?;
        let wanted: Notice = ("leo in ops".into(), "all hands".into(), 1);
        ensure!(shown == [wanted], "{shown:?}");
        // Closed by hand, it isn't told again by the tab that hears of it later.
        let close =
            "return navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
            .then((all) => { all.forEach((one) => one.close()); return true })";
        quick.js::<bool>(close, []).await?;
        slow.until_text("all hands").await?;
        quiet.until_text("@ana hush").await?;
        let again = notices(&slow).await?;
        ensure!(again.is_empty(), "told again: {again:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_before_they_choose_to_be_told() -> Outcome {
    stage("unasked", async |stage, server| {
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        let count = "globalThis.asked = 0; Notification.requestPermission = async () => {
            asked += 1; return 'denied' }; return true";
        tab.js::<bool>(count, []).await?;
        tab.until_listening().await?;
        tab.say("hello").await?;
        tab.until_confirmed("hello").await?;
        tab.until_js("nobody asked", "return asked === 0").await?;
        tab.click("#notices option[value='mentions']").await?;
        tab.until_js("asked once", "return asked === 1").await?;
        // And the choice is this room's.
        tab.go(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_js("another room", "return document.querySelector('#notices').value === 'quiet'")
            .await?;
        tab.go(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_js("the room", "return document.querySelector('#notices').value === 'mentions'")
            .await
    })
    .await
}
