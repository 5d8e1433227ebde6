//! The names by which the wasm and its script call one another: `__wbg_addEventListener_847f…`, a few
//! hundred of them, each in both files with sixteen digits that no compression can foresee. A letter
//! or two does as well, since nobody else calls them.

use std::collections::BTreeMap;

/// What wasm-bindgen calls the scripts of the programs, as the wasm's imports name them.
const MODULES: [&str; 2] = ["./frontend_bg.js", "./lab_bg.js"];
/// What it is called instead.
const SHORT_MODULE: &str = "a";

/// Both files with short names; `None` when the wasm is not of the form that is known here.
pub(super) fn shorten(wasm: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    let mut names = BTreeMap::new();
    let mut short = wasm.get(..8)?.to_vec();
    let mut rest = wasm.get(8..)?;
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let length = number(&mut rest)?;
        let section = take(&mut rest, length)?;
        let section = match id {
            2 => imports(section, &mut names)?,
            7 => exports(section, &mut names)?,
            _ => section.to_vec(),
        };
        self::section(&mut short, id, &section);
    }
    let quoted = MODULES.map(|module| format!("\"{module}\""));
    let quoted = quoted.iter().find(|quoted| script.contains(*quoted))?;
    let script = renamed(script, &names).replace(quoted, &format!("\"{SHORT_MODULE}\""));
    Some((short, script))
}

type Names = BTreeMap<String, String>;

fn imports(mut section: &[u8], names: &mut Names) -> Option<Vec<u8>> {
    let count = number(&mut section)?;
    let mut short = Vec::new();
    write_number(&mut short, count);
    for _ in 0..count {
        let (module, name) = (text(&mut section)?, text(&mut section)?);
        let is_ours = MODULES.contains(&module);
        write_text(&mut short, if is_ours { SHORT_MODULE } else { module });
        write_text(&mut short, if is_ours { shortened(name, names) } else { name });
        let start = section;
        import(&mut section)?;
        short.extend(&start[..start.len() - section.len()]);
    }
    Some(short)
}

/// Reads over what an import is, behind its names.
pub(super) fn import(section: &mut &[u8]) -> Option<()> {
    match take(section, 1)?[0] {
        // A function, of a type.
        0 => drop(number(section)?),
        // A table, of a type within limits; a memory within limits.
        kind @ (1 | 2) => {
            if kind == 1 {
                take(section, 1)?;
            }
            let has_end = take(section, 1)?[0] & 1 == 1;
            number(section)?;
            if has_end {
                number(section)?;
            }
        }
        // A global, of a type, which may change or not.
        3 => drop(take(section, 2)?),
        _ => return None,
    }
    Some(())
}

fn exports(mut section: &[u8], names: &mut Names) -> Option<Vec<u8>> {
    let count = number(&mut section)?;
    let mut short = Vec::new();
    write_number(&mut short, count);
    for _ in 0..count {
        let name = text(&mut section)?;
        // The others are short, or are what a page may call.
        write_text(&mut short, if is_drawn(name) { shortened(name, names) } else { name });
        let start = section;
        take(&mut section, 1)?;
        number(&mut section)?;
        short.extend(&start[..start.len() - section.len()]);
    }
    Some(short)
}

/// Whether its end was drawn: sixteen digits.
fn is_drawn(name: &str) -> bool {
    let end = name.len().checked_sub(16).and_then(|at| name.get(at..));
    end.is_some_and(|end| end.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The short name for one: `$0`, `$1`, … `$10`, which no word of the script's language is.
fn shortened<'a>(name: &str, names: &'a mut Names) -> &'a str {
    let next = format!("${:x}", names.len());
    names.entry(name.to_owned()).or_insert(next)
}

/// A script in which each word that has a short name is written so.
fn renamed(script: &str, names: &Names) -> String {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$');
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(names.get(word).map_or(word, String::as_str));
        let next = after.find(is_word).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

/// LEB128, as all numbers in a wasm file.
pub(super) fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let byte = take(rest, 1)?[0];
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

pub(super) fn write_number(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

pub(super) fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = number(rest)?;
    std::str::from_utf8(take(rest, length)?).ok()
}

pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    write_number(out, text.len());
    out.extend(text.as_bytes());
}

/// A section of a file, with its length.
pub(super) fn section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    write_number(out, content.len());
    out.extend(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_call_one_another_by_the_same_short_names() {
        let mut imports = vec![2];
        for (module, name) in [(MODULES[0], "__wbg_log_0123456789abcdef"), ("env", "memory")] {
            write_text(&mut imports, module);
            write_text(&mut imports, name);
            imports.extend(if module == "env" { &[2, 1, 0, 5][..] } else { &[0, 3] });
        }
        let mut exports = vec![2];
        for name in ["closures__invoke__h0123456789abcdef", "main"] {
            write_text(&mut exports, name);
            exports.extend([0, 200, 1]);
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        section(&mut wasm, 2, &imports);
        section(&mut wasm, 7, &exports);
        let script = "wasm.closures__invoke__h0123456789abcdef();\nx = { \"./frontend_bg.js\": {\n\
                      __wbg_log_0123456789abcdef: function() { wasm.main() } } }";
        let (wasm, script) = shorten(&wasm, script).unwrap();
        assert_eq!(script, "wasm.$1();\nx = { \"a\": {\n$0: function() { wasm.main() } } }");
        let mut expected = b"\0asm\x01\0\0\0".to_vec();
        section(&mut expected, 2, b"\x02\x01a\x02$0\0\x03\x03env\x06memory\x02\x01\0\x05");
        section(&mut expected, 7, b"\x02\x02$1\0\xc8\x01\x04main\0\xc8\x01");
        assert_eq!(wasm, expected);
    }

    #[test]
    fn a_file_of_another_form_is_left_alone() {
        assert_eq!(shorten(b"\0asm\x01\0\0\0\x02\xff", "x"), None);
        assert_eq!(shorten(b"short", "x"), None);
    }
}
