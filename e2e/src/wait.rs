//! Waiting for facts: looking again until something holds, and saying what was there when it never
//! did.

use std::{fmt::Debug, time::Duration};

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// How long a fact may take before the test gives up. A wait ends as soon as the fact is there, so
/// this costs nothing but when something is wrong.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks every 50 ms until `holds` is true of what is seen, and answers it.
///
/// # Errors
///
/// When looking fails, or after [`PATIENCE`].
pub async fn until<T: Debug>(
    what: &str,
    look: impl AsyncFnMut() -> Result<T>,
    holds: impl Fn(&T) -> bool,
) -> Result<T> {
    until_within(PATIENCE, what, look, holds).await
}

/// The same with another patience.
///
/// # Errors
///
/// As [`until`].
pub async fn until_within<T: Debug>(
    patience: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T>,
    holds: impl Fn(&T) -> bool,
) -> Result<T> {
    let start = Instant::now();
    loop {
        let seen = look().await?;
        if holds(&seen) {
            return Ok(seen);
        }
        if start.elapsed() > patience {
            bail!("waited {} s for {what}; in the end there was {seen:#?}", patience.as_secs());
        }
        sleep(Duration::from_millis(50)).await;
    }
}
