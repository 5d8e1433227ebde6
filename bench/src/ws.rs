//! The little of WebSocket that a client must write. What it receives is not taken apart: a
//! delivery's marker is found in the bytes as they are.

/// Text and binary frames.
pub(crate) const TEXT: u8 = 0x81;
pub(crate) const BINARY: u8 = 0x82;

/// The headers that ask for a WebSocket, each line ended. The key is the standard's example: nobody
/// here is to be protected from a careless proxy.
pub(crate) const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Appends a frame of the given kind. It is masked, as a client's must be, by zeros.
pub(crate) fn frame(kind: u8, payload: &[u8], out: &mut Vec<u8>) {
    const MASKED: u8 = 0x80;
    out.push(kind);
    match payload.len() {
        len @ 0..126 => out.push(MASKED | len as u8),
        len @ 126..=0xffff => {
            out.push(MASKED | 126);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            out.push(MASKED | 127);
            out.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_its_length_in_the_fewest_bytes() {
        for (len, head) in [
            (125, &[0x81, 0xfd][..]),
            (126, &[0x81, 0xfe, 0, 126]),
            (65_536, &[0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let mut out = Vec::new();
            frame(TEXT, &vec![b'x'; len], &mut out);
            assert_eq!(&out[..head.len()], head);
            assert_eq!(out.len(), head.len() + 4 + len);
        }
    }
}
