//! What ends the app when something is wrong in its own code, be it an index beyond the end. Each place
//! where that can happen calls one of a few functions, with a sentence, and where it is; they would put
//! a text together of it and hand that to the browser's console before they stop. Here they stop at once,
//! so that wasm-opt finds nobody left who needs the sentences, or the code that forms them. In development
//! nothing is taken out, and they are there to be read.

use super::names::{number, section, take, text, write_number};

/// Paths of the functions that never return, or their beginnings.
const STOPPING: [&str; 13] = [
    "__rustc::rust_begin_unwind",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "console_error_panic_hook::hook",
    "core::cell::panic_already_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "std::thread::local::panic_access_error",
];

/// A function without variables of its own that does nothing but stop.
const STOP: &[u8] = b"\0\0\x0b";

/// The wasm in which they stop at once; `None` when it is not of the form that is known here. Functions
/// are known by the names that the compiler leaves beside the code.
pub(super) fn silenced(wasm: &[u8]) -> Option<Vec<u8>> {
    let (mut imported, mut stopping) = (0, Vec::new());
    for (id, content) in sections(wasm)? {
        match id {
            0 => stopping.extend(stopping_by_name(content)?),
            2 => imported = super::order::functions(content)?,
            _ => {}
        }
    }
    let mut silenced = wasm.get(..8)?.to_vec();
    for (id, mut content) in sections(wasm)? {
        if id != 10 {
            section(&mut silenced, id, content);
            continue;
        }
        let count = number(&mut content)?;
        let mut code = Vec::with_capacity(content.len());
        write_number(&mut code, count);
        for function in imported..imported + count {
            let length = number(&mut content)?;
            let body = take(&mut content, length)?;
            let body = if stopping.contains(&function) { STOP } else { body };
            write_number(&mut code, body.len());
            code.extend(body);
        }
        section(&mut silenced, id, &code);
    }
    Some(silenced)
}

/// The sections of a file, each with what it is.
pub(super) fn sections(wasm: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut rest = wasm.get(8..)?;
    let mut sections = Vec::new();
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let length = number(&mut rest)?;
        sections.push((id, take(&mut rest, length)?));
    }
    Some(sections)
}

/// The numbers of the functions that stop, of a section that may name them.
fn stopping_by_name(mut content: &[u8]) -> Option<Vec<usize>> {
    let mut stopping = Vec::new();
    if text(&mut content)? != "name" {
        return Some(stopping);
    }
    while let Some((&kind, after)) = content.split_first() {
        content = after;
        let length = number(&mut content)?;
        let mut names = take(&mut content, length)?;
        // The names of functions; others are of variables.
        if kind == 1 {
            for _ in 0..number(&mut names)? {
                let (function, name) = (number(&mut names)?, text(&mut names)?);
                let path = path(name);
                if STOPPING.iter().any(|stops| path.starts_with(stops)) {
                    stopping.push(function);
                }
            }
        }
    }
    Some(stopping)
}

/// A name without the digits that tell one build of a crate from another: `core[c5930c85a12de822]::…`.
fn path(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for part in name.split_inclusive(']') {
        path.push_str(match part.rsplit_once('[') {
            Some((before, digits)) if digits.len() == 17 => before,
            _ => part,
        });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shrink::names::write_text;

    #[test]
    fn what_stops_says_nothing_before() {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        section(&mut wasm, 2, b"\x01\x01a\x01f\0\x03");
        let before = wasm.clone();
        section(&mut wasm, 10, b"\x03\x04\0\x01\x01\x0b\x03\0\x01\x0b\x04\0\x01\x01\x0b");
        let mut names = b"\x02".to_vec();
        for (function, name) in [
            (1, "core[c5930c85a12de822]::option::expect_failed"),
            (3, "core::panicking::panic_display::h20f2b87b6de85231"),
            (2, "<[T] as core::panicking::Other>::go"),
        ] {
            write_number(&mut names, function);
            write_text(&mut names, name);
        }
        names[0] = 3;
        let mut content = b"\x04name\x00\x02\x01a".to_vec();
        section(&mut content, 1, &names);
        section(&mut wasm, 0, &content);

        let silent = silenced(&wasm).unwrap();
        let after = silent.strip_prefix(&*before).unwrap();
        assert!(
            after.starts_with(b"\x0a\x0d\x03\x03\0\0\x0b\x03\0\x01\x0b\x03\0\0\x0b"),
            "{after:?}"
        );
        assert_eq!(silenced(b"\0asm\x01\0\0\0\x02\xff"), None);
    }
}
