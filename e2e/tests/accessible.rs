//! Nobody is kept out: axe finds nothing in any state of the app, however one looks at it.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use tidings_e2e::{
    Outcome, axe,
    scenes::{Look, OVER, SCENES, look, people_talk},
    stage,
};

/// How each state is looked at. 720 pixels are what a window of 1440 has at 200 percent.
const LOOKS: &[Look] = &[
    look("light", (1440, 900), "light"),
    look("dark", (1440, 900), "dark"),
    look("phone", (390, 780), "light"),
    look("phone, dark", (390, 780), "dark"),
    look("zoomed to 200 %", (720, 450), "light"),
    Look { name: "right to left", size: (1024, 768), wishes: &[], rtl: true },
    Look {
        name: "less motion",
        size: (1024, 768),
        wishes: &[("prefers-reduced-motion", "reduce")],
        rtl: false,
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn no_state_of_the_app_breaks_a_rule_of_wcag() -> Outcome {
    stage("accessible", async |stage, server| {
        stage.network_will_break();
        people_talk(server).await?;
        server.fill("archive", 300).await?;
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for scene in SCENES.iter().chain(OVER) {
            let tab = scene.play(stage, server).await?;
            for look in LOOKS {
                look.at(&tab).await?;
                // On a narrow page the panel is a place of its own; under a dialog it can't be opened.
                for is_open in [false, true] {
                    if is_open {
                        let menu = "const menu = document.querySelector('.bar__menu');
                            const has = menu.checkVisibility() && !document.querySelector('dialog[open]');
                            if (has) menu.click(); return has";
                        if !tab.js::<bool>(menu, []).await? {
                            continue;
                        }
                    }
                    let whole = if is_open { ", panel open" } else { "" };
                    for broken in axe::violations(&tab).await? {
                        let place = format!("{}: {}{whole}", scene.name, look.name);
                        found.entry(broken).or_default().push(place);
                    }
                    if is_open {
                        tab.click(".bar__menu").await?;
                    }
                }
            }
            stage.close_all().await?;
            server.start_again().await?;
        }
        let report: Vec<_> = found
            .iter()
            .map(|(broken, places)| format!("{broken}\n      in {}", places.join("; ")))
            .collect();
        ensure!(report.is_empty(), "{} rules broken:\n{}", report.len(), report.join("\n\n"));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_keeps_somebody_out_is_found() -> Outcome {
    stage("inaccessible", async |stage, server| {
        let tab = stage.open(&server.url("/r/lobby?mode=sse&name=ana")).await?;
        tab.until_listening().await?;
        ensure!(axe::violations(&tab).await?.is_empty());
        let _: bool =
            tab.js("document.querySelector('#send').textContent = ''; return true", []).await?;
        let found: Result<Vec<_>> = axe::violations(&tab).await;
        ensure!(found?.iter().any(|broken| broken.starts_with("button-name")));
        Ok(())
    })
    .await
}
