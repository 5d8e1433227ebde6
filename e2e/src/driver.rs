//! The chromedriver process: started on a free port, ended with the test, whatever becomes of it.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// A running chromedriver.
pub(crate) struct Driver {
    process: Child,
    port: u16,
    /// Where it and its browser keep profiles, sockets and what else they leave behind.
    _scratch: TempDir,
}

impl Driver {
    /// Starts `$CHROMEDRIVER`, or the one on PATH.
    pub(crate) fn start() -> Result<Self> {
        // It draws a port first and binds it to IPv4 and to IPv6 afterwards; where another program
        // was quicker with one of them, it gives up, and the next draw is as good as any.
        let mut outcome = Self::try_start();
        for _ in 0..4 {
            if outcome.is_ok() {
                break;
            }
            outcome = Self::try_start();
        }
        outcome
    }

    fn try_start() -> Result<Self> {
        let program = env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
        let scratch = TempDir::new().context("no temporary folder")?;
        let process = Command::new(&program)
            .arg("--port=0")
            .env("TMPDIR", scratch.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{program} could not be started; the tests need it"))?;
        let mut driver = Self { process, port: 0, _scratch: scratch };
        let stdout = driver.process.stdout.take().context("no stdout")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let mut said = Vec::new();
        for line in lines.by_ref() {
            if let Some(port) = port_in(&line) {
                driver.port = port;
                // It would wait for somebody to read what else it says.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(driver);
            }
            said.push(line);
        }
        bail!("chromedriver named no port; it said {said:#?}")
    }

    /// Where it takes commands.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn port_in(line: &str) -> Option<u16> {
    let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}
