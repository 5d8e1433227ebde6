//! What axe finds in a page (<https://www.deque.com/axe/>): what the rules of WCAG 2.2, up to AA,
//! forbid, and what is good practice beside them. It comes from `.tools/axe`, where xtask puts it.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::Tab;

const AXE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/axe/node_modules/axe-core/axe.min.js");

const RUN: &str = r#"
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const options = { runOnly: { type: "tag", values }, resultTypes: ["violations"] };
    return axe.run(document, options).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) =>
            `${id}: ${help}\n      ${target.join(" ")}\n      ${failureSummary.replaceAll("\n", "\n      ")}`)))"#;

/// Everything that breaks a rule in the page as it is now, one sentence for each element.
///
/// # Errors
///
/// When axe isn't installed, or can't run.
pub async fn violations(tab: &Tab) -> Result<Vec<String>> {
    if !tab.js::<bool>("return 'axe' in globalThis", []).await? {
        let axe = std::fs::read_to_string(AXE).with_context(|| {
            format!("{AXE} is not there; `cargo xtask test browser` installs it")
        })?;
        // The driver's scripts are no part of the page, so its policy allows them.
        let _: Value = tab.js(&format!("{axe}; globalThis.axe = axe; return true"), []).await?;
    }
    tab.js(RUN, []).await
}
