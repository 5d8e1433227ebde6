//! What becomes of a text in a browser: elements and text nodes, and nothing of what it looks like.
#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use tidings_frontend::{browser, components::rich, net::sleep};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

#[derive(Properties, PartialEq)]
struct Props {
    page: Html,
}

#[component]
fn Stage(props: &Props) -> Html {
    props.page.clone()
}

/// Puts a text on the page as it is read.
async fn read(text: &str) -> Element {
    let root = browser::document().create_element("div").unwrap();
    browser::document().body().unwrap().append_child(&root).unwrap();
    let page = rich(text, "ana");
    yew::Renderer::<Stage>::with_root_and_props(root.clone(), Props { page }).render();
    sleep(Duration::ZERO).await;
    sleep(Duration::ZERO).await;
    root
}

/// The elements of it, by their names.
fn elements(root: &Element) -> Vec<String> {
    let found = root.query_selector_all("*").unwrap();
    (0..found.length()).map(|at| found.get(at).unwrap().node_name().to_lowercase()).collect()
}

#[wasm_bindgen_test]
async fn markup_is_made_of_elements_and_html_is_text() {
    let html = "<img src=x onerror=alert(1)> <b>x</b> &amp; <a href=\"javascript:alert(1)\">y</a>";
    let root = read(&format!("**{html}** *i*")).await;
    assert_eq!(elements(&root), ["strong", "em"]);
    assert_eq!(root.text_content().unwrap(), format!("{html} i"));
    let root = read(&format!("```\n{html}\n```")).await;
    assert_eq!(root.query_selector("pre code").unwrap().unwrap().text_content().unwrap(), html);
    assert!(root.query_selector("img, b, a").unwrap().is_none());
    for html in ["`<i>`", "[<img src=x>](https://a.b)", "> <script>1</script>", "- <svg onload=x>"]
    {
        let root = read(html).await;
        let made = elements(&root);
        let allowed = ["code", "a", "blockquote", "p", "ul", "li"];
        assert!(made.iter().all(|name| allowed.contains(&name.as_str())), "{html}: {made:?}");
    }
}

#[wasm_bindgen_test]
async fn links_open_elsewhere_and_know_nothing_of_here() {
    for text in ["https://example.org/x", "[x](https://example.org/x)", "mailto:ana@example.org"] {
        let root = read(text).await;
        let link = root.query_selector("a").unwrap().unwrap();
        assert_eq!(link.get_attribute("rel").as_deref(), Some("noopener noreferrer"));
        assert_eq!(link.get_attribute("target").as_deref(), Some("_blank"));
    }
    for text in ["[x](javascript:alert(1))", "javascript:alert(1)", "[x](data:text/html,x)"] {
        let root = read(text).await;
        assert!(elements(&root).is_empty(), "{text}");
        assert_eq!(root.text_content().as_deref(), Some(text));
    }
}

#[wasm_bindgen_test]
async fn a_link_to_a_message_of_this_server_stays_here() {
    let here = [&*browser::origin(), "/r/ops#57"].concat();
    for text in [&here, "[leo](/r/ops#57)"] {
        let root = read(text).await;
        let link = root.query_selector("a").unwrap().unwrap();
        assert_eq!(link.get_attribute("data-go").as_deref(), Some("/r/ops#57"));
        assert_eq!(link.get_attribute("target"), None);
    }
    let root = read("#ops").await;
    let link = root.query_selector("a").unwrap().unwrap();
    assert_eq!(link.get_attribute("href").as_deref(), Some("/r/ops"));
}

#[wasm_bindgen_test]
async fn what_holds_no_sign_is_one_text_node() {
    let text = "tudo bem?\nsim, e você & eu";
    let root = read(text).await;
    assert_eq!(root.text_content().as_deref(), Some(text));
    assert!(elements(&root).is_empty());
}
