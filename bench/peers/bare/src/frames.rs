//! The bytes around a message: what each framing adds, and the little of WebSocket that a server
//! must read. <https://www.rfc-editor.org/rfc/rfc6455#section-5.2>

use base64::{Engine, prelude::BASE64_STANDARD};
use sha1::{Digest, Sha1};

/// A final frame of `opcode`, unmasked, as servers send them.
pub(crate) fn ws_frame(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(0x80 | opcode);
    match payload.len() {
        len @ 0..126 => out.push(len as u8),
        len @ 126..=0xffff => {
            out.push(126);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            out.push(127);
            out.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(payload);
}

/// One frame that a client sent, unmasked in place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    /// 1 text, 8 close, 9 ping.
    pub(crate) opcode: u8,
    pub(crate) payload: &'a [u8],
    /// How many bytes of the input it took.
    pub(crate) took: usize,
}

/// The first frame in `input`; `None` while it is not whole.
pub(crate) fn read_frame(input: &mut [u8]) -> Option<Frame<'_>> {
    let [first, second] = *input.first_chunk::<2>()?;
    let (len, head) = match second & 0x7f {
        126 => (u16::from_be_bytes(*input.get(2..)?.first_chunk()?) as usize, 4),
        127 => (u64::from_be_bytes(*input.get(2..)?.first_chunk()?) as usize, 10),
        len => (len as usize, 2),
    };
    let mask: Option<[u8; 4]> =
        if second & 0x80 == 0 { None } else { Some(*input.get(head..)?.first_chunk()?) };
    let start = head + if mask.is_some() { 4 } else { 0 };
    let end = start.checked_add(len)?;
    let payload = input.get_mut(start..end)?;
    for (i, byte) in payload.iter_mut().enumerate() {
        *byte ^= mask.map_or(0, |mask| mask[i % 4]);
    }
    Some(Frame { opcode: first & 0x0f, payload, took: end })
}

/// The answer to an upgrade.
pub(crate) fn ws_accept(key: &str) -> Vec<u8> {
    let mut hash = Sha1::new();
    hash.update(key.as_bytes());
    hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let accept = BASE64_STANDARD.encode(hash.finalize());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {accept}\r\n\r\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        for len in [0, 5, 125, 126, 300, 70_000] {
            let payload = vec![b'x'; len];
            let mut bytes = Vec::new();
            ws_frame(1, &payload, &mut bytes);
            let whole = bytes.len();
            assert_eq!(read_frame(&mut bytes[..whole - 1]), None);
            let frame = read_frame(&mut bytes).unwrap();
            assert_eq!((frame.opcode, frame.payload, frame.took), (1, &*payload, whole));
        }
    }

    #[test]
    fn the_examples_of_the_standard_hold() {
        // Section 5.7: a masked "Hello"; section 1.3: the handshake.
        let mut masked = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        assert_eq!(read_frame(&mut masked).unwrap().payload, b"Hello");
        let answer = String::from_utf8(ws_accept("dGhlIHNhbXBsZSBub25jZQ==")).unwrap();
        assert!(answer.contains(": s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    }
}
