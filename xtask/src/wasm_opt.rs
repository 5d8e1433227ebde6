//! wasm-opt, which makes the app a fifth smaller. It is no Rust program, so it has its own ways
//! here: npm, else a download, else an honest stand-in that leaves the wasm as it is.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{
    project::{BINARYEN, Project},
    run::{note, output, run, step},
};

/// Where it comes from when npm is missing.
const RELEASES: &str = "https://github.com/WebAssembly/binaryen/releases/download";

/// Sees to it that there is a `wasm-opt`.
pub(crate) fn install(project: &Project) -> Result<()> {
    let stand_in = project.tools().join("bin/wasm-opt");
    if is_there(project) {
        return Ok(());
    }
    let npm = output(project.command("npm").arg("--version")).is_some();
    if stand_in.exists() && !npm {
        note("built without wasm-opt, which npm would install");
        return Ok(());
    }
    step(&format!("wasm-opt {BINARYEN} into .tools (once; a download)"));
    // An earlier stand-in would be found before what is installed now.
    let _ = fs::remove_file(&stand_in);
    if npm {
        if let Err(error) = by_npm(project) {
            note(&format!("npm could not install it: {error:#}"));
        }
    } else {
        note("npm is missing, so it is taken from its project's releases");
        if let Err(error) = by_download(project) {
            note(&format!("the download failed: {error:#}"));
        }
    }
    if is_there(project) {
        return Ok(());
    }
    note("going on without wasm-opt: the app works the same, and its first load is about a fifth");
    note("larger. With npm installed, the next `cargo xtask` command makes up for it.");
    write_stand_in(&stand_in)
}

/// What the one in `.tools/` says of itself, the stand-in included; `None` when there is none.
pub(crate) fn version(project: &Project) -> Option<String> {
    ["bin/wasm-opt", "node_modules/.bin/wasm-opt"].iter().find_map(|path| {
        let program = project.tools().join(path);
        output(project.command(&program.to_string_lossy()).arg("--version"))
    })
}

/// Whether it is the pinned one. The stand-in is not.
fn is_there(project: &Project) -> bool {
    version(project).is_some_and(|said| said.split_whitespace().any(|word| word == BINARYEN))
}

fn by_npm(project: &Project) -> Result<()> {
    let package = format!("binaryen@{BINARYEN}.0.0");
    run(project
        .command("npm")
        .args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix"])
        .arg(project.tools())
        .arg(package))
}

/// The archive holds `binaryen-version_N/bin/wasm-opt`, which needs nothing beside itself (but for
/// a library on macOS, which it looks for in `../lib`).
fn by_download(project: &Project) -> Result<()> {
    let arch = if cfg!(target_arch = "aarch64") { "aarch64" } else { "x86_64" };
    let name = if cfg!(target_os = "macos") {
        format!("{}-macos", arch.replace("aarch64", "arm64"))
    } else {
        format!("{arch}-linux")
    };
    let file = format!("binaryen-version_{BINARYEN}-{name}.tar.gz");
    let archive = project.tools().join("binaryen.tar.gz");
    fs::create_dir_all(project.tools())?;
    run(project
        .command("curl")
        .args(["--fail", "--location", "--retry", "2", "--connect-timeout", "20", "--output"])
        .arg(&archive)
        .arg(format!("{RELEASES}/version_{BINARYEN}/{file}")))?;
    run(project
        .command("tar")
        .args(["-xzf"])
        .arg(&archive)
        .args(["--strip-components", "1", "-C"])
        .arg(project.tools()))?;
    fs::remove_file(archive)?;
    Ok(())
}

/// Takes the arguments that wasm-opt is given (`shrink/`) and copies the file.
fn write_stand_in(path: &Path) -> Result<()> {
    const SCRIPT: &str = r#"#!/bin/sh
# Stands in for wasm-opt, which could not be installed: copies its input to its output.
for arg; do
  case "$arg" in
    --version) echo "wasm-opt version none"; exit ;;
    --output=*) output=${arg#--output=} ;;
    -*) ;;
    *) input=$arg ;;
  esac
done
cp "$input" "$output"
"#;
    fs::create_dir_all(path.parent().context("no folder")?)?;
    fs::write(path, SCRIPT)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_stand_in_takes_what_wasm_opt_is_given() {
        let dir = tempfile::tempdir().unwrap();
        let [tool, input, out] =
            ["bin/wasm-opt", "in.wasm", "out.wasm"].map(|f| dir.path().join(f));
        write_stand_in(&tool).unwrap();
        fs::write(&input, "wasm").unwrap();
        let mut command = std::process::Command::new(&tool);
        command.arg(format!("--output={}", out.display())).arg("-Oz").arg(&input);
        command.arg("--enable-reference-types");
        assert!(command.status().unwrap().success());
        assert_eq!(fs::read_to_string(out).unwrap(), "wasm");
    }
}
