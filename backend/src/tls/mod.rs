//! TLS: the certificate, the handshake, and what somebody is told who speaks plain HTTP instead.
//!
//! Browsers speak HTTP/2 over TLS only, and over HTTP/1.1 open six connections to a server in all;
//! this is how a page has as many streams as it likes.

mod files;
mod own;
mod plain;

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use tokio::{io, net::TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring},
    server::TlsStream,
};

use crate::{
    config::Config,
    meter::{Connection, Metered},
};
use files::{Files, Present};

/// The first byte of a TLS connection: a record with a handshake in it.
const HANDSHAKE: u8 = 0x16;

/// Why TLS can't be spoken, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that can't be read or written.
    #[error("{0} can't be {1}: {2}")]
    File(PathBuf, &'static str, io::Error),
    /// A file without what is needed.
    #[error("{0} holds no {1} in PEM")]
    Empty(PathBuf, &'static str),
    /// A certificate and a key that are no pair, or of a kind that isn't supported.
    #[error("the certificate in {0} and the key in {1} can't be used together: {2}")]
    Pair(PathBuf, PathBuf, tokio_rustls::rustls::Error),
    /// A name that no certificate can bear.
    #[error("no certificate can be made for {0:?}: {1}")]
    Name(String, rcgen::Error),
}

/// A way to a certificate that needs no files to be named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TlsMode {
    /// One that the server makes and keeps, for a network whose people know each other.
    SelfSigned,
}

impl FromStr for TlsMode {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        match s {
            "self-signed" => Ok(Self::SelfSigned),
            _ => Err("use self-signed, or name files with --tls-cert and --tls-key".into()),
        }
    }
}

impl fmt::Display for TlsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("self-signed")
    }
}

/// TLS as the settings want it.
pub struct Tls {
    acceptor: TlsAcceptor,
    present: Arc<Present>,
}

impl Tls {
    /// What the settings say: nothing, the operator's certificate, or the server's own.
    ///
    /// # Errors
    ///
    /// When the certificate can't be used, or none can be made.
    pub fn open(config: &Config) -> Result<Option<Self>, TlsError> {
        let files = match (&config.tls_cert, &config.tls_key, config.tls) {
            (Some(cert), Some(key), _) => Files { cert: cert.clone(), key: key.clone() },
            (_, _, Some(TlsMode::SelfSigned)) => own::files(&config.store, &config.tls_name)?,
            _ => return Ok(None),
        };
        let present = Arc::new(Present::read(files)?);
        tracing::info!(
            certificate = %present.files().cert.display(),
            sha256 = %present.fingerprint(),
            "speaking TLS"
        );
        let mut tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring offers TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(present.clone());
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Some(Self { acceptor: Arc::new(tls).into(), present }))
    }

    /// Looks at the certificate's files now and then, for ever: a renewed one is taken without a
    /// restart, by the connections that come after it.
    pub fn keep_reading(&self, every: Duration) -> impl Future<Output = ()> + Send + use<> {
        let present = self.present.clone();
        async move {
            loop {
                tokio::time::sleep(every).await;
                let present = present.clone();
                // A thread that panicked is no reason to stop looking.
                let _ = tokio::task::spawn_blocking(move || present.read_again()).await;
            }
        }
    }

    /// Shakes hands. `None` when plain HTTP came instead, and was answered.
    ///
    /// # Errors
    ///
    /// When the socket or the handshake broke.
    pub async fn accept(
        &self,
        socket: TcpStream,
        connection: Arc<Connection>,
    ) -> io::Result<Option<TlsStream<Metered>>> {
        let mut first = [0];
        let came = socket.peek(&mut first).await?;
        let socket = Metered::new(socket, connection);
        if came > 0 && first[0] != HANDSHAKE {
            plain::refuse(socket).await?;
            return Ok(None);
        }
        self.acceptor.accept(socket).await.map(Some)
    }
}
