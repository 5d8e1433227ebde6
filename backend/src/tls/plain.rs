//! Somebody speaks plain HTTP where TLS is spoken: they are told so, in plain HTTP.

use std::io;

use tidings_shared::Problem;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// How much of a request is read for its host.
const HEAD: u64 = 8 << 10;

/// Reads the request's head and answers it.
///
/// # Errors
///
/// When the socket broke.
pub(super) async fn refuse(mut socket: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && (head.len() as u64) < HEAD {
        if (&mut socket).take(HEAD).read_buf(&mut head).await? == 0 {
            break;
        }
        // The body may follow in the same packet.
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            break;
        }
    }
    let host = host(&head).unwrap_or("HOST:PORT");
    let detail = format!("this port speaks TLS; use https://{host}/");
    let body = serde_json::to_string(&Problem::new(400, "Bad Request", detail))
        .expect("a problem is written to memory");
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: {}\r\ncache-control: no-store\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}\n",
        Problem::MEDIA_TYPE,
        body.len() + 1,
    );
    socket.write_all(answer.as_bytes()).await?;
    socket.shutdown().await?;
    // A socket that is closed over unread bytes takes the answer back.
    let mut rest = socket.take(64 << 10);
    tokio::io::copy(&mut rest, &mut tokio::io::sink()).await.map(drop)
}

/// The host that was asked for.
fn host(head: &[u8]) -> Option<&str> {
    let head = std::str::from_utf8(head).ok()?;
    let lines = head.lines().take_while(|line| !line.is_empty());
    let mut headers = lines.filter_map(|line| line.split_once(':'));
    let (_, host) = headers.find(|(name, _)| name.eq_ignore_ascii_case("host"))?;
    Some(host.trim()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_the_one_that_was_asked_for() {
        assert_eq!(host(b"GET / HTTP/1.1\r\nHOST: a.example:3001\r\n\r\n"), Some("a.example:3001"));
        assert_eq!(host(b"GET / HTTP/1.0\r\n\r\nhost: b"), None);
        assert_eq!(host(b"\xff\xfe"), None);
    }
}
