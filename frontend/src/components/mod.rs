//! What is seen. Small functions: props in, callbacks out; none of them knows the network.

mod composer;
mod costs;
mod crowded;
mod curl;
mod field;
mod finding;
mod here;
mod keys;
mod log;
mod mark;
mod message;
mod outgoing;
mod panel;
mod rooms;
mod search;
mod status;
mod switcher;
mod topic;
mod when;

pub use composer::Composer;
pub use costs::costs;
pub use crowded::crowded;
pub use curl::Curl;
pub use field::TextField;
pub use finding::{Finder, Finding, Found, Opened, find_buttons};
pub use log::Log;
pub use mark::{mark, mode_name};
pub use message::Messages;
pub use panel::{Controls, panel};
pub use rooms::Rooms;
pub use status::Status;
pub use topic::Topic;
