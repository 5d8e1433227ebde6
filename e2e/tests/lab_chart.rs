//! What the Lab shows of what it measured: the chart, the table and the files say the same, the wire can
//! be asked, and the tour measures what it asks. It looks at the clock, so one test at a time.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tidings_e2e::{
    Outcome, Server, Stage, Tab, axe,
    keys::{DOWN, LEFT, RIGHT},
    stage_with_lab,
    wait::until,
};
use tokio::{process::Command, sync::Mutex, time::sleep};

/// Held by the one that measures.
static CLOCK: Mutex<()> = Mutex::const_new(());

const ROOM: &str = "lab-chart";

/// Opens a Lab, waits until its panes listen, and lets the publisher run.
async fn run(stage: &Stage, server: &Server, query: &str) -> Result<Arc<Tab>> {
    let tab = stage.look_at(&server.url(&format!("/lab?room={ROOM}&{query}"))).await?;
    tab.until_js(
        "all panes to listen",
        "const states = [...document.querySelectorAll('.pane__state')].map((it) => it.dataset.state);
        return states.length > 0 && states.every((state) => state === 'live')",
    )
    .await?;
    tab.click("#run").await?;
    Ok(tab)
}

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
        let tab = run(stage, server, "rate=10&pane=poll:2s&pane=websocket").await?;
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
        let tab = run(stage, server, "rate=100&pane=poll:1s&pane=sse&pane=websocket").await?;
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

        stop(&tab).await?;
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

/// Stops the publisher, and waits until every pane has all that was sent.
async fn stop(tab: &Tab) -> Result<()> {
    tab.click("#run").await?;
    tab.until_js(
        "all to have come",
        "const { sent, stored } = document.querySelector('#account').dataset;
        const panes = [...document.querySelectorAll('.pane__account')];
        // The server's welcome is in the log as well.
        return sent === stored && panes.every((it) => Number(it.dataset.shown) > Number(sent))",
    )
    .await
}

/// Saves a file by its button, and answers what is in it.
async fn saved(tab: &Tab, folder: &Path, kind: &str) -> Result<Vec<u8>> {
    tab.click(&format!("[data-export='{kind}']")).await?;
    let file = folder.join(format!("tidings-lab.{kind}"));
    // It appears under its name when it is whole.
    let read = async || Ok(std::fs::read(&file).unwrap_or_default());
    until(&format!("{}", file.display()), read, |it| !it.is_empty()).await
}

/// By pane and name, the values that something shows.
async fn values(tab: &Tab, selector: &str) -> Result<BTreeMap<String, String>> {
    let script = "const all = {};
        for (const pane of document.querySelectorAll(arguments[0]))
            for (const { dataset } of pane.querySelectorAll('[data-figure][data-value]'))
                all[`${pane.dataset.pane} ${dataset.figure}`] = dataset.value;
        return all";
    tab.js(script, [json!(selector)]).await
}

/// Nearest rank, by sorting: another way than the Lab's own.
fn rank(delays: &[f64], hundredths: f64) -> f64 {
    let mut sorted = delays.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() as f64 * hundredths / 100.0).ceil() as usize - 1]
}

