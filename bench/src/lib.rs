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

mod plan;
mod report;

pub use plan::{Dialect, Http, Load, Mode, Plan, Target, Way};
pub use report::{CatchUp, Own, Percentiles, Report, Requests, Server};

/// Measures.
///
/// # Errors
///
/// A sentence: if the plan asks for what its target doesn't speak, the server can't be reached or
/// misbehaves, or a worker fails. Lost messages are no error; they are in the report.
pub fn run(plan: &Plan) -> anyhow::Result<Report> {
    anyhow::bail!("a {:?} can't be measured yet", plan.target.dialect)
}

/// Becomes a worker and never returns, if this process was started as one by [`run`]. To be called
/// first in `main`.
pub fn worker_main_if_asked() {}
