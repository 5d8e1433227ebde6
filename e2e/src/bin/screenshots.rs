//! Takes pictures of every state of the app, at three widths and in two schemes, to be looked at.
//! `cargo xtask screenshots` builds what it needs and starts it.

use std::{fmt::Write, fs, path::PathBuf};

use anyhow::Context;
use tidings_e2e::{
    Outcome,
    scenes::{Look, OVER, SCENES, look, people_talk},
    stage,
};

/// What each picture is of; a phone's panel is a picture more, unless something lies over the page.
const LOOKS: &[Look] = &[
    look("1440-light", (1440, 900), "light"),
    look("1440-dark", (1440, 900), "dark"),
    look("1024-light", (1024, 768), "light"),
    look("1024-dark", (1024, 768), "dark"),
    look("390-light", (390, 780), "light"),
    look("390-dark", (390, 780), "dark"),
    Look {
        name: "1024-rtl",
        size: (1024, 768),
        wishes: &[("prefers-color-scheme", "light")],
        rtl: true,
    },
];

#[tokio::main]
async fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("where to? give a folder")?);
    let only: Vec<_> = arguments.collect();
    fs::create_dir_all(&folder)?;
    stage("screenshots", async |stage, server| {
        stage.network_will_break();
        people_talk(server).await?;
        server.fill("archive", 1_000).await?;
        let mut index = String::from(HEAD);
        for scene in SCENES.iter().chain(OVER) {
            if !only.is_empty() && !only.iter().any(|name| name == scene.name) {
                continue;
            }
            eprintln!("{}", scene.name);
            let tab = scene.play(stage, server).await?;
            let mut sheet = format!("<section><h2>{}</h2><div>", scene.name);
            for look in LOOKS {
                look.at(&tab).await?;
                let mut names = vec![format!("{}-{}.png", scene.name, look.name)];
                fs::write(folder.join(&names[0]), tab.screenshot().await?)?;
                let is_under = tab.js::<bool>(UNDER, []).await?;
                if look.size.0 < 800 && !is_under {
                    let name = format!("{}-{}-panel.png", scene.name, look.name);
                    tab.click(".bar__menu").await?;
                    fs::write(folder.join(&name), tab.screenshot().await?)?;
                    tab.click(".bar__menu").await?;
                    names.push(name);
                }
                for name in names {
                    write!(
                        sheet,
                        "<a href='{name}'><img src='{name}' alt='{name}' title='{name}'></a>"
                    )?;
                }
            }
            sheet.push_str("</div></section>");
            stage.close_all().await?;
            server.start_again().await?;
            // One picture of them all: quick to look at.
            let page = folder.join(format!("sheet-{}.html", scene.name));
            fs::write(&page, format!("{HEAD}{sheet}"))?;
            let view = stage.look_at(&format!("file://{}", page.canonicalize()?.display())).await?;
            view.resize(1640, 1180).await?;
            fs::write(folder.join(format!("sheet-{}.png", scene.name)), view.screenshot().await?)?;
            fs::remove_file(page)?;
            stage.close_all().await?;
            index.push_str(&sheet);
        }
        fs::write(folder.join("index.html"), index)?;
        Ok(())
    })
    .await?;
    eprintln!("{}", folder.join("index.html").display());
    Ok(())
}

/// Whether something lies over the page, or is gone as soon as one clicks beside it.
const UNDER: &str = "return !!document.querySelector('dialog[open], .offers, .tools, input#topic')";

const HEAD: &str = "<!doctype html><meta charset=utf-8><title>Screenshots</title><style>\
    body{margin:16px;font:14px system-ui;background:#888}h2{margin:4px}\
    div{display:flex;flex-wrap:wrap;gap:8px}img{height:340px;display:block}</style>";
