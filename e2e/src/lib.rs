//! What the browser tests stand on: the real server on a port of its own, a real Chromium, and
//! words for what a person does and sees. The tests are in `tests/`, a file for each kind of
//! promise.

pub mod axe;
mod browser;
mod driver;
mod hands;
pub mod keys;
pub mod lab;
mod proxy;
pub mod scenes;
mod server;
mod stage;
mod tab;
pub mod wait;

pub use proxy::{Kind, Proxy, Way};
pub use server::Server;
pub use stage::{Outcome, Stage, stage, stage_of_the_impatient, stage_over_tls, stage_with_lab};
pub use tab::{Row, Tab};
pub use thirtyfour::Key;
