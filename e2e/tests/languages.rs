//! The languages of the app: the reader's own, or the one they choose; and the page in the other
//! direction, for those that are read so.

use anyhow::ensure;
use tidings_e2e::{
    Outcome,
    scenes::{Look, people_talk},
    stage,
    wait::until,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_is_chosen_stays_chosen() -> Outcome {
    stage("language", async |stage, server| {
        let address = server.url("/r/quiet-room?mode=sse&name=ana");
        let tab = stage.open(&address).await?;
        tab.until_js("English", "return document.documentElement.lang === 'en'").await?;
        tab.fill("#composer", "begun").await?;
        tab.click("#language option[value='pt']").await?;
        tab.until_js("Portuguese", "return document.documentElement.lang === 'pt' && !!document.querySelector('#language')")
            .await?;
        tab.until_listening().await?;
        tab.until_js("its words", "return document.body.innerText.includes('Ninguém disse nada')")
            .await?;
        tab.until_js("what was begun", "return document.querySelector('#composer').value === 'begun'")
            .await?;
        tab.go(&address).await?;
        tab.until_js("Portuguese still", "return document.documentElement.lang === 'pt'").await?;
        let names: Vec<String> = tab
            .js("return [...document.querySelectorAll('#language option')].map((one) => one.text)", [])
            .await?;
        ensure!(names == ["English", "Português"], "{names:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_right_to_left_the_page_is_its_own_mirror() -> Outcome {
    stage("mirror", async |stage, server| {
        people_talk(server).await?;
        let tab = stage.open(&server.url("/r/harbour?mode=websocket&name=ana")).await?;
        tab.until_js("messages", "return !!document.querySelector('#log [data-seq]')").await?;
        // Where the parts stand, measured from the side where a line begins; of one that is folded away,
        // nothing.
        const PLACES: &str =
            "return ['.brand', '.panel', '.talk', '#send', '#composer', '.bar__room']
            .map((part) => {
                const element = document.querySelector(part);
                if (!element.checkVisibility()) return null;
                const { left, right } = element.getBoundingClientRect();
                const rtl = document.documentElement.dir === 'rtl';
                return Math.round(rtl ? innerWidth - right : left);
            })";
        for size in [(1440, 900), (390, 780)] {
            let mut look = Look { name: "", size, wishes: &[], rtl: false };
            look.at(&tab).await?;
            let forth: Vec<Option<i32>> = tab.js(PLACES, []).await?;
            look.rtl = true;
            look.at(&tab).await?;
            let near = |back: &Vec<Option<i32>>| {
                forth.iter().zip(back).all(|pair| match pair {
                    (Some(a), Some(b)) => (a - b).abs() <= 2,
                    (a, b) => a == b,
                })
            };
            until("a mirrored page", || tab.js(PLACES, []), near).await?;
            let wide: bool =
                tab.js("return document.scrollingElement.scrollWidth > innerWidth", []).await?;
            ensure!(!wide, "it scrolls sideways");
        }
        Ok(())
    })
    .await
}
