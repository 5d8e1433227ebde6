//! Starting a server, knowing all of its processes, and ending it whatever state it is in.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use tempfile::TempDir;

/// How long a server may take to answer.
const START: Duration = Duration::from_secs(15);
/// How long one is given to end by itself, if it has to end others.
const END: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(20);

/// A server that runs. Dropping it ends it and removes what it wrote.
pub(crate) struct Running {
    child: Child,
    /// All of its processes, the first one included.
    pub(crate) pids: Vec<u32>,
    /// `http://HOST:PORT`
    pub(crate) base: String,
    dir: TempDir,
}

/// Starts `command`, whose log goes into `dir`, and waits until something accepts on `port` and it
/// has so many `children`.
pub(crate) fn start(
    mut command: Command,
    dir: TempDir,
    port: u16,
    children: usize,
) -> Result<Running> {
    let log = fs::File::create(dir.path().join("log"))?;
    let child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("{} can't be run", command.get_program().to_string_lossy()))?;
    let pids = vec![child.id()];
    let mut running = Running { child, pids, base: format!("http://127.0.0.1:{port}"), dir };
    let begun = Instant::now();
    loop {
        if let Some(status) = running.child.try_wait()? {
            bail!("it ended with {status}: {}", running.last_words());
        }
        let below = children_of(running.child.id());
        running.pids.truncate(1);
        running.pids.extend(&below);
        if below.len() >= children && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(running);
        }
        if begun.elapsed() > START {
            bail!("nothing answers after {} s: {}", START.as_secs(), running.last_words());
        }
        sleep(LOOK);
    }
}

impl Running {
    /// Whether all of its processes still are.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None)) && self.pids[1..].iter().all(|pid| exists(*pid))
    }

    /// The last line of its log.
    pub(crate) fn last_words(&self) -> String {
        let log = fs::read(self.dir.path().join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        log.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned()
    }
}

impl Drop for Running {
    /// One process is killed, since what it would still write is thrown away. One with children is
    /// asked first, or they would be left behind.
    fn drop(&mut self) {
        let children = self.pids.split_off(1);
        if !children.is_empty() {
            signal(self.child.id(), Signal::TERM);
            let asked = Instant::now();
            while asked.elapsed() < END && matches!(self.child.try_wait(), Ok(None)) {
                sleep(LOOK);
            }
        }
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
        for pid in children.into_iter().filter(|pid| exists(*pid)) {
            signal(pid, Signal::KILL);
        }
    }
}

fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // An error means that it has ended.
        let _ = kill_process(pid, signal);
    }
}

fn exists(pid: u32) -> bool {
    fs::exists(format!("/proc/{pid}")).unwrap_or(false)
}

/// The processes that `parent` forked and that still are.
fn children_of(parent: u32) -> Vec<u32> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| parent_of(*pid) == Some(parent)).collect()
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything; behind it come the state and the parent.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// A port that nobody has at the moment.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Lets this process and all that it starts open as many files as the machine allows.
pub(crate) fn raise_files_limit() -> Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}

/// What a program prints on stdout, or nothing when it can't be run or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_server_that_ends_at_once_says_why() {
        let port = free_port().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let Err(error) = start(shell("echo no such luck; exit 3"), dir, port, 0) else {
            panic!("it started")
        };
        assert!(error.to_string().contains("no such luck"), "{error}");
    }

    #[test]
    fn ending_a_server_ends_its_children_too() {
        // The socket is this test's own: what is looked at is the processes.
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = socket.local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        let running = start(shell("sleep 600 & sleep 600 & wait"), dir, port, 2).unwrap();
        let pids = running.pids.clone();
        assert_eq!(pids.len(), 3);
        assert!(pids.iter().all(|pid| exists(*pid)));
        drop(running);
        let begun = Instant::now();
        // A killed child is gone once whoever inherited it has looked.
        let alive = |pid: &u32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
        };
        while pids.iter().any(alive) {
            assert!(begun.elapsed() < Duration::from_secs(10), "some of {pids:?} still run");
            sleep(LOOK);
        }
    }
}
