//! Makes the built app smaller than its tools leave it, before it is compressed: what they write is
//! meant to be read or linked, and this is only ever downloaded. Nothing here changes what runs.
//!
//! The files get names by what is in them now: trunk's are by what was in them before, and a browser
//! keeps a name for ever.

mod names;
mod order;
mod panics;
mod places;
mod text;

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::{
    files,
    project::Project,
    run::{note, run},
};

/// What wasm-opt does, in this order. `flatten` and `rereloop` take the code apart and lay
/// it out anew, so that the `-Oz` behind them finds what the first could not see; the order of the passes
/// was tried, and this one is the smallest in brotli. `low-memory-unused` holds here: addresses below
/// 1024 are the last that the stack would reach before it ends.
const PASSES: &[&str] = &[
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Puts the functions in the order that their names say. What the code needs of a browser is said
/// once more, since the passes before left that out; it is what every browser has had for years.
const SORTED: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--reorder-functions-by-name",
    "--strip-debug",
];

/// Shrinks the program in `dist`, which is the one of this page.
pub(crate) fn app(project: &Project, dist: &Path, page: &str) -> Result<()> {
    let page = dist.join(page);
    let html = fs::read_to_string(&page)?;
    let html = one_style(dist, &html)?;
    let html = program(project, dist, &html)?;
    fs::write(page, text::page(&html))?;
    Ok(())
}

/// The wasm, and the script that starts it: the one is imported by the names that the other gives.
fn program(project: &Project, dist: &Path, html: &str) -> Result<String> {
    let wasm = only(dist, "_bg.wasm")?;
    let stem = wasm.to_string_lossy().trim_end_matches("_bg.wasm").to_owned();
    let glue = PathBuf::from(format!("{stem}.js"));
    let smaller = dist.join("smaller.wasm");
    let output = format!("--output={}", smaller.display());
    let silenced = panics::silenced(&fs::read(&wasm)?);
    if let Some(silenced) = silenced.and_then(|silenced| places::forgotten(&silenced)) {
        fs::write(&wasm, silenced)?;
    }
    run(project.command("wasm-opt").arg(&output).args(PASSES).arg(&wasm))?;
    let mut before = fs::read(&smaller)?;
    if let Some(named) = order::named(&before) {
        let sorted = dist.join("named.wasm");
        fs::write(&sorted, named)?;
        run(project.command("wasm-opt").arg(&output).args(SORTED).arg(&sorted))?;
        before = fs::read(&smaller)?;
        fs::remove_file(sorted)?;
    }
    fs::remove_file(smaller)?;
    let script = fs::read_to_string(&glue)?;
    let (code, script) = match names::shorten(&before, &script) {
        Some(shorter) => shorter,
        // Another version of the tools may write another form: then it stays as it is.
        None => {
            note("the names between wasm and script are not in the known form, and stay long");
            (before, script)
        }
    };
    let script = text::script(&script);
    let hash = hash(&[&code, script.as_bytes()]);
    let old = stem.rsplit('-').next().context("no hash in the wasm's name")?;
    ensure!(html.contains(old), "the page does not name {stem}");
    let base = stem.trim_end_matches(old);
    fs::remove_file(&wasm)?;
    fs::remove_file(&glue)?;
    fs::write(format!("{base}{hash}_bg.wasm"), code)?;
    fs::write(format!("{base}{hash}.js"), script)?;
    Ok(html.replace(old, &hash))
}

/// All style sheets in one, in the page's order: one request, and one compression.
fn one_style(dist: &Path, html: &str) -> Result<String> {
    const OPEN: &str = "<link rel=\"stylesheet\" href=\"/";
    let (mut styles, mut page) = (String::new(), String::new());
    for part in html.split_inclusive('>') {
        let name = part.trim_start().strip_prefix(OPEN).and_then(|rest| rest.split('"').next());
        match name {
            Some(name) => {
                let file = dist.join(name);
                styles.push_str(&text::style(&fs::read_to_string(&file)?));
                fs::remove_file(file)?;
                if !page.contains(OPEN) {
                    page.push_str(OPEN);
                    page.push_str("HASH.css\">");
                }
            }
            None => page.push_str(part),
        }
    }
    ensure!(!styles.is_empty(), "the page names no style sheet");
    let name = format!("style-{}", hash(&[styles.as_bytes()]));
    fs::write(dist.join(format!("{name}.css")), styles)?;
    Ok(page.replace("HASH", &name))
}

/// The one file whose name ends so.
fn only(dist: &Path, end: &str) -> Result<PathBuf> {
    let mut found = files::below(dist)?;
    found.retain(|file| file.to_string_lossy().ends_with(end));
    ensure!(found.len() == 1, "there should be one *{end} in {}", dist.display());
    Ok(found.remove(0))
}

/// In the form that the server knows as one: 16 digits.
fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("b-1.css"), "/* first */\nb {\n  color: red;\n}\n").unwrap();
        fs::write(dir.path().join("a-2.css"), "a { margin: 0 }").unwrap();
        let html = "<head><link rel=\"stylesheet\" href=\"/b-1.css\"/>\n\
                    <link rel=\"stylesheet\" href=\"/a-2.css\"/></head>";
        let page = one_style(dir.path(), html).unwrap();
        let files = files::below(dir.path()).unwrap();
        let [style] = &files[..] else { panic!("{files:?}") };
        let name = style.file_name().unwrap().to_str().unwrap();
        assert_eq!(page.matches(".css").count(), 1, "{page}");
        assert!(page.contains(&format!("href=\"/{name}\"")), "{page}");
        let css = fs::read_to_string(style).unwrap();
        assert!(css.find("b {").unwrap() < css.find("a {").unwrap(), "{css}");
    }
}
