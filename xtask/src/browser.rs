//! Chromium and its driver, which the browser tests need. They are the one thing that is not
//! installed into the project: a browser belongs to the machine's own packages.

use std::{env, path::PathBuf};

use anyhow::{Result, bail};

use crate::{
    machine::{self, on_path},
    project::Project,
};

/// Sees to it that both are there; answers where the driver is.
pub(crate) fn install(project: &Project) -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let what = "Chromium and its driver by apt (once; a download of 100 MB)";
    if machine::apt(project, what, &["chromium", "chromium-driver"])?
        && let Some(found) = find()
    {
        return Ok(found);
    }
    bail!(
        "the browser tests need Chromium (or Chrome) and chromedriver, and they are not on PATH. \
         Debian: apt install chromium chromium-driver; Fedora: dnf install chromium chromedriver; \
         macOS: brew install --cask chromium chromedriver. CHROMEDRIVER=PATH names another place"
    )
}

/// The driver, if a browser is there as well.
fn find() -> Option<PathBuf> {
    let driver =
        env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| on_path("chromedriver"))?;
    program().map(|_| driver)
}

/// The browser itself.
pub(crate) fn program() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let apps = ["Chromium", "Google Chrome"];
    let apps =
        apps.map(|app| PathBuf::from(format!("/Applications/{app}.app/Contents/MacOS/{app}")));
    let named = names.into_iter().find_map(on_path);
    named.or_else(|| apps.into_iter().find(|app| app.exists()))
}
