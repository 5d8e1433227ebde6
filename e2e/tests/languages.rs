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
async fn what_is_allowed_is_said_in_the_readers_language() -> Outcome {
    stage("rules", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        tab.until_listening().await?;
        tab.click("#language option[value='pt']").await?;
        tab.until_js("Portuguese", "return document.documentElement.lang === 'pt'").await?;
        tab.go(&server.url("/r/No%20Room?mode=poll&every=0.1&name=%20")).await?;
        tab.until_listening().await?;
        // Of the name, the room and the interval, each beside its field.
        const RULES: &str =
            "return [...document.querySelectorAll('.field__rule')].map((rule) => rule.textContent.split(' ')[0])";
        let seen = |rules: &'static [&'static str]| move |seen: &Vec<String>| seen == rules;
        until("the rules", || tab.js(RULES, []), seen(&["De", "De", "De"])).await?;
        tab.go(&server.url("/r/lobby?mode=pigeon&name=ana")).await?;
        until("the modes", || tab.js(RULES, []), seen(&["Um"])).await?;

        // To the browser, a search that is refused is a resource that failed to load.
        stage.network_will_break();
        tab.click(".find[data-opens='search']").await?;
        tab.until_focus("search").await?;
        const STANDS: &str = "return document.querySelector('#search-stands').textContent";
        for (typed, begins) in [
            ("before:2020-13-45", "Um dia se escreve"),
            ("x in:Ops", "in: e o nome"),
            ("***", "A busca aceita"),
        ] {
            tab.fill("#search", typed).await?;
            let said = |said: &String| said.starts_with(begins);
            until(&format!("what {typed} breaks"), || tab.js(STANDS, []), said).await?;
        }
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

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_has_two_lines_for_the_bar_and_all_that_matters_in_them() -> Outcome {
    stage("phone-bar", async |stage, server| {
        people_talk(server).await?;
        // The parts by the middle of their height, and what is wrong with where they stand.
        const PARTS: &str = "
            const part = (selector) => document.querySelector(selector).getBoundingClientRect();
            const names = ['.brand', '.bar__room', '.finds', '.bar__menu', '#topic', '.status'];
            const boxes = names.map(part);
            const lines = new Set(boxes.map(({ top, bottom }) => Math.round((top + bottom) / 20)));
            const wrong = names.filter((name, n) => boxes[n].width < 16 || boxes[n].left < 0
                || boxes[n].right > innerWidth
                || boxes.slice(0, n).some((other) => other.left < boxes[n].right - 1
                    && boxes[n].left < other.right - 1 && other.top < boxes[n].bottom - 1
                    && boxes[n].top < other.bottom - 1));
            return [String(lines.size), String(part('.bar').height < 100), ...wrong]";
        for (language, mode) in
            [("en", "websocket"), ("en", "poll&every=30s"), ("pt", "poll&every=30s")]
        {
            let tab = stage.open(&server.url(&format!("/r/harbour?mode={mode}&name=ana"))).await?;
            let set = "localStorage['tidings.language'] = arguments[0];
                return fetch('/api/rooms/harbour/topic?username=ana',
                    { method: 'PUT', body: 'x '.repeat(100) }).then((answer) => answer.ok)";
            ensure!(tab.js::<bool>(set, [language.into()]).await?);
            tab.go(&server.url(&format!("/r/harbour?mode={mode}&name=ana"))).await?;
            tab.until_listening().await?;
            tab.until_js(
                "a topic",
                "return document.querySelector('#topic').textContent.length > 90",
            )
            .await?;
            for width in [360, 390, 480] {
                let look = Look { name: "", size: (width, 780), wishes: &[], rtl: false };
                look.at(&tab).await?;
                let parts: Vec<String> = tab.js(PARTS, []).await?;
                ensure!(parts == ["2", "true"], "{language}, {mode}, {width}: {parts:?}");
            }
            tab.click(".bar__menu").await?;
            let figures =
                "return document.querySelector('.costs').getBoundingClientRect().height > 10";
            ensure!(tab.js::<bool>(figures, []).await?, "the figures come with the menu");
            stage.close_all().await?;
        }
        Ok(())
    })
    .await
}
