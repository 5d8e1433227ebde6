//! The workers, as the parent sees them: started, listened to, told what to do, and never left
//! behind.

use std::{
    env,
    io::{ErrorKind, Read, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
};

use anyhow::{Context as _, Result, anyhow, bail};
use mio::{Interest, Registry, Token, unix::pipe::Receiver};
use rustix::{
    process::Pid,
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};

use crate::wire::{Job, Order, Outcome, Word};

/// By this variable a program knows that it is to be a worker.
pub(crate) const WORKER: &str = "TIDINGS_BENCH_WORKER";

/// All workers of a run. When it is dropped they end.
#[derive(Default)]
pub(crate) struct Crew(Vec<Worker>);

struct Worker {
    child: Child,
    orders: ChildStdin,
    words: Receiver,
    /// The beginning of a word.
    begun: Vec<u8>,
    ready: bool,
    /// It knows the last order.
    told: bool,
    complete: u32,
    received: u64,
    done: Option<Outcome>,
}

impl Crew {
    /// Starts one more worker.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub(crate) fn start(&mut self, registry: &Registry, job: &Job) -> Result<()> {
        // What runs now, even if its file was replaced since.
        let mut child = Command::new("/proc/self/exe")
            .arg0("tidings-bench-worker")
            .env(WORKER, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("a worker can't be started")?;
        let mut orders = child.stdin.take().expect("it is piped");
        let mut words = Receiver::from(child.stdout.take().expect("it is piped"));
        words.set_nonblocking(true)?;
        registry.register(&mut words, Token(self.0.len()), Interest::READABLE)?;
        let mut line = serde_json::to_vec(job)?;
        line.push(b'\n');
        let told = orders.write_all(&line);
        self.0.push(Worker {
            child,
            orders,
            words,
            begun: Vec::new(),
            ready: false,
            told: false,
            complete: job.first,
            received: 0,
            done: None,
        });
        told.context("a worker didn't take its job")
    }

    /// Keeps the worker that was started last to one core, the next in turn.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub(crate) fn keep_last_to_a_core(&self) -> Result<()> {
        let Some(last) = self.0.last() else { return Ok(()) };
        keep_to_a_core(&last.child, self.0.len() - 1).context("a worker can't be kept to a core")
    }

    /// How many there are. Their tokens are the numbers below.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Their process numbers.
    pub(crate) fn pids(&self) -> Vec<u32> {
        self.0.iter().map(|worker| worker.child.id()).collect()
    }

    /// Tells all of them.
    ///
    /// # Errors
    ///
    /// When one is gone.
    pub(crate) fn tell(&mut self, order: Order) -> Result<()> {
        let mut line = serde_json::to_vec(&order)?;
        line.push(b'\n');
        for worker in &mut self.0 {
            worker.told = false;
            worker.orders.write_all(&line).context("a worker is gone")?;
        }
        Ok(())
    }

    /// Hears what a worker has to say.
    ///
    /// # Errors
    ///
    /// What it failed at, or that it is gone.
    pub(crate) fn hear(&mut self, token: Token) -> Result<()> {
        let Some(worker) = self.0.get_mut(token.0) else { return Ok(()) };
        let mut buffer = [0; 16 << 10];
        loop {
            match worker.words.read(&mut buffer) {
                Ok(0) if worker.done.is_some() => break,
                Ok(0) => bail!("a worker ended unexpectedly: {}", worker.child.wait()?),
                Ok(n) => worker.begun.extend_from_slice(&buffer[..n]),
                Err(e) if e.kind() == ErrorKind::WouldBlock => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
            // Each word at once: the last one may be followed by the end.
            worker.understand()?;
        }
        Ok(())
    }

    /// Whether all their connections are there.
    pub(crate) fn ready(&self) -> bool {
        self.0.iter().all(|worker| worker.ready)
    }

    /// Whether all know what they were told last.
    pub(crate) fn told(&self) -> bool {
        self.0.iter().all(|worker| worker.told)
    }

    /// How far all listeners are.
    pub(crate) fn complete(&self) -> u32 {
        self.0.iter().map(|worker| worker.complete).min().unwrap_or(u32::MAX)
    }

    /// How much all have received, as far as they have told.
    pub(crate) fn received(&self) -> u64 {
        self.0.iter().map(|worker| worker.received).sum()
    }

    /// What came of it, once all have said.
    pub(crate) fn outcomes(&self) -> Option<Vec<Outcome>> {
        self.0.iter().map(|worker| worker.done.clone()).collect()
    }
}

impl Worker {
    fn understand(&mut self) -> Result<()> {
        let Some(end) = memchr::memrchr(b'\n', &self.begun) else { return Ok(()) };
        let lines: Vec<u8> = self.begun.drain(..=end).collect();
        for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line)? {
                Word::Ready => self.ready = true,
                Word::Told => self.told = true,
                Word::Progress { complete, received } => {
                    (self.complete, self.received) = (complete, received);
                }
                Word::Failed(why) => return Err(anyhow!(why)),
                Word::Done(outcome) => self.done = Some(outcome),
            }
        }
        Ok(())
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for worker in &mut self.0 {
            // It may have ended by itself.
            let _ = worker.child.kill();
            let _ = worker.child.wait();
        }
    }
}

/// Keeps it to the `turn`th of the cores that this process may run on, around and around.
fn keep_to_a_core(child: &Child, turn: usize) -> rustix::io::Result<()> {
    let all = sched_getaffinity(None)?;
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|&core| all.is_set(core)).collect();
    let mut one = CpuSet::new();
    one.set(cores[turn % cores.len()]);
    sched_setaffinity(Some(Pid::from_child(child)), &one)
}

/// Whether this process is to be a worker.
pub(crate) fn is_worker() -> bool {
    env::var_os(WORKER).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_worker_has_a_core_of_its_own_as_long_as_there_are_enough() {
        let cores = sched_getaffinity(None).unwrap().count() as usize;
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let its = |turn| {
            keep_to_a_core(&child, turn).unwrap();
            let set = sched_getaffinity(Some(Pid::from_child(&child))).unwrap();
            assert_eq!(set.count(), 1);
            (0..CpuSet::MAX_CPU).find(|&core| set.is_set(core)).unwrap()
        };
        let turns: Vec<usize> = (0..cores).map(its).collect();
        let again: Vec<usize> = (cores..2 * cores).map(its).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(turns.is_sorted_by(|a, b| a < b), "{turns:?}");
        assert_eq!(turns, again);
    }
}
