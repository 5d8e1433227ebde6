//! What each server wants to hear: from those who listen, from those who ask, from who posts.

use anyhow::{Result, bail};

use crate::{
    Dialect, Http, Load, Mode, Plan,
    http1::header,
    wire::{Job, Work},
    ws,
};

/// How long a long-poll waits for news, in seconds.
const WAIT: u32 = 30;
/// The most messages in a poll's answer, where one may say so.
const LIMIT: u32 = 1000;
/// The MQTT topic.
const TOPIC: &[u8] = b"b";

/// How one listens on an endless answer or a socket.
pub(crate) struct Stream {
    /// The path, query included.
    pub(crate) path: String,
    /// Headers beside `Host`, each line ended.
    pub(crate) headers: String,
    /// What is said once the answer's head has come.
    pub(crate) greeting: Vec<u8>,
    /// What the server says when the listener is one; empty if that is so from the head on.
    pub(crate) ready: &'static [u8],
    /// What the server asks now and then, and the answer to it.
    pub(crate) ping: Option<(&'static [u8], Vec<u8>)>,
}

/// How one asks again and again: `prefix`, where the asker is, `suffix`.
pub(crate) struct Ask {
    pub(crate) prefix: String,
    pub(crate) suffix: String,
    /// Where an asker is at first.
    pub(crate) place: String,
    /// Whether where to go on is told by the answer's headers; else it is in its body.
    pub(crate) by_headers: bool,
}

/// Whether the plan can be carried out at all.
///
/// # Errors
///
/// Why not, in a sentence.
pub(crate) fn check(plan: &Plan) -> Result<()> {
    let (dialect, way) = (plan.target.dialect, plan.way);
    let spoken = match dialect {
        Dialect::Tidings => true,
        Dialect::Nchan | Dialect::Plain => way.mode != Mode::Raw,
        Dialect::Mosquitto | Dialect::SocketIo => way.mode == Mode::Websocket,
    };
    if !spoken {
        bail!("{dialect:?} has no mode {:?}", way.mode);
    }
    if way.http == Http::H2 && dialect != Dialect::Tidings {
        bail!("HTTP/2 is spoken with Tidings only");
    }
    if way.http == Http::H2 && !(1..=250).contains(&way.streams) {
        bail!("{} streams share a connection; use 1 to 250", way.streams);
    }
    if plan.size < Plan::MIN_SIZE {
        bail!("a text of {} bytes is too small; use at least {}", plan.size, Plan::MIN_SIZE);
    }
    match plan.load {
        Load::Rate(rate) if !(rate > 0.0 && rate <= 1e6) => {
            bail!("{rate} posts a second; use more than 0 and at most 1,000,000")
        }
        Load::Flat { window: 0 } => bail!("a window of 0 messages lets none through"),
        Load::Polls { .. } if way.mode != Mode::Poll || way.http != Http::H1 => {
            bail!("polls with nothing new are asked in mode poll over HTTP/1.1")
        }
        Load::Posts { .. } if dialect == Dialect::Mosquitto => {
            bail!("mosquitto takes no posts by HTTP")
        }
        Load::CatchUp { .. } if dialect != Dialect::Tidings => {
            bail!("only Tidings is asked for what was missed")
        }
        Load::Posts { in_flight: Some(_), .. } if dialect != Dialect::Tidings => {
            bail!("only Tidings takes many posts by one request")
        }
        Load::Posts { in_flight: Some(0), .. } => bail!("with 0 posts in flight none is sent"),
        Load::Polls { connections: 0 } | Load::Posts { posters: 0, .. } => {
            bail!("nobody would ask anything")
        }
        Load::Polls { .. } | Load::Posts { .. } => Ok(()),
        _ if plan.listeners == 0 => bail!("nobody would listen"),
        _ => Ok(()),
    }
}

/// How `job`'s listeners listen, if by an endless answer.
pub(crate) fn stream(job: &Job) -> Stream {
    let mode = job.plan.way.mode;
    let mut stream = Stream {
        path: String::new(),
        headers: String::new(),
        greeting: Vec::new(),
        ready: b"",
        ping: None,
    };
    if mode == Mode::Websocket {
        stream.headers.push_str(ws::UPGRADE);
    }
    let last = match mode {
        Mode::Websocket => "ws",
        Mode::Ndjson => "ndjson",
        Mode::Raw => "raw",
        _ => "sse",
    };
    match job.plan.target.dialect {
        Dialect::Tidings => {
            let after = job.start.as_deref().unwrap_or("0");
            stream.path = format!("/api/rooms/{}/{last}?after={after}", job.room);
        }
        Dialect::Nchan | Dialect::Plain => {
            stream.path = format!("/{last}");
            if mode == Mode::Sse {
                // nchan streams to those who ask for it.
                stream.headers.push_str("accept: text/event-stream\r\n");
            }
        }
        Dialect::Mosquitto => {
            stream.path = "/mqtt".into();
            stream.headers.push_str("sec-websocket-protocol: mqtt\r\n");
            stream.greeting = mqtt_hello();
            let mut subscribe = vec![0x82, 5 + TOPIC.len() as u8, 0, 1, 0, TOPIC.len() as u8];
            subscribe.extend_from_slice(TOPIC);
            subscribe.push(0);
            ws::frame(ws::BINARY, &subscribe, &mut stream.greeting);
            stream.ready = &[0x90, 3, 0, 1];
        }
        Dialect::SocketIo => {
            stream.path = "/socket.io/?EIO=4&transport=websocket".into();
            ws::frame(ws::TEXT, b"40", &mut stream.greeting);
            stream.ready = b"40{\"sid\"";
            let mut pong = Vec::new();
            ws::frame(ws::TEXT, b"3", &mut pong);
            stream.ping = Some((&[0x81, 1, b'2'], pong));
        }
    }
    stream
}

/// How `job`'s listeners ask, or its posters post.
pub(crate) fn ask(job: &Job, host: &str) -> Ask {
    let (dialect, room) = (job.plan.target.dialect, &job.room);
    let host = format!(" HTTP/1.1\r\nhost: {host}\r\n");
    if job.work == Work::Post {
        let path = match dialect {
            Dialect::Tidings => format!("/api/rooms/{room}/messages?username=bench"),
            _ => "/publish".into(),
        };
        if let Load::Posts { in_flight: Some(_), .. } = job.plan.load {
            // Its body is what is asked; this stands before it, once.
            let prefix = format!("PUT {path}{host}transfer-encoding: chunked\r\n\r\n");
            return Ask { prefix, suffix: String::new(), place: String::new(), by_headers: false };
        }
        let head = format!("POST {path}{host}content-type: text/plain\r\ncontent-length: ");
        let prefix = format!("{head}{}\r\n\r\n", job.plan.size);
        return Ask { prefix, suffix: String::new(), place: String::new(), by_headers: false };
    }
    let long = job.plan.way.mode == Mode::LongPoll;
    match dialect {
        Dialect::Tidings => {
            let wait = if long { format!("&wait={WAIT}") } else { String::new() };
            Ask {
                prefix: format!("GET /api/rooms/{room}/messages?limit={LIMIT}{wait}&after="),
                suffix: format!("{host}\r\n"),
                place: job.start.clone().unwrap_or_else(|| "0".into()),
                by_headers: false,
            }
        }
        Dialect::Nchan => Ask {
            prefix: format!("GET /{}{host}", if long { "longpoll" } else { "poll" }),
            suffix: "\r\n".into(),
            place: String::new(),
            by_headers: true,
        },
        _ => Ask {
            prefix: format!("GET /{}", if long { "longpoll" } else { "poll" }),
            suffix: format!("{host}\r\n"),
            place: String::new(),
            by_headers: false,
        },
    }
}

impl Ask {
    /// The path of a question from `place`, for protocols that have no request line.
    pub(crate) fn path(&self, place: &str) -> String {
        format!("{}{place}", self.prefix.trim_start_matches("GET "))
    }

