//! HTTP and WebSocket by hand, on a thread that blocks: what these posters see is what the socket
//! saw, and nothing is retried behind their backs.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    // Reached only when something is broken.
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    Ok(BufReader::new(stream))
}

/// Reads a head: its status, and the length of the body.
fn head(stream: &mut BufReader<TcpStream>) -> io::Result<(u16, usize)> {
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].parse().expect("a status");
        } else if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().expect("a length");
        } else if line == "\r\n" {
            return Ok((status, length));
        }
    }
}

/// A connection that posts, one message after the other.
pub struct Http(BufReader<TcpStream>);

impl Http {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        connect(address).map(Self)
    }

    /// Posts; answers the status and what was answered.
    pub fn post(&mut self, path: &str, body: &Value) -> io::Result<(u16, Value)> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(request.as_bytes())?;
        let (status, length) = head(&mut self.0)?;
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body)?))
    }
}

/// A WebSocket.
pub struct Socket(BufReader<TcpStream>);

impl Socket {
    pub fn open(address: SocketAddr, path: &str) -> io::Result<Self> {
        let mut stream = connect(address)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: here\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.get_mut().write_all(request.as_bytes())?;
        match head(&mut stream)? {
            (101, _) => Ok(Self(stream)),
            (status, _) => Err(io::Error::other(format!("{status} to a WebSocket"))),
        }
    }

    /// Sends one text frame, at most 65,535 bytes; its mask is zero, which masks nothing.
    pub fn send(&mut self, frame: &Value) -> io::Result<()> {
        let payload = frame.to_string().into_bytes();
        let mut bytes = vec![0x81];
        match u8::try_from(payload.len()) {
            Ok(length) if length < 126 => bytes.push(0x80 | length),
            _ => {
                bytes.push(0x80 | 126);
                let length = u16::try_from(payload.len()).expect("a short frame");
                bytes.extend_from_slice(&length.to_be_bytes());
            }
        }
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&payload);
        self.0.get_mut().write_all(&bytes)
    }

    /// The next text frame's JSON; a close frame is the end.
    pub fn next(&mut self) -> io::Result<Value> {
        loop {
            let mut start = [0; 2];
            self.0.read_exact(&mut start)?;
            let length = match start[1] {
                126 => {
                    let mut length = [0; 2];
                    self.0.read_exact(&mut length)?;
                    u64::from(u16::from_be_bytes(length))
                }
                127 => {
                    let mut length = [0; 8];
                    self.0.read_exact(&mut length)?;
                    u64::from_be_bytes(length)
                }
                length => u64::from(length),
            };
            let mut payload = vec![0; usize::try_from(length).expect("a frame fits in memory")];
            self.0.read_exact(&mut payload)?;
            match start[0] {
                0x81 => return Ok(serde_json::from_slice(&payload)?),
                0x88 => return Err(io::ErrorKind::ConnectionAborted.into()),
                _ => {}
            }
        }
    }
}
