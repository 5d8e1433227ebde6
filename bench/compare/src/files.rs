//! Files: templates, folders to throw away, and writing in one go.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result};
use tempfile::{NamedTempFile, TempDir};

/// Fills in each `@NAME@`.
pub(crate) fn fill(template: &str, names: &[(&str, &str)]) -> String {
    names
        .iter()
        .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("@{name}@"), value))
}

/// A folder for one server, removed when dropped. It is in the checkout, on the disk that is
/// measured: a system's own folder for such things may be in memory.
pub(crate) fn scratch(root: &Path) -> Result<TempDir> {
    let below = root.join("target/compare");
    fs::create_dir_all(&below)?;
    let below = fs::canonicalize(below)?;
    tempfile::Builder::new().prefix("run-").tempdir_in(below).context("no folder for a run")
}

/// Writes a file whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file has a folder")?;
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    // As any file that a person writes; the default is for secrets.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path).with_context(|| format!("{} can't be written", path.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_wherever_a_name_stands() {
        assert_eq!(fill("a @X@ b @Y@ c @X@", &[("X", "1"), ("Y", "2")]), "a 1 b 2 c 1");
    }

    #[test]
    fn a_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/er/file");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
