//! From a checkout to a running server.

use std::{
    ffi::OsString,
    process::{Command, Stdio},
};

use anyhow::Result;

use crate::{
    frontend,
    project::Project,
    run::{run, step},
};

/// Builds what is not of now, the app and the server.
pub(crate) fn build(project: &Project) -> Result<()> {
    frontend::build(project)?;
    step("the server, in release (about 3 minutes the first time)");
    run(project.cargo().args(["build", "--release", "--package", "tidings-cli"]))
}

/// Builds, then becomes the server.
pub(crate) fn serve(project: &Project, args: &[OsString]) -> Result<()> {
    build(project)?;
    step(&format!("Tidings: {} (Ctrl-C ends it)", address(args)));
    // Cargo knows where it put the program, and on Unix becomes it: signals reach the server.
    let mut server = project.cargo();
    server.args(["run", "--quiet", "--release", "--package", "tidings-cli", "--", "serve"]);
    server.args(args);
    become_it(server)
}

/// Where a browser finds it.
fn address(args: &[OsString]) -> String {
    let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let flag = args.iter().enumerate().find_map(|(at, arg)| {
        let next = || args.get(at + 1).map(|next| &**next);
        arg.strip_prefix("--listen=").or_else(|| if arg == "--listen" { next() } else { None })
    });
    let variable = std::env::var("TIDINGS_LISTEN").ok();
    let listen = flag.or(variable.as_deref()).unwrap_or("127.0.0.1:3001");
    format!("http://{}", listen.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]"))
}

#[cfg(unix)]
fn become_it(mut program: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(program.stdin(Stdio::inherit()).exec().into())
}

#[cfg(not(unix))]
fn become_it(mut program: Command) -> Result<()> {
    let status = program.stdin(Stdio::inherit()).status()?;
    std::process::exit(status.code().unwrap_or(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_a_browser_takes() {
        let of = |args: &[&str]| address(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of(&["--listen", "0.0.0.0:4000"]), "http://127.0.0.1:4000");
        assert_eq!(of(&["--store", "memory:", "--listen=[::]:80"]), "http://[::1]:80");
        assert_eq!(of(&[]), "http://127.0.0.1:3001");
    }
}
