//! The Lab: that what it shows is what happened. It looks at the clock, so one test at a time.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use tidings_e2e::{
    Outcome, Server, Stage, Tab, axe,
    scenes::{Look, look},
    stage, stage_with_lab,
    wait::until_within,
};
use tokio::{sync::Mutex, time::sleep};

/// Held by the one that measures.
static CLOCK: Mutex<()> = Mutex::const_new(());

const ROOM: &str = "lab-test";
/// All ways of listening, and two intervals.
const FIVE: &str = "pane=poll:3s&pane=poll:1s&pane=long-poll&pane=sse&pane=websocket";
/// A reader that comes back may wait as long as the backoff's ceiling, and catch up then.
const PATIENCE: Duration = Duration::from_secs(45);

/// A pane as it is shown.
#[derive(Clone, Debug, Deserialize)]
struct Pane {
    mode: String,
    shown: u64,
    lost: u64,
    twice: u64,
    disordered: u64,
    waiting: u64,
    state: String,
    said: String,
    story: Option<String>,
    over: bool,
    figures: BTreeMap<String, f64>,
}

impl Pane {
    fn is_good(&self) -> bool {
        (self.lost, self.twice, self.disordered) == (0, 0, 0)
    }

    fn figure(&self, name: &str) -> Result<f64> {
        self.figures.get(name).copied().with_context(|| format!("{} has no {name}", self.mode))
    }
}

const PANES: &str = "
    return [...document.querySelectorAll('.pane')].map((pane) => {
        const account = pane.querySelector('.pane__account').dataset;
        const number = (name) => Number(account[name]);
        const story = pane.querySelector('.pane__story');
        const figures = [...pane.querySelectorAll('[data-figure][data-value]')];
        return {
            mode: pane.dataset.mode,
            shown: number('shown'), lost: number('lost'), twice: number('twice'),
            disordered: number('disordered'), waiting: number('waiting'),
            state: pane.querySelector('.pane__state').dataset.state,
            said: pane.querySelector('.pane__state').innerText,
            story: story?.textContent ?? null,
            over: story?.dataset.over === 'true',
            figures: Object.fromEntries(figures.map((it) => [it.dataset.figure, Number(it.dataset.value)])),
        };
    })";

async fn panes(tab: &Tab) -> Result<Vec<Pane>> {
    tab.js(PANES, []).await
}

async fn until_panes(tab: &Tab, what: &str, holds: impl Fn(&[Pane]) -> bool) -> Result<Vec<Pane>> {
    until_within(PATIENCE, what, || panes(tab), |panes: &Vec<Pane>| holds(panes)).await
}

/// Opens a Lab, and waits until all its panes listen.
async fn open(stage: &Stage, server: &Server, query: &str) -> Result<std::sync::Arc<Tab>> {
    let tab = stage.look_at(&server.url(&format!("/lab?room={ROOM}&{query}"))).await?;
    until_panes(&tab, "all panes to listen", |panes| {
        !panes.is_empty() && panes.iter().all(|pane| ["live", "waiting"].contains(&&*pane.state))
    })
    .await?;
    Ok(tab)
}

/// Stops the publisher and waits until every pane has shown all that is in the log: once, in order.
async fn until_complete(tab: &Tab, server: &Server) -> Result<Vec<Pane>> {
    tab.until_js(
        "the publisher to have its answers",
        "
        const run = document.querySelector('#run');
        if (run.textContent === 'Stop') run.click();
        const { sent, stored } = document.querySelector('#account').dataset;
        return run.textContent === 'Start' && sent === stored",
    )
    .await?;
    let log = server.log(ROOM).await?;
    let panes = until_panes(tab, "all panes to be complete", |panes| {
        panes.iter().all(|pane| pane.waiting == 0 && pane.is_good())
    })
    .await?;
    for pane in &panes {
        ensure!(pane.shown == log.len() as u64, "of {} messages: {pane:#?}", log.len());
    }
    Ok(panes)
}

