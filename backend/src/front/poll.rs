//! Polls and long-polls. One that finds something, or doesn't want to wait, is answered at once from
//! the tail; one that waits takes a place in the crowd, which writes its answer.

use std::{pin::pin, task::Poll};

use tidings_shared::Gap;
use tokio::time::{Instant, sleep_until};

use super::{
    Answered, Front,
    crowd::Seat,
    framing::{self, Framing},
};
use crate::{
    meter::{Lane, Tally},
    room::{Follower, Room},
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
    pub(super) async fn poll(&mut self, room: Room, poll: &query::Poll, size: usize) -> Answered {
        // Reading its head was work on it, too.
        let started = self.idle.since();
        let begun = match room.follow_now(poll.read.start) {
            Ok(begun) => begun,
            Err(_) => match Box::pin(room.follow(poll.read.start)).await {
                Ok(begun) => begun,
                Err(_) => return Answered::No,
            },
        };
        let (mut follower, gap) = begun;
        let messages = match follower.take_now(poll.read.limit) {
            Some(messages) => messages,
            None => match Box::pin(follower.take(poll.read.limit)).await {
                Ok(messages) => messages,
                Err(_) => return Answered::No,
            },
        };
        is_here(&self.link.outlet.connection, &room, poll);
        let lane = Lane::Listen(poll.mode());
        let tally = self.link.outlet.connection.begin(lane);
        self.link.consume(size);
        // A gap is news in itself.
        if let Some(wait) = poll.wait
            && messages.is_empty()
            && gap.is_none()
        {
            let until = Instant::now() + wait;
            self.link.outlet.connection.worked(lane, started);
            let answered = Box::pin(self.wait(follower, tally, poll.read.limit, until)).await;
            self.idle.begin(Instant::now());
            return answered;
        }
        let answered = self.answer(&follower, &tally, &messages, gap.as_ref());
        self.link.outlet.connection.worked(lane, started);
        answered
    }

    fn answer(
        &self,
        follower: &Follower,
        tally: &Tally,
        messages: &[std::sync::Arc<crate::room::encode::Encoded>],
        gap: Option<&Gap>,
    ) -> Answered {
        if messages.is_empty() {
            tally.empty();
        }
        tally.delivered(messages.len());
        let out = framing::page(messages, follower.cursor(), follower.has_more(), gap);
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
        self.answer(&follower, &tally, &messages, None)
    }

    async fn sit(&mut self, seat: &Seat, until: Instant) -> Woken {
        let mut time_up = pin!(sleep_until(until));
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
            time_up.as_mut().poll(cx).map(|()| Woken::TimeUp)
        })
        .await
    }
}
