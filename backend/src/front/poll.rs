//! Polls and long-polls. One that finds something, or doesn't want to wait, is answered at once from
//! the tail; one that waits takes a place in the crowd, which writes its answer.

use std::{ops::Range, task::Poll};

use tidings_shared::{After, Gap};
use tokio::time::Instant;

use super::{
    Answered, Front, Link,
    crowd::Seat,
    framing::{self, Framing},
    idle::Idle,
};
use crate::{
    lab::Origin,
    meter::{Lane, Tally},
    room::{PageOf, Place, Room, Start},
    transport::{
        poll::{is_here, was_answered},
        query,
    },
};

/// A poll as it came, and what it means: whoever polls asks the same again and again, but for where
/// it is by then.
pub(super) struct Asking {
    pub(super) request: Vec<u8>,
    /// Where its cursor stands in it; empty if it has none.
    cursor: Range<usize>,
    pub(super) room: Room,
    pub(super) poll: query::Poll,
    /// The Lab's own page asks.
    origin: Option<Origin>,
}

impl Asking {
    pub(super) fn new(
        request: &[u8],
        room: Room,
        poll: query::Poll,
        origin: Option<Origin>,
    ) -> Self {
        let cursor = cursor_in(request).unwrap_or_default();
        Self { request: request.to_vec(), cursor, room, poll, origin }
    }

    /// Whether `request` is the same again, byte by byte, but for another cursor; then it is that one
    /// from now on.
    pub(super) fn is_again(&mut self, request: &[u8]) -> bool {
        if self.request == request {
            return true;
        }
        let (before, behind) =
            (&self.request[..self.cursor.start], &self.request[self.cursor.end..]);
        let cursor = request.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
        let Some(after) = cursor.filter(|_| !self.cursor.is_empty()).and_then(plain_cursor) else {
            return false;
        };
        self.poll.read.start = Start::After(after);
        self.cursor.end = request.len() - behind.len();
        self.request.clear();
        self.request.extend_from_slice(request);
        true
    }
}

/// Where in a request's first line the value of `after` is.
fn cursor_in(request: &[u8]) -> Option<Range<usize>> {
    const NAME: &[u8] = b"after=";
    let line = &request[..request.iter().position(|&byte| byte == b'\r')?];
    let at = |window: &[u8]| matches!(window[0], b'?' | b'&') && &window[1..] == NAME;
    let start = line.windows(NAME.len() + 1).position(at)? + NAME.len() + 1;
    let length = line[start..].iter().position(|byte| matches!(byte, b'&' | b' '))?;
    Some(start..start + length)
}

/// A cursor in which nothing is escaped, nor could be.
fn plain_cursor(bytes: &[u8]) -> Option<After> {
    let is_plain = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b':');
    std::str::from_utf8(bytes).ok().filter(|_| is_plain)?.parse().ok()
}

/// Why a wait for a page ended.
enum Woken {
    LetGo,
    TimeUp,
    Gone,
}

impl Front {
    /// Answers a poll, and keeps it for the next time.
    pub(super) async fn ask(&mut self, asking: Box<Asking>) -> Answered {
        let answered = self.poll(&asking).await;
        self.last = Some(asking);
        answered
    }

    /// Answers a poll. What goes wrong is for the general server, which finds the same and says so.
    async fn poll(&mut self, asking: &Asking) -> Answered {
        let Asking { room, poll, origin, .. } = asking;
        // Reading its head was work on it, too.
        let started = self.idle.since();
        let (start, limit) = (poll.read.start, poll.read.limit);
        let (page, gap) = match room.page_now(start, limit) {
            Some(found) => found,
            None => match Box::pin(room.page(start, limit)).await {
                Ok(found) => found,
                Err(_) => return Answered::No,
            },
        };
        let waiting = is_here(&self.link.outlet.connection, room, poll);
        let lane = Lane::Listen(poll.mode());
        let tally = self.link.outlet.connection.begin(lane);
        self.link.consume(asking.request.len());
        // A gap is news in itself.
        let answered = if let Some(wait) = poll.wait
            && page.messages.is_empty()
            && gap.is_none()
        {
            let until = Instant::now() + wait;
            let seq = page.cursor.seq;
            self.link.outlet.connection.worked(lane, started);
            let answered = Box::pin(self.wait(asking, seq, tally, until)).await;
            self.idle.begin(Instant::now());
            answered
        } else {
            let answered = self.answer(&page, tally, gap.as_ref(), *origin);
            self.link.outlet.connection.worked(lane, started);
            answered
        };
        if matches!(answered, Answered::Yes) {
            was_answered(waiting);
        }
        answered
    }

    fn answer(
        &self,
        page: &PageOf,
        tally: Tally,
        gap: Option<&Gap>,
        origin: Option<Origin>,
    ) -> Answered {
        if page.messages.is_empty() {
            tally.empty();
        }
        tally.delivered(page.messages.len());
        // Whoever is answered finds it ended.
        drop(tally);
        let out = framing::page(&page.messages, page.cursor, page.more, gap, origin);
        match self.link.outlet.send_shared(out.into()) {
            Ok(()) => Answered::Yes,
            Err(_) => Answered::Gone,
        }
    }

