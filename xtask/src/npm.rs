//! Tools that come from npm: each in a folder of its own in `.tools/`, in one version, installed only
//! when it is missing.

use std::fs;

use anyhow::{Result, bail};

use crate::{
    project::Project,
    run::{run, step},
};

/// A package, its folder in `.tools/`, and its version.
pub(crate) struct Package {
    name: &'static str,
    folder: &'static str,
    version: &'static str,
}

/// Finds what a page keeps from people who don't see it, hear it or hold a mouse.
pub(crate) const AXE: Package = Package { name: "axe-core", folder: "axe", version: "4.14.1" };
/// Measures how a page loads on a slow line and a slow phone.
pub(crate) const LIGHTHOUSE: Package =
    Package { name: "lighthouse", folder: "lighthouse", version: "12.8.2" };

impl Package {
    /// Sees to it that it is there.
    pub(crate) fn install(&self, project: &Project) -> Result<()> {
        let Self { name, folder, version } = self;
        let root = project.tools().join(folder);
        let manifest = root.join("node_modules").join(name).join("package.json");
        let wanted = format!("\"version\": \"{version}\"");
        let is_there = || fs::read_to_string(&manifest).is_ok_and(|is| is.contains(&wanted));
        if is_there() {
            return Ok(());
        }
        step(&format!("{name} {version} into .tools/{folder} (once; a download)"));
        // What is left of an earlier one could be of another version, or half of one.
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        fs::create_dir_all(&root)?;
        run(project
            .command("npm")
            .args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"])
            .args(["--ignore-scripts", "--prefix"])
            .arg(&root)
            .arg(format!("{name}@{version}")))?;
        if !is_there() {
            bail!("{name} was installed, but {} is not {version}", manifest.display());
        }
        Ok(())
    }
}
