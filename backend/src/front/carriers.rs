//! The threads that go through crowds: as many as there are cores.
//!
//! To write to a thousand sockets takes milliseconds, nearly all of them the kernel's, and the last
//! listener waits for all the others. The tasks of a crowd were mostly gone through one after the other
//! when they were among those of all connections: one of the runtime's threads takes both of them before
//! another is awake. So each of these threads has tasks of its own. They are kept to no core: a listener
//! on the same machine, busy with what it hears, would have to share that core while another is idle.

use std::{sync::LazyLock, thread};

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
