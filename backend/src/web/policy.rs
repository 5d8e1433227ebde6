//! The page's Content-Security-Policy: it may run the scripts it came with, and talk to its own
//! server. Trunk starts the wasm from an inline script, which is allowed by its hash.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// The policy for the app's worker: it may ask its own server, and nothing else.
pub(super) const WORKER: &str = "default-src 'none'; connect-src 'self'";

/// Where the Lab's lines are.
const LINES: &str = " http://127.0.0.1:* ws://127.0.0.1:*";

/// The policy for a page of this HTML, which may also speak to the Lab's `lines`.
pub(super) fn content_security_policy(html: &str, lines: bool) -> String {
    let mut scripts = "'self' 'wasm-unsafe-eval'".to_owned();
    for script in inline_scripts(html) {
        let hash = STANDARD.encode(Sha256::digest(script.as_bytes()));
        scripts.push_str(&format!(" 'sha256-{hash}'"));
    }
    let lines = if lines { LINES } else { "" };
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'{lines}; manifest-src 'self'; worker-src 'self'; \
         base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The bodies of scripts without `src`, to the byte: what a browser hashes.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let Some(open) = rest[start..].find('>') else { break };
        let tag = &rest[start..start + open];
        let body = &rest[start + open + 1..];
        let Some(end) = body.find("</script>") else { break };
        if !tag.contains(" src=") {
            scripts.push(&body[..end]);
        }
        rest = &body[end..];
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_is_allowed_by_its_hash() {
        let html = "<head><script src=\"/a.js\"></script><script type=\"module\">\nstart()\n</script></head>";
        assert_eq!(inline_scripts(html), ["\nstart()\n"]);
        let policy = content_security_policy(html, false);
        // printf '\nstart()\n' | openssl dgst -sha256 -binary | base64
        let hash = "'sha256-Vr57vMWq2hNgrKy/aFxYtLAB3PwHlV8B/NfZeGEgedw='";
        assert!(policy.contains(hash), "{policy}");
        assert!(!policy.contains("'unsafe-inline'"), "{policy}");
    }
}
