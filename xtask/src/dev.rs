//! Working on Tidings: the server in debug, built anew when its sources change, and in front of it trunk
//! with live reload, once for each page: one trunk serves one. Ctrl-C ends all of them.

use std::{
    ffi::OsString,
    process::{Child, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail};

use crate::{
    files,
    frontend::{self, PAGES},
    project::Project,
    run::{note, run, step},
    tools,
};

/// What the server is built from; trunk watches the app's sources itself.
const SERVER_SOURCES: &[&str] = &["backend", "cli", "client", "shared", "Cargo.toml"];
/// Where each page is served, and the folder that it is built in.
const SERVED: [(&str, &str, &str); 2] =
    [(PAGES[0], "8080", "dev-dist"), (PAGES[1], "8081", "dev-dist-lab")];
/// How often the loop looks: at the children, at the sources, at Ctrl-C.
const LOOK: Duration = Duration::from_millis(300);
/// How long the server has for its farewell to its streams.
const FAREWELL: Duration = Duration::from_secs(11);

/// Runs all of them until Ctrl-C, or until a trunk ends.
pub(crate) fn dev(project: &Project, args: &[OsString]) -> Result<()> {
    tools::for_frontend(project)?;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed))?;

    step("the server, in debug (about 2 minutes the first time)");
    build(project)?;
    let mut server = start(project, args)?;
    step(
        "with live reload, the app: http://127.0.0.1:8080, the Lab: http://127.0.0.1:8081/lab, \
         the plan: http://127.0.0.1:8081/plan (Ctrl-C ends all)",
    );
    if args.iter().any(|arg| arg == "--lab") {
        note(
            "lines are for the server's own page: panes with lines are at http://127.0.0.1:3001/lab",
        );
    }
    let mut trunks = Vec::new();
    let mut outcome = Ok(());
    for served in SERVED {
        match trunk(project, served) {
            Ok(child) => trunks.push(child),
            Err(error) => outcome = outcome.and(Err(error)),
        }
    }
    if outcome.is_ok() {
        outcome = watch(project, args, &stop, &mut server, &mut trunks);
    }
    let ended: Vec<_> = trunks.iter_mut().map(end).chain([end(&mut server)]).collect();
    ended.into_iter().fold(outcome, Result::and)
}

/// A page with live reload, at a port of its own.
fn trunk(project: &Project, (page, port, folder): (&str, &str, &str)) -> Result<Child> {
    frontend::trunk(project)
        .args(["serve", "--port", port, "--html-output", "index.html", "--dist"])
        // Not the folder of the release build, which a server may be serving.
        .arg(project.target().join(folder))
        .arg(page)
        // Trunk's proxy needs a path of their own for WebSockets; see Trunk.toml.
        .env("TIDINGS_DEV_WEBSOCKETS", "/dev/ws")
        .stdin(Stdio::null())
        .spawn()
        .context("trunk could not be started")
}

fn watch(
    project: &Project,
    args: &[OsString],
    stop: &AtomicBool,
    server: &mut Child,
    trunks: &mut [Child],
) -> Result<()> {
    let mut built = newest(project)?;
    let mut gone = false;
    while !stop.load(Ordering::Relaxed) {
        sleep(LOOK);
        for trunk in &mut *trunks {
            if let Some(status) = trunk.try_wait()? {
                // Ctrl-C reaches it as well, and it may be quicker.
                if status.success() {
                    return Ok(());
                }
                bail!("trunk ended with {status}");
            }
        }
        if !gone && let Some(status) = server.try_wait()? {
            note(&format!(
                "the server ended with {status}; a change in its sources starts it again"
            ));
            gone = true;
        }
        let changed = newest(project)?;
        if changed != built {
            built = changed;
            step("the server's sources have changed");
            // While the new one does not build, the old one goes on.
            if build(project).is_ok() {
                end(server)?;
                *server = start(project, args)?;
                gone = false;
            }
        }
    }
    Ok(())
}

fn build(project: &Project) -> Result<()> {
    run(project.cargo().args(["build", "--package", "tidings-cli"]))
}

/// On Unix cargo becomes the server, so the child is the server itself.
fn start(project: &Project, args: &[OsString]) -> Result<Child> {
    let mut server = project.cargo();
    server.args(["run", "--quiet", "--package", "tidings-cli", "--", "serve"]).args(args);
    server.stdin(Stdio::null()).spawn().context("the server could not be started")
}

/// When a source was last changed.
fn newest(project: &Project) -> Result<Option<SystemTime>> {
    let mut newest = None;
    for source in SERVER_SOURCES {
        for file in files::below(&project.path(source))? {
            // A file that an editor has just replaced is looked at the next time.
            newest = newest.max(file.metadata().and_then(|meta| meta.modified()).ok());
        }
    }
    Ok(newest)
}

/// Asks it to end, and makes it when it does not.
fn end(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_some() {
        return Ok(());
    }
    #[cfg(unix)]
    {
        let id = nix::unistd::Pid::from_raw(child.id().try_into()?);
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM)?;
        let deadline = Instant::now() + FAREWELL;
        while Instant::now() < deadline {
            if child.try_wait()?.is_some() {
                return Ok(());
            }
            sleep(LOOK / 3);
        }
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}