    /// Moves `place` to where the next question is to go on. An answer that doesn't say leaves it.
    pub(crate) fn go_on(&self, dialect: Dialect, head: &[u8], body: &[u8], place: &mut String) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if self.by_headers {
            if let (Some(etag), Some(at)) = (header(head, "etag"), header(head, "last-modified")) {
                *place =
                    format!("if-none-match: {}\r\nif-modified-since: {}\r\n", text(etag), text(at));
            }
            return;
        }
        const KEY: &[u8] = b"\"cursor\":\"";
        // Behind the messages, so nothing that anybody posts is taken for it.
        let Some(at) = memchr::memmem::rfind(body, KEY) else { return };
        let cursor = &body[at + KEY.len()..];
        let cursor = &cursor[..memchr::memchr(b'"', cursor).unwrap_or(cursor.len())];
        let lead = if dialect == Dialect::Tidings { "" } else { "?after=" };
        if place.as_bytes().strip_prefix(lead.as_bytes()) != Some(cursor) {
            *place = format!("{lead}{}", text(cursor));
        }
    }
}

/// The CONNECT of MQTT 3.1.1 as a frame: a clean session, no keep-alive, a name of the server's
/// choice.
pub(crate) fn mqtt_hello() -> Vec<u8> {
    let mut frame = Vec::new();
    ws::frame(ws::BINARY, b"\x10\x0c\0\x04MQTT\x04\x02\0\0\0\0", &mut frame);
    frame
}

/// Appends a PUBLISH of MQTT with QoS 0, as a frame.
pub(crate) fn mqtt_publish(text: &[u8], out: &mut Vec<u8>) {
    let mut packet = vec![0x30];
    let mut left = 2 + TOPIC.len() + text.len();
    // Seven bits a byte, the lowest first.
    while left > 127 {
        packet.push(0x80 | (left & 127) as u8);
        left >>= 7;
    }
    packet.push(left as u8);
    packet.extend_from_slice(&[0, TOPIC.len() as u8]);
    packet.extend_from_slice(TOPIC);
    packet.extend_from_slice(text);
    ws::frame(ws::BINARY, &packet, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publish_says_its_length_as_mqtt_does() {
        let mut out = Vec::new();
        mqtt_publish(&[b'x'; 400], &mut out);
        // 403 is 3 · 128 + 19.
        assert_eq!(&out[8..14], [0x30, 0x93, 3, 0, 1, b'b']);
        assert_eq!(out.len(), 8 + 3 + 3 + 400);
    }
}
