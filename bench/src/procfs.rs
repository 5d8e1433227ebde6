//! What the kernel knows of processes: their CPU time, to the nanosecond, and their memory.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context as _, Result};

/// The CPU time of some processes, summed over their threads. Threads may come and go: what one had
/// used when it was last looked at stays counted, so look now and then.
pub(crate) struct Cpu {
    pids: Vec<u32>,
    threads: HashMap<(u32, u32), u64>,
}

impl Cpu {
    pub(crate) fn of(pids: Vec<u32>) -> Self {
        Self { pids, threads: HashMap::new() }
    }

    /// Nanoseconds used so far, by each process in turn. A process that is gone adds no more.
    pub(crate) fn look(&mut self) -> Vec<u64> {
        for &pid in &self.pids {
            let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { continue };
            for task in tasks.flatten() {
                let thread = task.file_name().to_string_lossy().parse().unwrap_or_default();
                if let Some(ns) = schedstat(&task.path()) {
                    self.threads.insert((pid, thread), ns);
                }
            }
        }
        let used =
            |pid| self.threads.iter().filter(|((of, _), _)| *of == pid).map(|(_, ns)| ns).sum();
        self.pids.iter().map(|&pid| used(pid)).collect()
    }

    /// The sum of [`Cpu::look`].
    pub(crate) fn sum(&mut self) -> u64 {
        self.look().iter().sum()
    }
}

/// The first number is the time that a thread has run, in ns: finer than the ticks of `stat`.
fn schedstat(task: &Path) -> Option<u64> {
    fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
}

/// The memory of some processes, in bytes, summed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// All that is resident.
    pub(crate) rss: u64,
    /// Of that, what is no file's.
    pub(crate) anon: u64,
    /// What the machine's kernel holds for itself, whoever for.
    pub(crate) slab: u64,
}

impl Memory {
    /// Looks.
    ///
    /// # Errors
    ///
    /// When one of the processes is gone.
    pub(crate) fn of(pids: &[u32]) -> Result<Self> {
        let machine = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let slab = kilobytes(&machine, "Slab:").map_or(0, |kilobytes| kilobytes * 1024);
        let mut sum = Self { slab, ..Self::default() };
        for pid in pids {
            let status = fs::read_to_string(format!("/proc/{pid}/status"))
                .with_context(|| format!("there is no process {pid} here"))?;
            let field = |name| kilobytes(&status, name).map_or(0, |kilobytes| kilobytes * 1024);
            sum.rss += field("VmRSS:");
            sum.anon += field("RssAnon:");
        }
        Ok(sum)
    }
}

fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The machine's CPU time in ticks: idle, and in all.
pub(crate) fn machine() -> (u64, u64) {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).flat_map(str::parse).collect();
    // user nice system idle iowait irq softirq steal; guests are in user already.
    let idle = ticks.iter().skip(3).take(2).sum();
    (idle, ticks.iter().take(8).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_finds_itself() {
        let pid = std::process::id();
        let memory = Memory::of(&[pid]).unwrap();
        assert!(memory.rss > 100_000 && memory.anon > 0 && memory.anon < memory.rss);
        assert!(Memory::of(&[u32::MAX]).is_err());
        let (idle, all) = machine();
        assert!(idle < all);
    }

    #[test]
    fn time_of_a_thread_that_has_ended_stays_counted() {
        let mut cpu = Cpu::of(vec![std::process::id()]);
        let (told, end) = std::sync::mpsc::channel::<()>();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let began = crate::clock::now();
            while crate::clock::now() < began + 50 * crate::clock::MS {}
            ready.send(()).unwrap();
            let _ = end.recv();
        });
        is_ready.recv().unwrap();
        let before = cpu.sum();
        assert!(before > 0);
        drop(told);
        thread.join().unwrap();
        assert!(cpu.sum() >= before);
    }
}