#[tokio::test(flavor = "multi_thread")]
async fn five_ways_hear_the_same_and_each_as_late_as_it_must_be() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab", async |stage, server| {
        let tab = open(stage, server, &format!("rate=20&{FIVE}")).await?;
        tab.click("#run").await?;
        sleep(Duration::from_secs(30)).await;
        let panes = until_complete(&tab, server).await?;
        let [poll, quick, long_poll, sse, websocket] = &panes[..] else {
            anyhow::bail!("{panes:#?}")
        };
        ensure!(poll.shown >= 570, "20 a second for 30 seconds: {}", poll.shown);
        let (slow, quick_median) = (poll.figure("median")?, quick.figure("median")?);
        ensure!((1_200.0..=1_800.0).contains(&slow), "half of 3 s is not {slow}");
        ensure!((400.0..=650.0).contains(&quick_median), "half of 1 s is not {quick_median}");
        // A long-poll asks anew for each message, which a busy machine's page takes its time for.
        for (pane, most) in [(long_poll, 150.0), (sse, 50.0), (websocket, 50.0)] {
            ensure!(pane.figure("median")? < most, "{pane:#?}");
            ensure!(pane.figure("chunk")? < 1.5, "{pane:#?}");
        }
        // 60 messages in 3 seconds.
        ensure!((50.0..=65.0).contains(&poll.figure("chunk")?), "{poll:#?}");
        ensure!(poll.figure("requests")? <= 14.0, "{poll:#?}");
        ensure!(sse.figure("requests")? == 1.0 && websocket.figure("requests")? == 1.0);
        // A message's text is 100 bytes and its JSON some more; a long-poll's answer has a head as well.
        for pane in &panes {
            ensure!(pane.figure("down")? > 180.0, "{pane:#?}");
        }
        ensure!(long_poll.figure("down")? > sse.figure("down")? + 100.0, "{panes:#?}");
        as_exported(&tab, &panes).await?;
        Ok(())
    })
    .await
}

