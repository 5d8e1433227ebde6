//! Scripts and style sheets in fewer bytes, by esbuild: the same program and the same rules, with short
//! names within a script and no blanks or remarks.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{npm, project::Project};

/// What a text is.
#[derive(Clone, Copy)]
pub(super) enum Is {
    /// A module: its names are its own, but for what it exports; what nobody uses is left out.
    Module,
    /// A script, whose outermost names others may use.
    Script,
    /// A style sheet.
    Style,
}

/// `text` in fewer bytes; as it is, where esbuild is missing.
///
/// # Errors
///
/// If esbuild does not understand it.
pub(super) fn shorter(project: &Project, text: &str, is: Is) -> Result<String> {
    let Some(esbuild) = npm::ESBUILD.program(project) else { return Ok(text.to_owned()) };
    let mut command = Command::new(esbuild);
    // Browsers of the last three years; letters beyond ASCII stay what they are, as the pages are UTF-8.
    command.args(["--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
    match is {
        Is::Module => {
            command.args(["--loader=js", "--format=esm", "--target=es2022", "--tree-shaking=true"])
        }
        Is::Script => command.args(["--loader=js", "--target=es2022"]),
        Is::Style => command.arg("--loader=css"),
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("esbuild could not be started")?;
    // It reads all before it writes anything; what it holds is closed behind the text.
    child.stdin.take().context("no input")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "esbuild ended with {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}
