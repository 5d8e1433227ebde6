//! What the figures were measured on, and when.

use std::{fs, thread, time::SystemTime};

use tidings_shared::Timestamp;

/// The day, as `2026-11-25`, UTC.
pub(super) fn today() -> String {
    Timestamp::from(SystemTime::now()).to_string().chars().take(10).collect()
}

/// Cores that this process may use.
pub(super) fn cores() -> u32 {
    thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1))
}

/// The machine, as `2 cores of …`.
pub(super) fn name() -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unknown processor".into());
    format!("{} cores of {cpu}", cores())
}

/// The kernel.
pub(super) fn system() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("Linux {}", release.trim())
}

/// The first `name: value` of a file in /proc.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_is_ten_characters() {
        let today = super::today();
        assert!(today.len() == 10 && today.starts_with("20"), "{today}");
        assert!(super::name().starts_with(&super::cores().to_string()));
    }
}
