//! What helps while one writes: completion, formatting, pasted code; all of it by the keyboard.

use std::sync::Arc;

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;
use tidings_e2e::{
    Outcome, Server, Stage, Tab,
    keys::{DOWN, ENTER, ESCAPE, TAB},
    stage,
    wait::until,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_completed_by_the_keyboard() -> Outcome {
    stage("mention", async |stage, server| {
        server.post("lobby", "leandro", "oi").await?;
        server.post("lobby", "lea", "oi oi").await?;
        let tab = open(stage, server).await?;
        tab.until_text("oi oi").await?;
        tab.press("hi @le").await?;
        until("who spoke last, first", || meant(&tab), |s| is(s, "lea")).await?;
        let pattern: Vec<Option<String>> = tab
            .js(
                "const field = document.querySelector('#composer');
                 return ['aria-autocomplete', 'aria-haspopup', 'aria-controls'].map((a) => field.getAttribute(a))",
                [],
            )
            .await?;
        let pattern: Vec<_> = pattern.iter().flatten().collect();
        ensure!(pattern == ["list", "listbox", "offers"], "{pattern:?}");
        tab.press(DOWN).await?;
        until("the next one", || meant(&tab), |s| is(s, "leandro")).await?;
        tab.press(ENTER).await?;
        until("the name", || written(&tab), |text| text == "hi @leandro ").await?;
        ensure!(meant(&tab).await?.is_none(), "the list is still there");

        tab.press("@lea").await?;
        until("the rest of a name", || meant(&tab), |s| is(s, "leandro")).await?;
        tab.press(ESCAPE).await?;
        until("no list", || meant(&tab), Option::is_none).await?;
        tab.press(ENTER).await?;
        tab.until_confirmed("hi @leandro @lea").await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_the_newest_gives_place_to_what_is_offered() -> Outcome {
    stage("way", async |stage, server| {
        server.fill("lobby", 200).await?;
        let tab = open(stage, server).await?;
        tab.until_js(
            "the way down, on the way up",
            "document.querySelector('#log').scrollTop -= 2000;
             return !!document.querySelector('.to-newest')?.offsetWidth",
        )
        .await?;
        tab.press(":tad").await?;
        until("what is offered", || meant(&tab), Option::is_some).await?;
        let way = "return document.querySelector('.to-newest').offsetWidth";
        ensure!(tab.js::<u32>(way, []).await? == 0, "both are in view");
        tab.press(ESCAPE).await?;
        until("no list", || meant(&tab), Option::is_none).await?;
        ensure!(tab.js::<u32>(way, []).await? > 0, "the way down is gone");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_another_room_can_be_called_by_name() -> Outcome {
    stage("elsewhere", async |stage, server| {
        let other = stage.open(&server.url("/r/ops?mode=websocket&name=leo")).await?;
        other.until_listening().await?;
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.look_at(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.until_js("the room in the list", "return !!document.querySelector('[data-room=ops]')")
            .await?;
        tab.click("#composer").await?;
        tab.press("come, @").await?;
        tab.until_js(
            "that it was asked who is there",
            "return performance.getEntriesByType('resource')
                .some((it) => it.name.endsWith('/ops/presence') && it.responseEnd > 0)",
        )
        .await?;
        tab.press("l").await?;
        until("who is in the other room", || meant(&tab), |s| is(s, "leo")).await?;
        tab.press(TAB).await?;
        until("the whole name", || written(&tab), |text| text == "come, @leo ").await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_and_rooms_are_completed_too() -> Outcome {
    stage("emoji", async |stage, server| {
        server.post("ops", "leo", "oi").await?;
        let tab = open(stage, server).await?;
        tab.until_js("the room in the list", "return !!document.querySelector('[data-room=ops]')")
            .await?;
        tab.press("done :tad").await?;
        until("the emoji", || meant(&tab), |s| is(s, "tada")).await?;
        tab.press(TAB).await?;
        until("its sign", || written(&tab), |text| text == "done 🎉 ").await?;
        tab.press("in #op").await?;
        until("the room", || meant(&tab), |s| is(s, "ops")).await?;
        tab.press(TAB).await?;
        until("its name", || written(&tab), |text| text == "done 🎉 in #ops ").await?;
        // An emoji by its short name becomes one when it is read.
        tab.press(&format!(":rocket: {ENTER}")).await?;
        tab.until_confirmed("done 🎉 in #ops 🚀 ").await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_paste_offers_to_become_code_and_keys_format_what_is_selected() -> Outcome {
    stage("paste", async |stage, server| {
        let tab = open(stage, server).await?;
        tab.press("bold").await?;
        tab.chord(&[Key::Control], 'a').await?;
        tab.chord(&[Key::Control], 'b').await?;
        until("bold", || written(&tab), |text| text == "**bold**").await?;
        tab.chord(&[Key::Control], 'b').await?;
        until("plain again", || written(&tab), |text| text == "bold").await?;
        tab.chord(&[Key::Control], 'e').await?;
        until("code", || written(&tab), |text| text == "`bold`").await?;
        tab.chord(&[Key::Control], 'z').await?;
        until("that undone", || written(&tab), |text| text == "bold").await?;

        tab.chord(&[Key::Control], 'a').await?;
        for n in 0..10 {
            tab.press(&format!("line {n}")).await?;
            tab.chord(&[Key::Shift], Key::Enter).await?;
        }
        let lines: String = (0..10).map(|n| format!("line {n}\n")).collect();
        until("ten lines", || written(&tab), |text| *text == lines).await?;
        let offer = "return !!document.querySelector('[data-action=fence]')";
        ensure!(!tab.js::<bool>(offer, []).await?, "what is typed is offered nothing");
        tab.chord(&[Key::Control], 'a').await?;
        tab.chord(&[Key::Control], 'x').await?;
        tab.chord(&[Key::Control], 'v').await?;
        tab.until_js("the offer", offer).await?;
        tab.click("[data-action=fence]").await?;
        let fenced = format!("```\n{lines}```\n");
        until("the block of code", || written(&tab), |text| *text == fenced).await?;
        ensure!(!tab.js::<bool>(offer, []).await?, "it is offered again");
        tab.press(ENTER).await?;
        tab.until_js(
            "the code, read",
            "return document.querySelector('.text pre code')?.textContent.startsWith('line 0\\nline 1')
                ?? false",
        )
        .await
    })
    .await
}

async fn open(stage: &Stage, server: &Server) -> Result<Arc<Tab>> {
    let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
    tab.until_listening().await?;
    tab.click("#composer").await?;
    Ok(tab)
}

/// The offer that the field says is meant.
async fn meant(tab: &Tab) -> Result<Option<String>> {
    let script = "
        const id = document.querySelector('#composer').getAttribute('aria-activedescendant');
        const offer = id && document.getElementById(id);
        return offer?.getAttribute('aria-selected') === 'true'
            ? offer.querySelector('bdi').textContent : null";
    tab.js(script, []).await
}

fn is(seen: &Option<String>, wanted: &str) -> bool {
    seen.as_deref() == Some(wanted)
}

async fn written(tab: &Tab) -> Result<String> {
    tab.js("return document.querySelector(arguments[0]).value", [json!("#composer")]).await
}
