//! What is seen. Small functions: props in, callbacks out; none of them knows the network.

mod code_block;
mod composer;
mod costs;
mod crowded;
mod curl;
mod delivery;
mod field;
mod here;
mod icon;
mod log;
mod mark;
mod message;
mod offers;
mod outgoing;
mod panel;
mod rich;
mod rooms;
mod status;
mod tools;

pub use code_block::CodeBlock;
pub use composer::Composer;
pub use costs::costs;
pub use crowded::crowded;
pub use curl::Curl;
pub use delivery::delivery_mark;
pub use field::TextField;
pub use icon::icon;
pub use log::Log;
pub use mark::{mark, mode_name};
pub use message::Messages;
pub use offers::Offers;
pub use panel::{Controls, panel};
pub use rich::rich;
pub use status::Status;
pub use tools::Tools;
