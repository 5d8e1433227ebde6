//! One measurement in a process of its own, so that one that hangs or fails is one failed cell, and
//! nothing that the load generator keeps is there for the next.

use std::{
    env,
    io::{ErrorKind, Read, Write, stdin, stdout},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tidings_bench::{Plan, Report};

/// Set for the process that measures.
const ASKED: &str = "TIDINGS_COMPARE_CELL";

/// Whether this process was started by [`measure`].
pub(crate) fn is_asked() -> bool {
    env::var_os(ASKED).is_some()
}

/// Reads a plan from stdin, measures, and writes the report to stdout.
pub(crate) fn main() -> Result<()> {
    let plan: Plan = serde_json::from_reader(stdin().lock()).context("that is no plan")?;
    let report = tidings_bench::run(&plan)?;
    serde_json::to_writer(stdout().lock(), &report)?;
    Ok(())
}

/// Measures, for at most `deadline`. What hangs is killed; the load generator's workers end when
/// nobody tells them anything any more.
pub(crate) fn measure(plan: &Plan, deadline: Duration) -> Result<Report> {
    let mut command = Command::new(env::current_exe()?);
    command.env(ASKED, "1").env("RUST_BACKTRACE", "0");
    let said = bounded(&mut command, &serde_json::to_vec(plan)?, deadline)?;
    serde_json::from_slice(&said).context("the measurement answered no report")
}

/// Runs a program with this on its stdin; answers its stdout.
fn bounded(command: &mut Command, input: &[u8], deadline: Duration) -> Result<Vec<u8>> {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn()?;
    let begun = Instant::now();
    // It reads all of it before it does anything, and what it answers is read meanwhile. One that is over
    // before it has read all says why.
    match child.stdin.take().context("no stdin")?.write_all(input) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    let out = drain(child.stdout.take().context("no stdout")?);
    let err = drain(child.stderr.take().context("no stderr")?);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > deadline {
            child.kill()?;
            child.wait()?;
            bail!("not done after {} s", deadline.as_secs());
        }
        thread::sleep(Duration::from_millis(20));
    };
    let said = |pipe: thread::JoinHandle<Vec<u8>>| pipe.join().unwrap_or_default();
    if status.success() {
        return Ok(said(out));
    }
    let err = said(err);
    let err = String::from_utf8_lossy(&err);
    let last = err.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    bail!("{}", last.trim_start_matches("error: "))
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        // What was read before it broke is what there is.
        let _ = pipe.read_to_end(&mut all);
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, deadline: Duration) -> Result<Vec<u8>> {
        bounded(Command::new("sh").args(["-c", script]), b"plan", deadline)
    }

    #[test]
    fn what_it_answers_is_whole_and_what_it_complains_of_is_told() {
        let long = Duration::from_secs(30);
        assert_eq!(shell("cat; echo; seq 100000 | tail -1", long).unwrap(), b"plan\n100000\n");
        // More than a pipe holds, so that it is over before all of it is written.
        let unread = vec![b'?'; 1 << 20];
        let mut fails = Command::new("sh");
        fails.args(["-c", "echo first >&2; echo 'error: no server' >&2; exit 1"]);
        let error = bounded(&mut fails, &unread, long);
        assert_eq!(error.unwrap_err().to_string(), "no server");
    }

    #[test]
    fn what_hangs_is_ended() {
        let error = shell("exec sleep 600", Duration::from_millis(50)).unwrap_err();
        assert!(error.to_string().starts_with("not done after"), "{error}");
    }
}
