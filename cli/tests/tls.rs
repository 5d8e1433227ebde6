//! The terminal over TLS: a server that signs for itself is trusted by its certificate, and by
//! nothing else.

#![cfg(unix)]

mod common;

use common::{Running, Serving, tidings};

#[test]
fn a_server_that_signs_for_itself_is_trusted_by_its_certificate_alone() {
    let serving = Serving::start_with(&["--tls", "self-signed"]);
    let server = format!("https://{}", serving.address);
    let (own, other) =
        (serving.file("tls/cert.pem"), Serving::start_with(&["--tls", "self-signed"]));
    let other = other.file("tls/cert.pem");
    let post = |ca: &std::path::Path| {
        let ca = ca.to_str().unwrap();
        let arguments =
            ["post", "--server", &server, "--tls-ca", ca, "--give-up", "1s", "--name", "ana", "oi"];
        Running::fed(tidings(&arguments), "")
    };
    let (status, _, err) = post(&own);
    assert!(status.success(), "{err:?}");
    let (status, _, err) = post(&other);
    assert!(!status.success(), "another server's certificate says nothing of this one");
    assert!(err.join(" ").contains("certificate"), "{err:?}");

    // By WebSocket too, which is another stack.
    let arguments =
        ["join", "--server", &server, "--tls-ca", own.to_str().unwrap(), "--name", "bia"];
    let (status, _, err) = Running::fed(tidings(&arguments), "one\ntwo\n");
    assert!(status.success(), "{err:?}");
    let arguments = ["health", "--server", &server, "--tls-ca", own.to_str().unwrap()];
    let (status, ..) = Running::fed(tidings(&arguments), "");
    assert!(status.success());
}

#[test]
fn a_file_without_a_certificate_is_refused_with_its_name() {
    for (name, text) in [("empty.pem", Some("")), ("gone.pem", None)] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let arguments =
            ["post", "--server", "https://127.0.0.1:1", "--tls-ca", file.to_str().unwrap(), "oi"];
        let (status, _, err) = Running::fed(tidings(&arguments), "");
        assert!(!status.success());
        assert!(err.join(" ").contains(name), "{err:?}");
    }
}
