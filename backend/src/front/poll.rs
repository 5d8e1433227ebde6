//! Polls and long-polls. One that finds something, or doesn't want to wait, is answered at once from
//! the tail; one that waits takes a place in the crowd, which writes its answer.

use std::task::Poll;

use tidings_shared::Gap;
use tokio::time::Instant;

use super::{
    Answered, Front,
    crowd::Seat,
    framing::{self, Framing},
};
use crate::{
    meter::{Lane, Tally},
    room::{Follower, PageOf, Room},
    transport::{poll::is_here, query},
};

/// Why a wait for a page ended.
enum Woken {
    LetGo,
    TimeUp,
    Gone,
}

impl Front {
    /// Answers a poll whose head is `size` bytes long. What goes wrong is for the general server,
    /// which finds the same and says so.
    pub(super) async fn poll(&mut self, room: &Room, poll: &query::Poll, size: usize) -> Answered {
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
        is_here(&self.link.outlet.connection, room, poll);
        let lane = Lane::Listen(poll.mode());
        let tally = self.link.outlet.connection.begin(lane);
        self.link.consume(size);
        // A gap is news in itself.
        if let Some(wait) = poll.wait
            && page.messages.is_empty()
            && gap.is_none()
        {
            let until = Instant::now() + wait;
            let follower = room.follower(page.cursor.seq);
            self.link.outlet.connection.worked(lane, started);
            let answered = Box::pin(self.wait(follower, tally, limit, until)).await;
            self.idle.begin(Instant::now());
            return answered;
        }
        let answered = self.answer(&page, tally, gap.as_ref());
        self.link.outlet.connection.worked(lane, started);
        answered
    }

    fn answer(&self, page: &PageOf, tally: Tally, gap: Option<&Gap>) -> Answered {
        if page.messages.is_empty() {
            tally.empty();
        }
        tally.delivered(page.messages.len());
        // Whoever is answered finds it ended.
        drop(tally);
        let out = framing::page(&page.messages, page.cursor, page.more, gap);
        match self.link.outlet.send_shared(out.into()) {
            Ok(()) => Answered::Yes,
            Err(_) => Answered::Gone,
        }
    }

    /// Waits until there is something for the page, or its time is up.
    async fn wait(
        &mut self,
        mut follower: Follower,
        tally: Tally,
        limit: usize,
        until: Instant,
    ) -> Answered {
        let crowd = match &self.crowd {
            Some(crowd) if crowd.is_of(follower.room()) => crowd.clone(),
            _ => self.app.crowds.of(follower.room(), &self.app.meter),
        };
        self.crowd = Some(crowd.clone());
        {
            let mut state = self.link.outlet.state();
            state.lane = tally.lane();
            state.tally = Some(tally);
            state.eager = !self.link.unread.is_empty();
        }
        match crowd.join(&self.link.outlet, Framing::Page { limit }, follower.place()) {
            Ok(seat) => match self.sit(&seat, until).await {
                Woken::Gone => {
                    drop(seat);
                    self.link.outlet.state().tally = None;
                    return Answered::Gone;
                }
                Woken::LetGo | Woken::TimeUp => follower.go_on_from(seat.leave()),
            },
            Err(place) => follower.go_on_from(place),
        }
        let Some(tally) = self.link.outlet.state().tally.take() else {
            // The crowd has answered.
            return Answered::Yes;
        };
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
        self.answer(&page, tally, None)
    }

    async fn sit(&mut self, seat: &Seat, until: Instant) -> Woken {
        std::future::poll_fn(|cx| {
            self.link.outlet.register(cx);
            loop {
                if seat.is_over() {
                    return Poll::Ready(Woken::LetGo);
                }
                if !self.link.unread.is_empty() {
                    break;
                }
                match self.link.poll_read(cx) {
                    Poll::Pending => break,
                    Poll::Ready(false) => return Poll::Ready(Woken::Gone),
                    // The next request, before this one is answered: the answer must wake for it.
                    Poll::Ready(true) => self.link.outlet.state().eager = true,
                }
            }
            self.idle.poll_until(cx, until).map(|()| Woken::TimeUp)
        })
        .await
    }
}
