//! The Lab's chart: what it draws, and what it says of a point. It looks at the clock, so one test at a
//! time.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Result, ensure};
use serde_json::json;
use tidings_e2e::{
    Outcome, Tab,
    keys::{DOWN, LEFT, RIGHT},
    lab, stage_with_lab,
    wait::until,
};
use tokio::{sync::Mutex, time::sleep};

/// Held by the one that measures.
static CLOCK: Mutex<()> = Mutex::const_new(());

const ROOM: &str = "lab-chart";

/// Where a mode's colour is on the chart, left of the names: pixels, and the least and the greatest
/// height and width of them, in pixels of CSS.
const COLOURED: &str = "
    const canvas = document.querySelector('#chart canvas');
    const colour = getComputedStyle(document.documentElement).getPropertyValue(arguments[0]).trim();
    const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const { width, height } = canvas;
    // A copy that is made to be read: of the chart's own canvas the browser would complain.
    const copy = Object.assign(document.createElement('canvas'), { width, height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const dense = width / canvas.clientWidth;
    const found = { count: 0, top: height, bottom: 0, x: 0, y: height };
    for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width * 0.75; x += 1) {
            const at = 4 * (y * width + x);
            if (data[at + 3] > 250 && wanted.every((part, n) => Math.abs(part - data[at + n]) < 4)) {
                found.count += 1;
                found.top = Math.min(found.top, y / dense);
                found.bottom = Math.max(found.bottom, y / dense);
                if (y / dense < found.y) { found.x = x / dense; found.y = y / dense; }
            }
        }
    }
    return found";

async fn coloured(tab: &Tab, token: &str) -> Result<BTreeMap<String, f64>> {
    tab.js(COLOURED, [json!(token)]).await
}

async fn picture(tab: &Tab) -> Result<String> {
    tab.js("return document.querySelector('#chart canvas').toDataURL()", []).await
}

/// What the line below the chart says, and of which message.
async fn readout(tab: &Tab) -> Result<(u64, u64, f64, String)> {
    let script = "const { textContent, dataset } = document.querySelector('#readout');
        return [Number(dataset.pane), Number(dataset.seq), Number(dataset.delay), textContent]";
    tab.js(script, []).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chart_shows_teeth_and_a_flat_line_stands_still_and_says_what_a_point_is() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-chart", async |stage, server| {
        let tab = lab::run(stage, server, ROOM, "rate=10&pane=poll:2s&pane=websocket").await?;
        tab.click("#chart-span input[value='30 s']").await?;
        sleep(Duration::from_secs(25)).await;
        let (poll, websocket) =
            (coloured(&tab, "--poll").await?, coloured(&tab, "--websocket").await?);
        let height = |found: &BTreeMap<String, f64>| found["bottom"] - found["top"];
        ensure!(poll["count"] > 200.0 && height(&poll) > 85.0, "no teeth: {poll:?}");
        ensure!(websocket["count"] > 200.0 && height(&websocket) < 45.0, "not flat: {websocket:?}");

        tab.click("#chart-pause").await?;
        sleep(Duration::from_millis(300)).await;
        let (paused, point) = (picture(&tab).await?, coloured(&tab, "--poll").await?);
        sleep(Duration::from_millis(700)).await;
        ensure!(picture(&tab).await? == paused, "it moves while it is paused");

        // The highest point is of the message that waited longest.
        point_at(&tab, point["x"], point["y"] + 2.0).await?;
        let (pane, seq, delay, said) = until("a readout", || readout(&tab), |it| it.1 > 0).await?;
        ensure!(pane == 1 && (1_500.0..2_400.0).contains(&delay), "{said}");
        ensure!(said.contains(&format!("message {seq} took")), "{said}");
        ensure!(said.contains("others in one arrival") && said.contains("own clock"), "{said}");

        // By the keys: the one before, and the same message where it came by the other way.
        tab.js::<bool>("document.querySelector('#chart canvas').focus(); return true", []).await?;
        tab.press(LEFT).await?;
        until("the one before", || readout(&tab), |it| (it.0, it.1) == (1, seq - 1)).await?;
        tab.press(RIGHT).await?;
        tab.press(DOWN).await?;
        let other =
            until("the other pane", || readout(&tab), |it| (it.0, it.1) == (2, seq)).await?;
        ensure!(other.2 < 200.0, "{}", other.3);

        tab.click("#chart-pause").await?;
        until("the chart to go on", || picture(&tab), |now| *now != paused).await?;
        Ok(())
    })
    .await
}

