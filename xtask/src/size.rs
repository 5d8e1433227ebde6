//! What a browser downloads before the app runs, and the budget for it.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{compress, files, project::Project};

/// 236 KB, compressed by brotli, as it travels. It is to come down to 200 KB; until then it holds what
/// there is.
const BUDGET: usize = 236 * 1024;

/// Files that are loaded with the page, beside those that it names.
const LOADED: [&str; 3] = ["index.html", "favicon.ico", "sw.js"];

/// Prints the first load file by file, and fails above the budget.
pub(crate) fn size(project: &Project) -> Result<()> {
    let dist = project.dist();
    let page = fs::read_to_string(dist.join("index.html"))
        .context("dist/ is not built; `cargo xtask build` does")?;
    println!("\nfirst load, in bytes");
    println!("{:>9} {:>9} {:>9}  file", "plain", "gzip", "brotli");
    let mut sum = [0; 3];
    for file in files::below(&dist)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The page names all that it loads at once, but for the worker, which the app starts. The
        // icons are for whoever installs the app: a browser takes them when it is asked to.
        let at_first =
            LOADED.contains(&&*name) || page.contains(&name) && !name.starts_with("icon-");
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
    if brotli > BUDGET {
        bail!("the first load is {brotli} bytes in brotli; the budget is {BUDGET}");
    }
    println!("within the budget of {BUDGET}: {} to spare", BUDGET - brotli);
    Ok(())
}

fn print_row([plain, gzip, brotli]: [usize; 3], name: &str) {
    println!("{plain:>9} {gzip:>9} {brotli:>9}  {name}");
}