/// What is shown follows from the raw measurements, as they are exported.
async fn as_exported(tab: &Tab, panes: &[Pane]) -> Outcome {
    const EXPORT: &str = "
        const make = URL.createObjectURL;
        let file;
        URL.createObjectURL = (blob) => { file = blob; return make.call(URL, blob); };
        document.querySelector('[data-export=json]').click();
        URL.createObjectURL = make;
        return file.text().then(JSON.parse)";
    let file: Value = tab.js(EXPORT, []).await?;
    let exported = file["panes"].as_array().context("no panes")?;
    ensure!(exported.len() == panes.len(), "{} panes", exported.len());
    for (pane, exported) in panes.iter().zip(exported) {
        let samples = exported["samples"].as_array().context("no samples")?;
        let number = |sample: &Value, name: &str| sample[name].as_f64().unwrap_or(f64::NAN);
        let delay = |sample: &Value| number(sample, "shown_ms") - number(sample, "sent_ms");
        let mut delays: Vec<_> = samples.iter().map(delay).collect();
        delays.sort_by(f64::total_cmp);
        let rank = |percent: usize| delays[(delays.len() * percent).div_ceil(100) - 1];
        let mut arrivals: Vec<_> = samples.iter().map(|sample| &sample["arrival"]).collect();
        arrivals.dedup();
        let seqs: Vec<_> = samples.iter().map(|sample| sample["seq"].as_u64()).collect();
        ensure!(seqs.is_sorted_by(|one, next| one < next), "in order, once: {seqs:?}");
        let costs = &exported["costs"];
        let each = |bytes: &str| number(costs, bytes) / samples.len() as f64;
        ensure!(costs["bytes_are_exact"] == true, "{costs}");
        for (name, value) in [
            ("median", rank(50)),
            ("p95", rank(95)),
            ("worst", rank(100)),
            ("chunk", samples.len() as f64 / arrivals.len() as f64),
            ("requests", number(costs, "requests")),
        ] {
            let shown = pane.figure(name)?;
            // An idle long-poll may ask once more between the look and the export.
            let far = (shown - value).abs() > if name == "requests" { 1.0 } else { 1e-6 };
            ensure!(!far, "{name} of {}: {shown} is shown, {value} was measured", pane.mode);
        }
        // Polls that find nothing go on, and cost.
        let (shown, value) = (pane.figure("down")?, each("bytes_down"));
        ensure!((shown / value - 1.0).abs() < 0.05, "down of {}: {shown}, {value}", pane.mode);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_to_it_each_way_is_complete_again_and_says_what_happened() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-faults", async |stage, server| {
        stage.network_will_break();
        let tab = open(stage, server, &format!("rate=5&{FIVE}")).await?;
        tab.click("#run").await?;
        choose(&tab, ["Cut for", "Sleep for", "Drop what is idle for"], "2").await?;
        for (fault, says) in [
            ("cut", "Cut for 2 s"),
            ("sleep", "Asleep for 2 s"),
            ("restart", "The server restarted"),
            ("slow", "Slow network (300 to 400 ms, 1000 kbit/s), for"),
            ("buffering", "Behind a buffering proxy, for"),
            ("blocked", "WebSocket is blocked, for"),
            ("idle", "Idle connections are dropped after 2 s, for"),
        ] {
            // What is known of the time before is a few seconds old.
            sleep(Duration::from_secs(2)).await;
            tab.click(&format!("#{fault}")).await?;
            let lasting =
                "return document.querySelector(`#${arguments[0]}`).hasAttribute('aria-pressed')";
            if tab.js::<bool>(lasting, [fault.into()]).await? {
                sleep(Duration::from_secs(5)).await;
                for pane in panes(&tab).await? {
                    let story = pane.story.clone().unwrap_or_default();
                    ensure!(story.contains(says.trim_end_matches(", for")), "{fault}: {pane:#?}");
                    let cut_off = fault == "blocked" && pane.mode == "websocket";
                    ensure!(cut_off == (pane.state == "broken"), "{fault}: {pane:#?}");
                }
                tab.click(&format!("#{fault}")).await?;
            }
            // What each says until then may be of the fault before.
            let told = until_panes(&tab, &format!("all to be over {fault}"), |panes| {
                let says = |pane: &Pane| pane.story.as_ref().is_some_and(|it| it.starts_with(says));
                panes.iter().all(|pane| says(pane) && pane.over && pane.is_good())
            })
            .await?;
            for pane in told {
                let story = pane.story.clone().unwrap_or_default();
                ensure!(story.contains("lost 0, twice 0"), "{fault}: {pane:#?}");
                let broke =
                    matches!(fault, "cut" | "sleep") && matches!(&*pane.mode, "sse" | "websocket");
                ensure!(!broke || story.contains("back after"), "{fault}: {pane:#?}");
            }
        }
        until_complete(&tab, server).await?;
        Ok(())
    })
    .await
}

