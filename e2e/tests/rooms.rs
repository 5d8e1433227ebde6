//! The list of rooms: where one has been, what is unread there, and how one leaves.

use anyhow::{Result, ensure};
use tidings_e2e::{Outcome, Tab, stage};

/// The lines of the list, as one reads them.
const LINES: &str = "return [...document.querySelectorAll('.rooms__line a')].map(line =>
    line.dataset.room + (line.getAttribute('aria-current') ? '*' : '')
        + (line.querySelector('.rooms__unread')?.firstChild.textContent ?? ''))";

async fn until_lines(tab: &Tab, wanted: &[&str]) -> Result<()> {
    let wanted = serde_json::to_string(wanted)?;
    let script = format!(
        "const lines = (() => {{ {LINES} }})(); return JSON.stringify(lines) === `{wanted}`"
    );
    let outcome = tab.until_js("the list of rooms", &script).await;
    if outcome.is_err() {
        let lines: Vec<String> = tab.js(LINES, []).await?;
        ensure!(outcome.is_ok(), "the list is {lines:?}, and should be {wanted}");
    }
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_listed_with_what_is_unread_and_can_be_left() -> Outcome {
    stage("rooms", async |stage, server| {
        server.post("art", "leo", "hello").await?;
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.say("first").await?;
        tab.until_confirmed("first").await?;
        tab.click(".rooms__line a[data-room='art']").await?;
        tab.until_text("hello").await?;
        server.post("ops", "leo", "second").await?;
        server.post("ops", "leo", "third").await?;
        // It has been in two rooms; the lobby is there for everybody.
        until_lines(&tab, &["art*", "ops2", "lobby"]).await?;
        tab.click(".rooms__line a[data-room='ops']").await?;
        tab.until_text("third").await?;
        until_lines(&tab, &["art", "ops*", "lobby"]).await?;
        // It is shown to whoever points at its line.
        let _: bool = tab
            .js("document.querySelector('[aria-label=\"Leave ops\"]').click(); return true", [])
            .await?;
        until_lines(&tab, &["art", "lobby*", "ops"]).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_the_menu_says_what_waits_and_goes_when_one_has_chosen() -> Outcome {
    stage("menu", async |stage, server| {
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.resize(390, 844).await?;
        tab.until_listening().await?;
        tab.say("first").await?;
        tab.until_confirmed("first").await?;
        tab.click(".bar__menu").await?;
        tab.click(".rooms__line a[data-room='lobby']").await?;
        tab.until_js("the lobby alone", &gone("lobby")).await?;
        server.post("ops", "leo", "second").await?;
        tab.until_js(
            "one message on the menu's button",
            "return document.querySelector('.bar__menu .rooms__unread')?.firstChild.textContent === '1'",
        )
        .await?;
        tab.click(".bar__menu").await?;
        tab.click(".rooms__line a[data-room='ops']").await?;
        tab.until_text("second").await?;
        tab.until_js("ops alone, and nothing waits", &gone("ops")).await
    })
    .await
}

/// Whether one is in the room, the menu is closed and the conversation has the focus.
fn gone(room: &str) -> String {
    format!(
        "return document.querySelector('.bar__room').textContent === '{room}'
            && !document.querySelector('.panel.is-open, .bar__menu .rooms__unread')
            && ['log', 'composer'].includes(document.activeElement.id)"
    )
}
