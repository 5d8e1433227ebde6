//! The Lab's table, its panes and the files that it gives out say the same. It looks at the clock.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tidings_e2e::{Outcome, Tab, lab, stage_with_lab, wait::until};
use tokio::time::sleep;

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
    stage_with_lab("lab-files", async |stage, server| {
        let folder = tempfile::tempdir()?;
        let tab = lab::run(
            stage,
            server,
            "lab-files",
            "rate=20&pane=poll:1s&pane=long-poll&pane=sse::Anna",
        )
        .await?;
        let allowed = json!({"behavior": "allow", "downloadPath": folder.path()});
        tab.cdp("Browser.setDownloadBehavior", allowed).await?;
        sleep(Duration::from_secs(6)).await;
        lab::stop(&tab).await?;
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