    /// Waits behind message `seq` until there is something for the page, or its time is up.
    async fn wait(&mut self, asking: &Asking, seq: u64, tally: Tally, until: Instant) -> Answered {
        let Asking { room, poll, origin, .. } = asking;
        let (limit, origin) = (poll.read.limit, *origin);
        if !self.seat.as_ref().is_some_and(|seat| seat.is_in(room)) {
            // The old one is left first: nobody sits in two.
            self.seat = None;
        }
        let Self { app, link, idle, seat, .. } = self;
        let seat = seat.get_or_insert_with(|| app.crowds.of(room, &app.meter).seat(&link.outlet));
        let eager = !link.unread.is_empty();
        // A page has no events beside the messages, so that it doesn't matter which were seen.
        let place = Place { seq, noticed: 0 };
        let waits = seat.wait(Framing::Page { limit, origin }, place, |state| {
            state.lane = tally.lane();
            state.tally = Some(tally);
            state.eager = eager;
        });
        let woken = match waits {
            Ok(()) => sit(link, idle, seat, until).await,
            Err(_) => Woken::LetGo,
        };
        let place = seat.rise();
        let tally = link.outlet.state().tally.take();
        if matches!(woken, Woken::Gone) {
            return Answered::Gone;
        }
        // If it is gone, the crowd has answered.
        let Some(tally) = tally else { return Answered::Yes };
        let mut follower = room.follower(place.seq);
        let messages = match follower.take_now(limit) {
            Some(messages) => messages,
            None => match follower.take(limit).await {
                Ok(messages) => messages,
                Err(e) => {
                    tracing::warn!(error = %e, "a long-poll could not be answered");
                    return Answered::Gone;
                }
            },
        };
        let page = PageOf { messages, cursor: follower.cursor(), more: follower.has_more() };
        self.answer(&page, tally, None, origin)
    }
}

async fn sit(link: &mut Link, idle: &mut Idle, seat: &Seat, until: Instant) -> Woken {
    std::future::poll_fn(|cx| {
        link.outlet.register(cx);
        loop {
            if seat.is_over() {
                return Poll::Ready(Woken::LetGo);
            }
            if !link.unread.is_empty() {
                break;
            }
            match link.poll_read(cx) {
                Poll::Pending => break,
                Poll::Ready(false) => return Poll::Ready(Woken::Gone),
                // The next request, before this one is answered: the answer must wake for it.
                Poll::Ready(true) => link.outlet.state().eager = true,
            }
        }
        idle.poll_until(cx, until).map(|()| Woken::TimeUp)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{room::Rooms, store::StoreUrl};

    fn asking(request: &[u8]) -> Asking {
        let rooms = Rooms::open(&StoreUrl::Memory, "Welcome user".parse().unwrap()).unwrap();
        let line = std::str::from_utf8(request).unwrap();
        let query = line.split([' ', '?']).nth(2).unwrap();
        let poll = query::Poll::of(query).unwrap();
        Asking::new(request, rooms.get(&"ops".parse().unwrap()), poll, None)
    }

    fn request(query: &str) -> Vec<u8> {
        let referer = "http://x/?after=1&";
        format!("GET /api/rooms/ops/messages?{query} HTTP/1.1\r\nreferer: {referer}\r\n\r\n").into()
    }

    #[test]
    fn the_same_poll_from_another_place_is_the_same_poll() {
        let mut asking = asking(&request("limit=7&after=k3f9a0zq:9&wait=5"));
        let start = |text: &str| Start::After(text.parse().unwrap());
        for after in ["k3f9a0zq:9", "k3f9a0zq:10", "k3f9a0zq:1234567", "8", "k3f9a0zq:10"] {
            assert!(asking.is_again(&request(&format!("limit=7&after={after}&wait=5"))), "{after}");
            assert_eq!(asking.poll.read.start, start(after));
        }
        for other in [
            "limit=8&after=k3f9a0zq:10&wait=5",
            "limit=7&after=k3f9a0zq:10&wait=6",
            "limit=7&after=k3f9a0zq:10&every=1&wait=5",
            "limit=7&after=k3f9a0zq%3A11&wait=5",
            "limit=7&after=k3f9a0zq:&wait=5",
            "limit=7&after=&wait=5",
            "limit=7&wait=5",
        ] {
            assert!(!asking.is_again(&request(other)), "{other}");
        }
        assert_eq!(
            asking.poll.read.start,
            start("k3f9a0zq:10"),
            "what was refused changed nothing"
        );
    }

    #[test]
    fn a_poll_without_a_cursor_is_only_the_same_to_the_letter() {
        let mut asking = asking(&request("limit=7"));
        assert!(asking.is_again(&request("limit=7")));
        assert!(!asking.is_again(&request("limit=77")));
        assert!(!asking.is_again(&request("limit=7&after=4")));
    }
}