/// Chooses a value in lists of these labels.
async fn choose<const N: usize>(tab: &Tab, labels: [&str; N], value: &str) -> Result<()> {
    for label in labels {
        let chosen: bool = tab
            .js(
                "const list = document.querySelector(`[aria-label='${arguments[0]}']`);
                list.value = arguments[1];
                list.dispatchEvent(new Event('change', { bubbles: true }));
                return list.value === arguments[1]",
                [label.into(), value.into()],
            )
            .await?;
        ensure!(chosen, "{label} can't be {value}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn panes_come_go_and_change_while_it_runs_and_the_address_says_all() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-panes", async |stage, server| {
        let tab = open(stage, server, "rate=20&pane=poll:1s&pane=sse::Phone").await?;
        tab.click("#run").await?;
        sleep(Duration::from_secs(2)).await;
        // The poll becomes a WebSocket, at the same place of the log.
        choose(&tab, ["Poll 1 s listens by"], "websocket").await?;
        sleep(Duration::from_secs(2)).await;
        let before = panes(&tab).await?;
        ensure!(before[0].mode == "websocket" && before[0].figure("median")? < 100.0, "{before:#?}");
        until_complete(&tab, server).await?;

        tab.click("#p2 .copy").await?;
        tab.click(".add__mode[data-mode='long-poll']").await?;
        tab.click("#p1 .remove").await?;
        let modes = ["sse", "sse", "long-poll"];
        until_panes(&tab, "three others", |panes| {
            panes.iter().map(|pane| &*pane.mode).eq(modes)
                && panes.iter().all(|pane| pane.state == "live")
        })
        .await?;
        server.post(ROOM, "ana", "from a terminal").await?;
        let heard = until_panes(&tab, "what another said", |panes| {
            panes.iter().all(|pane| pane.waiting == 0 && pane.figures.contains_key("error"))
        })
        .await?;
        ensure!(heard[2].shown == 1, "a pane begins at the end: {heard:#?}");

        let address: String = tab.js("return location.pathname + location.search", []).await?;
        let expected = format!(
            "/lab?room={ROOM}&rate=20&size=100&pattern=steady&pane=sse::Phone&pane=sse::Phone&pane=long-poll"
        );
        ensure!(address == expected, "{address}");
        let other = stage.look_at(&server.url(&address)).await?;
        until_panes(&other, "the same Lab", |panes| {
            panes.iter().map(|pane| &*pane.mode).eq(modes)
        })
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_lines_panes_share_six_connections_and_one_too_many_says_what_it_waits_for()
-> Outcome {
    let _clock = CLOCK.lock().await;
    stage("lab-six", async |stage, server| {
        let five = "pane=sse&".repeat(5);
        let tab =
            open(stage, server, &format!("rate=20&{five}pane=websocket&pane=poll:1s")).await?;
        let told: String = tab.js("return document.querySelector('.notes').innerText", []).await?;
        ensure!(told.contains("tidings serve --lab") && told.contains("HTTP/2"), "{told}");
        ensure!(!tab.js::<bool>("return !!document.querySelector('.faults')", []).await?);
        let before = panes(&tab).await?;
        let waiting: Vec<_> = before.iter().filter(|pane| pane.state == "waiting").collect();
        ensure!(waiting.len() == 1 && waiting[0].said.contains("six connections"), "{before:#?}");
        tab.click("#run").await?;
        sleep(Duration::from_secs(3)).await;
        // One makes room for it, and it has all that was said meanwhile.
        tab.click("#p1 .remove").await?;
        until_complete(&tab, server).await?;
        Ok(())
    })
    .await
}

/// How the page is looked at.
const LOOKS: &[Look] = &[
    look("light", (1440, 900), "light"),
    look("dark", (1440, 900), "dark"),
    look("phone", (390, 844), "light"),
    look("phone, dark", (390, 844), "dark"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_out_of_the_lab() -> Outcome {
    let _clock = CLOCK.lock().await;
    stage_with_lab("lab-accessible", async |stage, server| {
        stage.network_will_break();
        let tab = open(stage, server, &format!("rate=20&size=0&{FIVE}")).await?;
        tab.click("#run").await?;
        tab.click("#slow").await?;
        tab.click("#cut").await?;
        sleep(Duration::from_secs(2)).await;
        for look in LOOKS {
            look.at(&tab).await?;
            let broken = axe::violations(&tab).await?;
            ensure!(broken.is_empty(), "{}:\n{}", look.name, broken.join("\n"));
            let wide: bool =
                tab.js("return document.documentElement.scrollWidth <= innerWidth", []).await?;
            ensure!(wide, "{}: the page scrolls sideways", look.name);
        }
        Ok(())
    })
    .await
}
