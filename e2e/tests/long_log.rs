//! A long conversation: the page stays small, scrolling stays smooth, and the reader stays where they
//! are, however much there is and however fast it comes.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::json;
use tidings_e2e::{
    Outcome, Server, Tab,
    keys::{END, HOME},
    stage,
    wait::until,
};
use tokio::time::{MissedTickBehavior, interval};

/// What the list promises, in elements below `#log`.
const MOST_ELEMENTS: u32 = 300;

/// Looks at the log in every frame until what was seen is taken, and may scroll in each.
const WATCH: &str = "
    const [step] = arguments;
    const log = document.querySelector('#log');
    const seen = { frames: [], elements: 0, moved: [], empty: 0, disorder: [], held: 0 };
    const edge = () => log.getBoundingClientRect();
    const rows = () => [...log.querySelectorAll('[data-seq]')];
    const first = () => rows().find((row) => row.getBoundingClientRect().bottom > edge().top + 1);
    const anchor = step ? null : first().dataset.seq;
    const top = anchor && first().getBoundingClientRect().top;
    let last = performance.now();
    // Where the line is once the frame is painted: before that, the page may still bring it back.
    const painted = new MessageChannel();
    painted.port1.onmessage = () => {
        const row = log.querySelector(`[data-seq='${anchor}']`);
        const by = row ? Math.abs(row.getBoundingClientRect().top - top) : 1e6;
        seen.moved.push(by);
    };
    globalThis.watched = seen;
    const frame = (now) => {
        seen.frames.push(now - last);
        last = now;
        const lines = rows();
        seen.elements = Math.max(seen.elements, log.querySelectorAll('*').length);
        seen.held = Number(log.dataset.held);
        const seqs = lines.map((row) => Number(row.dataset.seq));
        if (seqs.some((seq, n) => n && seq !== seqs[n - 1] + 1)) seen.disorder.push(seqs);
        const box = edge();
        const covered = lines.length && lines[0].getBoundingClientRect().top <= box.top + 160
            && lines.at(-1).getBoundingClientRect().bottom >= box.bottom - 160;
        if (!covered) seen.empty += 1;
        if (anchor) painted.port2.postMessage(0);
        if (step) log.scrollTop += step;
        // Two that watched at once would scroll under each other's eyes.
        if (globalThis.watched === seen) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return anchor ?? ''";

/// What was seen.
#[derive(Debug, Deserialize)]
struct Watched {
    /// How long each frame took, in ms.
    frames: Vec<f64>,
    /// The most elements that were below the log.
    elements: u32,
    /// How many pixels the line that was at the top of the view is from there, frame by frame.
    moved: Vec<f64>,
    /// In how many frames the view was not full of messages.
    empty: u32,
    /// Lines whose numbers did not follow one another.
    disorder: Vec<Vec<u64>>,
    /// How many messages the page held in the end.
    held: u64,
}

async fn watch(
    tab: &Tab,
    step: i32,
    meanwhile: impl Future<Output = Result<()>>,
) -> Result<Watched> {
    let _: String = tab.js(WATCH, [json!(step)]).await?;
    let outcome = meanwhile.await;
    let seen: Watched = tab.js("const seen = watched; watched = null; return seen", []).await?;
    outcome?;
    ensure!(seen.disorder.is_empty(), "lines were {:?}", seen.disorder[0]);
    ensure!(seen.elements <= MOST_ELEMENTS, "{} elements were on the page", seen.elements);
    Ok(seen)
}

/// A bot that says something a hundred times a second.
async fn hundred_a_second(server: &Server, room: &str, seconds: u64) -> Result<()> {
    let mut tick = interval(Duration::from_millis(100));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for _ in 0..seconds * 10 {
        tick.tick().await;
        server.fill(room, 10).await?;
    }
    Ok(())
}

async fn held(tab: &Tab) -> Result<u64> {
    tab.js("return Number(document.querySelector('#log').dataset.held)", []).await
}

/// Scrolls up until the page holds so many messages.
async fn scroll_up(tab: &Tab, count: u64) -> Result<()> {
    let begin = "
        globalThis.climbing = true;
        const log = document.querySelector('#log');
        const climb = () => {
            if (!climbing) return;
            log.scrollTop = 0;
            requestAnimationFrame(climb);
        };
        climb();
        return true";
    let _: bool = tab.js(begin, []).await?;
    let mut before = 0;
    loop {
        // Progress is what is waited for: how long all of it takes is the machine's affair.
        let now =
            until("more messages", || held(tab), move |held| *held > before || *held >= count);
        before = now.await?;
        if before >= count {
            break;
        }
    }
    let _: bool = tab.js("climbing = false; return true", []).await?;
    scroll(tab, "scrollTop += 0").await
}

/// Scrolls, and waits until the page has followed: the view is full of lines and stands still.
async fn scroll(tab: &Tab, to: &str) -> Result<()> {
    const FOLLOWED: &str = "
        const frame = () => new Promise(requestAnimationFrame);
        const full = () => {
            const box = log.getBoundingClientRect();
            const rows = log.querySelectorAll('[data-seq]');
            return rows.length > 0 && rows[0].getBoundingClientRect().top <= box.top + 160
                && rows[rows.length - 1].getBoundingClientRect().bottom >= box.bottom - 160;
        };
        return (async () => {
            for (let calm = 0, n = 0, top; calm < 4 && n < 600; n += 1) {
                await frame();
                calm = full() && top === log.scrollTop ? calm + 1 : 0;
                top = log.scrollTop;
            }
            return true;
        })()";
    let script = format!("const log = document.querySelector('#log'); log.{to}; {FOLLOWED}");
    tab.js::<bool>(&script, []).await.map(drop)
}

fn percentile(frames: &[f64], share: f64) -> f64 {
    let mut frames = frames.to_vec();
    frames.sort_by(f64::total_cmp);
    frames[((frames.len() - 1) as f64 * share) as usize]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_messages_scroll_smoothly_while_a_hundred_a_second_arrive() -> Outcome {
    stage("long-log", async |stage, server| {
        server.fill("archive", 100_000).await?;
        let tab = stage.open(&server.url("/r/archive?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        scroll_up(&tab, 100_001).await?;
        scroll(&tab, "scrollTop = 0").await?;
        tab.until_js("the beginning", "return !!document.querySelector('#log [data-seq=\"1\"]')")
            .await?;

        // Down from the beginning, then up again, through lines that were never in view.
        let mut frames = Vec::new();
        for step in [45, 2_000, -45] {
            let seen = watch(&tab, step, hundred_a_second(server, "archive", 4)).await?;
            let (median, late) = (percentile(&seen.frames, 0.5), percentile(&seen.frames, 0.95));
            eprintln!(
                "by {step} px: {} frames, median {median:.1} ms, 95 % below {late:.1} ms, \
                 {} elements, {} held",
                seen.frames.len(),
                seen.elements,
                seen.held,
            );
            // A jump may be painted before its lines are drawn, for a frame; not for longer.
            let most = seen.frames.len() as u32 / 100;
            ensure!(seen.empty <= most, "the view was empty in {} frames", seen.empty);
            ensure!(seen.held >= 100_001, "only {} messages are held", seen.held);
            frames.extend(seen.frames);
        }
        // 16.7 ms are 60 frames a second. A busy machine drops some; a page that draws everything
        // takes a hundred times as long.
        let (median, late) = (percentile(&frames, 0.5), percentile(&frames, 0.95));
        ensure!(median < 25.0, "the median frame took {median} ms");
        ensure!(late < 100.0, "one in twenty frames took {late} ms or longer");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_a_reader_who_has_scrolled_up() -> Outcome {
    stage("unmoved", async |stage, server| {
        server.fill("archive", 1_000).await?;
        let tab = stage.open(&server.url("/r/archive?mode=sse&name=ana")).await?;
        tab.until_listening().await?;
        scroll_up(&tab, 250).await?;
        scroll(&tab, "scrollTop = 3000").await?;

        // Neither what arrives, nor older pages that come in above.
        let before = held(&tab).await?;
        let seen = watch(&tab, 0, hundred_a_second(server, "archive", 3)).await?;
        let moved = seen.moved.iter().copied().fold(0.0, f64::max);
        ensure!(moved <= 1.0, "what arrived moved the reader by {moved} px");
        ensure!(seen.held >= before + 250, "{} of {before} are held", seen.held);
        let counted = "return /\\d/.test(document.querySelector('.to-newest')?.textContent)";
        tab.until_js("how many are new, on the way down", counted).await?;
        let before = held(&tab).await?;
        scroll(&tab, "scrollTop = 900").await?;
        let older = async {
            until("older messages", || held(&tab), |held| *held >= before + 150).await.map(drop)
        };
        let seen = watch(&tab, 0, older).await?;
        let moved = seen.moved.iter().copied().fold(0.0, f64::max);
        ensure!(moved <= 1.0, "older messages moved the reader by {moved} px");

        // Nor another width, in which the lines flow anew.
        let long = "words that need more than one line on a phone ".repeat(8);
        for _ in 0..40 {
            server.post("archive", "wordy", &long).await?;
        }
        tab.click(".to-newest").await?;
        tab.until_js("the end", AT_THE_END).await?;
        scroll(&tab, "scrollTop -= 1500").await?;
        let narrow = async {
            for width in [800, 390, 1_000] {
                tab.resize(width, 800).await?;
                let script = format!("return innerWidth === {width}");
                tab.until_js("another width", &script).await?;
            }
            scroll(&tab, "scrollTop += 0").await
        };
        // The bar above may have another height in another width, and the view with it.
        let seen = watch(&tab, 0, narrow).await?;
        let moved = *seen.moved.last().unwrap_or(&0.0);
        ensure!(moved <= 100.0, "another width moved the reader by {moved} px");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_at_the_newest_end_follows_and_does_not_grow() -> Outcome {
    stage("bounded", async |stage, server| {
        let tab = stage.open(&server.url("/r/busy?mode=websocket&name=ana")).await?;
        tab.until_listening().await?;
        for _ in 0..9 {
            server.fill("busy", 1_000).await?;
            let newest = server.log("busy").await?.last().map(|message| message.seq);
            tab.until_rows("the newest message", |rows| {
                rows.last().is_some_and(|r| r.seq == newest)
            })
            .await?;
            tab.until_js("the newest message in sight", AT_THE_END).await?;
            let held = held(&tab).await?;
            ensure!(held <= 4_000, "{held} messages are held");
        }
        // What was let go can be had again, in its place.
        let before = held(&tab).await?;
        scroll_up(&tab, before + 1_000).await?;
        let seqs: Vec<_> = tab.rows().await?.into_iter().filter_map(|row| row.seq).collect();
        ensure!(seqs.is_sorted_by(|a, b| a + 1 == *b), "the page has {seqs:?}");
        ensure!(seqs[0] < 9_001 - before, "it begins at {}", seqs[0]);
        // And while one is there, nothing of it is let go. Older pages come in by themselves near the top,
        // which is another test's matter.
        scroll(&tab, "scrollTop += 2000").await?;
        let seen = watch(&tab, 0, hundred_a_second(server, "busy", 2)).await?;
        let moved = seen.moved.iter().copied().fold(0.0, f64::max);
        ensure!(moved <= 1.0, "what arrived moved the reader by {moved} px");
        ensure!(seen.held > before + 1_000, "{} of {before} are held", seen.held);
        tab.click("#log").await?;
        tab.press(END).await?;
        tab.until_js("the end, by the keyboard", AT_THE_END).await?;
        server.fill("busy", 1).await?;
        until("what is held at the end", || held(&tab), |held| *held <= 4_000).await?;
        tab.press(HOME).await?;
        // The room's first message, thousands before the first that was held; and back.
        tab.until_js(
            "the beginning, by the keyboard",
            "const log = document.querySelector('#log').getBoundingClientRect();
             const first = document.querySelector('#log [data-seq=\"1\"]')?.getBoundingClientRect();
             return first && first.top >= log.top && first.bottom <= log.bottom",
        )
        .await?;
        tab.press(END).await?;
        let newest = server.log("busy").await?.last().map(|message| message.seq);
        tab.until_rows("the newest message", |rows| rows.last().is_some_and(|r| r.seq == newest))
            .await?;
        tab.until_js("the end once more", AT_THE_END).await?;
        Ok(())
    })
    .await
}

/// Whether the last row lies at the bottom of the log.
const AT_THE_END: &str = "
    const log = document.querySelector('#log');
    const row = [...log.querySelectorAll('[data-seq]')].at(-1).getBoundingClientRect();
    return row.bottom <= log.getBoundingClientRect().bottom + 1
        && log.scrollHeight - log.scrollTop - log.clientHeight <= 2";
