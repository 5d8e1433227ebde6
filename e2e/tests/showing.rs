//! What is shown, and how: text as text, whatever it holds, on any width, and in any amount.

use anyhow::ensure;
use tidings_e2e::{Outcome, stage, wait::until};

#[tokio::test(flavor = "multi_thread")]
async fn html_in_a_message_is_shown_and_never_interpreted() -> Outcome {
    stage("html", async |stage, server| {
        let html = "<img src=x onerror=\"document.title='owned'\"><b>bold</b> &amp; \
                    <script>document.title='owned'</script><a href=\"javascript:alert(1)\">x</a>";
        server.post("lobby", "mallory", html).await?;
        let tab = stage.open(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        tab.until_text(html).await?;
        // And once more, through the stream rather than with the page's first messages.
        tab.until_listening().await?;
        let live = format!("{html} live");
        server.post("lobby", "mallory", &live).await?;
        tab.until_text(&live).await?;
        let made: u32 = tab
            .js("return document.querySelectorAll('.text :is(img, b, script)').length", [])
            .await?;
        ensure!(made == 0, "{made} elements were made of it");
        let title: String = tab.js("return document.title", []).await?;
        ensure!(!title.contains("owned"), "a script of the message ran");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_makes_the_page_wider_than_a_phone() -> Outcome {
    stage("narrow", async |stage, server| {
        let messages = [
            "x".repeat(4_000),
            format!("https://example.org/{}", "a-long-path/".repeat(50)),
            "words ".repeat(600),
            "مرحبا بالعالم، كيف الحال اليوم؟".to_owned(),
            "שלום עולם, and English in between, ועוד".to_owned(),
            "👩‍👩‍👧‍👦🏳️‍🌈👍🏽 e\u{301} 한국어 日本語".to_owned(),
            "👍".repeat(500),
            "one line\nanother line\n\n\ttabbed".to_owned(),
        ];
        let tab = stage.open(&server.url("/r/lobby?mode=websocket&name=ana")).await?;
        tab.resize(320, 640).await?;
        for message in &messages {
            server.post("lobby", "wordy", message).await?;
        }
        for message in &messages {
            tab.until_text(message).await?;
        }
        let topic = "fetch('/api/rooms/lobby/topic?username=ana',
            { method: 'PUT', body: 'What runs, and what does not: '.repeat(8) }); return true";
        let _: bool = tab.js(topic, []).await?;
        tab.until_js(
            "the topic",
            "return document.querySelector('#topic').textContent.length > 200",
        )
        .await?;
        for width in [320, 375, 768, 1440] {
            tab.resize(width, 640).await?;
            let widths =
                || tab.js("return [document.scrollingElement.scrollWidth, innerWidth]", []);
            until(
                &format!("a page of {width} that does not scroll sideways"),
                widths,
                |[content, window]: &[u32; 2]| *window == width && content <= window,
            )
            .await?;
            // They stand beside it, above it on a phone, and the status below it on what is between.
            let fits = "const [topic, ...others] = ['#topic', '.finds', '.status'].map((it) =>
                    document.querySelector(it).getBoundingClientRect());
                return others.every((other) => topic.right <= other.left
                    || topic.top >= other.bottom || topic.bottom <= other.top)";
            ensure!(tab.js::<bool>(fits, []).await?, "the topic lies under others at {width}");
            // Its parts scroll; the page itself has nowhere to go, whatever the focus comes to.
            let up = "const page = document.scrollingElement;
                page.scrollTop = 9_999; return page.scrollTop";
            let up: f64 = tab.js(up, []).await?;
            ensure!(up == 0.0, "the page of {width} scrolls by {up} px");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_of_5000_messages_opens_and_scrolls_back_to_its_beginning() -> Outcome {
    stage("many", async |stage, server| {
        server.fill("archive", 5_000).await?;
        let tab = stage.open(&server.url("/r/archive?mode=websocket&name=ana")).await?;
        let newest = server.log("archive").await?.last().map(|message| message.seq);
        tab.until_rows("the newest message", |rows| rows.last().is_some_and(|r| r.seq == newest))
            .await?;
        tab.until_js("the newest message in sight", IN_SIGHT).await?;

        // Scrolls up as a person does, again and again, until the welcome is there.
        until(
            "the first message",
            async || {
                let up = "document.querySelector('#log').scrollTop = 0;
                    return document.querySelector('#log [data-seq]')?.dataset.seq";
                tab.js::<Option<String>>(up, []).await
            },
            |first| first.as_deref() == Some("1"),
        )
        .await?;
        let held: String = tab.js("return document.querySelector('#log').dataset.held", []).await?;
        ensure!(held == "5001", "{held} messages are held");
        // What is in view is on the page, from the beginning on and without a hole; the rest is not.
        let seqs: Vec<_> = tab.rows().await?.into_iter().filter_map(|row| row.seq).collect();
        ensure!(seqs == (1..=seqs.len() as u64).collect::<Vec<_>>(), "the page has {seqs:?}");
        ensure!(seqs.len() < 100, "{} rows", seqs.len());

        // And it is still a page that one can talk on.
        tab.say("all of it read").await?;
        tab.until_confirmed("all of it read").await?;
        Ok(())
    })
    .await
}

/// Whether the last row lies within the window.
const IN_SIGHT: &str = "
    const row = [...document.querySelectorAll('#log [data-seq]')].at(-1).getBoundingClientRect();
    return row.bottom > 0 && row.bottom <= innerHeight + 1";
