//! A load generator for Tidings and for what it is compared with: thousands of listeners in each
//! mode, posts at a rate or flat out, delays from when a post was due, and what the server spent.
//!
//! It shares the machine with the server it measures, so it is cheap: a listener is a socket and a
//! few bytes, deliveries are found by their marker and not parsed, and one thread a
//! process reads them all. The parent process posts and keeps the time; worker
//! processes listen.
//!
//! A program that calls [`run`] first calls [`worker_main_if_asked`], because workers are the same
//! program started again.

#![cfg(target_os = "linux")]

mod calibrate;
mod clock;
mod dialect;
mod files;
mod http1;
mod http2;
mod marker;
mod own;
mod parent;
mod plan;
mod procfs;
mod report;
mod socket;
mod table;
mod tally;
mod wire;
mod worker;
mod ws;

pub use calibrate::{Effort, Subject, calibrate};
pub use own::OwnServer;
pub use plan::{Dialect, Http, Load, Plan, Target, Way};
pub use report::{Carried, CatchUp, Own, Percentiles, Report, Requests, Server};
pub use tidings_shared::Mode;

/// Measures.
///
/// # Errors
///
/// A sentence: if the plan asks for what its target doesn't speak, the server can't be reached or
/// misbehaves, or a worker fails. Lost messages are no error; they are in the report.
pub fn run(plan: &Plan) -> anyhow::Result<Report> {
    parent::run(plan)
}

/// Becomes a worker and never returns, if this process was started as one by [`run`]. To be called
/// first in `main`.
pub fn worker_main_if_asked() {
    if parent::crew::is_worker() {
        worker::main();
        std::process::exit(0);
    }
}
