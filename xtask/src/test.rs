//! Runs all tests, counts them, and says the sum as its last line.

use std::{
    io::{self, BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{
    browser, capture, frontend, npm,
    project::{Project, WASM},
    run::{note, shown, step},
    size,
    tally::Tally,
    tools, valgrind,
};

/// A part of the tests that can be run alone.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Part {
    /// Units, contracts and the terminal, on this machine
    Native,
    /// Instructions of the server's hot paths against their baseline, on Linux under Valgrind
    Counts,
    /// The app's units that need a browser's machinery, in Chromium
    Wasm,
    /// The app as people use it, in Chromium, on the real server; and its size
    Browser,
}

/// Runs one part or all of them, each whatever became of the others.
pub(crate) fn test(project: &Project, only: Option<Part>) -> Result<()> {
    let mut sum = Tally::default();
    for part in only.map_or_else(|| Part::value_variants().to_vec(), |part| vec![part]) {
        let (tally, outcome) = match part {
            Part::Native => native(project),
            Part::Counts => counts(project),
            Part::Wasm => wasm(project),
            Part::Browser => in_browser(project),
        };
        sum += tally;
        if let Err(error) = outcome {
            eprintln!("\nerror: {error:#}");
            // What broke before, between or after the tests is in no runner's count.
            if tally.failed == 0 {
                sum += Tally::FAILED;
            }
        }
    }
    io::stderr().flush()?;
    println!("\n{sum}");
    io::stdout().flush()?;
    if sum.failed > 0 {
        // The sum is the last line, so the error that `main` would print has no place here.
        std::process::exit(1);
    }
    Ok(())
}

/// What a part counted, and whether all of it went well.
type Outcome = (Tally, Result<()>);

fn native(project: &Project) -> Outcome {
    step("tests on this machine (about 4 minutes to build the first time)");
    let mut cargo = project.cargo();
    counted(cargo.args(["test", "--workspace", "--exclude", "tidings-e2e", "--no-fail-fast"]))
}

fn counts(project: &Project) -> Outcome {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        note("instructions are counted on Linux on x86-64 alone, whose baseline is known");
        return (Tally::default(), Ok(()));
    }
    // The bench finds its runner by name: `.tools/bin` comes first on PATH.
    if let Err(error) = tools::for_counts(project).and_then(|()| valgrind::install(project)) {
        return (Tally::default(), Err(error));
    }
    step("counts of instructions (about 3 minutes to build the first time)");
    let mut cargo = project.cargo();
    counted(cargo.args(["bench", "--package", "tidings-backend", "--bench", "engine"]))
}

fn wasm(project: &Project) -> Outcome {
    let chromedriver = match tools::for_frontend(project).and_then(|()| browser::install(project)) {
        Ok(chromedriver) => chromedriver,
        Err(error) => return (Tally::default(), Err(error)),
    };
    step("tests of the app's parts, in Chromium (about 2 minutes to build the first time)");
    let runner = project.tools().join("bin/wasm-bindgen-test-runner");
    let mut cargo = project.cargo();
    cargo
        .args(["test", "--package", "tidings-frontend", "--tests", "--no-fail-fast"])
        .args(["--target", WASM])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", chromedriver);
    counted(&mut cargo)
}

fn in_browser(project: &Project) -> Outcome {
    let ready = frontend::build(project)
        .and_then(|()| size::size(project))
        .and_then(|()| npm::AXE.install(project))
        .and_then(|()| npm::LIGHTHOUSE.install(project))
        .and_then(|()| capture::install(project))
        .and_then(|()| browser::install(project));
    let chromedriver = match ready {
        Ok(chromedriver) => chromedriver,
        Err(error) => return (Tally::default(), Err(error)),
    };
    step("tests of the whole, in Chromium (about 2 minutes to build the first time)");
    let mut cargo = project.cargo();
    cargo
        .args(["test", "--package", "tidings-e2e", "--no-fail-fast"])
        // Each test has browsers of its own; more at once would measure the machine.
        .args(["--", "--test-threads", "2"])
        .env("CHROMEDRIVER", chromedriver)
        // An error says what was waited for; the way there is the runtime's.
        .env("RUST_LIB_BACKTRACE", "0");
    counted(&mut cargo)
}

/// Runs it, shows what it says as it says it, and counts.
fn counted(command: &mut Command) -> Outcome {
    let mut tally = Tally::default();
    let outcome = follow(command, &mut tally);
    (tally, outcome)
}

fn follow(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let shown = shown(command);
    note(&format!("$ {shown}"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{shown}` could not be started"))?;
    let mut lines = BufReader::new(child.stdout.take().context("no stdout")?);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let mut stdout = io::stdout().lock();
        stdout.write_all(&line)?;
        stdout.flush()?;
        *tally += Tally::read(&String::from_utf8_lossy(&line)).unwrap_or_default();
        line.clear();
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    if *tally == Tally::default() {
        bail!("`{shown}` ran no tests");
    }
    Ok(())
}
