//! Several windows in one room, each in its own mode: what one says, all see, once and in order,
//! whatever happens to the server in between; and so with what the room is about.

use std::sync::Arc;

use anyhow::Result;
use serde_json::json;
use tidings_e2e::{
    Outcome, Server, Stage, Tab,
    keys::{ENTER, ESCAPE},
    stage,
};

const MODES: [(&str, &str); 4] =
    [("poll", "leandro"), ("long-poll", "ana"), ("sse", "marcello"), ("websocket", "joana")];

#[tokio::test(flavor = "multi_thread")]
async fn four_windows_in_four_modes_and_a_bot_see_the_same_conversation() -> Outcome {
    stage("four-modes", async |stage, server| {
        let tabs = in_all_modes(stage, server).await?;
        for round in 1..=3 {
            for (tab, (mode, _)) in tabs.iter().zip(MODES) {
                tab.say(&format!("{round} by {mode}")).await?;
                server.post("lobby", "superbot", &format!("{round} after {mode}")).await?;
            }
        }
        // The welcome, and two for each of four windows in each of three rounds.
        until_all_see(&tabs, server, 1 + 2 * 4 * 3).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_in_each_mode_outlives_the_server() -> Outcome {
    stage("restart", async |stage, server| {
        stage.network_will_break();
        let tabs = in_all_modes(stage, server).await?;
        let mut said = 0;
        for round in 1..=2 {
            for n in 1..=3 {
                server.post("lobby", "superbot", &format!("{n} of round {round}")).await?;
                said += 1;
            }
            until_all_see(&tabs, server, 1 + said).await?;
            server.stop().await?;
            for tab in &tabs {
                tab.until_state(&["offline", "connecting"]).await?;
            }
            server.start_again().await?;
            // Posted before the windows are back: they find it behind their cursors.
            server.post("lobby", "superbot", &format!("after round {round}")).await?;
            said += 1;
            until_all_see(&tabs, server, 1 + said).await?;
        }
        for (tab, (mode, _)) in tabs.iter().zip(MODES) {
            tab.until_listening().await?;
            tab.say(&format!("still here, by {mode}")).await?;
        }
        until_all_see(&tabs, server, 1 + said + MODES.len()).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_goes_through_all_modes_sees_each_message_once() -> Outcome {
    stage("all-modes", async |stage, server| {
        let tabs = [stage.open(&server.url("/r/lobby?mode=poll&every=1s&name=leandro")).await?];
        for (n, mode) in
            ["sse", "poll", "websocket", "long-poll", "sse", "websocket", "poll"].iter().enumerate()
        {
            server.post("lobby", "superbot", &format!("{n}, before the change")).await?;
            tabs[0].choose_mode(mode).await?;
            server.post("lobby", "superbot", &format!("{n}, after it")).await?;
            tabs[0].say(&format!("{n}, by {mode}")).await?;
        }
        until_all_see(&tabs, server, 1 + 3 * 7).await
    })
    .await
}

async fn in_all_modes(stage: &Stage, server: &Server) -> Result<Vec<Arc<Tab>>> {
    let mut tabs = Vec::new();
    for (mode, name) in MODES {
        let address = server.url(&format!("/r/lobby?mode={mode}&every=1s&name={name}"));
        tabs.push(stage.open(&address).await?);
    }
    for tab in &tabs {
        tab.until_listening().await?;
    }
    Ok(tabs)
}

/// Waits until each window shows the log's messages, `count` of them, and nothing else.
async fn until_all_see(tabs: &[Arc<Tab>], server: &Server, count: usize) -> Result<()> {
    let log = tidings_e2e::wait::until(
        &format!("{count} messages in the log"),
        || server.log("lobby"),
        |log| log.len() == count,
    )
    .await?;
    let expected: Vec<_> = log.iter().map(|m| (Some(m.seq), m.text.as_str().to_owned())).collect();
    for (n, tab) in tabs.iter().enumerate() {
        tab.until_rows(&format!("the same conversation in window {}", n + 1), |rows| {
            rows.iter().map(|row| (row.seq, row.text.clone())).eq(expected.clone())
        })
        .await?;
    }
    Ok(())
}

async fn set_topic(server: &Server, room: &str, topic: &str) -> Result<()> {
    let url = server.url(&format!("/api/rooms/{room}/topic"));
    let request = reqwest::Client::builder().no_proxy().build()?.put(url);
    let body = json!({ "username": "cron", "topic": topic });
    request.json(&body).send().await?.error_for_status()?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_is_set_in_one_tab_is_seen_in_others_however_they_listen() -> Outcome {
    stage("topic", async |stage, server| {
        let ana = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        let stream = stage.open(&server.url("/r/ops?mode=sse&name=bia")).await?;
        let poll = stage.open(&server.url("/r/ops?mode=poll&every=0.5s&name=leo")).await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_listening().await?;
        }
        let shown = |text: &str| {
            format!("return document.querySelector('.topic__text')?.textContent === {text:?}")
        };
        ana.click("#topic").await?;
        ana.until_focus("topic").await?;
        ana.press(&["What runs <b>here</b>", ENTER].concat()).await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_js("the topic", &shown("What runs <b>here</b>")).await?;
        }
        // Escape leaves it as it was, and a rule that is broken is said where one writes.
        ana.until_focus("topic").await?;
        ana.press(&[ENTER].concat()).await?;
        ana.until_js("a field", "return document.activeElement?.tagName === 'INPUT'").await?;
        ana.press(&["x".repeat(260).as_str(), ENTER].concat()).await?;
        ana.until_js(
            "the rule",
            "return document.querySelector('#topic-rule')?.textContent.includes('At most 250')",
        )
        .await?;
        ana.press(ESCAPE).await?;
        ana.until_js("the topic as it was", &shown("What runs <b>here</b>")).await?;
        set_topic(server, "ops", "Set by a program").await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_js("the other one", &shown("Set by a program")).await?;
        }
        set_topic(server, "ops", "").await?;
        for tab in [&ana, &stream, &poll] {
            tab.until_js(
                "none",
                "return document.querySelector('#topic').classList.contains('is-none')",
            )
            .await?;
        }
        Ok(())
    })
    .await
}
