//! One server at a time: a lock on a file beside the database.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use super::{super::OpenError, open::beside};

/// The lock file, held. The system frees it however the process ends.
pub(super) struct Lock(File);

impl Lock {
    /// Takes the lock of the database at `path`.
    ///
    /// # Errors
    ///
    /// Another server has it, or there can be no such file.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let lock_path = beside(path, ".lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|e| OpenError(format!("{} can't be written: {e}", lock_path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError(format!(
                "the database {} is in use by another server; stop that one, or name another file \
                 with --store",
                path.display()
            ))),
            Err(TryLockError::Error(e)) => {
                Err(OpenError(format!("{} can't be locked: {e}", lock_path.display())))
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // To close the file is not enough: a process that is just being started has it too, until it runs.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_at_a_time_whoever_else_has_the_file() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("tidings.db");
        let lock = Lock::take(&path).unwrap();
        let refused = Lock::take(&path).err().expect("it is taken");
        assert!(refused.0.contains("in use by another server"), "{}", refused.0);
        // As a process has it between its fork and its exec.
        let inherited = lock.0.try_clone().unwrap();
        drop(lock);
        assert!(Lock::take(&path).is_ok(), "it was given back");
        drop(inherited);
    }
}
