//! A Tidings server of the generator's own, for when none is named: on a port of the system's
//! choice, over a database that is gone afterwards.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::{Dialect, Target, files};

/// A server process. When it is dropped, the server and its messages are gone.
pub struct OwnServer {
    child: Child,
    base: String,
    _folder: TempDir,
}

impl OwnServer {
    /// Starts `program serve` and waits until it listens.
    ///
    /// # Errors
    ///
    /// When it doesn't come up.
    pub fn start(program: impl AsRef<OsStr>) -> Result<Self> {
        files::raise();
        let folder = tempfile::tempdir().context("there is no room for a database")?;
        let store = format!("sqlite:{}", folder.path().join("tidings.db").display());
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--web", "none", "--store", &store])
            // Its log is where it says its address; it should say no more than that.
            .env("RUST_LOG", "tidings_backend=info")
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the server can't be started")?;
        let mut said = String::new();
        let mut base = None;
        if let Some(output) = child.stderr.take() {
            let mut output = BufReader::new(output);
            while base.is_none() && output.read_line(&mut said)? > 0 {
                base = listening(&said);
            }
            // Whoever stops reading stops the writer.
            thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        }
        let server = Self { child, base: base.clone().unwrap_or_default(), _folder: folder };
        base.with_context(|| format!("the server didn't come up: {}", said.trim()))?;
        Ok(server)
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it is, as a plan has it.
    #[must_use]
    pub fn target(&self) -> Target {
        Target { dialect: Dialect::Tidings, base: self.base.clone() }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // Its messages are of no use to anybody: there is no need to ask it politely.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in a server's words.
fn listening(said: &str) -> Option<String> {
    let (_, rest) = said.split_once("listening on ")?;
    Some(rest.split_whitespace().next()?.to_owned())
}
