//! Writes `.br` and `.gz` beside each file of the app, at the highest levels, once: the server
//! sends them as they are and never spends a cycle on it.

use std::{fs, io::Write, path::Path};

use anyhow::Result;
use brotli::enc::{BrotliEncoderParams, backward_references::BrotliEncoderMode};
use flate2::{Compression, write::GzEncoder};

use crate::files;

/// Worth compressing; pictures and fonts are compressed already.
const TEXT_LIKE: &[&str] =
    &["css", "html", "ico", "js", "json", "map", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Compresses all that is worth it below `dir`. A file that would not become smaller gets none.
pub(crate) fn directory(dir: &Path) -> Result<()> {
    for file in files::below(dir)? {
        if files::ends_in(&file, TEXT_LIKE) {
            let plain = fs::read(&file)?;
            for (suffix, packed) in [(".br", brotli(&plain)?), (".gz", gzip(&plain)?)] {
                let mut beside = file.clone().into_os_string();
                beside.push(suffix);
                if packed.len() < plain.len() {
                    fs::write(beside, packed)?;
                } else if Path::new(&beside).exists() {
                    fs::remove_file(beside)?;
                }
            }
        }
    }
    Ok(())
}

/// How long the encoder takes the distances to what it repeats to be (a font's are short, and so are a
/// program's), and in blocks of how many bytes (as a power of two) it gathers statistics. Which fits a file
/// best is nothing that one could say of it before, so all are tried.
const WAYS: [(BrotliEncoderMode, i32); 4] = [
    (BrotliEncoderMode::BROTLI_MODE_FONT, 17),
    (BrotliEncoderMode::BROTLI_MODE_FONT, 16),
    (BrotliEncoderMode::BROTLI_MODE_GENERIC, 16),
    (BrotliEncoderMode::BROTLI_MODE_GENERIC, 19),
];

/// At quality 11, with a window that holds the whole file, in the way that makes it the smallest.
pub(crate) fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let all = WAYS.map(|(mode, lgblock)| {
        let params =
            BrotliEncoderParams { quality: 11, lgwin: 24, lgblock, mode, ..Default::default() };
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut &*plain, &mut packed, &params)?;
        Ok(packed)
    });
    let all = all.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().min_by_key(Vec::len).unwrap_or_default())
}

/// At level 9.
pub(crate) fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_packed_unpacks_to_the_same() {
        let plain = b"one log, many cursors; ".repeat(500);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&plain).unwrap(), &mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
        let mut unpacked = Vec::new();
        let packed = gzip(&plain).unwrap();
        flate2::read::GzDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
    }

    #[test]
    fn a_file_that_would_grow_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.js"), "x").unwrap();
        fs::write(dir.path().join("b.js"), "let a = 1;".repeat(100)).unwrap();
        fs::write(dir.path().join("c.png"), "png".repeat(100)).unwrap();
        directory(dir.path()).unwrap();
        let names: Vec<_> = files::below(dir.path())
            .unwrap()
            .iter()
            .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["a.js", "b.js", "b.js.br", "b.js.gz", "c.png"]);
    }
}
