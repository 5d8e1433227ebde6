//! Where things are, and which versions are pinned: the one place that knows the layout of the
//! checkout and of `.tools/`.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

/// The app's builder.
pub(crate) const TRUNK: &str = "0.21.14";
/// Shrinks the wasm; older ones can't read what the pinned compiler writes.
pub(crate) const BINARYEN: &str = "132";
/// Checks licences and sources of the dependencies.
pub(crate) const CARGO_DENY: &str = "0.20.2";
/// What the browser runs.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// This checkout.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The checkout whose `xtask` this is, wherever the command was typed.
    pub(crate) fn find() -> Self {
        // Cargo says where at run time, so that a checkout may be moved after it was built.
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let xtask = PathBuf::from(manifest);
        Self { root: xtask.parent().map_or(xtask.clone(), Path::to_path_buf) }
    }

    /// A path in the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The built app.
    pub(crate) fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// The tools of this project's own.
    pub(crate) fn tools(&self) -> PathBuf {
        self.path(".tools")
    }

    /// Where cargo builds, as far as the environment says.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.path("target"), |dir| self.root.join(dir))
    }

    /// The version of a package in Cargo.lock.
    pub(crate) fn locked(&self, package: &str) -> Result<String> {
        let lock = std::fs::read_to_string(self.path("Cargo.lock")).context("no Cargo.lock")?;
        locked(&lock, package).with_context(|| format!("Cargo.lock has no package {package}"))
    }

    /// A program, run from the project's root, which finds the project's tools before others of
    /// the same name, and does not see what cargo told this program about itself.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.search_path());
        let own = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
        for (name, _) in env::vars_os() {
            if own.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command
    }

    /// Cargo, in the toolchain that this program was built with.
    pub(crate) fn cargo(&self) -> Command {
        self.command(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
    }

    fn search_path(&self) -> OsString {
        let own = [self.tools().join("bin"), self.tools().join("node_modules/.bin")];
        let before = env::var_os("PATH").unwrap_or_default();
        env::join_paths(own.into_iter().chain(env::split_paths(&before))).unwrap_or(before)
    }
}

/// Cargo.lock's `[[package]]` blocks have the name first and the version right behind it.
fn locked(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lock_by_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked(lock, "wasm"), None);
    }
}
