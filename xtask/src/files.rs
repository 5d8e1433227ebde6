//! Walking folders: which files there are, in an order that is the same everywhere.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// All files below `path`, sorted; `path` itself if it is a file, none if it is not there. What a
/// build or a tool writes (`target`, hidden folders) is left out.
pub(crate) fn below(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(path, &mut files).with_context(|| format!("{} can't be read", path.display()))?;
    files.sort();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let made = ["target", "dist", "data", "node_modules", "shots"].contains(&&*name)
                || name.starts_with("target-")
                || name.starts_with('.');
            if !made {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}

/// Whether its name ends in one of these.
pub(crate) fn ends_in(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_writes_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        for file in ["b/one.rs", "a.rs", "target/x.rs", "target-y/x.rs", ".git/x.rs"] {
            let file = dir.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let found = below(dir.path()).unwrap();
        assert_eq!(found, [dir.path().join("a.rs"), dir.path().join("b/one.rs")]);
        assert!(below(&dir.path().join("absent")).unwrap().is_empty());
    }
}
