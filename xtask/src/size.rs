//! What a browser downloads before a program of ours runs, and the budget for it.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{compress, files, frontend::PAGES, project::Project};

/// 200 KB, compressed by brotli, as it travels.
const BUDGET: usize = 200 * 1024;

/// 320 KB for the Lab, which nobody waits for who has come to chat.
const LAB_BUDGET: usize = 320 * 1024;

/// Files that are loaded with the chat's page, beside those that it names.
const LOADED: [&str; 2] = ["favicon.ico", "sw.js"];

/// Prints the first load of each page file by file, and fails above a budget.
pub(crate) fn size(project: &Project) -> Result<()> {
    let [chat, lab] = PAGES;
    first_load(project, "the chat's first load", chat, &LOADED, BUDGET)?;
    first_load(project, "the Lab's first load", lab, &[], LAB_BUDGET)
}

fn first_load(
    project: &Project,
    title: &str,
    page: &str,
    beside: &[&str],
    budget: usize,
) -> Result<()> {
    let dist = project.dist();
    let html = fs::read_to_string(dist.join(page))
        .context("dist/ is not built; `cargo xtask build` does")?;
    println!("\n{title}, in bytes");
    println!("{:>9} {:>9} {:>9}  file", "plain", "gzip", "brotli");
    let mut sum = [0; 3];
    for file in files::below(&dist)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The page names all that it loads at once, but for the worker, which the app starts. The
        // icons are for whoever installs the app: a browser takes them when it is asked to.
        let at_first = name == page
            || beside.contains(&&*name)
            || html.contains(&name) && !name.starts_with("icon-");
        if files::ends_in(&file, &["br", "gz"]) || !at_first {
            continue;
        }
        let plain = fs::read(&file)?;
        let [gzip, brotli] = [compress::gzip(&plain)?, compress::brotli(&plain)?];
        let row = [plain.len(), gzip.len().min(plain.len()), brotli.len().min(plain.len())];
        print_row(row, &name);
        for (sum, bytes) in sum.iter_mut().zip(row) {
            *sum += bytes;
        }
    }
    print_row(sum, "in all");
    let [.., brotli] = sum;
    if brotli > budget {
        bail!("{title} is {brotli} bytes in brotli; the budget is {budget}");
    }
    println!("within the budget of {budget}: {} to spare", budget - brotli);
    Ok(())
}

fn print_row([plain, gzip, brotli]: [usize; 3], name: &str) {
    println!("{plain:>9} {gzip:>9} {brotli:>9}  {name}");
}
