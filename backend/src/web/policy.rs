//! The page's Content-Security-Policy: it may run the scripts and bear the styles it came with, and
//! talk to its own server. Those that stand in the page itself are allowed by their hashes.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// The policy for the app's worker: it may ask its own server, and nothing else.
pub(super) const WORKER: &str = "default-src 'none'; connect-src 'self'";

/// Where the Lab's lines are.
const LINES: &str = " http://127.0.0.1:* ws://127.0.0.1:*";

/// The policy for a page of this HTML, which may also speak to the Lab's `lines`.
pub(super) fn content_security_policy(html: &str, lines: bool) -> String {
    let (scripts, styles) = (hashes(html, "script"), hashes(html, "style"));
    let lines = if lines { LINES } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'{lines}; manifest-src 'self'; worker-src 'self'; \
         base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The hashes of all scripts, or styles, that stand in the page, each behind a space.
fn hashes(html: &str, element: &str) -> String {
    let hash = |body: &str| STANDARD.encode(Sha256::digest(body.as_bytes()));
    inline(html, element).into_iter().map(|body| format!(" 'sha256-{}'", hash(body))).collect()
}

/// The bodies of this element without `src`, to the byte: what a browser hashes.
fn inline<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let (begin, end) = (format!("<{element}"), format!("</{element}>"));
    let mut bodies = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find(&begin) {
        let Some(open) = rest[start..].find('>') else { break };
        let tag = &rest[start..start + open];
        let body = &rest[start + open + 1..];
        let Some(end) = body.find(&end) else { break };
        if !tag.contains(" src=") {
            bodies.push(&body[..end]);
        }
        rest = &body[end..];
    }
    bodies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_is_allowed_by_its_hash() {
        let html = "<head><script src=\"/a.js\"></script><script type=\"module\">\nstart()\n</script></head>";
        assert_eq!(inline(html, "script"), ["\nstart()\n"]);
        let policy = content_security_policy(html, false);
        // printf '\nstart()\n' | openssl dgst -sha256 -binary | base64
        let hash = "'sha256-Vr57vMWq2hNgrKy/aFxYtLAB3PwHlV8B/NfZeGEgedw='";
        assert!(policy.contains(hash), "{policy}");
        assert!(!policy.contains("'unsafe-inline'"), "{policy}");
    }

    #[test]
    fn an_inline_style_is_allowed_by_its_hash_and_no_other() {
        let html = "<style>b{margin:0}</style><script>go()</script><noscript><style>i{}</style>";
        assert_eq!(inline(html, "style"), ["b{margin:0}", "i{}"]);
        let policy = content_security_policy(html, false);
        let styles = policy.split("; ").find(|part| part.starts_with("style-src")).unwrap();
        assert_eq!(styles.matches("'sha256-").count(), 2, "{styles}");
        assert!(!styles.contains("unsafe"), "{styles}");
    }
}
