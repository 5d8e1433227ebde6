//! TLS, once for both kinds of connection: HTTP requests and WebSockets trust the same roots and
//! use the same cryptography.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;

/// For `https`: trusts what the operating system trusts (and `SSL_CERT_FILE`, `SSL_CERT_DIR`).
///
/// # Errors
///
/// If the system has no root certificates, which slim containers lack.
pub(crate) fn trusting() -> Result<ClientConfig, rustls::Error> {
    Ok(builder().with_platform_verifier()?.with_no_client_auth())
}

/// For `https`, to a server whose certificate is one of these, or is signed by one: a self-signed
/// one, say. The system's roots are not asked.
///
/// # Errors
///
/// A sentence, if there is no certificate in it.
pub(crate) fn trusting_only(pem: &[u8]) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() {
        return Err("it holds no certificate in PEM".into());
    }
    Ok(builder().with_root_certificates(roots).with_no_client_auth())
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
