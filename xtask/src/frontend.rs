//! The browser app in release: trunk builds it, the files are compressed, and none of it happens
//! when nothing has changed.

use std::{env, fs, process::Command};

use anyhow::Result;

use crate::{
    compress,
    project::{Project, TRUNK},
    run::{note, run, step},
    shrink,
    stamp::Stamp,
    tools, wasm_opt,
};

/// Builds `dist/` if it is not there or not of now.
pub(crate) fn build(project: &Project) -> Result<()> {
    tools::for_frontend(project)?;
    let wasm_opt = wasm_opt::version(project).unwrap_or_default();
    let bindgen = project.locked("wasm-bindgen")?;
    let stamp = Stamp::new(project, format!("{TRUNK} {bindgen} {wasm_opt}"));
    if stamp.is_current()? {
        note("the app in dist/ is up to date");
        return Ok(());
    }
    step("the app, in release (about 2 minutes the first time)");
    // Trunk is kept offline so that it never downloads a tool beside the pinned ones; what cargo
    // needs is therefore fetched before.
    run(project.cargo().arg("fetch"))?;
    // The old files' compressed companions would stay beside the new files.
    if project.dist().exists() {
        fs::remove_dir_all(project.dist())?;
    }
    run(trunk(project)
        .args(["build", "--release", "--offline", "--dist"])
        .arg(project.dist())
        .env_remove("TIDINGS_DEV_WEBSOCKETS"))?;
    shrink::app(project, &project.dist())?;
    compress::directory(&project.dist())?;
    stamp.write()
}

/// Trunk, with variables out of its way that it takes for its own.
pub(crate) fn trunk(project: &Project) -> Command {
    let mut trunk = project.command("trunk");
    // It fails on `NO_COLOR=1`, and takes RUST_LOG, which is meant for the server, as its filter.
    trunk.env_remove("NO_COLOR").env_remove("RUST_LOG");
    if env::var_os("NO_COLOR").is_some() {
        trunk.env("TRUNK_COLOR", "never");
    }
    trunk
}
