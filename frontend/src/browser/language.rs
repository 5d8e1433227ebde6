//! The language that is spoken with the reader.

use super::{
    document,
    storage::{keep, kept},
    window,
};

/// The key under which a language is kept that was chosen by hand.
const LANGUAGE_KEY: &str = "tidings.language";

/// Speaks the reader's language, as far as the app knows it: the one chosen by hand, else the first of
/// the browser's. The page is told, for screen readers, hyphenation and the direction of reading.
pub fn speak() {
    let chosen = kept(LANGUAGE_KEY);
    let browser: Vec<String> =
        window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect();
    crate::words::choose(chosen.iter().chain(&browser).map(String::as_str));
    let words = crate::words::words();
    if let Some(html) = document().document_element() {
        // A page without its language is only less well read.
        let _ = html.set_attribute("lang", words.tag);
        let _ = html.set_attribute("dir", words.direction);
    }
}

/// Speaks this language from now on, in all tabs that open. Whatever is written is kept, so the page
/// simply begins anew.
pub fn speak_only(tag: &str) {
    keep(LANGUAGE_KEY, tag);
    let _ = window().location().reload();
}
