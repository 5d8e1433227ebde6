//! Tools that come from npm: each in a folder of its own in `.tools/`, in one version, installed only
//! when it is missing.

use std::{fs, path::PathBuf};

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
/// Makes scripts and style sheets shorter.
pub(crate) const ESBUILD: Package =
    Package { name: "esbuild", folder: "esbuild", version: "0.28.2" };
/// Measures how a page loads on a slow line and a slow phone.
pub(crate) const LIGHTHOUSE: Package =
    Package { name: "lighthouse", folder: "lighthouse", version: "12.8.2" };

impl Package {
    /// Sees to it that it is there.
    pub(crate) fn install(&self, project: &Project) -> Result<()> {
        let Self { name, folder, version } = self;
        if self.is_there(project) {
            return Ok(());
        }
        let root = project.tools().join(folder);
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
        if !self.is_there(project) {
            bail!("{name} was installed, but what is in {} is not {version}", root.display());
        }
        Ok(())
    }

    /// The program that it brings, if it is there.
    pub(crate) fn program(&self, project: &Project) -> Option<PathBuf> {
        let programs = project.tools().join(self.folder).join("node_modules/.bin");
        self.is_there(project).then(|| programs.join(self.name))
    }

    /// Its version, if it is there.
    pub(crate) fn version(&self, project: &Project) -> Option<&'static str> {
        self.is_there(project).then_some(self.version)
    }

    fn is_there(&self, project: &Project) -> bool {
        let modules = project.tools().join(self.folder).join("node_modules");
        let wanted = format!("\"version\": \"{}\"", self.version);
        fs::read_to_string(modules.join(self.name).join("package.json"))
            .is_ok_and(|manifest| manifest.contains(&wanted))
    }
}
