//! What the other tests lean on: a page that complains fails its test, even when all else is right.

use anyhow::{Result, ensure};
use tidings_e2e::stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_writes_an_error_to_the_console_fails_its_test() -> Result<()> {
    complains("console.error('the sky is falling'); return true", "the sky is falling").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_breaks_its_own_policy_fails_its_test() -> Result<()> {
    const INLINE: &str = "
        const script = document.createElement('script');
        script.textContent = 'document.title = 1';
        document.body.append(script);
        return true";
    complains(INLINE, "script-src").await
}

/// Runs a test that does only this, and looks for the complaint in its outcome.
async fn complains(script: &str, about: &str) -> Result<()> {
    let outcome = stage("complaint", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        tab.until_listening().await?;
        tab.js::<bool>(script, []).await.map(drop)
    })
    .await;
    let said = outcome.err().map(|error| format!("{error:#}")).unwrap_or_default();
    ensure!(said.contains(about), "the test ended with: {said:?}");
    Ok(())
}
