//! Chromium and its driver, which the browser tests need. They are the one thing that is not
//! installed into the project: a browser belongs to the machine's own packages.

use std::{
    env,
    path::{Path, PathBuf},
};

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
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let apps = ["/Applications/Chromium.app", "/Applications/Google Chrome.app"];
    let has_browser = browsers.iter().any(|name| on_path(name).is_some())
        || apps.iter().any(|app| Path::new(app).exists());
    let driver =
        env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| on_path("chromedriver"))?;
    has_browser.then_some(driver)
}
