//! Whether the built app is still what its sources would build: a digest of both, kept from the
//! last build. Contents are compared rather than times, which a checkout or a copy changes.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
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
    sources: Vec<PathBuf>,
    dist: PathBuf,
    tools: String,
}

impl Stamp {
    /// The project's stamp; `tools` names the tools, so that another version builds anew.
    pub(crate) fn new(project: &Project, tools: String) -> Self {
        Self {
            file: project.target().join("xtask/frontend.stamp"),
            sources: SOURCES.iter().map(|source| project.path(source)).collect(),
            dist: project.dist(),
            tools,
        }
    }

    /// Whether nothing has changed since `write`, neither the sources nor what was built.
    pub(crate) fn is_current(&self) -> Result<bool> {
        let kept = fs::read_to_string(&self.file).unwrap_or_default();
        Ok(self.dist.join("index.html").is_file() && kept == self.digests()?)
    }

    /// Remembers the state of now.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(&self.file, self.digests()?)?)
    }

    fn digests(&self) -> Result<String> {
        let sources = digest(&self.sources.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
        let dist = digest(&[&self.dist])?;
        Ok(format!("{sources:016x} {dist:016x} {}\n", self.tools))
    }
}

/// The names and contents of all files below these. `SipHash` will do: it guards against
/// forgetting to build, not against somebody who wants to.
fn digest(paths: &[&Path]) -> Result<u64> {
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
        let stamp = Stamp {
            file: dir.path().join("kept/stamp"),
            sources: vec![source.clone()],
            dist,
            tools: "trunk 1".into(),
        };
        assert!(!stamp.is_current().unwrap(), "nothing is built yet");
        fs::write(&page, "page").unwrap();
        stamp.write().unwrap();
        assert!(stamp.is_current().unwrap());
        fs::write(&source, "two").unwrap();
        assert!(!stamp.is_current().unwrap(), "a source has changed");
        stamp.write().unwrap();
        fs::write(&page, "another page").unwrap();
        assert!(!stamp.is_current().unwrap(), "somebody else has built");
        stamp.write().unwrap();
        assert!(!Stamp { tools: "trunk 2".into(), ..stamp }.is_current().unwrap());
    }
}
