//! Which server: its address, parsed once, and what is kept for talking to it. A `Server` that
//! exists has an address that requests can be made of.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use reqwest::{Client, Url, redirect};
use rustls::ClientConfig;

use crate::tls;

/// A server, and the connections to it. Clones share them.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    /// Without a slash at its end.
    base: String,
    http: Client,
    tls: Arc<ClientConfig>,
}

/// How long a connection may take to come about; the TCP and TLS handshakes are in it.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An address that is none, or one that can't be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ServerError {
    /// Not an address.
    #[error(
        "{0:?} is not a server's address: use HOST:PORT, http://HOST:PORT or https://HOST:PORT, such as localhost:3001"
    )]
    Address(String),
    /// No TLS.
    #[error(
        "https can't be spoken: {0}; install the system's root certificates, or name a file of them in SSL_CERT_FILE"
    )]
    Tls(String),
    /// No certificate to trust.
    #[error("the certificates to trust can't be used: {0}")]
    Certificate(String),
}

impl Server {
    /// The address of `path` with `query`, which is encoded here.
    pub(crate) fn url(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url: Url =
            format!("{}{path}", self.inner.base).parse().expect("a base and a route are a URL");
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// The same, as a WebSocket's address.
    pub(crate) fn ws_url(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url = self.url(path, query);
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).expect("http and ws are schemes of one kind");
        url
    }

    pub(crate) fn http(&self) -> &Client {
        &self.inner.http
    }

    pub(crate) fn tls(&self) -> Arc<ClientConfig> {
        self.inner.tls.clone()
    }

    /// The address as text, such as `http://localhost:3001`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.inner.base
    }
}

/// `localhost:3001` is plain HTTP; `ws://` and `wss://` are taken for `http://` and `https://`. A
/// path is kept, for a server that a proxy serves under one.
impl FromStr for Server {
    type Err = ServerError;

    fn from_str(s: &str) -> Result<Self, ServerError> {
        let base = base(s).ok_or_else(|| ServerError::Address(s.chars().take(200).collect()))?;
        let secure = base.scheme() == "https";
        let tls = if secure {
            tls::trusting().map_err(|error| ServerError::Tls(error.to_string()))?
        } else {
            tls::unused()
        };
        Self::with(&base, tls)
    }
}

impl Server {
    /// The same server, trusted by these certificates (PEM) and no others: its own, where that is
    /// self-signed, or those of whoever signed it. Plain HTTP needs none, and stays as it is.
    ///
    /// # Errors
    ///
    /// When there is no certificate in `pem`.
    pub fn trusting_only(&self, pem: &[u8]) -> Result<Self, ServerError> {
        let base: Url = self.inner.base.parse().expect("a base is a URL");
        Self::with(&base, tls::trusting_only(pem).map_err(ServerError::Certificate)?)
    }

    fn with(base: &Url, tls: ClientConfig) -> Result<Self, ServerError> {
        let mut for_http = tls.clone();
        for_http.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut http = Client::builder()
            .tls_backend_preconfigured(for_http)
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirected POST would become a GET; who is redirected is told the address instead.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("tidings/", env!("CARGO_PKG_VERSION")));
        // No proxy leads back to this machine, whatever the environment says for other places.
        if is_loopback(base) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| ServerError::Tls(error.to_string()))?;
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { inner: Arc::new(Inner { base, http, tls: Arc::new(tls) }) })
    }
}

/// The address that is meant, or `None` where it is none.
fn base(s: &str) -> Option<Url> {
    let s = s.trim();
    let (scheme, rest) = s.split_once("://").unwrap_or(("http", s));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => "http",
        "https" | "wss" => "https",
        _ => return None,
    };
    let url: Url = format!("{scheme}://{rest}").parse().ok()?;
    let plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    (plain && url.has_host() && !rest.is_empty()).then_some(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.base)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.inner.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it() {
        for (text, base) in [
            ("localhost:3001", "http://localhost:3001"),
            (" server:3001 ", "http://server:3001"),
            ("127.0.0.1:3001", "http://127.0.0.1:3001"),
            ("[::1]:3001", "http://[::1]:3001"),
            ("http://chat.example", "http://chat.example"),
            ("HTTP://chat.example:80/", "http://chat.example"),
            ("ws://localhost:3001", "http://localhost:3001"),
            ("http://example.org/chat/", "http://example.org/chat"),
        ] {
            assert_eq!(text.parse::<Server>().expect(text).as_str(), base);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "http://",
            "ftp://here",
            "localhost:port",
            "localhost:99999",
            "http://a b/",
            "me:secret@here:3001",
            "here:3001?x=1",
            "here:3001#x",
        ] {
            assert!(bad.parse::<Server>().is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn addresses_keep_their_base_and_encode_their_query() {
        let server: Server = "http://example.org/chat".parse().unwrap();
        let query = [("username", "José & co".to_owned())];
        assert_eq!(
            server.url("/api/rooms", &query).as_str(),
            "http://example.org/chat/api/rooms?username=Jos%C3%A9+%26+co"
        );
        assert_eq!(server.ws_url("/api/rooms", &[]).as_str(), "ws://example.org/chat/api/rooms");
    }
}
