//! The Tidings browser app: one tab, one room, one way of listening, and what that costs.
//!
//! `state` is pure and knows neither network nor page; `net` knows no page; `components` know no
//! network; `hooks` are the only place where the three meet.

pub mod app;
pub mod browser;
pub mod calendar;
pub mod components;
#[cfg(test)]
mod contrast;
pub mod early;
pub mod finding;
pub mod hooks;
pub mod lab;
pub mod net;
pub mod route;
pub mod state;
pub mod text;
pub mod wire;
pub mod words;

/// Mounts the app on the page's body: reads the address, writes it back whole, and takes over what was
/// written before.
pub fn start() {
    let (path, query) = browser::location();
    let (address, complaints) = route::Address::parse(&path, &query, browser::stored_name());
    browser::replace_address(&format!("{address}{}", browser::hash()));
    browser::speak();
    let early = early::Early::take(&address.room);
    let props = app::Props { address, complaints, early };
    yew::Renderer::<app::App>::with_props(props).render();
    browser::start_worker();
}
