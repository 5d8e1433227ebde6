//! What hands do: typing, clicking, pointing without a click, and keys that are held while another is
//! pressed.

use anyhow::{Context, Result};
use thirtyfour::{By, Key, WebElement, action_chain::ActionChain};

use crate::Tab;

impl Tab {
    /// Writes a message and sends it, by the keyboard.
    ///
    /// # Errors
    ///
    /// When the composer takes no text.
    pub async fn say(&self, text: &str) -> Result<()> {
        self.on("#composer", async |composer| {
            composer.send_keys(text).await?;
            composer.send_keys(Key::Enter + "").await?;
            Ok(())
        })
        .await
    }

    /// Writes into the place to write, and leaves it there.
    ///
    /// # Errors
    ///
    /// When it isn't there.
    pub async fn write(&self, text: &str) -> Result<()> {
        let lines: Vec<_> = text.split('\n').collect();
        // Shift and Enter, and the shift key let go: that breaks a line.
        let keys = lines.join("\u{e008}\u{e007}\u{e000}");
        self.on("#composer", async |composer| Ok(composer.send_keys(keys).await?)).await
    }

    /// Presses keys, wherever the focus is.
    ///
    /// # Errors
    ///
    /// When the page does not answer.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let focused = self.browser.focused(&self.window).await?;
        focused.web.action_chain().send_keys(keys).perform().await?;
        Ok(())
    }

    /// Presses a key while others are held, wherever the focus is.
    ///
    /// # Errors
    ///
    /// When the page does not answer.
    pub async fn chord(&self, held: &[Key], key: impl Into<char>) -> Result<()> {
        let key = key.into();
        let focused = self.browser.focused(&self.window).await?;
        let held = || held.iter().map(|key| char::from(key.clone()));
        let chain = focused.web.action_chain();
        let chain = held().fold(chain, ActionChain::key_down);
        let chain = chain.key_down(key).key_up(key);
        held().fold(chain, ActionChain::key_up).perform().await?;
        Ok(())
    }

    /// Clicks an element.
    ///
    /// # Errors
    ///
    /// When it isn't there, or can't be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        self.on(selector, async |element| Ok(element.click().await?)).await
    }

    /// Opens the switcher by its keys, and waits until it takes what is typed.
    ///
    /// # Errors
    ///
    /// When it doesn't open.
    pub async fn open_switcher(&self) -> Result<()> {
        self.chord(&[Key::Control], 'k').await?;
        self.until_focus("switch").await
    }

    /// Moves the mouse over an element.
    ///
    /// # Errors
    ///
    /// When it isn't there.
    pub async fn hover(&self, selector: &str) -> Result<()> {
        let focused = self.browser.focused(&self.window).await?;
        let element = focused.web.find(By::Css(selector)).await?;
        focused.web.action_chain().move_to_element_center(&element).perform().await?;
        Ok(())
    }

    /// Writes into a field in place of what is there, and leaves it.
    ///
    /// # Errors
    ///
    /// When it isn't there.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        self.on(selector, async |field| {
            field.send_keys(Key::Control + "a").await?;
            field.send_keys(text).await?;
            field.send_keys(Key::Tab + "").await?;
            Ok(())
        })
        .await
    }

    /// Chooses a mode.
    ///
    /// # Errors
    ///
    /// When the page has none of this name.
    pub async fn choose_mode(&self, mode: &str) -> Result<()> {
        self.click(&format!("#mode input[value='{mode}']")).await
    }

    async fn on(
        &self,
        selector: &str,
        act: impl AsyncFnOnce(WebElement) -> Result<()>,
    ) -> Result<()> {
        let focused = self.browser.focused(&self.window).await?;
        let element = focused.web.find(By::Css(selector)).await?;
        act(element).await.with_context(|| format!("at {selector}"))
    }
}
