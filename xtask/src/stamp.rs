//! Whether the built app is still what its sources would build: a digest of both, kept from the
//! last build. Contents are compared rather than times, which a checkout or a copy changes.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    slice,
};

use anyhow::Result;

use crate::{files, project::Project};

/// What the app is built from.
const SOURCES: &[&str] = &[
    "frontend",
    "shared",
    "index.html",
    "lab.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    // What is done to trunk's files is part of the build.
    "xtask/src/compress.rs",
    "xtask/src/shrink",
];

/// Where the digests of the last build are kept.
pub(crate) struct Stamp {
    file: PathBuf,
    /// The tools and the sources as they were before the build: what is changed while it runs is in
    /// some of it at best.
    sources: String,
    dist: PathBuf,
}

impl Stamp {
    /// The project's stamp, to be made before the build; `tools` names the tools, so that another version
    /// builds anew.
    pub(crate) fn new(project: &Project, tools: &str) -> Result<Self> {
        let sources: Vec<PathBuf> = SOURCES.iter().map(|source| project.path(source)).collect();
        Self::of(project.target().join("xtask/frontend.stamp"), &sources, project.dist(), tools)
    }

    fn of(file: PathBuf, sources: &[PathBuf], dist: PathBuf, tools: &str) -> Result<Self> {
        Ok(Self { file, sources: format!("{tools} {:016x}", digest(sources)?), dist })
    }

    /// Whether nothing has changed since the last build, neither the sources nor what was built.
    pub(crate) fn is_current(&self) -> Result<bool> {
        let kept = fs::read_to_string(&self.file).unwrap_or_default();
        Ok(self.dist.join("index.html").is_file() && kept == self.digests()?)
    }

    /// Remembers what was built, and of which sources.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(&self.file, self.digests()?)?)
    }

    fn digests(&self) -> Result<String> {
        Ok(format!("{} {:016x}\n", self.sources, digest(slice::from_ref(&self.dist))?))
    }
}

/// The names and contents of all files below these. `SipHash` will do: it guards against
/// forgetting to build, not against somebody who wants to.
fn digest(paths: &[PathBuf]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        for file in files::below(path)? {
            file.hash(&mut hasher);
            fs::read(&file)?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_on_either_side_asks_for_a_build() {
        let dir = tempfile::tempdir().unwrap();
        let [source, dist] = ["source", "dist"].map(|name| dir.path().join(name));
        fs::create_dir(&dist).unwrap();
        fs::write(&source, "one").unwrap();
        let page = dist.join("index.html");
        let file = dir.path().join("kept/stamp");
        let stamp =
            |tools| Stamp::of(file.clone(), slice::from_ref(&source), dist.clone(), tools).unwrap();
        let is_current = || stamp("trunk 1").is_current().unwrap();
        assert!(!is_current(), "nothing is built yet");
        fs::write(&page, "page").unwrap();
        stamp("trunk 1").write().unwrap();
        assert!(is_current());
        assert!(!stamp("trunk 2").is_current().unwrap());
        let before = stamp("trunk 1");
        fs::write(&source, "two").unwrap();
        assert!(!is_current(), "a source has changed");
        before.write().unwrap();
        assert!(!is_current(), "it has changed while the app was built");
        stamp("trunk 1").write().unwrap();
        assert!(is_current());
        fs::write(&page, "another page").unwrap();
        assert!(!is_current(), "somebody else has built");
    }
}
