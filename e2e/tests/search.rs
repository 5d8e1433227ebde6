//! Searching: what is found, what of it is marked, and the way to where it was said.

use tidings_e2e::{
    Outcome,
    keys::{BACKSPACE, DOWN, ENTER, UP},
    stage,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_with_filters_marks_what_was_meant_and_leads_there() -> Outcome {
    stage("search", async |stage, server| {
        server.post("ops", "leo", "The Backup <b>failed</b> again").await?;
        server.post("ops", "bia", "backup is fine").await?;
        for n in 0..25 {
            server.post("art", "leo", &format!("backup {n}")).await?;
        }
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        tab.click("#log").await?;
        tab.press("/").await?;
        tab.until_focus("search").await?;
        const RESULTS: &str = "const results = [...document.querySelectorAll('.search__result')];";
        tab.press("from:").await?;
        tab.until_js(
            "a calm word on what from: takes",
            "const stands = document.querySelector('#search-stands');
             return stands.textContent.startsWith('from: and a name')
                && !document.querySelector('dialog [role=alert]')",
        )
        .await?;
        tab.press("leo backup").await?;
        tab.until_js(
            "one in this room, marked, as text",
            &format!(
                "{RESULTS} const [first] = results;
                 return results.length === 1
                    && [...first.querySelectorAll('mark')].map((m) => m.textContent).join() === 'Backup'
                    && first.querySelector('.search__text').textContent === 'The Backup <b>failed</b> again'
                    && new URL(first.href).pathname === '/r/ops' && new URL(first.href).hash === '#2'"
            ),
        )
        .await?;
        // What is typed after a choice is more of what is searched for, and no key for the page.
        tab.click("input[value=all]").await?;
        tab.press("/").await?;
        tab.until_js(
            "a stroke in the field",
            "return document.querySelector('#search').value === 'from:leo backup/'",
        )
        .await?;
        tab.press(BACKSPACE).await?;
        let count = |n: usize| format!("{RESULTS} return results.length === {n}");
        tab.until_js("a page of all rooms", &count(20)).await?;
        tab.click(".search__more").await?;
        tab.until_js("all of them", &count(26)).await?;
        tab.until_js("no more", "return !document.querySelector('.search__more')").await?;
        // By the keyboard: into the results, and to the last one.
        tab.click("#search").await?;
        tab.press(&format!("{DOWN}{DOWN}{UP}")).await?;
        tab.until_js(
            "the focus at the first",
            &format!("{RESULTS} return document.activeElement === results[0]"),
        )
        .await?;
        tab.press(ENTER).await?;
        tab.until_room("art").await?;
        tab.until_js("its place", "return location.hash === '#26'").await?;
        tab.until_text("backup 24").await?;
        tab.until_no_dialog().await?;

        tab.click(".find[data-opens='search']").await?;
        tab.until_focus("search").await?;
        tab.press("nowhere-to-be-found").await?;
        tab.until_js(
            "nothing",
            "return document.querySelector('#search-stands').textContent.includes('No message')",
        )
        .await?;
        Ok(())
    })
    .await
}
