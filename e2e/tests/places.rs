//! Finding one's place: a link to a message, the line where the unread begin, and history that could not
//! be loaded.

use anyhow::{Result, ensure};
use tidings_e2e::{Key, Outcome, Row, Server, Tab, stage, wait::until};

/// Whether a message is marked, in view and has the focus.
fn marked(seq: u64) -> String {
    format!(
        "const row = document.querySelector('#log .is-marked');
         if (row?.dataset.seq !== '{seq}' || document.activeElement !== row) return false;
         const [view, box] =
             [document.querySelector('#log').getBoundingClientRect(), row.getBoundingClientRect()];
         return box.top >= view.top && box.bottom <= view.bottom"
    )
}

fn in_order(rows: &[Row]) -> bool {
    let seqs: Vec<_> = rows.iter().filter_map(|row| row.seq).collect();
    seqs.is_sorted_by(|a, b| a + 1 == *b)
}

async fn run(tab: &Tab, script: &str) -> Result<()> {
    let _: bool = tab.js(&format!("{script}; return true"), []).await?;
    Ok(())
}

/// Posts of several connections are in any order: the last one has the last number, not the last text.
async fn until_newest(tab: &Tab, server: &Server) -> Result<()> {
    let newest = server.log("ops").await?.last().map(|message| message.seq);
    let there = |rows: &[Row]| rows.last().is_some_and(|row| row.seq == newest);
    tab.until_rows("the newest message", there).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_message_leads_there_wherever_it_is() -> Outcome {
    stage("permalink", async |stage, server| {
        server.fill("ops", 2_000).await?;
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana#57")).await?;
        tab.until_js("an old message, marked", &marked(57)).await?;
        tab.until_listening().await?;
        ensure!(in_order(&tab.rows().await?), "what is around it is not the log");
        run(&tab, "globalThis.same = true").await?;

        // Down from there, one reaches the newest, and nothing is skipped on the way.
        let newest = server.log("ops").await?.last().map(|message| message.seq);
        let down = async || {
            let script = "document.querySelector('#log').scrollTop += 2500; return true";
            let _: bool = tab.js(script, []).await?;
            tab.rows().await
        };
        let whole =
            |rows: &Vec<Row>| !in_order(rows) || rows.last().is_some_and(|r| r.seq == newest);
        let rows = until("the newest message", down, whole).await?;
        ensure!(in_order(&rows), "there is a hole in {rows:?}");
        tab.say("read it all").await?;
        tab.until_confirmed("read it all").await?;

        // A message that is there already, one that is not any more, and one that never was.
        for seq in [1_990, 20] {
            run(&tab, &format!("location.hash = '#{seq}'")).await?;
            tab.until_js("another message, marked", &marked(seq)).await?;
        }
        run(&tab, "location.hash = '#99999'").await?;
        let notice =
            "return document.querySelector('.not-here')?.textContent.includes('99999') === true";
        tab.until_js("that there is none", notice).await?;
        ensure!(in_order(&tab.rows().await?));

        // A message's time is the link to it, and following it loads nothing anew.
        run(&tab, "document.querySelector('#log [data-seq=\"20\"] a[href=\"#20\"]').click()")
            .await?;
        tab.until_js("the message, marked again", &marked(20)).await?;
        let there = "return location.hash === '#20' && location.pathname === '/r/ops' && same";
        tab.until_js("its address", there).await?;
        tab.click(".to-newest").await?;
        tab.until_text("read it all").await?;

        // Whoever writes while they read far back is brought to what they wrote.
        let other = stage.open(&server.url("/r/ops?mode=sse&name=leo#100")).await?;
        other.until_js("an old message, marked", &marked(100)).await?;
        other.until_listening().await?;
        other.say("from far back").await?;
        other.until_confirmed("from far back").await?;
        tab.until_text("from far back").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_shows_where_the_unread_begin_until_they_are_read() -> Outcome {
    stage("unread-line", async |stage, server| {
        server.post("ops", "leo", "old").await?;
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        tab.until_text("old").await?;
        let line = "return document.querySelector('.is-new')?.parentElement.querySelector('.text')?.textContent ?? ''";
        let no_line = "return !document.querySelector('.is-new, .to-unread')";
        tab.until_js("no line on a first visit", no_line).await?;
        let go = async |room: &str| {
            tab.fill("#room", &format!("{room}{}", char::from(Key::Enter))).await?;
            let there = format!(
                "return document.querySelector('.rooms [aria-current=page]')?.dataset.room === '{room}'"
            );
            tab.until_js("the room", &there).await
        };

        // What came while one was elsewhere begins at the line; what comes meanwhile does not move it.
        go("art").await?;
        tab.until_listening().await?;
        server.post("ops", "leo", "new 1").await?;
        server.post("ops", "leo", "new 2").await?;
        go("ops").await?;
        tab.until_text("new 2").await?;
        until("the line", || tab.js::<String>(line, []), |text| text == "new 1").await?;
        server.post("ops", "leo", "live").await?;
        tab.until_text("live").await?;
        let begins: String = tab.js(line, []).await?;
        ensure!(begins == "new 1", "the line is at {begins:?}");
        go("art").await?;
        tab.until_listening().await?;
        go("ops").await?;
        tab.until_text("live").await?;
        tab.until_js("no line when all was read", no_line).await?;

        // More than a view of them: they are read when they were in view, and not before.
        go("art").await?;
        tab.until_listening().await?;
        server.fill("ops", 300).await?;
        go("ops").await?;
        until_newest(&tab, server).await?;
        let above = "
            const view = document.querySelector('#log').getBoundingClientRect();
            const seen = [...document.querySelectorAll('#log [data-seq]')].filter(row => {
                const { top, bottom } = row.getBoundingClientRect();
                return bottom > view.top && top < view.bottom;
            }).length;
            const above = Number(document.querySelector('.to-unread')?.textContent.match(/\\d+/));
            return seen > 5 && Math.abs(above + seen - 300) <= 1";
        tab.until_js("how many are above", above).await?;
        go("art").await?;
        tab.until_listening().await?;
        go("ops").await?;
        tab.until_js("that they are unread still", above).await?;
        tab.click(".to-unread button").await?;
        until("the line", || tab.js::<String>(line, []), |text| text.starts_with("entry")).await?;
        let in_view = "
            const line = document.querySelector('.is-new').getBoundingClientRect();
            const view = document.querySelector('#log').getBoundingClientRect();
            return line.top >= view.top && line.bottom <= view.bottom
                && !document.querySelector('.to-unread')";
        tab.until_js("the line in view", in_view).await?;
        // What is still unread lies below all the while.
        let read = async || {
            run(&tab, "document.querySelector('#log').scrollTop += 300").await?;
            tab.until_js("nothing unread above", "return !document.querySelector('.to-unread')").await?;
            tab.rows().await
        };
        let newest = server.log("ops").await?.last().map(|message| message.seq);
        let at_end = |rows: &Vec<Row>| rows.last().is_some_and(|row| row.seq == newest);
        until("the newest message", read, at_end).await?;
        let kept = format!("return localStorage['tidings.read.ops'].endsWith(':{}')", newest.unwrap_or(0));
        let read_on = async || {
            run(&tab, "document.querySelector('#log').scrollTop += 300").await?;
            tab.js::<bool>(&kept, []).await
        };
        until("all of them read", read_on, |read| *read).await?;
        go("art").await?;
        tab.until_listening().await?;
        go("ops").await?;
        until_newest(&tab, server).await?;
        tab.until_js("no line", no_line).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn history_that_could_not_be_loaded_says_so_and_can_be_had_again() -> Outcome {
    stage("no-history", async |stage, server| {
        stage.network_will_break();
        server.fill("ops", 600).await?;
        let tab = stage.open(&server.url("/r/ops?mode=poll&every=1s&name=ana")).await?;
        tab.until_listening().await?;
        tab.until_js("the newest", "return document.querySelector('#log').dataset.held > 40")
            .await?;
        server.stop().await?;
        run(&tab, "document.querySelector('#log').scrollTop = 0").await?;
        let failed = "return !!document.querySelector('[data-side=older] [role=alert]')";
        tab.until_js("that it failed", failed).await?;
        server.start_again().await?;
        tab.click("[data-side=older] button").await?;
        let up = async || {
            run(&tab, "document.querySelector('#log').scrollTop = 0").await?;
            tab.js::<bool>("return !!document.querySelector('#log [data-seq=\"1\"]')", []).await
        };
        until("the beginning", up, |there| *there).await?;
        ensure!(in_order(&tab.rows().await?));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_is_told_of_each_new_message_once() -> Outcome {
    stage("announced", async |stage, server| {
        server.fill("ops", 40).await?;
        let tab = stage.open(&server.url("/r/ops?mode=websocket&name=ana")).await?;
        until_newest(&tab, server).await?;
        // All that is ever announced, one after the other.
        let listen = "
            globalThis.said = [];
            const status = document.querySelector('.log-frame > .unseen');
            new MutationObserver(() => said.push(status.textContent.trim()))
                .observe(status, { childList: true, characterData: true, subtree: true });
            return status.textContent";
        ensure!(tab.js::<String>(listen, []).await?.is_empty(), "history was announced");
        server.post("ops", "leo", "the tide is out").await?;
        tab.until_js("the message, announced", "return said.join('|') === 'leo: the tide is out'")
            .await?;
        for n in 0..20 {
            server.post("ops", "leo", &format!("later {n}")).await?;
        }
        tab.until_js("how many more", "return said.some(words => / new messages$/.test(words))")
            .await?;
        // Scrolling brings lines onto the page that nobody has just said.
        run(&tab, "document.querySelector('#log').scrollTop = 0").await?;
        tab.until_rows("the beginning", |rows| rows.first().is_some_and(|row| row.seq == Some(1)))
            .await?;
        server.post("ops", "bea", "last of all").await?;
        tab.until_js("the last", "return said.some(words => words.includes('bea: last of all'))")
            .await?;
        let said: Vec<String> = tab.js("return said", []).await?;
        ensure!(!said.iter().any(|words| words.contains("archivist")), "it said {said:?}");
        let live: Option<String> =
            tab.js("return document.querySelector('#log').getAttribute('aria-live')", []).await?;
        ensure!(live.as_deref() == Some("off"), "the log announces: {live:?}");
        Ok(())
    })
    .await
}
