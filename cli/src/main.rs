//! The `tidings` command: what a person types. Each command is a file; here they are only told
//! apart, and their outcome becomes the exit code.

#[cfg(target_os = "linux")]
mod bench;
mod health;
mod join;
mod options;
mod post;
mod serve;
mod term;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A chat and message server in which each client chooses how it listens
#[derive(Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(Box<serve::Args>),
    Join(join::Args),
    Post(post::Args),
    Health(health::Args),
    #[cfg(target_os = "linux")]
    Bench(Box<bench::Args>),
}

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    tidings_bench::worker_main_if_asked();
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return term::fail(format_args!("no threads to run on: {error}")),
    };
    let code = runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::run(*args).await,
            Command::Join(args) => join::run(args).await,
            Command::Post(args) => post::run(args).await,
            Command::Health(args) => health::run(args).await,
            #[cfg(target_os = "linux")]
            Command::Bench(args) => bench::run(&args),
        }
    });
    // A thread that waits for the keyboard is not waited for.
    runtime.shutdown_background();
    code
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_flags_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
