//! Programs that are not installed into the project but belong to the machine's own packages.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    project::Project,
    run::{output, run, step},
};

/// Where a program is.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|path| path.is_file())
}

/// Installs Debian's packages, as far as this is root on Debian or what descends from it; answers
/// whether it is.
pub(crate) fn apt(project: &Project, what: &str, packages: &[&str]) -> Result<bool> {
    let is_root = output(project.command("id").arg("-u")).is_some_and(|id| id == "0");
    if !is_root || !Path::new("/etc/debian_version").exists() {
        return Ok(false);
    }
    step(what);
    let apt = |args: &[&str]| {
        let mut apt = project.command("apt-get");
        // At this run level packages don't start what they install.
        run(apt.args(args).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1"))
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?;
    Ok(true)
}
