//! Chromium and its driver, which the browser tests need. They are the one thing that is not
//! installed into the project: a browser belongs to the machine's own packages.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{
    project::Project,
    run::{output, run, step},
};

/// Sees to it that both are there; answers where the driver is.
pub(crate) fn install(project: &Project) -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let is_root = output(project.command("id").arg("-u")).is_some_and(|id| id == "0");
    if is_root && Path::new("/etc/debian_version").exists() {
        step("Chromium and its driver by apt (once; a download of 100 MB)");
        let apt = |args: &[&str]| {
            run(project.command("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update"])?;
        apt(&["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])?;
        if let Some(found) = find() {
            return Ok(found);
        }
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

fn on_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|path| path.is_file())
}
