//! What each test runs on: a server and a browser, set up before it and cleared away after it. A
//! test that fails leaves pictures and the console; one that passes had a clean console.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    path::Path,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{Result, bail, ensure};
use futures_util::FutureExt;
use tokio::sync::Mutex;

use crate::{Server, Tab, browser::Browser};

/// How a test ends.
pub type Outcome = Result<()>;

/// A server and a browser.
pub struct Stage {
    browser: Arc<Browser>,
    tabs: Mutex<Vec<Arc<Tab>>>,
    breaks: AtomicBool,
}

/// Runs a test; its name is that of its pictures.
///
/// # Errors
///
/// The test's own, and when anything came to the console that should not have.
pub async fn stage(name: &str, test: impl AsyncFnOnce(&Stage, &mut Server) -> Outcome) -> Outcome {
    on(Server::start().await?, false, name, test).await
}

/// The same with a browser that doesn't wait until all is there that a page names.
///
/// # Errors
///
/// As [`stage`].
pub async fn stage_of_the_impatient(
    name: &str,
    test: impl AsyncFnOnce(&Stage, &mut Server) -> Outcome,
) -> Outcome {
    on(Server::start().await?, true, name, test).await
}

/// The same with the Lab's lines.
///
/// # Errors
///
/// As [`stage`].
pub async fn stage_with_lab(
    name: &str,
    test: impl AsyncFnOnce(&Stage, &mut Server) -> Outcome,
) -> Outcome {
    on(Server::start_with_lab().await?, false, name, test).await
}

/// The same over TLS, with a server whose certificate the browser is told to accept.
///
/// # Errors
///
/// As [`stage`].
pub async fn stage_over_tls(
    name: &str,
    test: impl AsyncFnOnce(&Stage, &mut Server) -> Outcome,
) -> Outcome {
    on(Server::start_over_tls().await?, false, name, test).await
}

async fn on(
    mut server: Server,
    eager: bool,
    name: &str,
    test: impl AsyncFnOnce(&Stage, &mut Server) -> Outcome,
) -> Outcome {
    let browser = Arc::new(Browser::start(eager).await?);
    let stage = Stage { browser, tabs: Mutex::default(), breaks: AtomicBool::new(false) };

    let outcome = AssertUnwindSafe(test(&stage, &mut server)).catch_unwind().await;
    let outcome = match outcome {
        Ok(Ok(())) => Ok(stage.check_console().await),
        other => {
            stage.leave_traces(name).await;
            other
        }
    };
    // The browser goes first: a server waits for its streams to end.
    stage.quit().await;
    let stopped = server.stop().await;
    match outcome {
        Ok(outcome) => outcome.and(stopped),
        Err(panic) => resume_unwind(panic),
    }
}

impl Stage {
    /// Opens a window at an address, and waits until the app is there.
    ///
    /// # Errors
    ///
    /// When it never is.
    pub async fn open(&self, url: &str) -> Result<Arc<Tab>> {
        let tab = self.window().await?;
        tab.go(url).await?;
        Ok(tab)
    }

    /// Opens a window with any page in it.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn look_at(&self, url: &str) -> Result<Arc<Tab>> {
        let tab = self.window().await?;
        tab.look_at(url).await?;
        Ok(tab)
    }

    async fn window(&self) -> Result<Arc<Tab>> {
        let mut tabs = self.tabs.lock().await;
        let window = self.browser.open(tabs.is_empty()).await?;
        let tab = Arc::new(Tab::new(Arc::clone(&self.browser), window));
        tabs.push(Arc::clone(&tab));
        Ok(tab)
    }

    /// Closes all windows but one, which is left empty: what comes next begins as the first did.
    ///
    /// # Errors
    ///
    /// When a page has complained that is closed now, or the browser does not answer.
    pub async fn close_all(&self) -> Outcome {
        self.check_policy().await?;
        let mut tabs = self.tabs.lock().await;
        for tab in tabs.drain(..).rev() {
            tab.close().await?;
        }
        Ok(())
    }

    /// Says that the test breaks the network on purpose, or searches for what can't be: the browser itself
    /// writes an error to the console for each request that fails, and no page can prevent that.
    pub fn network_will_break(&self) {
        self.breaks.store(true, Ordering::Relaxed);
    }

    async fn check_policy(&self) -> Outcome {
        for tab in self.tabs.lock().await.iter() {
            let refused: Vec<String> = tab.js("return witness.violations", []).await?;
            ensure!(refused.is_empty(), "the content security policy was broken: {refused:?}");
        }
        Ok(())
    }

    async fn check_console(&self) -> Outcome {
        self.check_policy().await?;
        let breaks = self.breaks.load(Ordering::Relaxed);
        let complaints: Vec<_> = self
            .browser
            .console()
            .await?
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" || entry.level == "WARNING")
            .filter(|entry| !(breaks && is_network_error(&entry.message)))
            .map(|entry| entry.message)
            .collect();
        if complaints.is_empty() {
            return Ok(());
        }
        bail!("the console is not clean: {complaints:#?}");
    }

    async fn leave_traces(&self, name: &str) {
        let shots = Path::new(env!("CARGO_MANIFEST_DIR")).join("shots");
        let _ = std::fs::create_dir_all(&shots);
        for (n, tab) in self.tabs.lock().await.iter().enumerate() {
            let file = shots.join(format!("{name}-{}.png", n + 1));
            match tab.screenshot().await {
                Ok(png) => {
                    let _ = std::fs::write(&file, png);
                    eprintln!("picture: {}", file.display());
                }
                Err(error) => eprintln!("no picture of tab {}: {error:#}", n + 1),
            }
        }
        for entry in self.browser.console().await.unwrap_or_default() {
            eprintln!("console: {} {}", entry.level, entry.message);
        }
    }

    async fn quit(self) {
        if let Err(error) = self.browser.quit().await {
            eprintln!("the browser did not end well: {error:#}");
        }
    }
}

/// What Chromium itself writes when a server is gone or says that it is going.
fn is_network_error(message: &str) -> bool {
    let is_refused_search = message.contains("/api/search?") && message.contains("422 (");
    is_refused_search
        || ["net::ERR_", "WebSocket connection to", "503 (Service Unavailable)"]
            .iter()
            .any(|known| message.contains(known))
}
