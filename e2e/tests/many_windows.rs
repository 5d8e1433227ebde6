//! Many windows on one server: as many as one likes over HTTP/2, and over HTTP/1.1 as many as the
//! browser has connections for, of which one stays free.

use anyhow::{Result, ensure};
use tidings_e2e::{Outcome, Server, Stage, Tab, stage, stage_over_tls};

async fn listening(stage: &Stage, server: &Server, name: &str) -> Result<std::sync::Arc<Tab>> {
    let tab = stage.open(&server.url(&format!("/r/lobby?mode=sse&name={name}"))).await?;
    tab.until_listening().await?;
    Ok(tab)
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_windows_listen_by_streams_over_http2() -> Outcome {
    stage_over_tls("twenty-windows", async |stage, server| {
        let mut tabs = Vec::new();
        for n in 1..=20 {
            tabs.push(listening(stage, server, &format!("reader{n}")).await?);
        }
        let protocol: String = tabs[0]
            .js("return performance.getEntriesByType('navigation')[0].nextHopProtocol", [])
            .await?;
        ensure!(protocol == "h2", "the browser speaks {protocol}");
        tabs[7].say("does everybody hear?").await?;
        for tab in &tabs {
            tab.until_text("does everybody hear?").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http1_a_sixth_window_waits_and_says_why_and_what_helps() -> Outcome {
    stage("sixth-window", async |stage, server| {
        let mut tabs = Vec::new();
        for n in 1..=5 {
            tabs.push(listening(stage, server, &format!("reader{n}")).await?);
        }
        let sixth = stage.open(&server.url("/r/lobby?mode=sse&name=sixth")).await?;
        sixth.until_state(&["crowded"]).await?;
        let said: String =
            sixth.js("return document.querySelector('#crowded').innerText", []).await?;
        ensure!(said.contains("six connections") && said.contains("WebSocket"), "{said}");

        // The connection that is kept free is for this: what is said in a waiting window arrives.
        sixth.say("may I?").await?;
        tabs[0].until_text("may I?").await?;

        // A seventh one loads, and has its turn when another leaves.
        let seventh = stage.open(&server.url("/r/lobby?mode=sse&name=seventh")).await?;
        seventh.until_state(&["crowded"]).await?;
        sixth.click("#crowded button").await?;
        sixth.until_listening().await?;
        sixth.until_text("may I?").await?;
        tabs[0].choose_mode("poll").await?;
        seventh.until_listening().await?;
        server.post("lobby", "superbot", "to all").await?;
        for tab in tabs.iter().chain([&sixth, &seventh]) {
            tab.until_text("to all").await?;
        }
        Ok(())
    })
    .await
}
