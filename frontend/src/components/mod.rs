//! What is seen. Small functions: props in, callbacks out; none of them knows the network.

mod composer;
mod costs;
mod crowded;
mod curl;
mod field;
mod figures;
mod here;
mod log;
mod mark;
mod message;
mod outgoing;
mod panel;
mod picker;
mod rooms;
mod status;

pub use composer::Composer;
pub use costs::costs;
pub use crowded::crowded;
pub use curl::Curl;
pub use field::TextField;
pub use log::Log;
pub use mark::{mark, mode_name};
pub use message::Messages;
pub use panel::{Controls, panel};
pub use status::Status;
