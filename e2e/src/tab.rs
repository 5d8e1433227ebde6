//! One window with the app in it, and what a person sees in it. What they do is in `hands.rs`.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use crate::{browser::Browser, wait::until};

/// A window of the browser.
pub struct Tab {
    pub(crate) browser: Arc<Browser>,
    pub(crate) window: WindowHandle,
}

/// A message as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// The sender's name for it.
    pub id: String,
    /// Its place in the log, if the page knows it.
    pub seq: Option<u64>,
    /// How far an own message got: `pending`, `sent` or `failed`.
    pub delivery: Option<String>,
    /// Who said it.
    pub author: String,
    /// What was said.
    pub text: String,
}

impl Tab {
    pub(crate) fn new(browser: Arc<Browser>, window: WindowHandle) -> Self {
        Self { browser, window }
    }

    /// Goes to an address, and waits until the app is there.
    ///
    /// # Errors
    ///
    /// When it never is.
    pub async fn go(&self, url: &str) -> Result<()> {
        self.look_at(url).await?;
        self.until_app().await
    }

    /// Waits until the app has taken the place of what the page shows before it.
    ///
    /// # Errors
    ///
    /// When it never does.
    pub async fn until_app(&self) -> Result<()> {
        const THERE: &str = "return !!document.querySelector('.app:not([aria-busy]) #panel')";
        self.until_js("the app", THERE).await
    }

