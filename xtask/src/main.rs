//! `cargo xtask …`: the commands that a person types, and the only place that knows which tools
//! they need. This file is the list of them; each has a file of its own.

#![allow(clippy::print_stdout, reason = "a command's results belong on stdout")]

mod browser;
mod capture;
mod compare;
mod compress;
mod dev;
mod files;
mod frontend;
mod house;
mod icons;
mod lint;
mod machine;
mod npm;
mod project;
mod run;
mod screenshots;
mod serve;
mod shrink;
mod size;
mod stamp;
mod tally;
mod test;
mod tools;
mod valgrind;
mod wasm_opt;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};

use crate::project::Project;

/// Build, run and test Tidings.
///
/// Tools that are missing are installed in pinned versions into `.tools/`; nothing outside of the
/// project changes, but for rustup's wasm target and, for the tests, Chromium and Valgrind.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Builds everything in release and starts the server on port 3001
    Serve {
        /// Passed to `tidings serve`: `cargo xtask serve --lab --listen 0.0.0.0:3001`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Builds everything in release and starts nothing
    Build,
    /// Runs the server, and the app with live reload on port 8080
    Dev {
        /// Passed to `tidings serve`
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Runs all tests, or one part of them; the last line is their sum
    Test {
        /// Only this part
        part: Option<test::Part>,
    },
    /// Checks format, clippy, docs, dependencies and house rules
    Lint,
    /// Shows what a browser downloads first, and fails when it is above the budget
    Size,
    /// Runs the same work against Tidings and its peers, and writes docs/performance.md
    #[command(disable_help_flag = true)]
    Compare {
        /// `--help` tells them all; `--quick` shows in minutes that all works
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Takes pictures of every state of the app into target/screenshots
    Screenshots {
        /// Only these states
        states: Vec<OsString>,
    },
    /// Draws the app's icons anew, after a change of `frontend/favicon.svg`
    Icons,
    /// Installs the tools that a build needs, and builds nothing
    Tools,
}

fn main() -> ExitCode {
    let Some(command) = Cli::parse().command else {
        let _ = Cli::command().print_help();
        return ExitCode::SUCCESS;
    };
    let project = Project::find();
    let outcome = match command {
        Command::Serve { args } => serve::serve(&project, &args),
        Command::Build => serve::build(&project),
        Command::Dev { args } => dev::dev(&project, &args),
        Command::Test { part } => test::test(&project, part),
        Command::Lint => lint::lint(&project),
        Command::Size => frontend::build(&project).and_then(|()| size::size(&project)),
        Command::Compare { args } => compare::compare(&project, &args),
        Command::Screenshots { states } => screenshots::take(&project, &states),
        Command::Icons => icons::draw(&project),
        Command::Tools => tools::for_frontend(&project),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_serve_is_passed_on() {
        for (args, passed_on) in [
            (
                &["x", "serve", "--lab", "--store", "memory:"][..],
                &["--lab", "--store", "memory:"][..],
            ),
            (&["x", "serve", "--", "--store", "memory:"], &["--store", "memory:"]),
            (&["x", "serve"], &[]),
        ] {
            match Cli::try_parse_from(args).unwrap().command {
                Some(Command::Serve { args }) => assert_eq!(args, passed_on),
                _ => panic!("{args:?} is to serve"),
            }
        }
    }
}
