//! Makes the built app smaller than its tools leave it, before it is compressed: what they write is
//! meant to be read or linked, and this is only ever downloaded. Nothing here changes what runs.
//!
//! The files get names by what is in them now: trunk's are by what was in them before, and a browser
//! keeps a name for ever.

mod minify;
mod names;
mod order;
mod panics;
mod places;
mod start;

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, ensure};

use crate::{
    compress, files,
    project::Project,
    run::{note, run},
};
use minify::{Is, shorter};

/// What wasm-opt does, in this order. `flatten` and `rereloop` take the code apart and lay
/// it out anew, so that the `-Oz` behind them finds what the first could not see; the order of the passes
/// was tried, and this one is the smallest in brotli. `low-memory-unused` holds here: addresses below
/// 1024 are the last that the stack would reach before it ends. `ignore-implicit-traps` does not: reads
/// are moved before what says whether there is something to read, and trap outside of the memory.
const PASSES: &[&str] = &[
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Puts the functions in the order that their names say, and the locals in the fewest places that can be
/// found: to look for longer is worth it here, where nothing comes behind it. What the code needs of a browser is said
/// once more, since the passes before left that out; it is what every browser has had for years.
const SORTED: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--reorder-functions-by-name",
    "--coalesce-locals-learning",
    "--strip-debug",
];

/// The chat's worker, which trunk copies as it is written.
const WORKER: &str = "sw.js";

/// Shrinks the program in `dist`, which is the one of this page.
pub(crate) fn app(project: &Project, dist: &Path, page: &str) -> Result<()> {
    let page = dist.join(page);
    let html = fs::read_to_string(&page)?;
    let html = bare(&program(project, dist, &html)?);
    let html = scripts(&html, |script| shorter(project, script, Is::Script))?;
    fs::write(page, one_style(dist, &html, |style| shorter(project, style, Is::Style))?)?;
    let worker = dist.join(WORKER);
    if worker.exists() {
        let script = fs::read_to_string(&worker)?;
        fs::write(&worker, shorter(project, &script, Is::Script)?)?;
    }
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
    let before = sorted(project, dist, fs::read(&smaller)?)?;
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
    let script = start::shorten(&script).unwrap_or_else(|| {
        note("the way in which the script starts is not the known one, and stays long");
        script
    });
    let script = shorter(project, &start::wordless(&script), Is::Module)?;
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

/// The wasm in the order of functions that is the smallest in brotli, of all that are tried; as it is when
/// its form is not the known one.
fn sorted(project: &Project, dist: &Path, wasm: Vec<u8>) -> Result<Vec<u8>> {
    let sort = |doubt: u32| -> Result<Option<(usize, Vec<u8>)>> {
        let Some(named) = order::named(&wasm, doubt) else { return Ok(None) };
        let [before, after] =
            ["named", "sorted"].map(|stem| dist.join(format!("{stem}-{doubt}.wasm")));
        fs::write(&before, named)?;
        let output = format!("--output={}", after.display());
        run(project.command("wasm-opt").arg(output).args(SORTED).arg(&before))?;
        let sorted = fs::read(&after)?;
        fs::remove_file(before)?;
        fs::remove_file(after)?;
        Ok(Some((compress::brotli(&sorted)?.len(), sorted)))
    };
    let all = thread::scope(|scope| {
        let tries = order::DOUBTS.map(|doubt| scope.spawn(move || sort(doubt)));
        let all = tries.map(|one| one.join().expect("a try does not panic"));
        all.into_iter().collect::<Result<Vec<_>>>()
    })?;
    let least = all.into_iter().flatten().min_by_key(|(length, _)| *length);
    Ok(least.map_or(wasm, |(_, sorted)| sorted))
}

/// The page without indentation and remarks, by lines. Its scripts are allowed by what the server reads
/// in it, so they may be shortened too.
fn bare(html: &str) -> String {
    let is_remark = |line: &str| {
        line.starts_with("<!--") && line.ends_with("-->")
            || line.starts_with("//")
            || line.starts_with("/*") && line.ends_with("*/")
    };
    let lines = html.lines().map(str::trim).filter(|line| !line.is_empty() && !is_remark(line));
    lines.fold(String::with_capacity(html.len()), |page, line| page + line + "\n")
}

/// The scripts that stand in the page, each made short.
fn scripts(html: &str, short: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut parts = html.split("<script>");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (script, behind) = part.split_once("</script>").context("a script without an end")?;
        page.push_str(&format!("<script>{}</script>{behind}", short(script)?));
    }
    Ok(page)
}

/// All style sheets in the page itself, in its order: what one sees first waits for no second answer,
/// which a slow line takes a sixth of a second for, and they are compressed together with the page.
fn one_style(
    dist: &Path,
    html: &str,
    short: impl FnOnce(&str) -> Result<String>,
) -> Result<String> {
    const OPEN: &str = "<link rel=\"stylesheet\" href=\"/";
    let (mut styles, mut before, mut behind) = (String::new(), String::new(), String::new());
    for part in html.split_inclusive('>') {
        let name = part.trim_start().strip_prefix(OPEN).and_then(|rest| rest.split('"').next());
        match name {
            Some(name) => {
                let file = dist.join(name);
                styles.push_str(&fs::read_to_string(&file)?);
                fs::remove_file(file)?;
            }
            None if styles.is_empty() => before.push_str(part),
            None => behind.push_str(part),
        }
    }
    ensure!(!styles.is_empty(), "the page names no style sheet");
    let styles = short(&styles)?;
    ensure!(!styles.contains("</"), "a style sheet would end before its end");
    Ok(format!("{before}<style>{styles}</style>{behind}"))
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
    fn style_sheets_become_one_in_the_page_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("b-1.css"), "/* first */\nb {\n  color: red;\n}\n").unwrap();
        fs::write(dir.path().join("a-2.css"), "a { margin: 0; }").unwrap();
        let html = "<head><title>x</title><link rel=\"stylesheet\" href=\"/b-1.css\"/>\n\
                    <link rel=\"stylesheet\" href=\"/a-2.css\"/></head>";
        let short = |style: &str| Ok(style.replace(['\n', ' '], ""));
        let page = one_style(dir.path(), html, short).unwrap();
        assert_eq!(files::below(dir.path()).unwrap(), [] as [PathBuf; 0]);
        let style = "<style>/*first*/b{color:red;}a{margin:0;}</style>";
        assert_eq!(page, format!("<head><title>x</title>{style}</head>"));
    }

    #[test]
    fn each_script_in_the_page_is_made_short_and_nothing_else() {
        let html =
            "<p>a b</p><script>c d</script>\n<script src=\"/e f\"></script><script> g </script>h i";
        let page = scripts(html, |script| Ok(script.replace(' ', ""))).unwrap();
        let short =
            "<p>a b</p><script>cd</script>\n<script src=\"/e f\"></script><script>g</script>h i";
        assert_eq!(page, short);
        assert!(scripts("<script>", |script| Ok(script.into())).is_err());
    }

    #[test]
    fn a_page_loses_its_remarks_and_those_of_its_scripts() {
        let before = "<!-- one -->\n<p>one</p>\n<script>\n  // two\n  /** three */\n  \
                      go('http://x'); // stays\n</script>\n";
        assert_eq!(bare(before), "<p>one</p>\n<script>\ngo('http://x'); // stays\n</script>\n");
    }
}
