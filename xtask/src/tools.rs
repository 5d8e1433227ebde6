//! The tools a build needs, in pinned versions, in `.tools/` of this checkout: what the user has
//! installed elsewhere is neither used nor touched. Each is installed only when it is missing.

use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::{
    npm,
    project::{CARGO_DENY, Project, TRUNK, WASM},
    run::{note, output, run, step},
    wasm_opt,
};

/// All that building the frontend needs.
pub(crate) fn for_frontend(project: &Project) -> Result<()> {
    wasm_target(project)?;
    let bindgen = project.locked("wasm-bindgen")?;
    // Without --locked: the versions that its own lock names do not build together any more.
    Crate::new("wasm-bindgen-cli", "wasm-bindgen", &bindgen, "2 to 4 minutes").install(project)?;
    Crate::new("trunk", "trunk", TRUNK, "3 to 5 minutes")
        .with(&["--locked", "--no-default-features"])
        .install(project)?;
    wasm_opt::install(project)?;
    if let Err(error) = npm::ESBUILD.install(project) {
        note(&format!("going on without esbuild, with longer scripts and styles: {error:#}"));
    }
    clean_up(project);
    Ok(())
}

/// What `lint` needs besides.
pub(crate) fn for_lint(project: &Project) -> Result<()> {
    wasm_target(project)?;
    Crate::new("cargo-deny", "cargo-deny", CARGO_DENY, "4 to 6 minutes")
        .with(&["--locked"])
        .install(project)?;
    clean_up(project);
    Ok(())
}

/// What starts Valgrind for the counts of instructions, and reads what it says.
pub(crate) fn for_counts(project: &Project) -> Result<()> {
    // The bench talks to it in a format of this very version.
    let version = project.locked("gungraun")?;
    Crate::new("gungraun-runner", "gungraun-runner", &version, "1 to 3 minutes")
        .with(&["--locked"])
        .install(project)?;
    clean_up(project);
    Ok(())
}

/// The standard library for the browser.
fn wasm_target(project: &Project) -> Result<()> {
    let libs =
        output(project.command("rustc").args(["--print", "target-libdir", "--target", WASM]));
    if libs.is_some_and(|dir| fs::read_dir(dir).is_ok_and(|mut files| files.next().is_some())) {
        return Ok(());
    }
    step(&format!("Rust's {WASM} target (a download of 20 MB)"));
    run(project.command("rustup").args(["target", "add", WASM])).with_context(|| {
        format!("the Rust toolchain lacks the target {WASM}; with rustup it is one command")
    })
}

/// A program that cargo builds from source.
struct Crate<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    takes: &'a str,
    args: &'a [&'a str],
}

impl<'a> Crate<'a> {
    fn new(package: &'a str, program: &'a str, version: &'a str, takes: &'a str) -> Self {
        Self { package, program, version, takes, args: &[] }
    }

    fn with(self, args: &'a [&'a str]) -> Self {
        Self { args, ..self }
    }

    fn install(&self, project: &Project) -> Result<()> {
        let program = project.tools().join("bin").join(self.program);
        let says = |program: &str| output(project.command(program).arg("--version"));
        let is_there = || {
            says(&program.to_string_lossy())
                .is_some_and(|said| said.split_whitespace().any(|word| word == self.version))
        };
        if is_there() {
            return Ok(());
        }
        let Self { package, version, takes, .. } = self;
        step(&format!("{package} {version} into .tools (once; {takes} on two cores)"));
        let mut install = project.cargo();
        install
            .args(["install", package, "--version", version, "--force"])
            .args(self.args)
            .arg("--root")
            .arg(project.tools())
            .arg("--target-dir")
            .arg(project.tools().join("build"));
        // Flags meant for the workspace must not reach a tool's build.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let meant_for_us =
                ["CARGO_BUILD_", "CARGO_PROFILE_"].iter().any(|p| name.starts_with(p));
            let flags = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR"];
            if meant_for_us || flags.contains(&&*name) {
                install.env_remove(name);
            }
        }
        // A tool runs for seconds and is built once, so it is built fast rather than made fast.
        install
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0");
        run(&mut install)?;
        if !is_there() {
            bail!("{package} was installed, but {} is not {version}", program.display());
        }
        Ok(())
    }
}

/// The tools share one build folder while they are built; hundreds of MB that are not needed again.
fn clean_up(project: &Project) {
    let build = project.tools().join("build");
    if build.exists() && fs::remove_dir_all(&build).is_err() {
        note(&format!("{} can be removed", build.display()));
    }
}
