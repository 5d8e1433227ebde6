//! `/plan` in a browser: it recommends, every figure opens to its formula, what is asked is in the
//! address, and nobody is kept out.

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{Outcome, Tab, axe, stage, wait::until};

/// The page, once it reckons with what the server gave.
async fn reckoned(tab: &Tab) -> Result<()> {
    tab.until_js("the page", "return !!document.querySelector('#advice')?.textContent").await
}

/// What is recommended, in words.
async fn advice(tab: &Tab) -> Result<String> {
    tab.js("return document.querySelector('#advice').textContent", []).await
}

/// The value of a figure in a mode.
async fn figure(tab: &Tab, figure: &str, mode: &str) -> Result<String> {
    let script = "return document.querySelector(
        `[data-figure='${arguments[0]}'] [data-mode='${arguments[1]}'] .compare__value`).textContent";
    tab.js(script, [json!(figure), json!(mode)]).await
}

/// Types a number and leaves the field.
async fn set(tab: &Tab, key: &str, value: f64) -> Result<()> {
    let script = "const field = document.querySelector(`#plan-${arguments[0]}`);
        field.value = arguments[1];
        field.dispatchEvent(new Event('change', { bubbles: true }));
        return true";
    tab.js::<bool>(script, [json!(key), json!(value)]).await.map(drop)
}

async fn query(tab: &Tab) -> Result<String> {
    tab.js("return location.search", []).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_recommends_by_what_is_asked_and_keeps_it_in_the_address() -> Outcome {
    stage("plan", async |stage, server| {
        let tab = stage.look_at(&server.url("/plan?audience=1000&every=3&rtt=0")).await?;
        reckoned(&tab).await?;
        ensure!(figure(&tab, "Requests a second", "poll").await? == "333", "1,000 ÷ 3 s");
        ensure!(advice(&tab).await?.matches(". ").count() >= 1, "two sentences");

        set(&tab, "audience", 50_000.0).await?;
        until("the address", || query(&tab), |q| q == "?audience=50000&every=3&rtt=0").await?;
        ensure!(figure(&tab, "Connections", "sse").await? == "50,000");

        // Who opens that address sees the same.
        let (before, there) = (advice(&tab).await?, query(&tab).await?);
        let other = stage.look_at(&server.url(&format!("/plan{there}"))).await?;
        reckoned(&other).await?;
        until("the same advice", || advice(&other), |advice| *advice == before).await?;

        // A flood to a patient audience is for polls; a hurry isn't.
        let flood = "/plan?audience=500000&rate=100&delay=20&card=400&sockets=10000000";
        let other = stage.look_at(&server.url(flood)).await?;
        reckoned(&other).await?;
        ensure!(advice(&other).await?.starts_with("Poll every"), "{}", advice(&other).await?);
        set(&other, "delay", 0.2).await?;
        until("another advice", || advice(&other), |advice| advice.starts_with("Take a")).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_opens_to_its_formula_with_one_click() -> Outcome {
    stage("formulas", async |stage, server| {
        let tab = stage.look_at(&server.url("/plan?audience=10000&every=3&rtt=0")).await?;
        reckoned(&tab).await?;
        let figures: usize = tab
            .js(
                "const all = [...document.querySelectorAll('.compare__label button')];
                 for (const button of all) button.click();
                 return all.length",
                [],
            )
            .await?;
        let open = "return document.querySelectorAll('.compare__open .formula__numbers').length";
        until("all formulas", || tab.js::<usize>(open, []), |n| *n >= figures * 4).await?;
        let text: String = tab
            .js("return document.querySelector('.plan').textContent.replaceAll('\\u202f', ' ')", [])
            .await?;
        ensure!(text.contains("10,000 listeners ÷ 3 s = 3,333 requests/s"), "polls' requests");
        ensure!(text.contains("requests = listeners ÷ period"), "the same in words");
        let violations = axe::violations(&tab).await?;
        ensure!(violations.is_empty(), "axe: {violations:#?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chart_says_where_modes_change_places_and_keeps_nobody_out() -> Outcome {
    stage("chart", async |stage, server| {
        let tab = stage.look_at(&server.url("/plan")).await?;
        reckoned(&tab).await?;
        let violations = axe::violations(&tab).await?;
        ensure!(violations.is_empty(), "axe: {violations:#?}");
        let click = "document.querySelectorAll('input[name=axis]')[1].click(); return true";
        tab.js::<bool>(click, []).await?;
        let said = "return document.querySelector('#crossings').textContent";
        let crossing =
            |said: &String| said.contains("messages a second on, polling takes fewer cores");
        until("the crossing in words", || tab.js::<String>(said, []), crossing).await?;
        let signs = "return document.querySelectorAll('.costs__sign').length";
        ensure!(tab.js::<usize>(signs, []).await? > 0, "the sign in the chart");
        let label = "return document.querySelector('.costs__chart').getAttribute('aria-label')";
        let label: String = tab.js(label, []).await?;
        ensure!(label.contains("Poll: from") && label.contains("polling takes fewer"), "{label}");
        Ok(())
    })
    .await
}
