//! What hands do beyond typing and clicking: pointing without a click, and keys that are held while
//! another is pressed.

use anyhow::Result;
use thirtyfour::By;

use crate::Tab;

impl Tab {
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

    /// Presses a key, wherever the focus is, while `held` is held.
    ///
    /// # Errors
    ///
    /// When the page does not answer.
    pub async fn press_with(&self, held: impl Into<char>, key: impl Into<char>) -> Result<()> {
        let (held, key) = (held.into(), key.into());
        let focused = self.browser.focused(&self.window).await?;
        let chain = focused.web.action_chain().key_down(held).key_down(key);
        chain.key_up(key).key_up(held).perform().await?;
        Ok(())
    }
}
