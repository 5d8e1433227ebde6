//! Where the network meets the page: each hook runs one effect for as long as its component is
//! shown. They read the tab's state when they act, not when they were rendered.

use std::any::Any;

use yew::prelude::*;

mod announcing;
mod badge;
mod company;
mod finding;
mod hearing;
mod history;
mod keeper;
mod keys;
mod listening;
mod log_scroll;
mod notice;
mod outbox;
mod pointing;
mod remember;
mod rooms;
mod store;
mod waking;
mod writing;

pub use announcing::use_announcing;
pub use badge::use_badge;
pub use company::{use_clock, use_company};
pub use finding::{FinderHandle, use_finder, use_finder_handle};
pub use history::{ask_more, seek, use_going_back, use_permalink};
pub use keeper::{draft, keep_draft, leave};
pub use keys::{single_keys, use_keys};
pub use listening::use_listening;
pub use log_scroll::{LogScroll, use_log_scroll};
pub use notice::{keep_loudness, loudness, use_notice};
pub use outbox::{use_early, use_outbox};
pub use pointing::{Pointing, message_text, use_pointing, write_more};
pub use remember::use_remembering;
pub use rooms::use_rooms;
pub use store::{Store, use_store};
pub use waking::{use_unsent_warning, use_waking};
pub use writing::{Writing, use_writing};

/// What begins an effect: the answer is what holds it, and ends it when dropped.
pub(crate) type Begin = Box<dyn FnOnce() -> Box<dyn Any>>;

/// Holds what `begin` answers for as long as the component is shown and `key` stays the same.
///
/// Every effect of the app goes through here with the same types: each further type would be
/// another copy of Yew's code in the download.
#[hook]
pub(crate) fn use_while(key: (u32, usize), begin: Begin) {
    use_effect_with(key, move |_| {
        let held = begin();
        move || drop(held)
    });
}
