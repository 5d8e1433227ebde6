//! The Lab for somebody who sees it for the first time: what the first screen has, a pane's name, and what
//! the tour leads to.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Result, ensure};
use serde::Deserialize;
use tidings_e2e::{Key, Outcome, Tab, axe, scenes::look, stage_with_lab, wait::until_within};
use tokio::time::sleep;

/// All ways of listening.
const FOUR: &str = "room=lab-new&rate=5&pane=poll:3s&pane=long-poll&pane=sse&pane=websocket";

/// Waits until the panes listen.
async fn listening(tab: &Tab) -> Result<()> {
    tab.until_js(
        "all panes to listen",
        "const states = [...document.querySelectorAll('.pane__state')].map((it) => it.dataset.state);
        return states.length > 0 && states.every((state) => state === 'live')",
    )
    .await
}

/// Opens the second pane's name to be changed.
async fn rename(tab: &Tab) -> Result<()> {
    tab.click("#p2 .rename").await?;
    let focused = "return document.activeElement.classList.contains('pane__rename')";
    tab.until_js("the name to be typed", focused).await
}

/// Where something ends, in pixels from the page's top.
#[derive(Debug, Deserialize)]
struct Ends {
    what: String,
    at: f64,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_screen_has_the_publisher_the_chart_and_each_panes_figures() -> Outcome {
    stage_with_lab("lab-first-screen", async |stage, server| {
        let tab = stage.look_at(&server.url(&format!("/lab?{FOUR}"))).await?;
        listening(&tab).await?;
        for scheme in ["light", "dark"] {
            look("first screen", (1440, 900), scheme).at(&tab).await?;
            let ends: Vec<Ends> = tab
                .js(
                    "return ['#run', '#chart canvas', '.pane__head', '.pane .delays', '#p4 [data-figure=requests]']
                        .map((what) => ({ what, at: document.querySelector(what).getBoundingClientRect().bottom }))",
                    [],
                )
                .await?;
            let below: Vec<_> = ends.iter().filter(|end| end.at > 900.0).map(|end| &end.what).collect();
            ensure!(below.is_empty(), "{scheme}: below the fold: {below:?}");
            let chart = "return document.querySelector('#chart canvas').clientHeight";
            let chart: f64 = tab.js(chart, []).await?;
            ensure!(chart >= 180.0, "{chart} pixels are few for a chart");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pane_is_renamed_in_place_and_twelve_have_twelve_shapes() -> Outcome {
    stage_with_lab("lab-names", async |stage, server| {
        let tab = stage.look_at(&server.url(&format!("/lab?{FOUR}"))).await?;
        listening(&tab).await?;
        let query = "return location.search";
        let name = "return document.querySelector('#p2 h2').textContent.trim()";
        rename(&tab).await?;
        tab.press("Ana’s phone").await?;
        // It stands still while somebody types, though the page is drawn anew.
        sleep(Duration::from_secs(1)).await;
        tab.press(&char::from(Key::Enter).to_string()).await?;
        tab.until_js(
            "the name",
            "return document.querySelector('#p2 h2').textContent.trim() === 'Ana’s phone'",
        )
        .await?;
        let there: String = tab.js(query, []).await?;
        ensure!(there.contains("pane=long-poll::Ana%E2%80%99s%20phone&pane=sse&"), "{there}");
        let focused: String = tab.js("return document.activeElement.id", []).await?;
        ensure!(focused == "rename-2", "the focus is at {focused:?}");
        let found = axe::violations(&tab).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));

        // Escape leaves it as it was; an empty name is none.
        rename(&tab).await?;
        tab.press("nonsense").await?;
        tab.press(&char::from(Key::Escape).to_string()).await?;
        let kept: String = tab.js(name, []).await?;
        ensure!(kept == "Ana’s phone", "{kept}");
        rename(&tab).await?;
        tab.fill("#p2 .pane__rename", &char::from(Key::Backspace).to_string()).await?;
        tab.until_js(
            "no name",
            "return document.querySelector('#p2 h2').textContent.trim() === 'Long-poll'",
        )
        .await?;
        ensure!(!tab.js::<String>(query, []).await?.contains("Ana"), "the address has it still");

        for _ in 4..12 {
            tab.click(".add__mode[data-mode='sse']").await?;
        }
        tab.click("#p3 .remove").await?;
        tab.click(".add__mode[data-mode='poll']").await?;
        listening(&tab).await?;
        tab.click(".figures-table summary").await?;
        // The table is told anew now and then.
        tab.until_js(
            "twelve lines",
            "return document.querySelectorAll('#figures .shape').length === 12",
        )
        .await?;
        let shapes =
            "return [...document.querySelectorAll('#figures .shape')].map((it) => it.innerHTML)";
        let shapes: Vec<String> = tab.js(shapes, []).await?;
        let different: BTreeSet<_> = shapes.iter().collect();
        ensure!((shapes.len(), different.len()) == (12, 12), "{shapes:#?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_stands_beside_what_it_speaks_of_and_the_tour_ends_in_a_choice() -> Outcome {
    stage_with_lab("lab-tour-end", async |stage, server| {
        let tab = stage.look_at(&server.url("/lab?room=lab-new")).await?;
        tab.until_js("the tour", "return !!document.querySelector('#tour button')").await?;
        look("tour", (1440, 900), "light").at(&tab).await?;
        tab.click("#tour button").await?;
        // The fourth step, which asks for one of three.
        for _ in 0..3 {
            tab.click(".tour__ways .link").await?;
        }
        tab.click("input[name=tour-guess][value='2']").await?;
        tab.click("#tour-run").await?;
        let told = "return !!document.querySelector('.tour__told[data-measured]')";
        until_within(
            Duration::from_secs(40),
            "what was measured",
            || tab.js::<bool>(told, []),
            |told| *told,
        )
        .await?;
        let seen: (String, Vec<f64>, Vec<String>, bool) = tab
            .js(
                "const framed = [...document.querySelectorAll('.pane [data-figure=requests]')]
                    .filter((it) => getComputedStyle(it).outlineStyle === 'solid');
                const box = (what) => document.querySelector(what).getBoundingClientRect();
                return [
                    document.querySelector('.tour__verdict').dataset.right,
                    framed.map((it) => Number(it.dataset.value)),
                    [...document.querySelectorAll('.pane__state')].map((it) => it.dataset.state),
                    box('#tour').right <= box('#chart').left && box('.pane .delays').bottom <= innerHeight,
                ]",
                [],
            )
            .await?;
        ensure!(seen.0 == "false", "a stream makes no 120 requests: {seen:?}");
        ensure!(seen.1.len() == 2 && seen.1[1] == 1.0, "both panes' requests are framed: {seen:?}");
        ensure!(seen.2 == ["over", "over"], "what was measured stands still: {seen:?}");
        ensure!(seen.3, "the step is not beside the chart");

        tab.click(".tour__ways .tour__run").await?;
        tab.click(".tour__ways .link").await?;
        let verdict = "return document.querySelector('.tour__verdict')?.innerText ?? ''";
        for (answers, begins) in [
            (&["needs-late=true"][..], "Poll, as seldom"),
            (&["needs-late=false", "needs-held=true"], "Long-poll."),
            (&["needs-held=false", "needs-writes=true"], "Take a WebSocket."),
            (&["needs-writes=false"], "Take a stream."),
        ] {
            for answer in answers {
                let (name, value) = answer.split_once('=').unwrap_or_default();
                tab.click(&format!("input[name={name}][value={value}]")).await?;
            }
            let said: String = tab.js(verdict, []).await?;
            ensure!(said.starts_with(begins), "{answers:?}: {said}");
        }
        let said: String = tab.js(verdict, []).await?;
        ensure!(said.contains("all came by 1 request"), "what was measured is said: {said}");
        let found = axe::violations(&tab).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
    .await
}
