//! tshark, by which the tests hold the Lab's bytes to what was on the network. Like a browser, it belongs
//! to the machine's own packages.

use anyhow::{Result, bail};

use crate::{machine, project::Project};

/// Sees to it that it is there.
pub(crate) fn install(project: &Project) -> Result<()> {
    let is_there = || machine::on_path("tshark").is_some();
    if is_there() || (machine::apt(project, "tshark by apt (once)", &["tshark"])? && is_there()) {
        return Ok(());
    }
    bail!(
        "packets are captured by tshark, and it is not on PATH. Debian: apt install tshark; \
         Fedora: dnf install wireshark-cli. Whoever runs it needs the right to capture on the loopback"
    )
}
