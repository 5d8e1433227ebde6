//! What a window shows of itself and of the others: its figures, the ring to the next poll, who is
//! here and how they listen, and who is writing.

use anyhow::{Result, ensure};
use tidings_e2e::{
    Outcome, Tab,
    keys::{DOWN, ENTER},
    stage,
};

/// Who is listed, each with the names of their modes.
async fn listed(tab: &Tab) -> Result<Vec<(String, Vec<String>)>> {
    const LISTED: &str = "
        return [...document.querySelectorAll('.here__people [data-name]')].map((line) => [
            line.dataset.name,
            [...line.querySelectorAll('.mark')].map((mark) => mark.dataset.mode),
        ])";
    tab.js(LISTED, []).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ring_counts_down_and_the_figures_follow_what_happens() -> Outcome {
    stage("figures", async |stage, server| {
        let poll = stage.open(&server.url("/r/lobby?mode=poll&every=2s&name=ana")).await?;
        poll.until_listening_by("poll").await?;
        // The ring is seen to be nearly gone, and then to be whole again, as its line is drawn.
        let gone = "Number(document.querySelector('#ring .ring__rest').getAttribute('stroke-dashoffset'))";
        for _ in 0..2 {
            poll.until_js("a ring that runs out", &format!("const gone = {gone}; return gone > 700 && gone < 1000"))
                .await?;
            poll.until_js("another round", &format!("return {gone} < 300")).await?;
        }

        let before: u32 = poll.js("return Number(document.querySelector('#figure-requests').dataset.value)", []).await?;
        for n in 0..3 {
            server.post("lobby", "superbot", &format!("figure {n}")).await?;
        }
        poll.until_text("figure 2").await?;
        poll.until_js(
            "three bars, the scale and a sentence",
            "const late = document.querySelector('#late');
             const bars = late.querySelector('.late__bars[data-mode=poll]')?.getAttribute('d') ?? '';
             return late.dataset.count === '3' && bars.split('M').length === 4 &&
                 ['1 ms', '10 ms', '100 ms', '1 s', '10 s'].every((label) => late.innerHTML.includes(label)) &&
                 late.innerText.includes('Of the last 3 messages')",
        )
        .await?;
        poll.until_js(
            "more requests in this minute",
            &format!("return Number(document.querySelector('#figure-requests').dataset.value) > {before}"),
        )
        .await?;

        // Another mode takes other figures, and the chart tells both apart.
        poll.choose_mode("websocket").await?;
        poll.until_listening_by("websocket").await?;
        server.post("lobby", "superbot", "at once").await?;
        poll.until_text("at once").await?;
        poll.until_js(
            "a bar of another mode, with its mark, and no ring",
            "const late = document.querySelector('#late');
             return late.dataset.count === '4' && !document.querySelector('#ring') &&
                 late.querySelector('.late__bars[data-mode=websocket]') &&
                 late.innerText.includes('The last message came') &&
                 document.querySelector('#figure-requests').dataset.value === '1'",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_listed_with_how_they_listen_and_a_name_can_be_called() -> Outcome {
    stage("who", async |stage, server| {
        let modes = [("ana", "websocket"), ("bo", "sse"), ("caio", "long-poll"), ("davi", "poll")];
        let mut tabs = Vec::new();
        for (name, mode) in modes {
            let address = server.url(&format!("/r/lobby?mode={mode}&every=2s&name={name}"));
            tabs.push(stage.open(&address).await?);
        }
        let nameless = server.get("/api/rooms/lobby/ndjson", &[]).await?;
        for (tab, (me, _)) in tabs.iter().zip(modes) {
            let mut expected: Vec<_> =
                modes.iter().map(|(n, m)| ((*n).to_owned(), vec![(*m).to_owned()])).collect();
            // Oneself comes first.
            expected.sort_by_key(|(name, _)| name != me);
            tidings_e2e::wait::until(
                &format!("the list of {me}"),
                || listed(tab),
                |seen| *seen == expected,
            )
            .await?;
            tab.until_js(
                "the numbers, the nameless and oneself",
                "const here = document.querySelector('.here');
                 return here.querySelector('.count').textContent === '5' &&
                     here.innerText.includes('1 without a name') &&
                     here.querySelectorAll('.here__you').length === 1 &&
                     here.querySelectorAll('.here__by li').length === 4",
            )
            .await?;
        }
        drop(nameless);

        tabs[0].click("[data-name=davi] button").await?;
        tabs[0].press(&format!("are you there?{ENTER}")).await?;
        tabs[3].until_text("@davi are you there?").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_comes_at_once_is_one_update_a_second_and_a_short_list() -> Outcome {
    stage("storm", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=zoe")).await?;
        tab.until_listening_by("websocket").await?;
        tab.until_js("zoe", "return !!document.querySelector('[data-name=zoe]')").await?;
        let watch = "
            window.updates = 0;
            new MutationObserver(() => window.updates++).observe(
                document.querySelector('.here .count'), {subtree: true, characterData: true, childList: true});
            window.begun = performance.now();
            return true";
        let _: bool = tab.js(watch, []).await?;
        let mut crowd = Vec::new();
        for n in 0..300 {
            let path = format!("/api/rooms/lobby/ndjson?username=reader{n:03}");
            crowd.push(server.get(&path, &[]).await?);
        }
        tab.until_js("all of them", "return document.querySelector('.here .count').textContent === '301'")
            .await?;
        let (updates, seconds): (f64, f64) =
            tab.js("return [window.updates, (performance.now() - window.begun) / 1000]", []).await?;
        // What lost touch with so many asks once more for the list.
        ensure!(updates <= 2.0 * seconds + 2.0, "{updates} updates in {seconds} s");

        tab.until_js(
            "a short list, oneself in it",
            "const names = [...document.querySelectorAll('.here__people [data-name]')];
             return names.length === 8 && names[0].dataset.name === 'zoe' &&
                 document.querySelector('#here-more').innerText === 'and 293 more'",
        )
        .await?;
        tab.click("#here-more").await?;
        tab.fill(".here__filter", "READER29").await?;
        tab.until_js(
            "those who are looked for",
            "const names = [...document.querySelectorAll('.here__people [data-name]')];
             return names.length === 10 && names.every((line) => line.dataset.name.startsWith('reader29'))",
        )
        .await?;
        tab.click("#here-more").await?;
        tab.until_js("the short list again", "return !document.querySelector('.here__filter')").await?;
        drop(crowd);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_is_named_and_nothing_moves_for_it() -> Outcome {
    stage("typing", async |stage, server| {
        let ana = stage.open(&server.url("/r/lobby?mode=websocket&name=Ana")).await?;
        let bo = stage.open(&server.url("/r/lobby?mode=websocket&name=Bo")).await?;
        let reader = stage.open(&server.url("/r/lobby?mode=sse&name=reader")).await?;
        for tab in [&ana, &bo, &reader] {
            tab.until_listening().await?;
        }
        let place = "return document.querySelector('#composer').getBoundingClientRect().top";
        let before: f64 = reader.js(place, []).await?;
        let says = |text: &str| {
            format!("return document.querySelector('.compose__writing').textContent === {text:?}")
        };
        ana.click("#composer").await?;
        ana.press("so").await?;
        reader.until_js("Ana", &says("Ana is writing")).await?;
        bo.click("#composer").await?;
        bo.press("well").await?;
        ana.press(" what").await?;
        reader
            .until_js(
                "both",
                "return /^(Ana and Bo|Bo and Ana) are writing$/.test(
            document.querySelector('.compose__writing').textContent)",
            )
            .await?;
        let during: f64 = reader.js(place, []).await?;
        ensure!(before == during, "the composer moved from {before} to {during}");
        reader.until_js("that they stopped", &says("")).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_arrow_keys_go_through_the_modes() -> Outcome {
    stage("arrows", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=auto&name=ana")).await?;
        tab.until_listening().await?;
        let _: bool = tab
            .js("document.querySelector('#mode input:checked').focus(); return true", [])
            .await?;
        for mode in ["websocket", "sse", "long-poll", "poll", "auto"] {
            tab.press(DOWN).await?;
            tab.until_js(
                mode,
                &format!(
                    "return new URLSearchParams(location.search).get('mode') === '{mode}' &&
                    document.activeElement.value === '{mode}'"
                ),
            )
            .await?;
        }
        tab.until_listening_by("websocket").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_to_another_page_is_not_here_and_is_when_they_come_back() -> Outcome {
    stage("left", async |stage, server| {
        let here = stage.open(&server.url("/r/lobby?mode=websocket&name=bia")).await?;
        here.until_listening().await?;
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        const HERE: &str = "document.querySelectorAll('.here__people li').length";
        here.until_js("both", &format!("return {HERE} === 2")).await?;
        // A browser may keep the page that one has left, and its connections with it.
        tab.look_at("about:blank").await?;
        here.until_js("only one", &format!("return {HERE} === 1")).await?;
        server.post("lobby", "superbot", "said meanwhile").await?;
        tab.back().await?;
        tab.until_text("said meanwhile").await?;
        tab.until_listening().await?;
        here.until_js("both again", &format!("return {HERE} === 2")).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_the_lab_takes_its_panes_along_and_brings_them_back() -> Outcome {
    stage("lableft", async |stage, server| {
        let here = stage.open(&server.url("/r/lobby?mode=websocket&name=bia")).await?;
        here.until_listening().await?;
        let panes = "pane=websocket::one&pane=sse::two&pane=long-poll::three";
        let tab = stage.look_at(&server.url(&format!("/lab?room=lobby&{panes}"))).await?;
        const HERE: &str = "document.querySelectorAll('.here__people li').length";
        here.until_js("all of them", &format!("return {HERE} === 4")).await?;
        tab.look_at("about:blank").await?;
        here.until_js("only one", &format!("return {HERE} === 1")).await?;
        tab.back().await?;
        here.until_js("all of them again", &format!("return {HERE} === 4")).await
    })
    .await
}
