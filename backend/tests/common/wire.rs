//! What a test speaks to a server over: TCP or TLS, HTTP/1.1 or HTTP/2. The same promises hold on
//! each of them.

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use rcgen::CertifiedKey;
use tempfile::TempDir;
use tidings_backend::Config;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

/// A connection of any kind.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// What is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Over {
    #[default]
    Http1,
    /// In clear, with prior knowledge.
    Http2,
    TlsHttp1,
    TlsHttp2,
}

impl Over {
    pub fn is_http2(self) -> bool {
        matches!(self, Self::Http2 | Self::TlsHttp2)
    }

    pub fn is_tls(self) -> bool {
        matches!(self, Self::TlsHttp1 | Self::TlsHttp2)
    }

    /// Lets a server speak it.
    pub fn configure(self, config: &mut Config) {
        if self.is_tls() {
            let folder = certificate().folder.path();
            config.tls_cert = Some(folder.join("cert.pem"));
            config.tls_key = Some(folder.join("key.pem"));
        }
    }
}

/// A server's address, and what to speak there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub addr: SocketAddr,
    pub over: Over,
}

impl From<SocketAddr> for Place {
    fn from(addr: SocketAddr) -> Self {
        Self { addr, over: Over::Http1 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.addr.fmt(f)
    }
}

impl Place {
    /// Opens a connection, up to where HTTP begins.
    pub async fn connect(self) -> io::Result<Box<dyn Stream>> {
        let socket = TcpStream::connect(self.addr).await?;
        socket.set_nodelay(true)?;
        if !self.over.is_tls() {
            return Ok(Box::new(socket));
        }
        let alpn: &[u8] = if self.over.is_http2() { b"h2" } else { b"http/1.1" };
        let stream = shake(socket, &certificate().cert, &[alpn]).await?;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(alpn));
        Ok(Box::new(stream))
    }
}

/// Shakes hands with a server that is trusted by this certificate in PEM alone.
pub async fn shake(
    socket: TcpStream,
    cert: &str,
    alpn: &[&[u8]],
) -> io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = RootCertStore::empty();
    let cert = CertificateDer::from_pem_slice(cert.as_bytes()).expect("a certificate");
    roots.add(cert).expect("it can be trusted");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring offers TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, socket).await
}

/// An operator's certificate, one for all tests.
pub struct Certificate {
    pub folder: TempDir,
    pub cert: String,
}

pub fn certificate() -> &'static Certificate {
    static CERTIFICATE: OnceLock<Certificate> = OnceLock::new();
    CERTIFICATE.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary folder");
        let cert = write_certificate(folder.path());
        Certificate { folder, cert }
    })
}

/// Draws a certificate for localhost, and writes it and its key; answers it in PEM.
pub fn write_certificate(folder: &std::path::Path) -> String {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).expect("a key");
    std::fs::write(folder.join("cert.pem"), cert.pem()).expect("a certificate");
    cert.pem()
}
