//! What a tab knows, and how each thing that happens changes it. All of it is pure: the clock, the
//! time zone and the network are handed in, so that `cargo test` covers it without a browser.

pub mod cost;
pub mod excerpt;
pub mod find;
pub mod finder;
pub mod keys;
pub mod link;
pub mod mentions;
pub mod order;
pub mod people;
pub mod room;
pub mod rooms;
pub mod search;
pub mod tab;
pub mod transcript;
pub mod unsent;

#[cfg(test)]
mod tests;

pub use cost::{Cost, Traffic};
pub use link::Link;
pub use people::People;
pub use room::Room;
pub use tab::{Action, Tab, Told};
pub use transcript::{Block, Row, Transcript};
pub use unsent::Unsent;
