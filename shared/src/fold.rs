//! Texts as they are compared when somebody looks for one: case and accents don't count.

/// The text without case and accents.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let combines = |c: &char| matches!(c, '\u{300}'..='\u{36F}');
    // How a sigma is written depends on where it stands.
    let sigma = |c| if c == 'ς' { 'σ' } else { c };
    apart(text).chars().filter(|c| !combines(c)).map(sigma).collect()
}

#[cfg(not(target_arch = "wasm32"))]
fn apart(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd().flat_map(char::to_lowercase).collect()
}

/// The browser has the Unicode tables; they need not be downloaded.
#[cfg(target_arch = "wasm32")]
fn apart(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFD").to_lower_case().into()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(fold("Ana-2"), "ana-2");
        assert_eq!(fold("JOSÉ Conceição"), "jose conceicao");
        assert_eq!(fold("Jose\u{301}"), fold("José"));
        assert_eq!(fold("مرحبا"), "مرحبا");
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert_eq!(fold("οδός"), "οδοσ");
    }
}
