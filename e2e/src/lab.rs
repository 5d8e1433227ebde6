//! The Lab's page, set going and stopped.

use std::sync::Arc;

use anyhow::Result;

use crate::{Server, Stage, Tab};

/// Opens a Lab, waits until its panes listen, and lets the publisher run.
pub async fn run(stage: &Stage, server: &Server, room: &str, query: &str) -> Result<Arc<Tab>> {
    let tab = stage.look_at(&server.url(&format!("/lab?room={room}&{query}"))).await?;
    tab.until_js(
        "all panes to listen",
        "const states = [...document.querySelectorAll('.pane__state')].map((it) => it.dataset.state);
        return states.length > 0 && states.every((state) => state === 'live')",
    )
    .await?;
    tab.click("#run").await?;
    Ok(tab)
}

/// Stops the publisher, and waits until every pane has all that was sent.
pub async fn stop(tab: &Tab) -> Result<()> {
    tab.click("#run").await?;
    tab.until_js(
        "all to have come",
        "const { sent, stored } = document.querySelector('#account').dataset;
        const panes = [...document.querySelectorAll('.pane__account')];
        // The server's welcome is in the log as well.
        return sent === stored && panes.every((it) => Number(it.dataset.shown) > Number(sent))",
    )
    .await
}