    /// What a script in the page returns.
    ///
    /// # Errors
    ///
    /// When it throws, or returns something else.
    pub async fn js<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: impl IntoIterator<Item = Value>,
    ) -> Result<T> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        let focused = self.browser.focused(&self.window).await?;
        let answer = focused.web.execute(script, arguments).await?;
        answer.convert().with_context(|| format!("what this returned: {script}"))
    }

    /// Waits until a script returns true. Null is no answer yet: what it looks at is not there.
    ///
    /// # Errors
    ///
    /// When it never does, or returns something else.
    pub async fn until_js(&self, what: &str, script: &str) -> Result<()> {
        until(what, || self.js(script, []), |holds: &Option<bool>| *holds == Some(true))
            .await
            .map(drop)
    }

    /// Waits until it shows a room.
    ///
    /// # Errors
    ///
    /// When it never does.
    pub async fn until_room(&self, room: &str) -> Result<()> {
        let script = format!(
            "return location.pathname === '/r/{room}'
                && document.querySelector('h1').textContent === '{room}'"
        );
        self.until_js(&format!("the room {room}"), &script).await
    }

    /// Waits until the element of this id has the focus.
    ///
    /// # Errors
    ///
    /// When it never has.
    pub async fn until_focus(&self, id: &str) -> Result<()> {
        let script = format!("return document.activeElement?.id === '{id}'");
        self.until_js(&format!("the focus at {id}"), &script).await
    }

    /// Waits until no dialog is open.
    ///
    /// # Errors
    ///
    /// When one stays.
    pub async fn until_no_dialog(&self) -> Result<()> {
        let script = "return document.querySelector('dialog[open]') === null";
        self.until_js("no dialog", script).await
    }

    /// The messages on the page, from top to bottom.
    ///
    /// # Errors
    ///
    /// When the page does not answer.
    pub async fn rows(&self) -> Result<Vec<Row>> {
        const ROWS: &str = "
            return [...document.querySelectorAll('#log [data-message-id]')].map((row) => ({
                id: row.dataset.messageId,
                seq: row.dataset.seq === undefined ? null : Number(row.dataset.seq),
                delivery: row.dataset.delivery ?? null,
                author: row.querySelector('.author')?.textContent ?? '',
                text: row.querySelector('.text')?.textContent ?? '',
            }))";
        self.js(ROWS, []).await
    }

    /// Waits until the messages on the page are as they should be.
    ///
    /// # Errors
    ///
    /// When they never are.
    pub async fn until_rows(&self, what: &str, holds: impl Fn(&[Row]) -> bool) -> Result<Vec<Row>> {
        until(what, || self.rows(), |rows| holds(rows)).await
    }

    /// Waits until a message with this text is there, and answers it.
    ///
    /// # Errors
    ///
    /// When it never is.
    pub async fn until_text(&self, text: &str) -> Result<Row> {
        let what = format!("the message {text:?}");
        let rows = self.until_rows(&what, |rows| rows.iter().any(|row| row.text == text)).await?;
        rows.into_iter().find(|row| row.text == text).context("it has gone again")
    }

    /// Waits until the log has brought an own message back: it has a place, it is on its way no
    /// more, and it is there once. Answers it.
    ///
    /// # Errors
    ///
    /// When it never does, or when it is shown twice.
    pub async fn until_confirmed(&self, text: &str) -> Result<Row> {
        let confirmed = |row: &Row| row.text == text && row.seq.is_some() && row.delivery.is_none();
        let what = format!("{text:?}, confirmed");
        let rows = self.until_rows(&what, |rows| rows.iter().any(confirmed)).await?;
        let mut rows = rows.into_iter().filter(|row| row.text == text);
        let row = rows.next().context("it has gone again")?;
        ensure!(rows.next().is_none(), "{text:?} is shown twice");
        Ok(row)
    }

    /// When each message appeared, by its place in the log; ms since 1970.
    ///
    /// # Errors
    ///
    /// When the page does not answer.
    pub async fn arrivals(&self) -> Result<BTreeMap<u64, u64>> {
        self.js("return witness.arrivals", []).await
    }

    /// The states in which an own message was shown, one after the other; the last is `confirmed`
    /// when the log has brought it.
    ///
    /// # Errors
    ///
    /// When the page does not answer.
    pub async fn deliveries(&self, id: &str) -> Result<Vec<String>> {
        self.js("return witness.deliveries[arguments[0]] ?? []", [json!(id)]).await
    }

    /// Waits for a state of the connection: `connecting`, `live`, `waiting` or `offline`.
    ///
    /// # Errors
    ///
    /// When it never comes.
    pub async fn until_state(&self, wanted: &[&str]) -> Result<()> {
        let state =
            || self.js::<String>("return document.querySelector('#status').dataset.state", []);
        let what = format!("the state {}", wanted.join(" or "));
        until(&what, state, |state| wanted.contains(&state.as_str())).await.map(drop)
    }

    /// Waits until it listens by this mode, be it by its own choice.
    ///
    /// # Errors
    ///
    /// When it never does.
    pub async fn until_listening_by(&self, mode: &str) -> Result<()> {
        const SEEN: &str = "const status = document.querySelector('#status').dataset;
            return [status.mode, status.state]";
        let seen = || self.js::<(String, String)>(SEEN, []);
        let listens = |(by, state): &(String, String)| {
            by == mode && ["live", "waiting"].contains(&state.as_str())
        };
        until(&format!("listening by {mode}"), seen, listens).await.map(drop)
    }

    /// Waits until it listens, in whatever mode.
    ///
    /// # Errors
    ///
    /// When it never does.
    pub async fn until_listening(&self) -> Result<()> {
        self.until_state(&["live", "waiting"]).await
    }

    /// Makes the page as wide as a phone, in CSS pixels.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let focused = self.browser.focused(&self.window).await?;
        focused.web.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Says something to the browser in its own protocol
    /// (<https://chromedevtools.github.io/devtools-protocol/>).
    ///
    /// # Errors
    ///
    /// When it doesn't know how.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        let focused = self.browser.focused(&self.window).await?;
        Ok(focused.web.cdp().send_raw(method, parameters).await?)
    }

    /// Closes it, unless it is the browser's last.
    pub(crate) async fn close(&self) -> Result<()> {
        let focused = self.browser.focused(&self.window).await?;
        focused.web.goto("about:blank").await?;
        if focused.web.windows().await?.len() > 1 {
            focused.web.close_window().await?;
        }
        Ok(())
    }

    /// Goes to any page.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn look_at(&self, url: &str) -> Result<()> {
        self.browser.focused(&self.window).await?.web.goto(url).await?;
        Ok(())
    }

    /// Goes back to the page before.
    ///
    /// # Errors
    ///
    /// When the browser does not answer.
    pub async fn back(&self) -> Result<()> {
        self.browser.focused(&self.window).await?.web.back().await?;
        Ok(())
    }

    /// A picture of it.
    ///
    /// # Errors
    ///
    /// When the browser can't take one.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.browser.focused(&self.window).await?.web.screenshot_as_png().await?)
    }
}
