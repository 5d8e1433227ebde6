//! An outlet: a socket to which two write: the task of its connection, and the crowd in which it waits.
//!
//! Whatever the socket does not take at once stays here as its rest, and only the task goes on with
//! that: a crowd waits for nobody. Both hold the lock for as long as one write takes, and never
//! while they wait.

use std::{
    io,
    net::Shutdown,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use futures_util::task::AtomicWaker;
use socket2::SockRef;
use tokio::{net::tcp::OwnedWriteHalf, time::Instant};

use super::framing::Framing;
use crate::{
    meter::{Connection, Lane, Tally},
    room::Place,
};

/// The writing half of one connection.
pub struct Outlet {
    socket: OwnedWriteHalf,
    pub(super) connection: Arc<Connection>,
    state: Mutex<State>,
    task: AtomicWaker,
}

/// What the task and the crowd both must know.
pub(super) struct State {
    pub(super) place: Place,
    pub(super) framing: Framing,
    pub(super) lane: Lane,
    /// Whether it is in a crowd. Whoever ends that takes it out, so that it is in one exactly if
    /// this is true.
    pub(super) waiting: bool,
    /// The task wants to be woken by an answer; else the next request wakes it.
    pub(super) eager: bool,
    /// What the socket did not take yet.
    pub(super) rest: Bytes,
    pub(super) heartbeat_at: Instant,
    /// A long-poll's, until it is answered.
    pub(super) tally: Option<Tally>,
}

impl Outlet {
    pub(super) fn new(socket: OwnedWriteHalf, connection: Arc<Connection>) -> Self {
        let state = State {
            place: Place { seq: 0, noticed: 0 },
            framing: Framing::Raw,
            lane: Lane::Other,
            waiting: false,
            eager: false,
            rest: Bytes::new(),
            heartbeat_at: Instant::now(),
            tally: None,
        };
        Self { socket, connection, state: Mutex::new(state), task: AtomicWaker::new() }
    }

    pub(super) fn into_socket(self) -> OwnedWriteHalf {
        self.socket
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes without waiting: how many bytes the socket took.
    ///
    /// # Errors
    ///
    /// When the connection is broken; a socket that is full took 0.
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self.socket.try_write(bytes) {
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Ok(0),
            written => written,
        }
    }

    /// Writes `bytes` behind all that was written before; what the socket doesn't take now is kept,
    /// and goes out by [`Outlet::poll_flush`].
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub(super) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        if !state.rest.is_empty() {
            state.rest = [&state.rest, bytes].concat().into();
            return Ok(());
        }
        let written = self.try_write(bytes)?;
        self.connection.wrote(written);
        if written < bytes.len() {
            state.rest = Bytes::copy_from_slice(&bytes[written..]);
        }
        Ok(())
    }

    /// As [`Outlet::send`], for bytes that are shared.
    pub(super) fn send_shared(&self, mut bytes: Bytes) -> io::Result<()> {
        let mut state = self.state();
        if !state.rest.is_empty() {
            state.rest = [&state.rest[..], &bytes].concat().into();
            return Ok(());
        }
        let written = self.try_write(&bytes)?;
        self.connection.wrote(written);
        bytes.advance(written);
        state.rest = bytes;
        Ok(())
    }

    /// How many bytes are kept that the socket did not take.
    pub(super) fn unsent(&self) -> usize {
        self.state().rest.len()
    }

    /// Ends when nothing is kept that the socket did not take.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut state = self.state();
            if state.rest.is_empty() {
                // Shared bytes are not held for longer than they are needed.
                state.rest = Bytes::new();
                return Poll::Ready(Ok(()));
            }
            let written = self.try_write(&state.rest)?;
            self.connection.wrote(written);
            state.rest.advance(written);
            if written == 0 {
                drop(state);
                ready!(self.socket.as_ref().poll_write_ready(cx))?;
            }
        }
    }

    pub(super) async fn flush(&self) -> io::Result<()> {
        std::future::poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Whom to wake when a crowd lets go of it.
    pub(super) fn register(&self, cx: &Context<'_>) {
        self.task.register(cx.waker());
    }

    pub(super) fn wake(&self) {
        self.task.wake();
    }

    /// The crowd lets go of it, whatever it waits for, since something there went wrong. If that was
    /// while this one was given something, nobody knows how much of it was: its connection ends, and
    /// whoever listened comes back with a place of their own.
    pub(super) fn release(&self) {
        if self.state.is_poisoned() {
            let _ = SockRef::from(self.socket.as_ref()).shutdown(Shutdown::Both);
        }
        self.state().waiting = false;
        self.wake();
    }
}
