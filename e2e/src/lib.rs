//! What the browser tests stand on: the real server on a port of its own, a real Chromium, and
//! words for what a person does and sees. The tests are in `tests/`, a file for each kind of
//! promise.

mod browser;
mod driver;
mod hands;
mod server;
mod stage;
mod tab;
pub mod wait;

pub use server::Server;
pub use stage::{Outcome, Stage, stage, stage_over_tls};
pub use tab::{Row, Tab};
