//! The app's files as they travel: kept where they never change, asked for anew where they do,
//! small, and with the headers that protect the page. No browser is needed to see that.

use anyhow::{Context, Result, ensure};
use reqwest::Response;
use tidings_e2e::{Outcome, Server};

#[tokio::test]
async fn the_page_is_asked_for_anew_and_its_files_are_kept_for_ever() -> Outcome {
    let server = Server::start().await?;
    for path in ["/", "/r/lobby", "/r/ops?mode=sse&name=ana"] {
        let page = server.get(path, &[("accept", "text/html")]).await?.error_for_status()?;
        let kept = header(&page, "cache-control")?;
        ensure!(kept.contains("no-cache") || kept.contains("no-store"), "{path}: {kept}");
        ensure!(header(&page, "content-type")?.starts_with("text/html"), "{path}");
    }
    let files = hashed_files(&server).await?;
    ensure!(files.iter().any(|file| file.ends_with(".wasm")), "no wasm among {files:?}");
    for file in files {
        let answer = server.get(&file, &[]).await?.error_for_status()?;
        let kept = header(&answer, "cache-control")?;
        ensure!(kept.contains("immutable") && kept.contains("max-age=31536000"), "{file}: {kept}");
    }
    Ok(())
}

#[tokio::test]
async fn files_travel_compressed_when_the_browser_takes_it() -> Outcome {
    let server = Server::start().await?;
    for file in hashed_files(&server).await? {
        let plain = server.get(&file, &[]).await?;
        ensure!(plain.headers().get("content-encoding").is_none(), "{file} came packed unasked");
        let kind = header(&plain, "content-type")?;
        let plain = plain.bytes().await?;
        for (accept, coding) in [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip")] {
            let packed = server.get(&file, &[("accept-encoding", accept)]).await?;
            ensure!(header(&packed, "content-type")? == kind, "{file} changed its type");
            ensure!(header(&packed, "vary")?.to_lowercase().contains("accept-encoding"), "{file}");
            ensure!(header(&packed, "content-encoding")? == coding, "{file} is not {coding}");
            ensure!(packed.bytes().await?.len() < plain.len(), "{file} grew as {coding}");
        }
        if file.ends_with(".wasm") {
            ensure!(kind == "application/wasm", "{file} is {kind}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_seen_first_comes_in_one_flight() -> Outcome {
    let server = Server::start().await?;
    let page =
        server.get("/r/lobby", &[("accept-encoding", "br"), ("accept", "text/html")]).await?;
    ensure!(header(&page, "content-encoding")? == "br");
    let packed = page.bytes().await?.len();
    // Ten segments are what a server sends before it hears of the first (RFC 6928); the head is one.
    ensure!(packed < 9 * 1_460, "{packed} bytes take another round trip");
    let page = server.get("/r/lobby", &[("accept", "text/html")]).await?.text().await?;
    ensure!(!page.contains("rel=\"stylesheet\""), "a style sheet is asked for apart");
    ensure!(!page.contains("type=\"module\""), "a module holds back DOMContentLoaded");
    Ok(())
}

#[tokio::test]
async fn the_page_carries_the_headers_that_protect_it() -> Outcome {
    let server = Server::start().await?;
    let page = server.get("/r/lobby", &[("accept", "text/html")]).await?;
    let policy = header(&page, "content-security-policy")?;
    for part in ["default-src", "'wasm-unsafe-eval'", "frame-ancestors 'none'", "base-uri"] {
        ensure!(policy.contains(part), "{part} is missing in {policy}");
    }
    for loose in ["'unsafe-inline'", "'unsafe-eval'", " *", "http:"] {
        ensure!(!policy.contains(loose), "{policy} allows {loose}");
    }
    ensure!(header(&page, "x-content-type-options")? == "nosniff");
    ensure!(!header(&page, "referrer-policy")?.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_worker_and_the_manifest_are_what_a_browser_takes_them_for() -> Outcome {
    let server = Server::start().await?;
    let worker = server.get("/sw.js", &[]).await?.error_for_status()?;
    ensure!(header(&worker, "content-type")?.contains("javascript"));
    ensure!(header(&worker, "cache-control")? == "no-cache");
    ensure!(header(&worker, "content-security-policy")?.contains("connect-src 'self'"));
    let manifest = server.get("/manifest.webmanifest", &[]).await?.error_for_status()?;
    ensure!(header(&manifest, "content-type")?.starts_with("application/manifest+json"));
    let manifest: serde_json::Value = manifest.json().await?;
    for icon in manifest["icons"].as_array().context("no icons")? {
        let path = icon["src"].as_str().context("no src")?;
        let picture = server.get(path, &[]).await?.error_for_status()?;
        let kind = icon["type"].as_str().context("no type")?;
        ensure!(header(&picture, "content-type")?.starts_with(kind), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_the_page() -> Outcome {
    let server = Server::start().await?;
    for path in ["/nothing-0123456789abcdef.js", "/api/nothing"] {
        let answer = server.get(path, &[("accept", "*/*")]).await?;
        ensure!(answer.status() == 404, "{path} is answered {}", answer.status());
    }
    Ok(())
}

/// The addresses of the files that the page names, which are those with a hash in their names.
async fn hashed_files(server: &Server) -> Result<Vec<String>> {
    let page = server.get("/", &[("accept", "text/html")]).await?.text().await?;
    let mut files: Vec<_> = page
        .split(['"', '\''])
        .filter(|word| word.starts_with('/'))
        .filter(|word| [".js", ".wasm"].iter().any(|end| word.ends_with(end)))
        .map(str::to_owned)
        .collect();
    files.sort();
    files.dedup();
    ensure!(files.len() >= 2, "the page names {files:?}");
    Ok(files)
}

fn header(answer: &Response, name: &str) -> Result<String> {
    let value = answer.headers().get(name).with_context(|| format!("no {name}"))?;
    Ok(value.to_str()?.to_owned())
}
