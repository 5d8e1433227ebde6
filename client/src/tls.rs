//! TLS, once for both kinds of connection: HTTP requests and WebSockets trust the same roots and
//! use the same cryptography.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;

/// For `https`: trusts what the operating system trusts (and `SSL_CERT_FILE`, `SSL_CERT_DIR`).
///
/// # Errors
///
/// If the system has no root certificates, which slim containers lack.
pub(crate) fn trusting() -> Result<ClientConfig, rustls::Error> {
    Ok(builder().with_platform_verifier()?.with_no_client_auth())
}

/// For `http`, where TLS is never spoken: trusts nobody, and so needs no certificates to be there.
pub(crate) fn unused() -> ClientConfig {
    builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
}

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring offers TLS 1.2 and 1.3")
}
