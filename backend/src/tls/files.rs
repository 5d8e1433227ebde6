//! A certificate and its key in two PEM files: read, checked, and read again when they change.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use sha2::{Digest, Sha256};
use tokio_rustls::rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::TlsError;

/// Where the two are.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub(super) cert: PathBuf,
    pub(super) key: PathBuf,
}

/// What the two files held when they were last good.
#[derive(Debug)]
pub(super) struct Present {
    files: Files,
    now: RwLock<(Bytes, Arc<CertifiedKey>)>,
}

/// The certificate's file and the key's.
type Bytes = (Vec<u8>, Vec<u8>);

impl Present {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// When they can't be used.
    pub(super) fn read(files: Files) -> Result<Self, TlsError> {
        let bytes = files.read()?;
        let key = files.certified(&bytes)?;
        Ok(Self { files, now: RwLock::new((bytes, key)) })
    }

    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    /// Takes what the files hold now, if that is new and good; else all stays as it was.
    pub(super) fn read_again(&self) {
        let read = || {
            let bytes = self.files.read()?;
            if bytes == self.now.read().unwrap_or_else(PoisonError::into_inner).0 {
                return Ok(false);
            }
            let key = self.files.certified(&bytes)?;
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = (bytes, key);
            Ok(true)
        };
        match read() {
            Ok(false) => {}
            Ok(true) => tracing::info!(sha256 = %self.fingerprint(), "a new certificate is used"),
            // Halfway through a renewal the two are no pair, for a moment.
            Err::<_, TlsError>(e) => {
                tracing::warn!(error = %e, "the certificate stays the old one");
            }
        }
    }

    fn certified(&self) -> Arc<CertifiedKey> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// The certificate's SHA-256, as browsers show it: `AB:CD:…`.
    pub(super) fn fingerprint(&self) -> String {
        let key = self.certified();
        let digest = Sha256::digest(&key.cert[0]);
        let pairs: Vec<_> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }
}

impl ResolvesServerCert for Present {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.certified())
    }
}

impl Files {
    fn read(&self) -> Result<Bytes, TlsError> {
        let read =
            |path: &Path| fs::read(path).map_err(|e| TlsError::File(path.to_owned(), "read", e));
        Ok((read(&self.cert)?, read(&self.key)?))
    }

    /// The two as a pair that fits.
    fn certified(&self, (cert, key): &Bytes) -> Result<Arc<CertifiedKey>, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(cert)
            .collect::<Result<_, _>>()
            .ok()
            .filter(|chain: &Vec<_>| !chain.is_empty())
            .ok_or_else(|| TlsError::Empty(self.cert.clone(), "certificate"))?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| TlsError::Empty(self.key.clone(), "private key"))?;
        let pair = CertifiedKey::from_der(chain, key, &ring::default_provider());
        pair.map(Arc::new).map_err(|e| TlsError::Pair(self.cert.clone(), self.key.clone(), e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renew(files: &Files) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(&files.cert, made.cert.pem()).unwrap();
        fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    }

    #[test]
    fn a_file_that_can_not_be_used_changes_nothing() {
        let folder = tempfile::TempDir::new().unwrap();
        let at = |name| folder.path().join(name);
        let files = Files { cert: at("cert.pem"), key: at("key.pem") };
        renew(&files);
        let present = Present::read(files.clone()).unwrap();
        let old = present.fingerprint();
        for broken in ["", "half a certi"] {
            fs::write(&files.cert, broken).unwrap();
            present.read_again();
            assert_eq!(present.fingerprint(), old, "{broken:?}");
        }
        fs::remove_file(&files.cert).unwrap();
        present.read_again();
        assert_eq!(present.fingerprint(), old, "no file");
        renew(&files);
        present.read_again();
        assert_ne!(present.fingerprint(), old);
    }
}
