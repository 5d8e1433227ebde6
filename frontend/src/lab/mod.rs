//! The Lab: one publisher, several panes, each listening in its own way to the same room, and what
//! each way costs. And `/plan`: what it would cost for an audience of one's own.
//!
//! It is a program of its own, so that the chat does not carry it.
//!
//! Pure, and tested natively: [`setup`] is what the address says, [`pace`] when the publisher sends,
//! [`seqs`] and [`measure`] what a pane saw of the log, [`story`] what happened to it. [`net`] and
//! [`wire_feed`] know the server, [`pane`] and [`publisher`] run, and the rest is the page.

pub mod app;
pub mod bench;
pub mod book;
pub mod chart;
pub mod export;
pub mod fault;
pub mod faults;
pub mod lines;
pub mod measure;
pub mod meter;
pub mod net;
pub mod pace;
pub mod page;
pub mod pane;
pub mod pane_head;
pub mod pane_view;
pub mod plan;
pub mod publisher;
pub mod publisher_view;
pub mod reader;
pub mod rows;
pub mod seqs;
pub mod server;
pub mod setup;
pub mod story;
pub mod strip;
pub mod table;
pub mod tour;
pub mod wire;
pub mod wire_feed;

/// Mounts the Lab on the page's body: reads the address, and writes it back whole.
pub fn start() {
    let (path, query) = crate::browser::location();
    yew::Renderer::<app::App>::with_props(app::Props { path, query }).render();
}
