//! Valgrind, which counts instructions. Like a browser, it belongs to the machine's own packages.

use anyhow::{Result, bail};

use crate::{machine, project::Project};

/// Sees to it that it is there.
pub(crate) fn install(project: &Project) -> Result<()> {
    let is_there = || machine::on_path("valgrind").is_some();
    if is_there()
        || (machine::apt(project, "Valgrind by apt (once)", &["valgrind", "libc6-dbg"])?
            && is_there())
    {
        return Ok(());
    }
    bail!(
        "instructions are counted by Valgrind, and it is not on PATH. \
         Debian: apt install valgrind; Fedora: dnf install valgrind"
    )
}
