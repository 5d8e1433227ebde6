//! How often a second the disk itself can promise something: what durable posts are held against.

use std::{
    fs::File,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;

/// Appends 4 KiB to a file below `root` and waits for the disk, again and again for about `span`;
/// answers how often a second.
pub(crate) fn fsyncs_per_s(root: &Path, span: Duration) -> Result<f64> {
    let dir = crate::files::scratch(root)?;
    let mut file = File::create(dir.path().join("probe"))?;
    let block = [0x5a; 4096];
    let begun = Instant::now();
    let mut times = 0_u32;
    while begun.elapsed() < span {
        file.write_all(&block)?;
        file.sync_data()?;
        times += 1;
    }
    Ok(f64::from(times) / begun.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_takes_its_time_and_its_file_is_gone_afterwards() {
        let root = tempfile::tempdir().unwrap();
        let per_s = fsyncs_per_s(root.path(), Duration::from_millis(20)).unwrap();
        assert!(per_s.is_finite() && per_s > 0.0, "{per_s}");
        let left = std::fs::read_dir(root.path().join("target/compare")).unwrap().count();
        assert_eq!(left, 0);
    }
}
