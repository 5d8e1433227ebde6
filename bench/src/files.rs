//! The limit on open files: a connection is one, and a shell's usual limit is 1,024.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// As many as some systems allow a process at most. More than that is for more processes.
const FILES: u64 = 20_000;

/// Raises this process's limit, which its children inherit, as far as it may and should.
pub(crate) fn raise() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(FILES, |maximum| maximum.min(FILES));
    if current.is_some_and(|current| current < wanted) {
        // If it can't be, the connection that finds no file will say so.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}
