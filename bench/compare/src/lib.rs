//! Measures Tidings and its peers at the same work, in interleaved rounds, and writes
//! docs/performance.md from what came out.
//!
//! `works` says what is measured, `peers` on whom, `requirements` what must come out. `run` does
//! it cell by cell and keeps every one in `results`; `page` and `plot` only ever read those.

// It measures by /proc, as the load generator does.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "a command's results belong on stdout")]

mod cell;
mod disk;
mod files;
mod machine;
mod page;
mod peers;
mod plot;
mod process;
mod requirements;
mod results;
mod run;
mod sections;
mod settings;
mod stats;
mod tables;
mod works;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    tidings_bench::worker_main_if_asked();
    let outcome = if cell::is_asked() { cell::main() } else { compare() };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<()> {
    let settings = settings::Settings::parse();
    let results = if settings.report_only {
        results::Results::load(&settings.results())?
    } else {
        run::run(&settings)?
    };
    page::write(&settings, &results)
}
