//! The little of HTTP/2 that a client of one sort of request must read and write.
//! <https://www.rfc-editor.org/rfc/rfc9113>, and RFC 7541 for the headers' bytes.

/// Kinds of frames.
pub(crate) mod kind {
    pub(crate) const DATA: u8 = 0;
    pub(crate) const HEADERS: u8 = 1;
    pub(crate) const RESET: u8 = 3;
    pub(crate) const SETTINGS: u8 = 4;
    pub(crate) const PING: u8 = 6;
    pub(crate) const GOAWAY: u8 = 7;
    pub(crate) const WINDOW: u8 = 8;
}

pub(crate) const ACK: u8 = 1;
pub(crate) const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// Settings.
const TABLE_SIZE: u16 = 1;
const PUSH: u16 = 2;
pub(crate) const MAX_STREAMS: u16 = 3;
const FIRST_WINDOW: u16 = 4;
pub(crate) const EXTENDED_CONNECT: u16 = 8;
/// The largest window, in bytes, and the one that a connection begins with.
const WINDOW_MAX: u32 = (1 << 31) - 1;
const WINDOW_AT_FIRST: u32 = 65_535;

/// A frame that was received.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: &'a [u8],
}

/// The frame that `bytes` begins with and its length; `None` while it is not whole.
pub(crate) fn read(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let &[a, b, c, kind, flags, s0, s1, s2, s3] = bytes.first_chunk::<9>()?;
    let end = 9 + u32::from_be_bytes([0, a, b, c]) as usize;
    let payload = bytes.get(9..end)?;
    let stream = u32::from_be_bytes([s0, s1, s2, s3]) & WINDOW_MAX;
    Some((Frame { kind, flags, stream, payload }, end))
}

/// Appends a frame.
pub(crate) fn write(kind: u8, flags: u8, stream: u32, payload: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(payload.len() as u32).to_be_bytes()[1..]);
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
}

/// Appends what a client says first. Windows are as wide as they go, so that nothing waits for the
/// generator's leave, and the server's headers refer to no table.
pub(crate) fn preface(out: &mut Vec<u8>) {
    out.extend_from_slice(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let mut settings = Vec::new();
    for (id, value) in [(TABLE_SIZE, 0), (PUSH, 0), (FIRST_WINDOW, WINDOW_MAX)] {
        settings.extend_from_slice(&id.to_be_bytes());
        settings.extend_from_slice(&value.to_be_bytes());
    }
    write(kind::SETTINGS, 0, 0, &settings, out);
    allow(0, WINDOW_MAX - WINDOW_AT_FIRST, out);
}

/// Appends the leave to send so many bytes more.
pub(crate) fn allow(stream: u32, bytes: u32, out: &mut Vec<u8>) {
    write(kind::WINDOW, 0, stream, &bytes.to_be_bytes(), out);
}

/// The value of a setting.
pub(crate) fn setting(payload: &[u8], wanted: u16) -> Option<u32> {
    payload.as_chunks::<6>().0.iter().find_map(|&[a, b, rest @ ..]| {
        (u16::from_be_bytes([a, b]) == wanted).then(|| u32::from_be_bytes(rest))
    })
}

/// Whether an answer's headers begin with the status 200: all others look different, and a server
/// says its status first.
pub(crate) fn is_ok(headers: &[u8]) -> bool {
    // Behind words on the table's size.
    headers.iter().find(|&&byte| byte & 0xe0 != 0x20) == Some(&0x88)
}

/// Appends a GET, or the CONNECT that asks for a WebSocket (RFC 8441).
pub(crate) fn request(stream: u32, host: &str, path: &str, websocket: bool, out: &mut Vec<u8>) {
    let mut headers = Vec::with_capacity(128);
    // An index with bit 7 names a whole field of the static table; without it, a name.
    if websocket {
        literal(2, "CONNECT", &mut headers);
        literal(0, ":protocol", &mut headers);
        string("websocket", &mut headers);
    } else {
        headers.push(0x82);
    }
    headers.push(0x86);
    literal(1, host, &mut headers);
    literal(4, path, &mut headers);
    let mut flags = END_HEADERS | END_STREAM;
    if websocket {
        literal(0, "sec-websocket-version", &mut headers);
        string("13", &mut headers);
        flags = END_HEADERS;
    }
    write(kind::HEADERS, flags, stream, &headers, out);
}

/// A field outside of the table, whose name has this index; 0 if the name follows.
fn literal(name: u8, text: &str, out: &mut Vec<u8>) {
    out.push(name);
    string(text, out);
}

fn string(text: &str, out: &mut Vec<u8>) {
    match text.len() {
        len @ 0..127 => out.push(len as u8),
        // Room names and cursors are short: two bytes say it.
        len => {
            let rest = len - 127;
            out.push(127);
            if rest > 127 {
                out.push(0x80 | (rest & 127) as u8);
            }
            out.push(if rest > 127 { (rest >> 7) as u8 } else { rest as u8 });
        }
    }
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written_and_not_before_it_is_whole() {
        let mut bytes = Vec::new();
        write(kind::DATA, END_STREAM, 7, b"payload", &mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), None);
        }
        let frame = Frame { kind: kind::DATA, flags: END_STREAM, stream: 7, payload: b"payload" };
        assert_eq!(read(&bytes), Some((frame, bytes.len())));
    }

    #[test]
    fn a_status_is_told_from_others() {
        assert!(is_ok(&[0x88, 0x5f]));
        assert!(is_ok(&[0x20, 0x88]), "behind a word on the table");
        assert!(!is_ok(&[0x8d]), "404");
        assert!(!is_ok(&[]));
    }

    #[test]
    fn lengths_are_as_the_standard_has_them() {
        for (len, head) in [(5, &[5][..]), (126, &[126]), (127, &[127, 0]), (400, &[127, 0x91, 2])]
        {
            let mut out = Vec::new();
            string(&"x".repeat(len), &mut out);
            assert_eq!((&out[..head.len()], out.len()), (head, head.len() + len));
        }
    }
}
