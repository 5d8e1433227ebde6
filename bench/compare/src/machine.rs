//! What the figures were measured on, and when.

use std::{fs, process::Command};

use serde::{Deserialize, Serialize};

use crate::{peers::Peer, process::output, settings::Settings};

/// A machine and what was installed on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) memory_gb: f64,
    pub(crate) kernel: String,
    pub(crate) rustc: String,
    /// The file system that Tidings' database was on, and what that lies on.
    #[serde(default)]
    pub(crate) volume: String,
    /// UTC, to the minute.
    pub(crate) date: String,
    /// By [`Peer`]; those that say theirs.
    pub(crate) versions: Vec<(Peer, String)>,
}

impl Machine {
    pub(crate) fn look(settings: &Settings) -> Self {
        let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into());
        let memory = field("/proc/meminfo", "MemTotal").unwrap_or_default();
        let kb: f64 = memory.trim_end_matches(" kB").parse().unwrap_or(0.0);
        let said = |program: &str, args: &[&str]| {
            output(Command::new(program).args(args)).unwrap_or_else(|| "unknown".into())
        };
        let root = settings.root.to_string_lossy();
        let volume = said("findmnt", &["-no", "FSTYPE,SOURCE", "-T", &root]);
        let versions = Peer::ALL.iter().filter_map(|peer| Some((*peer, peer.version(settings)?)));
        Self {
            cpu,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gb: kb / 1024.0 / 1024.0,
            kernel: said("uname", &["-sr"]),
            rustc: said("rustc", &["--version"]),
            volume: volume.split_whitespace().collect::<Vec<_>>().join(" on "),
            date: said("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
            versions: versions.collect(),
        }
    }
}

/// The first `name: value` of a file in /proc.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
