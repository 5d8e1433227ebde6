//! How the app makes itself known while something else is in front of it: never unasked, once for all
//! tabs, and gone when the room was read.

use std::sync::Arc;

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{Outcome, Server, Stage, Tab, stage, wait::until};

/// A notice: its title, its text, the message it is of.
type Notice = (String, String, u64);

/// Somebody who looks at another room, in another window: there it is asked what the app shows outside
/// its page. A tab that is asked itself comes to the front.
struct Desk(Arc<Tab>);

impl Desk {
    async fn of(stage: &Stage, server: &Server) -> Result<Self> {
        Ok(Self(stage.open(&server.url("/r/desk?mode=poll&every=30s&name=ana")).await?))
    }

    async fn notices(&self) -> Result<Vec<Notice>> {
        const SHOWN: &str =
            "return navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
            .then((all) => all.map((one) => [one.title, one.body, one.data.seq]))";
        self.0.js(SHOWN, []).await
    }

    /// Closes all notices, as somebody does by hand.
    async fn clear(&self) -> Result<()> {
        const CLOSE: &str =
            "return navigator.serviceWorker.ready.then((worker) => worker.getNotifications())
            .then((all) => { all.forEach((one) => one.close()); return true })";
        self.0.js::<bool>(CLOSE, []).await.map(drop)
    }

    /// Puts another page before a tab, in its window, as when somebody goes to another tab. From then
    /// on the desk knows it by this name.
    async fn cover(&self, tab: &Tab, name: &str) -> Result<()> {
        const SHOW: &str = "const key = `test.${arguments[0]}`;
            const icon = document.querySelector('link[rel=icon]');
            const show = () => {
                const href = icon.getAttribute('href');
                localStorage[key] = JSON.stringify([document.visibilityState, document.title, href]);
            };
            new MutationObserver(show).observe(document.head,
                { subtree: true, childList: true, characterData: true, attributes: true });
            document.addEventListener('visibilitychange', show);
            return true";
        tab.js::<bool>(SHOW, [json!(name)]).await?;
        tab.js::<bool>("window.open('about:blank'); return true", []).await?;
        self.until(name, "hidden", "").await.map(drop)
    }

    /// Waits until a tab that was covered is seen or isn't, under a title that begins so. Answers its
    /// icon.
    async fn until(&self, name: &str, seen: &str, title: &str) -> Result<String> {
        const SHOWN: &str =
            "return JSON.parse(localStorage[`test.${arguments[0]}`] ?? '[\"\",\"\",\"\"]')";
        let shown = || self.0.js::<(String, String, String)>(SHOWN, [json!(name)]);
        let what = format!("{name}, {seen}, as {title:?}");
        let holds =
            |(is, says, _): &(String, String, String)| is == seen && says.starts_with(title);
        Ok(until(&what, shown, holds).await?.2)
    }
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

#[tokio::test(flavor = "multi_thread")]
async fn a_room_tells_what_it_was_asked_to_and_forgets_it_when_it_is_read() -> Outcome {
    stage("notices", async |stage, server| {
        let tab = asked(stage, server, "/r/ops?mode=websocket&name=ana", "mentions").await?;
        let desk = Desk::of(stage, server).await?;
        server.post("ops", "leo", "@ana while you look").await?;
        tab.until_text("@ana while you look").await?;
        desk.cover(&tab, "ops").await?;
        server.post("ops", "leo", "nothing for you").await?;
        let pump = server.post("ops", "leo", "@ana, the pump!").await?;
        let shown = until("a notice", || desk.notices(), |shown| !shown.is_empty()).await?;
        let wanted: Notice = ("leo in ops".into(), "@ana, the pump!".into(), pump.seq);
        ensure!(shown == [wanted], "{shown:?}");
        let icon = desk.until("ops", "hidden", "(2) ops").await?;
        ensure!(icon.starts_with("data:image/svg"), "the icon has no number: {icon}");

        tab.cdp("Page.bringToFront", json!({})).await?;
        until("no notice", || desk.notices(), Vec::is_empty).await?;
        let icon = desk.until("ops", "visible", "ops").await?;
        ensure!(icon == "/favicon.svg", "the icon tells still: {icon}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_a_room_tell_once_and_a_quiet_one_tells_nothing() -> Outcome {
    stage("two-tabs", async |stage, server| {
        for room in ["ops", "lobby"] {
            server.post(room, "leo", "what everybody has seen").await?;
        }
        let slow = asked(stage, server, "/r/ops?mode=poll&every=1s&name=ana", "all").await?;
        let quick = asked(stage, server, "/r/ops?mode=websocket&name=ana", "all").await?;
        let quiet = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        quiet.until_listening().await?;
        let desk = Desk::of(stage, server).await?;
        for (tab, name) in [(&slow, "slow"), (&quick, "quick"), (&quiet, "quiet")] {
            desk.cover(tab, name).await?;
        }
        server.post("lobby", "leo", "@ana hush").await?;
        let hands = server.post("ops", "leo", "all hands").await?;
        let shown = until("a notice", || desk.notices(), |shown| !shown.is_empty()).await?;
        let wanted: Notice = ("leo in ops".into(), "all hands".into(), hands.seq);
        ensure!(shown == [wanted], "{shown:?}");
        // Closed by hand, it isn't told again by the tab that hears of it later.
        desk.clear().await?;
        for (name, title) in [("quick", "(1) ops"), ("slow", "(1) ops"), ("quiet", "(1) lobby")] {
            desk.until(name, "hidden", title).await?;
        }
        let again = desk.notices().await?;
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
