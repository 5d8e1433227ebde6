//! What a tab knows, and how each thing that happens changes it. All of it is pure: the clock, the
//! time zone and the network are handed in, so that `cargo test` covers it without a browser.

pub mod action;
pub mod choice;
pub mod cost;
pub mod excerpt;
pub mod figures;
pub mod find;
pub mod finder;
pub mod heights;
pub mod history;
pub mod keys;
pub mod link;
pub mod mentions;
pub mod notice;
pub mod order;
pub mod people;
pub mod reading;
pub mod room;
pub mod rooms;
pub mod search;
pub mod tab;
pub mod transcript;
pub mod unsent;
pub mod viewport;

#[cfg(test)]
mod tests;

pub use action::{Action, Told};
pub use choice::Choice;
pub use cost::{Cost, Traffic};
pub use heights::Heights;
pub use history::{Loading, Seek, Side, Sought};
pub use link::Link;
pub use people::People;
pub use reading::{Look, Reading};
pub use room::{Reader, Room};
pub use tab::Tab;
pub use transcript::Row;
pub use unsent::Unsent;
pub use viewport::View;
