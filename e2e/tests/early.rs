//! Before the program is there, which a slow line takes seconds to bring: the page is seen, and takes
//! what one writes. The program takes its place without a change that one would notice.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{
    Kind, Outcome, Proxy, Stage, Tab, Way, axe,
    keys::{ENTER, LEFT},
    scenes::look,
    stage_of_the_impatient,
};

/// Whether the program has not taken the page's place yet.
const IS_EARLY: &str = "return !!document.querySelector('.app[aria-busy]')";

/// What stands in the place to write, whether the keyboard is in it, and where the caret is.
async fn writing(tab: &Tab) -> Result<(String, bool, usize)> {
    const WRITING: &str = "const field = document.querySelector('#composer');
        return [field.value, document.activeElement === field, field.selectionStart]";
    tab.js(WRITING, []).await
}

/// Opens a page whose program does not come yet, nor from what the browser has kept of another time.
async fn open(stage: &Stage, proxy: &Proxy, path: &str) -> Result<Arc<Tab>> {
    proxy.set(Kind::Program, Way::Waits);
    let tab = stage.look_at("about:blank").await?;
    tab.cdp("Network.enable", json!({})).await?;
    tab.cdp("Network.setCacheDisabled", json!({"cacheDisabled": true})).await?;
    tab.cdp("Network.setBypassServiceWorker", json!({"bypass": true})).await?;
    tab.look_at(&proxy.url(path)).await?;
    ensure!(tab.js::<bool>(IS_EARLY, []).await?, "the program is there, and nothing is seen");
    Ok(tab)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_before_the_program_is_there_is_kept_and_sent() -> Outcome {
    stage_of_the_impatient("early", async |stage, server| {
        let proxy = Proxy::before(server).await?;
        let tab = open(stage, &proxy, "/r/harbour?mode=sse&name=ana").await?;
        tab.click("#composer").await?;
        tab.press("first").await?;
        tab.press(ENTER).await?;
        tab.press("second").await?;
        tab.click("#send").await?;
        tab.press("and a haf").await?;
        tab.press(LEFT).await?;
        ensure!(writing(&tab).await? == ("and a haf".into(), true, 8));
        ensure!(tab.js::<bool>(IS_EARLY, []).await?);
        const SHOWN: &str = "return [...document.querySelectorAll('[data-delivery=pending] .text')]
            .map((text) => text.textContent)";
        ensure!(tab.js::<Vec<String>>(SHOWN, []).await? == ["first", "second"]);

        proxy.set(Kind::Program, Way::Through);
        tab.until_app().await?;
        ensure!(writing(&tab).await? == ("and a haf".into(), true, 8), "the caret has moved");
        tab.press("l").await?;
        tab.until_confirmed("first").await?;
        tab.until_confirmed("second").await?;
        ensure!(writing(&tab).await? == ("and a half".into(), true, 9));
        let log = server.log("harbour").await?;
        let said: Vec<_> =
            log.iter().filter(|message| message.username.as_str() == "ana").collect();
        let texts: Vec<_> = said.iter().map(|message| message.text.as_str()).collect();
        ensure!(texts == ["first", "second"], "{texts:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_outlives_a_program_that_never_comes() -> Outcome {
    stage_of_the_impatient("never", async |stage, server| {
        let proxy = Proxy::before(server).await?;
        let tab = open(stage, &proxy, "/r/harbour?mode=sse&name=ana").await?;
        tab.click("#composer").await?;
        tab.press("sent").await?;
        tab.press(ENTER).await?;
        tab.press("begun").await?;
        let again = stage.look_at(&proxy.url("/r/harbour?mode=sse&name=ana")).await?;
        ensure!(again.js::<bool>(IS_EARLY, []).await?);
        ensure!(writing(&again).await?.0 == "sent\nbegun");
        // What is begun in one room stands in no other.
        let other = stage.look_at(&proxy.url("/r/ops?mode=sse&name=ana")).await?;
        ensure!(writing(&other).await?.0.is_empty());
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_when_the_program_takes_the_place_and_its_words_are_the_same() -> Outcome {
    stage_of_the_impatient("same-place", async |stage, server| {
        server.post("harbour", "leandro", "Good morning!").await?;
        let proxy = Proxy::before(server).await?;
        // What each part says, and where it stands, in whole pixels. Where something ends that grows with
        // its words is free, which on a phone is where the status begins.
        const PARTS: &str = "
            const parts = {};
            for (const [at, sides] of Object.entries({
                '.brand': 'xywh', '.bar': 'xywh', '.bar__room': 'xywh', '.finds': 'xywh',
                '.status': innerWidth < 640 ? 'yh' : 'xyh',
                '.status .mark': 'xywh', '.costs': 'yh', '.bar__menu': 'xywh', '.panel': 'xywh',
                '.talk': 'xywh', '.log': 'xywh', 'label[for=composer]': 'xywh', '#composer': 'xywh',
                '#send': 'xywh',
            })) {
                const element = document.querySelector(at);
                const { x, y, width: w, height: h } = element.getBoundingClientRect();
                const place = [...sides].map((side) => Math.round({ x, y, w, h }[side]));
                const says = /room|menu|label|send/.test(at) ? element.textContent : '';
                parts[at] = [says, ...place].join(' ');
            }
            parts.placeholder = document.querySelector('#composer').placeholder.replace(/ (as|como) ana$/, '');
            return parts";
        for language in ["en", "pt"] {
            for size in [(390, 780), (720, 800), (1440, 900)] {
                let tab = open(stage, &proxy, "/r/harbour?name=ana").await?;
                let _: bool = tab
                    .js(
                        "localStorage['tidings.language'] = arguments[0]; return true",
                        [json!(language)],
                    )
                    .await?;
                tab.resize(size.0, size.1).await?;
                tab.look_at(&proxy.url("/r/harbour?name=ana")).await?;
                ensure!(tab.js::<bool>(IS_EARLY, []).await?);
                let before: BTreeMap<String, String> = tab.js(PARTS, []).await?;
                proxy.set(Kind::Program, Way::Through);
                tab.until_app().await?;
                let behind: BTreeMap<String, String> = tab.js(PARTS, []).await?;
                for (part, was) in &before {
                    let is = &behind[part];
                    ensure!(was == is, "{language}, {size:?}: {part} was {was:?} and is {is:?}");
                }
                stage.close_all().await?;
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_before_the_program_breaks_no_rule_of_wcag() -> Outcome {
    stage_of_the_impatient("early-accessible", async |stage, server| {
        let proxy = Proxy::before(server).await?;
        let tab = open(stage, &proxy, "/r/harbour?name=ana").await?;
        for (size, scheme) in [((1440, 900), "light"), ((390, 780), "dark")] {
            look("early", size, scheme).at(&tab).await?;
            let broken = axe::violations(&tab).await?;
            ensure!(broken.is_empty(), "{scheme}: {broken:#?}");
        }
        Ok(())
    })
    .await
}
