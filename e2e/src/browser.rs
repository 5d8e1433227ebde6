//! One Chromium with a profile of its own, and its windows. Windows rather than tabs of one window:
//! a browser slows down what it does not show, and these are looked at side by side.

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::{
    BrowserLogEntry, CapabilitiesHelper, ChromeCapabilities, ChromiumLikeCapabilities,
    DesiredCapabilities, PageLoadStrategy, WebDriver, WindowHandle,
    common::log::LoggingPrefsLogLevel,
};
use tokio::sync::{Mutex, MutexGuard};

use crate::driver::Driver;

/// Runs before a page's own scripts: writes down when each message appeared, which states an own
/// message went through, and what the content security policy refused.
const WITNESS: &str = include_str!("witness.js");

const ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-backgrounding-occluded-windows",
    // The servers here sign for themselves.
    "--ignore-certificate-errors",
    "--window-size=1000,800",
];

/// A browser, and the process that drives it.
pub(crate) struct Browser {
    web: WebDriver,
    /// Which window takes commands is a state of the session; whoever holds this may change it.
    focus: Mutex<()>,
    _driver: Driver,
}

impl Browser {
    /// Starts it. If it is `eager`, a page counts as there when its HTML is.
    pub(crate) async fn start(eager: bool) -> Result<Self> {
        let driver = Driver::start()?;
        let mut wishes: ChromeCapabilities = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            wishes.add_arg(argument)?;
        }
        if let Ok(chromium) = std::env::var("CHROMIUM") {
            wishes.set_binary(&chromium)?;
        }
        if eager {
            wishes.set_page_load_strategy(PageLoadStrategy::Eager)?;
        }
        wishes.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let web = WebDriver::new(driver.url(), wishes).await.context("Chromium did not start")?;
        Ok(Self { web, focus: Mutex::new(()), _driver: driver })
    }

    /// A window with an empty page, in which the witness waits for the next one.
    pub(crate) async fn open(&self, first: bool) -> Result<WindowHandle> {
        let _focus = self.focus.lock().await;
        let window = if first { self.web.window().await? } else { self.web.new_window().await? };
        self.web.switch_to_window(window.clone()).await?;
        let source = json!({ "source": WITNESS });
        self.web.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", source).await?;
        Ok(window)
    }

    /// The browser with this window in front, for one command or for several that belong together.
    pub(crate) async fn focused(&self, window: &WindowHandle) -> Result<Focused<'_>> {
        let lock = self.focus.lock().await;
        self.web.switch_to_window(window.clone()).await?;
        Ok(Focused { web: &self.web, _lock: lock })
    }

    /// What has come to the console since the last time, in all windows.
    pub(crate) async fn console(&self) -> Result<Vec<BrowserLogEntry>> {
        Ok(self.web.browser_log().await?)
    }

    /// Ends it with all its windows.
    pub(crate) async fn quit(&self) -> Result<()> {
        Ok(self.web.clone().quit().await?)
    }
}

/// The browser while one window has its attention.
pub(crate) struct Focused<'a> {
    pub(crate) web: &'a WebDriver,
    _lock: MutexGuard<'a, ()>,
}
