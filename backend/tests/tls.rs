//! TLS: by the operator's certificate or the server's own, which it keeps; what a wrong file, a
//! silent peer and a plain request are told.

mod common;

use std::{fs, path::Path, time::Duration};

use common::{
    Kind, Server,
    http::{Connection, Request},
    in_time,
    wire::{Over, certificate, shake, write_certificate},
};
use tempfile::TempDir;
use tidings_backend::{Config, ServeError, TlsMode, store::StoreUrl};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const TLS: Kind = Kind::Over(Over::TlsHttp2);

/// Starts a server that signs for itself; its folder, and its certificate in PEM.
async fn self_signed(names: &[&str]) -> (Server, std::path::PathBuf, String) {
    let server = Server::with(Kind::Over(Over::Http1), |_| {}).await;
    let folder = server.folder().join("own");
    let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (server, cert) = own(server.stop().await, &folder, names).await;
    (server, folder, cert)
}

async fn own(mut stopped: common::Stopped, folder: &Path, names: Vec<String>) -> (Server, String) {
    stopped.config.store = StoreUrl::Sqlite(folder.join("tidings.db"));
    stopped.config.tls = Some(TlsMode::SelfSigned);
    stopped.config.tls_name = names;
    let server = stopped.start_unasked().await;
    // The first answer says that all is in place.
    Request::get("/").ask(server.addr).await.problem(400);
    let cert = fs::read_to_string(folder.join("tls/cert.pem")).expect("it is kept");
    (server, cert)
}

/// Whether the server at hand is trusted by this certificate.
async fn trusted(server: &Server, cert: &str) -> bool {
    let socket = TcpStream::connect(server.addr).await.expect("the server is there");
    in_time("a handshake", shake(socket, cert, &[b"h2"])).await.is_ok()
}

#[tokio::test]
async fn the_servers_own_certificate_is_kept_over_restarts() {
    let (server, folder, cert) = self_signed(&[]).await;
    assert!(trusted(&server, &cert).await);
    assert!(!trusted(&server, &certificate().cert).await, "by its own certificate alone");
    let (server, again) = own(server.stop().await, &folder, Vec::new()).await;
    assert_eq!(again, cert);
    assert!(trusted(&server, &cert).await);
    // A name that it doesn't bear needs a new one, which bears the old names too.
    let (server, named) = own(server.stop().await, &folder, vec!["chat.lan".into()]).await;
    assert_ne!(named, cert);
    assert!(named.lines().next().unwrap().contains("chat.lan"), "{named}");
    assert!(named.lines().next().unwrap().contains("localhost"), "{named}");
    assert!(trusted(&server, &named).await);
    server.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (server, folder, _) = self_signed(&[]).await;
    let mode = fs::metadata(folder.join("tls/key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.stop().await;
}

#[tokio::test]
async fn a_renewed_certificate_is_used_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let old = write_certificate(folder.path());
    let server = Server::unasked(Kind::Memory, |config| {
        config.tls_cert = Some(folder.path().join("cert.pem"));
        config.tls_key = Some(folder.path().join("key.pem"));
        config.limits.certificate = Duration::from_millis(20);
    })
    .await;
    assert!(trusted(&server, &old).await);
    let new = write_certificate(folder.path());
    in_time("the new certificate", async {
        while !trusted(&server, &new).await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    assert!(!trusted(&server, &old).await);
    server.stop().await;
}

#[tokio::test]
async fn files_that_can_not_be_used_are_refused_with_a_sentence() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let good = certificate().folder.path();
    let other = TempDir::new().unwrap();
    write_certificate(other.path());
    let (cert, key) = (good.join("cert.pem"), good.join("key.pem"));
    for (cert, key, said) in [
        (folder.path().join("nowhere.pem"), key.clone(), "nowhere.pem can't be read"),
        (file("empty.pem", ""), key.clone(), "empty.pem holds no certificate"),
        (file("torn.pem", "-----BEGIN CERTIFICATE-----\nMII"), key.clone(), "torn.pem holds no"),
        (cert.clone(), cert.clone(), "cert.pem holds no private key"),
        (cert.clone(), other.path().join("key.pem"), "can't be used together"),
        (
            file("x.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            key,
            "x.pem",
        ),
    ] {
        let config = Config {
            store: StoreUrl::Memory,
            tls_cert: Some(cert),
            tls_key: Some(key),
            ..Config::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let refused = tidings_backend::serve(listener, config, std::future::pending()).await;
        let Err(e @ ServeError::Tls(_)) = refused else { panic!("{said}: {refused:?}") };
        assert!(e.to_string().contains(said), "{said}: {e}");
        assert!(!e.to_string().contains('\n'), "{e}");
    }
}

#[tokio::test]
async fn plain_http_is_told_that_the_port_speaks_tls() {
    let server = Server::start(TLS).await;
    for request in [Request::get("/"), Request::post("/r/ops").body("x".repeat(20_000))] {
        let detail = request.ask(server.addr).await.problem(400);
        assert_eq!(detail, format!("this port speaks TLS; use https://{}/", server.addr));
    }
    let mut nonsense = Connection::open(server.addr).await;
    nonsense.write(b"\x00\x01\xff\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while nonsense.rest(&mut answer).await.unwrap_or(false) {}
    assert!(answer.starts_with(b"HTTP/1.1 400 "));
    assert_eq!(server.all("ops").await.len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_handshake_that_takes_too_long_is_cut() {
    let server = Server::with(TLS, |config| {
        config.limits.handshake = Duration::from_millis(200);
    })
    .await;
    // Silence; the beginning of a handshake; half of a plain request.
    for beginning in [&b""[..], b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\nhost: x\r\n"] {
        let mut socket = TcpStream::connect(server.addr).await.unwrap();
        socket.write_all(beginning).await.unwrap();
        let mut rest = Vec::new();
        let _ = in_time("its end", socket.read_to_end(&mut rest)).await;
        assert_eq!(rest, b"");
    }
    server.post("ops", "ana", "still served").await;
    server.stop().await;
}

#[tokio::test]
async fn a_client_without_alpn_speaks_http1() {
    let server = Server::start(TLS).await;
    let socket = TcpStream::connect(server.addr).await.unwrap();
    let mut stream = shake(socket, &certificate().cert, &[]).await.unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // A good end of TLS: one without a farewell would be an error here.
    in_time("the answer", stream.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    server.stop().await;
}
