//! The Lab's wire can be asked, and its tour measures what it asks. The tour looks at the clock, so one
//! test at a time.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tidings_e2e::{Outcome, axe, lab, stage_with_lab, wait::until};
use tokio::{process::Command, sync::Mutex};

/// Held by the one that measures.
static CLOCK: Mutex<()> = Mutex::const_new(());

const ROOM: &str = "lab-tour";

#[tokio::test(flavor = "multi_thread")]
async fn the_wire_shows_a_request_that_a_terminal_can_repeat() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-wire", async |stage, server| {
        let tab = lab::run(stage, server, ROOM, "rate=2&pane=poll:1s&pane=websocket").await?;
        for pane in ["#p1", "#p2"] {
            tab.click(&format!("{pane} .wire summary")).await?;
            let what = format!("{pane} to show a request");
            let there = format!(
                "return !!document.querySelector(`{pane} .wire__list [data-what='request'] summary`)"
            );
            tab.until_js(&what, &there).await?;
        }
        tab.until_js(
            "frames of the WebSocket",
            "return document.querySelectorAll(`#p2 .wire__list [data-what='frame']`).length > 2",
        )
        .await?;
        // To open one is to stop the list.
        let open = "document.querySelector(`${arguments[0]} .wire__list [data-what='request'] summary`).click();
            return true";
        for pane in ["#p1", "#p2"] {
            tab.js::<bool>(open, [json!(pane)]).await?;
        }
        let line = async |pane: &str| {
            let script = format!("return document.querySelector('{pane} .curl code')?.textContent ?? ''");
            until("the line", || tab.js::<String>(&script, []), |it| !it.is_empty()).await
        };
        let (poll, websocket) = (line("#p1").await?, line("#p2").await?);
        ensure!(poll.starts_with("curl ") && poll.contains(&format!("/api/rooms/{ROOM}/messages?")), "{poll}");
        ensure!(websocket.contains("-H 'Upgrade: websocket'"), "{websocket}");
        let found = axe::violations(&tab).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));

        // A shell that has curl is believed more than the look of the line.
        let asked = Command::new("sh").args(["-c", &format!("{poll} --silent --max-time 5")]).output().await?;
        if asked.status.code() != Some(127) {
            let answer: Value = serde_json::from_slice(&asked.stdout).context(poll)?;
            ensure!(answer["messages"].is_array(), "{answer}");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_sets_up_a_step_measures_it_and_tells_guess_from_fact() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-tour", async |stage, server| {
        let tab = stage.look_at(&server.url(&format!("/lab?room={ROOM}"))).await?;
        tab.until_js("the tour", "return !!document.querySelector('#tour button')").await?;
        tab.click("#tour button").await?;
        let focused = "return document.activeElement.id === 'tour-title'";
        tab.until_js("one to read on at the title", focused).await?;
        let ready = "return !document.querySelector('#tour-run').disabled";
        ensure!(!tab.js::<bool>(ready, []).await?, "nothing runs before one has guessed");
        let guess = "const slider = document.querySelector('#tour-guess');
            slider.value = 600;
            return slider.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        tab.js::<bool>(guess, []).await?;
        tab.until_js("one to be let run", ready).await?;
        tab.click("#tour-run").await?;
        let told = "return Number(document.querySelector('.tour__told')?.dataset.measured ?? 0)";
        let measured =
            until("what was measured", || tab.js::<f64>(told, []), |ms| *ms > 0.0).await?;
        ensure!((1_000.0..2_000.0).contains(&measured), "half of 3 s is not {measured}");
        let modes = "return [...document.querySelectorAll('.pane')].map((it) => it.dataset.mode)";
        ensure!(tab.js::<Vec<String>>(modes, []).await? == ["poll"], "the step's own pane");
        let found = axe::violations(&tab).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
    .await
}
