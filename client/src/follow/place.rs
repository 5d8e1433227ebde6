//! Where a reader is in the log. Pure: what a transport brings goes in, and what comes out is
//! which messages are new and where to go on.

use tidings_shared::{Cursor, Epoch, Gap, Hello};

use crate::Start;

/// Where a reader is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Behind the last message that was yielded.
    cursor: Option<Cursor>,
    /// The log that messages without a cursor of their own belong to.
    epoch: Option<Epoch>,
    /// Where the log ended when this reader first came, as long as nothing was yielded.
    came_at: Option<Cursor>,
    /// With how many of the newest messages to start.
    limit: u16,
}

/// How to begin a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Beginning {
    /// As a new reader: the newest messages, this many.
    Newest(u16),
    /// Behind a cursor.
    After(Cursor),
    /// First this page, then go on behind the cursor that is returned for it. `None`: behind the
    /// page's own.
    Page {
        start: Start,
        limit: u16,
        /// Whether the page's messages are to be yielded.
        show: bool,
        then: Option<Cursor>,
    },
}

impl Place {
    pub(super) fn new(after: Option<Cursor>, limit: u16) -> Self {
        Self { cursor: after, epoch: None, came_at: None, limit }
    }

    /// How the next connection is to begin.
    pub(super) fn beginning(&self) -> Beginning {
        match (self.cursor, self.came_at) {
            (Some(cursor), _) => Beginning::After(cursor),
            // Only what is new: a page of one says where the log ends.
            (None, None) if self.limit == 0 => {
                Beginning::Page { start: Start::Newest, limit: 1, show: false, then: None }
            }
            (None, None) => Beginning::Newest(self.limit),
            // A connection broke between its hello and its first message. Starting again with the
            // newest would leave out what came since, if that is more than the limit.
            (None, Some(head)) => Beginning::Page {
                start: Start::Before(head.seq.saturating_add(1)),
                limit: self.limit,
                show: true,
                then: Some(head),
            },
        }
    }

    pub(super) fn hello(&mut self, hello: &Hello) {
        self.epoch = Some(hello.epoch);
        if self.cursor.is_none() {
            if hello.head.seq == 0 {
                self.cursor = Some(hello.head);
            } else if self.came_at.is_none() {
                self.came_at = Some(hello.head);
            }
        }
    }

    pub(super) fn gap(&mut self, gap: &Gap) {
        self.epoch = Some(gap.resume.epoch);
        self.cursor = Some(gap.resume);
    }

    /// The place of a message that came without a cursor; `None` if no `hello` said which log.
    pub(super) fn cursor_of(&self, seq: u64) -> Option<Cursor> {
        self.epoch.map(|epoch| Cursor::new(epoch, seq))
    }

    /// A message lies just before `at`: answers whether it is new, and if so, moves behind it.
    pub(super) fn pass(&mut self, at: Cursor) -> bool {
        if self.cursor.is_some_and(|seen| seen.epoch == at.epoch && at.seq <= seen.seq) {
            return false;
        }
        self.cursor = Some(at);
        true
    }

    /// A page, or the connection's beginning, ended here.
    pub(super) fn advance(&mut self, to: Cursor) {
        self.pass(to);
    }

    /// What `came_at` says is of a log that is no more.
    pub(super) fn forget_beginning(&mut self) {
        self.came_at = None;
    }
}

#[cfg(test)]
mod tests {
    use tidings_shared::Mode;

    use super::*;

    fn at(text: &str) -> Cursor {
        text.parse().unwrap()
    }

    fn hello(head: &str) -> Hello {
        let head = at(head);
        Hello { epoch: head.epoch, head, mode: Mode::Sse, heartbeat: 20 }
    }

    #[test]
    fn a_message_that_was_seen_is_not_new() {
        let mut place = Place::new(None, 50);
        place.hello(&hello("aaaaaaaa:7"));
        let first = place.cursor_of(6).unwrap();
        assert!(place.pass(first));
        assert!(!place.pass(first));
        assert!(place.pass(at("aaaaaaaa:7")));
        assert_eq!(place.beginning(), Beginning::After(at("aaaaaaaa:7")));
    }

    #[test]
    fn a_reader_of_an_empty_room_goes_on_from_its_beginning() {
        let mut place = Place::new(None, 50);
        assert_eq!(place.beginning(), Beginning::Newest(50));
        place.hello(&hello("aaaaaaaa:0"));
        assert_eq!(place.beginning(), Beginning::After(at("aaaaaaaa:0")));
    }

    #[test]
    fn a_reader_that_broke_off_before_its_first_message_comes_back_to_where_it_came_in() {
        let mut place = Place::new(None, 50);
        place.hello(&hello("aaaaaaaa:70"));
        let Beginning::Page { start, then, show, .. } = place.beginning() else {
            panic!("it starts with a page");
        };
        assert_eq!((start, then, show), (Start::Before(71), Some(at("aaaaaaaa:70")), true));
        place.hello(&hello("aaaaaaaa:90"));
        assert!(matches!(place.beginning(), Beginning::Page { start: Start::Before(71), .. }));
    }

    #[test]
    fn after_a_gap_messages_belong_to_the_log_it_names() {
        let mut place = Place::new(Some(at("aaaaaaaa:7")), 50);
        place.hello(&hello("bbbbbbbb:3"));
        let gap =
            Gap { after: "aaaaaaaa:7".into(), resume: at("bbbbbbbb:0"), reason: String::new() };
        place.gap(&gap);
        let first = place.cursor_of(1).unwrap();
        assert_eq!(first, at("bbbbbbbb:1"));
        assert!(place.pass(first));
    }

    #[test]
    fn who_wants_only_news_asks_where_the_log_ends() {
        let mut place = Place::new(None, 0);
        let Beginning::Page { show, then, .. } = place.beginning() else {
            panic!("it starts with a page");
        };
        assert_eq!((show, then), (false, None));
        place.advance(at("aaaaaaaa:9"));
        assert_eq!(place.beginning(), Beginning::After(at("aaaaaaaa:9")));
    }
}
