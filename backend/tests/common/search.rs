//! Searching, as the browser app does it.

use tidings_shared::{SearchPage, route};

use super::Server;

/// Where one searches for what is typed.
pub fn address(typed: &str, rest: &str) -> String {
    let q: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    format!("{}?q={q}{rest}", route::SEARCH)
}

/// A page of what is found.
pub async fn page(server: &Server, typed: &str, rest: &str) -> SearchPage {
    let answer = server.get(&address(typed, rest)).await;
    assert_eq!(answer.status, 200, "{typed:?}: {}", answer.text());
    answer.read()
}

/// The texts that are found, newest first.
pub async fn texts(server: &Server, typed: &str) -> Vec<String> {
    let page = page(server, typed, "&limit=100").await;
    assert_eq!(page.next, None);
    page.results.iter().map(|result| result.message.text.as_str().to_owned()).collect()
}

/// Which words are found, of all that was found.
pub async fn words(server: &Server, typed: &str) -> Vec<String> {
    let page = page(server, typed, "&limit=100").await;
    page.results.into_iter().flat_map(|result| result.found).collect()
}