/// Counts what is drawn from now on.
const COUNT: &str = "
    const drawn = CanvasRenderingContext2D.prototype;
    window.frames_drawn = 0;
    window.strokes = 0;
    for (const name of ['fillRect', 'lineTo', 'drawImage']) {
        const draw = drawn[name];
        drawn[name] = function (...to) { window.strokes += 1; return draw.apply(this, to); };
    }
    const frame = () => { window.frames_drawn += 1; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
    return true";

/// Keeps what the chart and the strip show; answers how many of their pixels are quite different from what
/// was kept before, and how many there are.
const DIFFERENT: &str = "
    const now = [...document.querySelectorAll('#chart canvas')].map((canvas) => {
        const { width, height } = canvas;
        const copy = Object.assign(document.createElement('canvas'), { width, height });
        const context = copy.getContext('2d', { willReadFrequently: true });
        context.drawImage(canvas, 0, 0);
        return context.getImageData(0, 0, width, height).data;
    });
    const before = window.kept ?? now;
    window.kept = now;
    let [different, all] = [0, 0];
    now.forEach((data, n) => {
        for (let at = 0; at < data.length; at += 4) {
            all += 1;
            different += [0, 1, 2, 3].some((part) => Math.abs(data[at + part] - before[n][at + part]) > 64);
        }
    });
    return [different, all]";

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_new_is_drawn_and_it_looks_as_if_all_were() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-drawn", async |stage, server| {
        let tab =
            lab::run(stage, server, ROOM, "rate=100&pane=poll:1s&pane=sse&pane=websocket").await?;
        // Until the chart is full.
        sleep(Duration::from_secs(31)).await;
        let _: bool = tab.js(COUNT, []).await?;
        sleep(Duration::from_secs(4)).await;
        let (strokes, frames): (f64, f64) =
            tab.js("return [window.strokes, window.frames_drawn]", []).await?;
        let each = strokes / frames;
        ensure!(
            (1.0..900.0).contains(&each),
            "{each} strokes a frame; all of it are some ten thousand"
        );

        lab::stop(&tab).await?;
        sleep(Duration::from_millis(1_200)).await;
        let _: (u64, u64) = tab.js(DIFFERENT, []).await?;
        // There and back, so that all is drawn anew.
        for span in ["60 s", "30 s"] {
            tab.click(&format!("#chart-span input[value='{span}']")).await?;
            sleep(Duration::from_millis(1_200)).await;
        }
        let (different, all): (u64, u64) = tab.js(DIFFERENT, []).await?;
        ensure!(
            all > 100_000 && different * 500 < all,
            "{different} pixels of {all} are different"
        );
        Ok(())
    })
    .await
}

/// Moves the pointer to a place on the chart.
async fn point_at(tab: &Tab, x: f64, y: f64) -> Result<()> {
    let at = "const canvas = document.querySelector('#chart canvas');
        canvas.scrollIntoView({ block: 'center' });
        const { left, top } = canvas.getBoundingClientRect();
        return [left, top]";
    let (left, top): (f64, f64) = tab.js(at, []).await?;
    let moved = json!({"type": "mouseMoved", "x": left + x, "y": top + y});
    tab.cdp("Input.dispatchMouseEvent", moved).await.map(drop)
}
