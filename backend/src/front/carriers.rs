//! The threads that go through crowds: as many as there are cores.
//!
//! To write to a thousand sockets takes milliseconds, nearly all of them the kernel's, and the last
//! listener waits for all the others. The tasks of a crowd were mostly gone through one after the other
//! when they were among those of all connections: one of the runtime's threads takes both of them before
//! another is awake. So each of these threads has tasks of its own. They are kept to no core: a listener
//! on the same machine, busy with what it hears, would have to share that core while another is idle.

use std::{panic::AssertUnwindSafe, sync::LazyLock, thread, time::Duration};

use futures_util::FutureExt;
use tokio::runtime::{Builder, Handle};

static CARRIERS: LazyLock<Carriers> = LazyLock::new(Carriers::begin);

/// The threads of this process, at least one; they begin when they are first needed.
pub(super) fn carriers() -> &'static Carriers {
    &CARRIERS
}

/// Threads that run tasks, each its own.
pub(super) struct Carriers(Vec<Handle>);

impl Carriers {
    fn begin() -> Self {
        let count = thread::available_parallelism().map_or(1, usize::from);
        Self((0..count).map(begin).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Runs `task` on one of them; the same number is always the same one.
    pub(super) fn spawn(&self, number: usize, task: impl Future<Output = ()> + Send + 'static) {
        self.0[number % self.0.len()].spawn(task);
    }
}

/// Goes on until what `begin` began has ended: whenever that panics, `mend` is called, and it begins
/// again, a moment later, so that a flaw that always shows leaves the others their turn.
pub(super) async fn persist<F: Future<Output = ()>>(begin: impl Fn() -> F, mend: impl Fn()) {
    const MOMENT: Duration = Duration::from_millis(100);
    while AssertUnwindSafe(begin()).catch_unwind().await.is_err() {
        mend();
        tokio::time::sleep(MOMENT).await;
    }
}

/// Begins a thread that lives as long as the process.
///
/// # Panics
///
/// When the system has no thread left to give.
fn begin(index: usize) -> Handle {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("timers alone need nothing of the system");
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name(format!("carrier {index}"))
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .expect("the system has a thread for each core");
    handle
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn what_panics_is_mended_and_begins_again_until_it_ends() {
        let (begun, mended) = (Cell::new(0), Cell::new(0));
        let begin = async || {
            begun.set(begun.get() + 1);
            assert_eq!(begun.get(), 3, "twice it goes wrong, as this test wants it");
        };
        persist(begin, || mended.set(mended.get() + 1)).await;
        assert_eq!((begun.get(), mended.get()), (3, 2));
    }
}
