//! The bytes that the Lab shows are those that went over the network: a packet capture on the loopback is
//! the judge.

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tidings_e2e::{Outcome, Tab, stage_with_lab, wait::until};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::sleep,
};

/// How far the two may be apart.
const WITHIN: f64 = 0.02;

/// What a pane says of its line.
#[derive(Debug, Deserialize)]
struct Said {
    mode: String,
    origin: String,
    /// Messages, and bytes for each.
    shown: f64,
    down: f64,
    up: f64,
}

const SAID: &str = "
    return [...document.querySelectorAll('.pane')].map((pane) => {
        const figure = (name) => Number(pane.querySelector(`[data-figure=${name}]`).dataset.value ?? 0);
        return {
            mode: pane.dataset.mode, origin: pane.dataset.origin,
            shown: Number(pane.querySelector('.pane__account').dataset.shown),
            down: figure('down'), up: figure('up'),
        };
    })";

async fn said(tab: &Tab) -> Result<Vec<Said>> {
    tab.js(SAID, []).await
}

/// Begins to capture, for at most two minutes; comes back when it does.
async fn capture(file: &Path) -> Result<Child> {
    let mut tshark = Command::new("tshark");
    tshark.args(["-i", "lo", "-f", "tcp", "-s", "128", "-a", "duration:120", "-w"]).arg(file);
    let mut tshark = tshark.stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut says = BufReader::new(tshark.stderr.take().context("no stderr")?).lines();
    let mut all = String::new();
    while let Some(line) = says.next_line().await? {
        all += &line;
        if line.contains("Capturing on") {
            // It says so a moment before it does.
            sleep(Duration::from_secs(1)).await;
            tokio::spawn(async move { while let Ok(Some(_)) = says.next_line().await {} });
            return Ok(tshark);
        }
    }
    anyhow::bail!("tshark captures nothing: {all}")
}

/// Payload bytes from and to this port, what was sent twice counted once.
async fn bytes_of(file: &Path, port: &str) -> Result<(f64, f64)> {
    let filter = format!("tcp.port == {port} && tcp.len > 0 && !tcp.analysis.retransmission");
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(file).args([
        "-Y",
        &filter,
        "-T",
        "fields",
        "-e",
        "tcp.srcport",
        "-e",
        "tcp.len",
    ]);
    let out = tshark.output().await?;
    ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let (mut from, mut to) = (0.0, 0.0);
    for line in String::from_utf8(out.stdout)?.lines() {
        let (source, len) = line.split_once('\t').context("two columns")?;
        *(if source == port { &mut from } else { &mut to }) += len.parse::<f64>()?;
    }
    Ok((from, to))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_of_each_pane_are_those_on_the_network() -> Outcome {
    stage_with_lab("capture", async |stage, server| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("lo.pcapng");
        let mut tshark = capture(&file).await?;
        let panes = "pane=poll:1s&pane=long-poll&pane=sse&pane=websocket";
        let tab =
            stage.look_at(&server.url(&format!("/lab?room=lab-wire&rate=20&{panes}"))).await?;
        until("four panes", async || said(&tab).await, |panes| panes.len() == 4).await?;
        tab.click("#run").await?;
        sleep(Duration::from_secs(15)).await;
        tab.click("#run").await?;
        // Until polls have brought the last, and the wire stream has told of it.
        sleep(Duration::from_secs(3)).await;
        let panes = said(&tab).await?;
        let pid = tshark.id().context("tshark has ended")?;
        ensure!(Command::new("kill").args(["-INT", &pid.to_string()]).status().await?.success());
        tshark.wait().await?;
        for pane in &panes {
            ensure!(pane.shown >= 280.0, "20 a second for 15 seconds: {pane:?}");
            let (_, port) = pane.origin.rsplit_once(':').context("an origin with a port")?;
            let (down, up) = bytes_of(&file, port).await?;
            for (what, said, seen) in
                [("down", pane.down * pane.shown, down), ("up", pane.up * pane.shown, up)]
            {
                // Between the look and the capture's end there may be a poll, or a heartbeat.
                let asks = ["poll", "long-poll"].contains(&&*pane.mode);
                let near =
                    (said - seen).abs() <= (WITHIN * seen).max(if asks { 700.0 } else { 60.0 });
                ensure!(near, "{} {what}: shown {said}, captured {seen}", pane.mode);
            }
        }
        Ok(())
    })
    .await
}
