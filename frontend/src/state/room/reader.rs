//! What the reader of a room does, and what the server answers to that: looking, paging through history
//! at both ends, following a link to a message.

use tidings_shared::{Cursor, NewMessage, Page, Timestamp, timeline::Window};

use super::Room;
use crate::state::{Loading, Look, Seek, Side, Sought};

/// A room that one is not in needs no more than a view or two.
const KEPT_AWAY: usize = 200;

/// What the reader of a room does, and what the server answers to that.
#[derive(Clone, PartialEq, Debug)]
pub enum Reader {
    /// Comes to the room, or back to the tab; how far it was read, by the browser's memory.
    Comes(Option<Cursor>),
    /// Goes to another room.
    Leaves,
    /// Looks at a part of the conversation.
    Looks(Look),
    /// Has read it all.
    ReadAll,
    /// Comes near this end of what is shown, and the server is asked for more.
    Asks(Side),
    /// What lies before this message, if the server has answered.
    Older(u64, Option<Page>),
    /// What lies behind this message, if the server has answered.
    Newer(u64, Option<Page>),
    /// Wants to see this message, and have it marked if that is said.
    Seeks(u64, bool),
    /// What leads up to the message sought and what follows it, if the server has answered to this
    /// [question](Seek::nth). Nothing follows where there is no such message.
    Around(u32, Option<(Page, Option<Page>)>),
    /// Wants no message marked.
    SeeksNone,
    /// Goes to the newest message.
    ToEnd,
}

impl Room {
    /// The reader writes a message.
    pub fn send(&mut self, message: NewMessage, at: Timestamp) {
        self.timeline.send(message, at);
        self.reading.writes(self.timeline.end());
    }

    /// The reader does something, or the server answers to it.
    pub fn reader(&mut self, does: Reader) {
        match does {
            Reader::Comes(kept) => self.reading.come(kept),
            Reader::Leaves => {
                self.go_to_end();
                self.timeline.keep_newest(KEPT_AWAY);
                self.looks(Look::default());
                self.forget_seek();
                self.was_away = true;
            }
            // What is in view is seen already; but where the unread begin may be another place by it.
            Reader::Looks(look) => return self.looks(look),
            Reader::ReadAll => self.reading.read_all(self.timeline.end()),
            Reader::Asks(side) => *self.side(side) = Loading::UnderWay,
            Reader::Older(before, page) => {
                self.older = if page.is_some() { Loading::Idle } else { Loading::Failed };
                if let Some(page) = page {
                    self.timeline.older(before, page);
                }
            }
            Reader::Newer(after, page) => {
                self.newer = if page.is_some() { Loading::Idle } else { Loading::Failed };
                if let Some(page) = page {
                    // What the log's end has not brought yet, it will; asking on would be no use.
                    self.newer_done = (!page.more).then_some(self.arrived);
                    self.timeline.newer(after, page);
                }
            }
            Reader::Seeks(seq, exact) => {
                let nth = self.seek.map_or(0, |seek| seek.nth) + 1;
                let place = self.place_of(seq, exact);
                let sought = place.map_or(Sought::Asked, Sought::Found);
                self.seek = Some(Seek { seq, exact, nth, sought });
            }
            Reader::Around(nth, pages) => self.around(nth, pages),
            Reader::SeeksNone => self.forget_seek(),
            Reader::ToEnd => {
                self.go_to_end();
                self.reading.jumps(self.timeline.end());
            }
        }
        self.version += 1;
    }

    fn around(&mut self, nth: u32, pages: Option<(Page, Option<Page>)>) {
        let Some(mut seek) = self.seek.filter(|seek| seek.nth == nth) else { return };
        seek.sought = match pages {
            None => Sought::Failed,
            Some((up_to, Some(following))) => {
                // Meanwhile the log's end may have brought it.
                let place = self.place_of(seek.seq, seek.exact).or_else(|| {
                    self.timeline.around(up_to, following);
                    (self.older, self.newer) = Default::default();
                    self.newer_done = None;
                    self.place_of(seek.seq, seek.exact)
                });
                place.map_or(Sought::Missing, Sought::Found)
            }
            Some((_, None)) => Sought::Missing,
        };
        self.seek = Some(seek);
    }

    /// Where a message is, in what is shown or else at the log's end, which is shown then.
    fn place_of(&mut self, seq: u64, exact: bool) -> Option<u64> {
        let find = |window: &Window| {
            let place = window.behind(seq.checked_sub(1)?);
            let is_it = window.find(seq).is_some();
            let will_do = !exact && window.seq_before(place).is_some();
            (place < window.places().end && (is_it || will_do)).then_some(place)
        };
        find(self.shown()).or_else(|| {
            let place = find(self.timeline.end())?;
            self.go_to_end();
            Some(place)
        })
    }

    /// Nothing is marked or missed any more, and an answer that still comes is to nobody's question.
    fn forget_seek(&mut self) {
        if let Some(seek) = &mut self.seek {
            *seek = Seek { exact: false, nth: seek.nth + 1, sought: Sought::Missing, ..*seek };
        }
    }

    fn go_to_end(&mut self) {
        self.timeline.to_end();
        (self.older, self.newer) = Default::default();
    }

    fn side(&mut self, side: Side) -> &mut Loading {
        match side {
            Side::Older => &mut self.older,
            Side::Newer => &mut self.newer,
        }
    }

    fn looks(&mut self, look: Look) {
        let unread = self.reading.unread(self.timeline.end());
        let caught_up = self.is_caught_up();
        if look.at_end {
            self.missed = 0;
        }
        self.reading.looks(look, self.timeline.shown(), self.timeline.end(), caught_up);
        self.version += u32::from(unread != self.reading.unread(self.timeline.end()));
    }
}