/// The same number, as far as one that was written and read is: the last digit may be another.
fn near(one: Option<f64>, other: Option<f64>) -> bool {
    one.zip(other).is_some_and(|(one, other)| (one - other).abs() <= 1e-6)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_the_panes_and_the_files_say_the_same() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-files", async |stage, server| {
        let folder = tempfile::tempdir()?;
        let tab = run(stage, server, "rate=20&pane=poll:1s&pane=long-poll&pane=sse::Anna").await?;
        let allowed = json!({"behavior": "allow", "downloadPath": folder.path()});
        tab.cdp("Browser.setDownloadBehavior", allowed).await?;
        sleep(Duration::from_secs(6)).await;
        stop(&tab).await?;
        tab.click(".figures-table summary").await?;

        let json: Value = serde_json::from_slice(&saved(&tab, folder.path(), "json").await?)?;
        let panes = json["panes"].as_array().context("panes")?;
        ensure!(panes.len() == 3, "{} panes", panes.len());
        ensure!(
            json["url"].as_str().is_some_and(|url| url.contains("pane=long-poll")),
            "{}",
            json["url"]
        );
        let csv = String::from_utf8(saved(&tab, folder.path(), "csv").await?)?;
        let csv: Vec<Vec<&str>> =
            csv.lines().skip(1).map(|line| line.split(',').collect()).collect();

        let table = || values(&tab, "#figures tr[data-pane]");
        let shown = values(&tab, ".pane").await?;
        for pane in panes {
            let number = pane["pane"].to_string();
            let samples = pane["samples"].as_array().context("samples")?;
            let delays: Vec<f64> =
                samples.iter().filter_map(|it| it["delay_ms"].as_f64()).collect();
            ensure!(delays.len() >= 100, "20 a second for 6 seconds: {}", delays.len());
            for (name, hundredths) in [("median", 50.0), ("p95", 95.0), ("worst", 100.0)] {
                let (found, key) = (rank(&delays, hundredths), format!("{number} {name}"));
                let same = |it: &BTreeMap<String, String>| {
                    near(it.get(&key).and_then(|it| it.parse().ok()), Some(found))
                };
                // The table is drawn anew each second.
                until(&format!("{key} to be {found} in the table"), &table, same).await?;
                ensure!(same(&shown), "{key} is {:?}, and not {found}", shown.get(&key));
                let exported = pane["figures"][format!("{name}_ms")].as_f64();
                ensure!(near(exported, Some(found)), "{}", pane["figures"]);
            }
            let messages = table().await?.get(&format!("{number} messages")).cloned();
            ensure!(messages == Some(delays.len().to_string()), "{messages:?}");
            let rows: Vec<_> = csv.iter().filter(|row| row[0] == number).collect();
            ensure!(rows.len() == samples.len(), "{} rows", rows.len());
            for (row, sample) in rows.iter().zip(samples) {
                let same =
                    [(3, "seq"), (4, "sent_ms"), (5, "shown_ms"), (6, "delay_ms"), (7, "arrival")];
                for (column, name) in same {
                    ensure!(
                        near(row[column].parse().ok(), sample[name].as_f64()),
                        "{row:?} {sample}"
                    );
                }
            }
            ensure!(pane["costs"].is_object(), "what it cost stands with it");
        }

        let png = saved(&tab, folder.path(), "png").await?;
        ensure!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no picture");
        let width = u32::from_be_bytes(png[16..20].try_into()?);
        ensure!(width >= 2_400, "{width} pixels are few for paper");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wire_shows_a_request_that_a_terminal_can_repeat() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-wire", async |stage, server| {
        let tab = run(stage, server, "rate=2&pane=poll:1s&pane=websocket").await?;
        for pane in ["#p1", "#p2"] {
            tab.click(&format!("{pane} .wire summary")).await?;
            let what = format!("{pane} to show a request");
            let there = format!(
                "return !!document.querySelector(`{pane} .wire__list [data-what='request'] summary`)"
            );
            tab.until_js(&what, &there).await?;
        }
        tab.until_js(
            "frames of the WebSocket",
            "return document.querySelectorAll(`#p2 .wire__list [data-what='frame']`).length > 2",
        )
        .await?;
        // To open one is to stop the list.
        let open = "document.querySelector(`${arguments[0]} .wire__list [data-what='request'] summary`).click();
            return true";
        for pane in ["#p1", "#p2"] {
            tab.js::<bool>(open, [json!(pane)]).await?;
        }
        let line = async |pane: &str| {
            let script = format!("return document.querySelector('{pane} .curl code')?.textContent ?? ''");
            until("the line", || tab.js::<String>(&script, []), |it| !it.is_empty()).await
        };
        let (poll, websocket) = (line("#p1").await?, line("#p2").await?);
        ensure!(poll.starts_with("curl ") && poll.contains(&format!("/api/rooms/{ROOM}/messages?")), "{poll}");
        ensure!(websocket.contains("-H 'Upgrade: websocket'"), "{websocket}");
        let found = axe::violations(&tab).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));

        // A shell that has curl is believed more than the look of the line.
        let asked = Command::new("sh").args(["-c", &format!("{poll} --silent --max-time 5")]).output().await?;
        if asked.status.code() != Some(127) {
            let answer: Value = serde_json::from_slice(&asked.stdout).context(poll)?;
            ensure!(answer["messages"].is_array(), "{answer}");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_sets_up_a_step_measures_it_and_tells_guess_from_fact() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-tour", async |stage, server| {
        let tab = stage.look_at(&server.url(&format!("/lab?room={ROOM}"))).await?;
        tab.until_js("the tour", "return !!document.querySelector('#tour button')").await?;
        tab.click("#tour button").await?;
        let focused = "return document.activeElement.id === 'tour-title'";
        tab.until_js("one to read on at the title", focused).await?;
        let ready = "return !document.querySelector('#tour-run').disabled";
        ensure!(!tab.js::<bool>(ready, []).await?, "nothing runs before one has guessed");
        let guess = "const slider = document.querySelector('#tour-guess');
            slider.value = 600;
            return slider.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        tab.js::<bool>(guess, []).await?;
        tab.until_js("one to be let run", ready).await?;
        tab.click("#tour-run").await?;
        let told = "return Number(document.querySelector('.tour__told')?.dataset.measured ?? 0)";
        let measured =
            until("what was measured", || tab.js::<f64>(told, []), |ms| *ms > 0.0).await?;
        ensure!((1_000.0..2_000.0).contains(&measured), "half of 3 s is not {measured}");
        let modes = "return [...document.querySelectorAll('.pane')].map((it) => it.dataset.mode)";
        ensure!(tab.js::<Vec<String>>(modes, []).await? == ["poll"], "the step's own pane");
        let found = axe::violations(&tab).await?;
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    })
    .await
}
