//! The browser's programs in release: trunk builds each from its page, the files are compressed, and
//! none of it happens when nothing has changed.

use std::{env, fs, process::Command};

use anyhow::{Context, Result};

use crate::{
    compress, files, npm,
    project::{Project, TRUNK},
    run::{note, run, step},
    shrink,
    stamp::Stamp,
    tools, wasm_opt,
};

/// The chat and the Lab: two pages, each with a program of its own, so that neither carries the other.
pub(crate) const PAGES: [&str; 2] = ["index.html", "lab.html"];

/// Builds `dist/` if it is not there or not of now.
pub(crate) fn build(project: &Project) -> Result<()> {
    tools::for_frontend(project)?;
    let wasm_opt = wasm_opt::version(project).unwrap_or_default();
    let bindgen = project.locked("wasm-bindgen")?;
    let esbuild = npm::ESBUILD.version(project).unwrap_or_default();
    let stamp = Stamp::new(project, &format!("{TRUNK} {bindgen} {wasm_opt} {esbuild}"))?;
    if stamp.is_current()? {
        note("the app in dist/ is up to date");
        return Ok(());
    }
    step("the app and the Lab, in release (about 3 minutes the first time)");
    // Trunk is kept offline so that it never downloads a tool beside the pinned ones; what cargo
    // needs is therefore fetched before.
    run(project.cargo().arg("fetch"))?;
    // The old files' compressed companions would stay beside the new files.
    if project.dist().exists() {
        fs::remove_dir_all(project.dist())?;
    }
    fs::create_dir_all(project.dist())?;
    for page in PAGES {
        program(project, page)?;
    }
    compress::directory(&project.dist())?;
    stamp.write()
}

/// Builds one page and its program in a folder apart, where its files are the only ones, and moves them
/// to the others.
fn program(project: &Project, page: &str) -> Result<()> {
    let apart = project.target().join("xtask").join(page);
    if apart.exists() {
        fs::remove_dir_all(&apart)?;
    }
    run(trunk(project)
        .args(["build", "--release", "--offline", "--html-output", page, "--dist"])
        .arg(&apart)
        .arg(page)
        .env_remove("TIDINGS_DEV_WEBSOCKETS"))?;
    shrink::app(project, &apart, page)?;
    for file in files::below(&apart)? {
        // Copied, since the target folder may lie on another disk.
        fs::copy(&file, project.dist().join(file.file_name().context("a file has a name")?))?;
    }
    Ok(fs::remove_dir_all(apart)?)
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
