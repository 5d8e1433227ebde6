//! Who posts: one connection, many posts in flight, in the way that is natural to the server. One,
//! because order is only promised, and only checked, behind one another.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use memchr::memmem;
use mio::{Registry, Token};

use crate::{
    Dialect, dialect, http1,
    marker::Marker,
    socket::{Got, Wire},
    wire::Job,
    ws,
};

/// Posts, and reads what comes back.
pub(crate) struct Poster {
    wire: Wire,
    dialect: Dialect,
    marker: Marker,
    /// What stands before a text by HTTP.
    prefix: String,
    size: usize,
    text: Vec<u8>,
    opened: bool,
    carry: Vec<u8>,
    buffer: Vec<u8>,
    /// Messages that were posted.
    pub(crate) sent: u32,
    /// Messages that this connection was delivered itself.
    pub(crate) delivered: u64,
}

impl Poster {
    /// Begins to connect; posts may be given from now on.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub(crate) fn open(registry: &Registry, token: Token, job: &Job) -> Result<Self> {
        let mut wire = Wire::open(registry, token, job.address, None)?;
        let host = job.address;
        let mut prefix = String::new();
        let dialect = job.plan.target.dialect;
        let socket = |path: &str, more: &str| {
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{}{more}\r\n", ws::UPGRADE)
        };
        let hello = match dialect {
            Dialect::Tidings => {
                let after = job.start.as_deref().unwrap_or("0");
                let room = &job.room;
                socket(&format!("/api/rooms/{room}/ws?username=bench&after={after}"), "")
            }
            Dialect::Mosquitto => socket("/mqtt", "sec-websocket-protocol: mqtt\r\n"),
            _ => {
                let head = format!("POST /publish HTTP/1.1\r\nhost: {host}\r\n");
                let kind = "content-type: text/plain\r\ncontent-length: ";
                prefix = format!("{head}{kind}{}\r\n\r\n", job.plan.size);
                String::new()
            }
        };
        wire.out().extend_from_slice(hello.as_bytes());
        Ok(Self {
            wire,
            dialect,
            marker: Marker::new(job.tag),
            // Without an upgrade there is no answer to wait for.
            opened: !prefix.is_empty(),
            prefix,
            size: job.plan.size,
            text: Vec::new(),
            carry: Vec::new(),
            buffer: vec![0; 64 << 10],
            sent: 0,
            delivered: 0,
        })
    }

    /// Whether posts go out as they are given.
    pub(crate) fn is_open(&self) -> bool {
        self.opened
    }

    /// Puts the next message, due at `due`, on its way; [`Poster::flush`] sends it off.
    pub(crate) fn post(&mut self, due: u64) {
        self.text.clear();
        self.marker.write(self.sent, due, self.size, &mut self.text);
        self.sent += 1;
        let out = self.wire.out();
        match self.dialect {
            Dialect::Tidings => {
                // The marker and its padding need no escaping.
                let mut post = br#"{"type":"post","text":""#.to_vec();
                post.extend_from_slice(&self.text);
                post.extend_from_slice(b"\"}");
                ws::frame(ws::TEXT, &post, out);
            }
            Dialect::Mosquitto => dialect::mqtt_publish(&self.text, out),
            _ => {
                out.extend_from_slice(self.prefix.as_bytes());
                out.extend_from_slice(&self.text);
            }
        }
    }

    /// Sends off what waits.
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub(crate) fn flush(&mut self) -> Result<()> {
        self.wire.flush().context("the connection that posts broke")
    }

    /// Something happened on the connection.
    ///
    /// # Errors
    ///
    /// When the server refused a post or ended the connection.
    pub(crate) fn event(&mut self) -> Result<()> {
        if !self.wire.connected().context("the server can't be reached")? {
            return Ok(());
        }
        self.flush()?;
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            let got = self.wire.read(&mut buffer).context("the connection that posts broke")?;
            let read = match got {
                Got::Some(n) => self.got(&buffer[..n]),
                Got::Nothing => break self.buffer = buffer,
                Got::End => bail!("the server closed the connection that posts"),
            };
            self.buffer = buffer;
            read?;
        }
        Ok(())
    }

    fn got(&mut self, bytes: &[u8]) -> Result<()> {
        if !self.opened {
            self.carry.extend_from_slice(bytes);
            let Some(head) = http1::head(&self.carry)? else { return Ok(()) };
            if head.status != 101 {
                bail!("the connection that posts was answered {}", head.status);
            }
            self.carry.clear();
            self.opened = true;
            if self.dialect == Dialect::Mosquitto {
                let hello = dialect::mqtt_hello();
                self.wire.out().extend_from_slice(&hello);
                self.flush()?;
            }
            return Ok(());
        }
        match self.dialect {
            Dialect::Tidings => {
                if let Some(at) = memmem::find(bytes, br#""type":"rejected""#) {
                    let end = bytes.len().min(at + 200);
                    bail!(
                        "the server rejected a post: {}",
                        String::from_utf8_lossy(&bytes[at..end])
                    );
                }
                let delivered = &mut self.delivered;
                self.marker.scan(&mut self.carry, bytes, |_, _| *delivered += 1);
            }
            Dialect::Mosquitto => {}
            _ => {
                for at in memmem::find_iter(bytes, b"HTTP/1.1 ") {
                    if bytes.get(at + 9).is_some_and(|class| *class != b'2') {
                        let end = bytes.len().min(at + 200);
                        bail!(
                            "a post was answered {}",
                            String::from_utf8_lossy(&bytes[at + 9..end])
                        );
                    }
                }
            }
        }
        Ok(())
    }
}

/// The end of a room's log, as a cursor.
///
/// # Errors
///
/// When the server can't be reached or isn't Tidings.
pub(crate) fn head(address: SocketAddr, room: &str) -> Result<String> {
    let patience = Duration::from_secs(10);
    let mut stream = TcpStream::connect_timeout(&address, patience)
        .with_context(|| format!("{address} can't be reached"))?;
    stream.set_read_timeout(Some(patience))?;
    write!(
        stream,
        "GET /api/rooms/{room}/messages?limit=1 HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context("the server doesn't answer")?;
    let Some(head) = http1::head(&answer)?.filter(|head| head.status == 200) else {
        bail!("the server is not a Tidings server: {}", String::from_utf8_lossy(&answer));
    };
    let body: serde_json::Value = serde_json::from_slice(&answer[head.len..])
        .context("the server's answer is not a page of messages")?;
    let cursor = body["cursor"].as_str().context("the server's page has no cursor")?;
    Ok(cursor.to_owned())
}
