//! Draws the app's icons as pictures, for the platforms that take no SVG when a web app is installed.
//! They change with `frontend/favicon.svg` and seldom, so they are kept beside it rather than made by
//! each build, which would need a browser.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    browser,
    project::Project,
    run::{run, step},
};

/// File, pixels, and how much of the sign is cut away. A platform cuts a maskable icon to a shape of its
/// own, so that one has no corners and no rim, and its sign stays within the inner 80 percent.
const ICONS: [(&str, u32, bool); 3] =
    [("icon-192.png", 192, false), ("icon-512.png", 512, false), ("icon-maskable.png", 512, true)];

/// Draws them all.
pub(crate) fn draw(project: &Project) -> Result<()> {
    let chromium = browser::program().context("Chromium draws them, and it is not on PATH")?;
    let folder = project.path("frontend");
    let sign = fs::read_to_string(folder.join("favicon.svg"))?;
    let work = project.target().join("xtask/icons");
    fs::create_dir_all(&work)?;
    step("the icons");
    for (name, size, is_maskable) in ICONS {
        let page = work.join("icon.html");
        fs::write(&page, html(&sign, size, is_maskable))?;
        let picture = format!("--screenshot={}", folder.join(name).display());
        run(project
            .command(&chromium.to_string_lossy())
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--hide-scrollbars", "--default-background-color=00000000"])
            .arg(profile(&work))
            .arg(format!("--window-size={size},{size}"))
            .arg(picture)
            .arg(format!("file://{}", page.display())))?;
    }
    Ok(())
}

fn profile(work: &Path) -> String {
    format!("--user-data-dir={}", work.join("profile").display())
}

fn html(sign: &str, size: u32, is_maskable: bool) -> String {
    // The ground goes to the rim, and the sign shrinks towards the middle.
    let sign = if is_maskable {
        sign.replacen("rx=\"6\"", "", 1).replacen(
            "viewBox=\"0 0 24 24\"",
            "viewBox=\"-3 -3 30 30\"",
            1,
        )
    } else {
        sign.to_owned()
    };
    let ground = if is_maskable { "#0f6e66" } else { "transparent" };
    format!(
        "<!doctype html><style>body{{margin:0;background:{ground}}}svg{{display:block;width:{size}px;\
         height:{size}px}}</style>{sign}"
    )
}
