//! What a change must hold up to beside the tests: format, clippy, docs, dependencies, house rules.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    house,
    project::{Project, WASM},
    run::{note, run, step},
    tools,
};

/// Runs all checks, the quick ones first, and then says which failed.
pub(crate) fn lint(project: &Project) -> Result<()> {
    tools::for_lint(project)?;
    let mut failed = Vec::new();
    let mut check = |name, command: &mut Command| {
        step(name);
        if let Err(error) = run(command) {
            note(&format!("{error:#}"));
            failed.push(name);
        }
    };
    check("format", project.cargo().args(["fmt", "--all", "--check"]));
    check(
        "licences, sources and bans",
        deny(project).args(["check", "bans", "licenses", "sources"]),
    );
    check(
        "clippy, native",
        project.cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    );
    check(
        "clippy, wasm",
        project
            .cargo()
            .args(["clippy", "--package", "tidings-frontend", "--all-targets", "--target", WASM])
            .args(["--", "-D", "warnings"]),
    );
    // The docs are for whoever works on this, with the private items: links to those are welcome.
    // A setting's doc comment is its `--help` as well, where a bare URL reads best.
    const LENIENT: &str = "-A rustdoc::private_intra_doc_links -A rustdoc::bare_urls";
    check(
        "docs",
        project
            .cargo()
            .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", format!("-D warnings {LENIENT}")),
    );
    // The list of known holes lives on the internet; a machine without it can check the rest.
    step("known holes in dependencies");
    if run(deny(project).args(["fetch", "db"])).is_ok() {
        check("advisories", deny(project).args(["check", "--disable-fetch", "advisories"]));
    } else {
        note("the advisory database can't be fetched from here; this check is left out");
    }
    if house::check(project)? > 0 {
        failed.push("house rules");
    }
    if failed.is_empty() {
        step("all checks passed");
        Ok(())
    } else {
        bail!("failed: {}", failed.join("; "))
    }
}

fn deny(project: &Project) -> Command {
    let mut deny = project.command("cargo-deny");
    deny.args(["--workspace"]);
    deny
}
