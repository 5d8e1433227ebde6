//! Tidings beside its peers: installs and builds all that is measured, then measures.

use std::{ffi::OsString, fs};

use anyhow::{Context, Result, bail};

use crate::{
    machine,
    project::Project,
    run::{note, output, run, step},
};

/// What Debian calls the servers that come from there.
const PACKAGES: [&str; 3] = ["nginx", "libnginx-mod-nchan", "mosquitto"];
/// Ours, in `bench/peers/`, and what measures.
const OURS: [&str; 5] = [
    "tidings-cli",
    "tidings-compare",
    "tidings-peer-bare",
    "tidings-peer-everyday",
    "tidings-peer-constant",
];

/// Runs the comparison with these arguments.
pub(crate) fn compare(project: &Project, args: &[OsString]) -> Result<()> {
    let asks = |flag: &str| args.iter().any(|arg| arg == flag);
    // What only reads needs nothing that is measured.
    let only_reads = asks("--report-only") || asks("--help") || asks("-h");
    if !only_reads {
        // Whatever can't be had is a failed row on the page, and the rest goes on.
        if let Err(error) = from_debian(project) {
            note(&format!("nchan and mosquitto: {error:#}"));
        }
        if let Err(error) = from_npm(project) {
            note(&format!("Socket.IO and ws: {error:#}"));
        }
    }
    let built: &[&str] = if only_reads { &["tidings-compare"] } else { &OURS };
    step("the servers and what measures them, in release (about 6 minutes the first time)");
    run(project
        .cargo()
        .args(["build", "--release"])
        .args(built.iter().flat_map(|package| ["--package", package])))?;
    step("the comparison");
    let bin = project.target().join("release");
    let compare = bin.join("tidings-compare");
    run(project
        .command(&compare.to_string_lossy())
        .args(args)
        .arg("--root")
        .arg(project.path(""))
        .arg("--bin")
        .arg(bin))
}

/// nchan inside nginx, and mosquitto. They belong to the machine's own packages; each run starts
/// its own, with settings and a port of its own.
fn from_debian(project: &Project) -> Result<()> {
    let is_there = |package: &&str| {
        let mut dpkg = project.command("dpkg-query");
        output(dpkg.args(["-W", "-f", "${db:Status-Status}", package]))
            .is_some_and(|status| status == "installed")
    };
    if PACKAGES.iter().all(is_there) {
        return Ok(());
    }
    if !machine::apt(project, "nginx with nchan, and mosquitto, by apt (once)", &PACKAGES)? {
        bail!("Debian or Ubuntu: apt install --no-install-recommends {}", PACKAGES.join(" "));
    }
    Ok(())
}

/// Socket.IO and ws, in the exact versions that `bench/peers/node/package.json` names.
fn from_npm(project: &Project) -> Result<()> {
    let wanted = project.path("bench/peers/node/package.json");
    let wanted = fs::read(&wanted).with_context(|| format!("no {}", wanted.display()))?;
    let folder = project.tools().join("peers");
    let there = folder.join("package.json");
    // npm writes that lock when it is done.
    if fs::read(&there).is_ok_and(|is| is == wanted)
        && folder.join("node_modules/.package-lock.json").exists()
    {
        return Ok(());
    }
    step("Socket.IO and ws into .tools/peers (once)");
    // What is left of an earlier one could be of other versions, or half of one.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    fs::write(&there, &wanted)?;
    let installed = run(project
        .command("npm")
        .args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--omit", "dev"])
        .arg("--prefix")
        .arg(&folder));
    if installed.is_err() {
        fs::remove_file(&there)?;
    }
    installed
}
