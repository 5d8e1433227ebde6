//! Where in the sources the app would have stopped: for each place that could, the compiler leaves a file's
//! path, a line and a column in the program's data. With what ends the app silenced nobody reads them, and
//! they are overwritten with zeros, which weigh nothing.

use super::{
    names::{number, section, take},
    panics::sections,
};

/// The wasm without them; `None` when it is not of the form that is known here.
pub(super) fn forgotten(wasm: &[u8]) -> Option<Vec<u8>> {
    let mut forgotten = wasm.get(..8)?.to_vec();
    for (id, content) in sections(wasm)? {
        let mut content = content.to_vec();
        if id == 11 {
            let pieces = pieces(&content)?;
            forget(&mut content, &pieces);
        }
        section(&mut forgotten, id, &content);
    }
    Some(forgotten)
}

/// A part of the program's data: its address in the memory, and where in the section it stands.
struct Piece {
    address: usize,
    start: usize,
    length: usize,
}

fn pieces(section: &[u8]) -> Option<Vec<Piece>> {
    let mut rest = section;
    let mut pieces = Vec::new();
    for _ in 0..number(&mut rest)? {
        // Into the one memory, at an address that is a constant.
        if take(&mut rest, 2)? != [0, 0x41] {
            return None;
        }
        let address = number(&mut rest)?;
        if take(&mut rest, 1)? != [0x0b] {
            return None;
        }
        let length = number(&mut rest)?;
        pieces.push(Piece { address, start: section.len() - rest.len(), length });
        take(&mut rest, length)?;
    }
    Some(pieces)
}

/// Overwrites each place, and the path that it names.
fn forget(section: &mut [u8], pieces: &[Piece]) {
    let mut places = Vec::new();
    for piece in pieces {
        let bytes = &section[piece.start..piece.start + piece.length];
        // Its four words stand at a multiple of a word's length in the memory.
        for at in (piece.address.next_multiple_of(4) - piece.address..).step_by(4) {
            let Some(words) = bytes.get(at..at + 16) else { break };
            if let Some(path) = path(section, pieces, words) {
                places.push((piece.start + at, 16));
                places.push(path);
            }
        }
    }
    for (start, length) in places {
        section[start..start + length].fill(0);
    }
}

/// Where the path stands that these four words name (its address and its length, a line, a column).
fn path(section: &[u8], pieces: &[Piece], words: &[u8]) -> Option<(usize, usize)> {
    let mut words = words
        .chunks(4)
        .map(|word| word.iter().rev().fold(0, |value, &byte| value << 8 | usize::from(byte)));
    let [address, length, line, column] = std::array::from_fn(|_| words.next().unwrap_or_default());
    let piece = pieces
        .iter()
        .find(|piece| (piece.address..piece.address + piece.length).contains(&address))?;
    let start = piece.start + address - piece.address;
    let path = section.get(start..start.checked_add(length)?)?;
    let is_place =
        path.ends_with(b".rs") && (1..100_000).contains(&line) && (1..1000).contains(&column);
    is_place.then_some((start, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_are_forgotten() {
        let mut data = b"see a/b.rs\0\0".to_vec();
        // A place; the same words as nothing but a text; a place of a file that is no source.
        for words in [[1028, 6, 7, 2], [1028, 6, 0, 0], [1024, 3, 7, 2]] {
            data.extend(words.into_iter().flat_map(u32::to_le_bytes));
        }
        let wasm = |data: &[u8]| {
            let mut content = b"\x01\0\x41\x80\x08\x0b".to_vec();
            content.push(data.len() as u8);
            content.extend(data);
            let mut wasm = b"\0asm\x01\0\0\0".to_vec();
            section(&mut wasm, 11, &content);
            wasm
        };
        let forgotten = forgotten(&wasm(&data)).unwrap();
        data[4..10].fill(0);
        data[12..28].fill(0);
        assert_eq!(forgotten, wasm(&data));
        assert_eq!(super::forgotten(b"\0asm\x01\0\0\0\x0b\xff"), None);
    }
}
