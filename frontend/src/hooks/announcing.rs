//! What a screen reader says of messages that come: each once, in words that follow a breath after one
//! another. The log's own lines can't be what is announced: they come onto the page and leave it as one
//! scrolls.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::Store;
use crate::{
    state::Tab,
    words::{count_in, words},
};

/// So many milliseconds lie between two announcements at least.
const BREATH_MS: u32 = 1_500;
/// More messages than this are counted and not read out.
const READ_OUT: usize = 3;

#[derive(Default)]
struct Announced {
    /// Up to which message it was said, or needs not to be.
    seq: Option<u64>,
    words: AttrValue,
    due: Option<Timeout>,
}

/// What is to be announced now.
#[hook]
pub fn use_announcing(store: &Store) -> AttrValue {
    let announced: Rc<RefCell<Announced>> = use_mut_ref(Announced::default);
    let update = use_force_update();
    let mut this = announced.borrow_mut();
    let (newest, history) = store.read(|tab| {
        let room = tab.room();
        (room.timeline().end().newest().unwrap_or_default(), room.history())
    });
    // What was there before is not news.
    let said = this.seq.unwrap_or(newest).max(history);
    this.seq = Some(said);
    if newest > said && this.due.is_none() {
        let (store, announced) = (store.clone(), announced.clone());
        this.due = Some(Timeout::new(BREATH_MS, move || {
            let mut this = announced.borrow_mut();
            this.due = None;
            let said = this.seq.unwrap_or_default();
            if let Some((words, newest)) = store.read(|tab| news(tab, said)) {
                this.seq = Some(newest);
                // The same words again would be no change to whoever listens for one.
                let again = if *words == *this.words { "\u{a0}" } else { "" };
                this.words = (words + again).into();
                update.force_update();
            }
        }));
    }
    this.words.clone()
}

/// What others have said behind `said`, in words, and how far that goes.
fn news(tab: &Tab, said: u64) -> Option<(String, u64)> {
    let (room, me) = (tab.room(), &tab.address().name);
    let entries = room.timeline().end().entries().iter().rev();
    let new = entries.map_while(|entry| entry.message().filter(|message| message.seq > said));
    let mut new: Vec<_> = new.collect();
    let newest = new.first()?.seq;
    new.retain(|message| message.username != *me);
    let words = if new.len() > READ_OUT {
        count_in(words().log.new_messages, new.len())
    } else {
        let lines = new.iter().rev().map(|m| [m.username.as_str(), ": ", m.text.as_str(), "\n"]);
        lines.map(|line| line.concat()).collect()
    };
    Some((words, newest))
}
