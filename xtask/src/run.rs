//! Running other programs in the open: each is announced before it starts, writes to the terminal
//! itself, and is named when it fails.

use std::{
    env,
    io::{IsTerminal, stderr},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// Says what comes next, and how long that may take.
pub(crate) fn step(what: &str) {
    if stderr().is_terminal() && env::var_os("NO_COLOR").is_none() {
        eprintln!("\n\x1b[1m── {what}\x1b[0m");
    } else {
        eprintln!("\n── {what}");
    }
}

/// Says something beside a step.
pub(crate) fn note(what: &str) {
    eprintln!("   {what}");
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit(['/', '\\']).next().unwrap_or(&program).to_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(name).chain(args).collect::<Vec<_>>().join(" ")
}

/// Runs it to its end, its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    note(&format!("$ {shown}"));
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// What it prints on stdout, or nothing when it can't be run or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
