//! The Lab's program: two pages under one bar.

use yew::prelude::*;

use super::{page::LabPage, plan::Plan};

/// Props of [`App`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's path.
    pub path: String,
    /// Its query.
    pub query: String,
}

/// The bar, and the page that the path names.
#[component]
pub fn App(props: &Props) -> Html {
    html! {
        <>
            { top(&props.path) }
            if props.path == "/plan" {
                <Plan query={props.query.clone()} />
            } else {
                <LabPage query={props.query.clone()} />
            }
        </>
    }
}

/// The bar that all pages of the program have.
fn top(path: &str) -> Html {
    let to = |href: &'static str, name: &'static str| {
        let here = path == href;
        html! { <li><a {href} aria-current={here.then_some("page")}>{ name }</a></li> }
    };
    html! {
        <header class="top">
            <a class="brand" href="/" aria-label="Tidings">
                <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
                    <path d="M2 8.5q2.5-5 5 0t5 0 5 0 5 0M2 15.5q2.5-5 5 0t5 0 5 0 5 0" />
                </svg>
                <span class="brand__name">{ "Tidings" }</span>
            </a>
            <nav aria-label="Tidings">
                <ul class="top__ways">
                    { to("/", "Chat") }
                    { to("/lab", "Lab") }
                    { to("/plan", "Plan") }
                </ul>
            </nav>
        </header>
    }
}
