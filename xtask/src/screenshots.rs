//! Pictures of every state of the app, for whoever changes its looks. A program of the browser tests
//! takes them (`e2e/src/bin/screenshots.rs`); here is what it needs before.

use std::ffi::OsString;

use anyhow::Result;

use crate::{
    browser, frontend,
    project::Project,
    run::{note, run, step},
};

/// Builds the app and takes the pictures, of all states or of those that are named.
pub(crate) fn take(project: &Project, states: &[OsString]) -> Result<()> {
    frontend::build(project)?;
    let chromedriver = browser::install(project)?;
    let folder = project.target().join("screenshots");
    step("pictures of every state (about 2 minutes to build the first time)");
    run(project
        .cargo()
        .args(["run", "--package", "tidings-e2e", "--bin", "screenshots", "--"])
        .arg(&folder)
        .args(states)
        .env("CHROMEDRIVER", chromedriver))?;
    note(&format!("look at {}", folder.join("index.html").display()));
    Ok(())
}
