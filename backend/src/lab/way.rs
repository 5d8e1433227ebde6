//! One direction of a connection: what was read at one end and is due at the other. Chunks keep
//! their order, and what may wait is bounded: whoever sends more has to wait, too.

use std::{
    collections::VecDeque,
    io,
    net::Shutdown,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::{Buf, Bytes};
use socket2::SockRef;
use tokio::{net::TcpStream, time::Instant};

/// So many bytes are under way in one direction of a connection before no more are read. With a
/// long delay this bounds the rate as well, as a TCP window does.
const UNDER_WAY: usize = 256 << 10;
/// What a slow line sends at once takes about so long.
const PIECE: Duration = Duration::from_millis(50);
/// But is at least so many bytes long.
const SMALLEST: usize = 64;

/// One direction of a slow line, on which all its connections take turns.
#[derive(Default)]
pub(super) struct Pace {
    free_at: Mutex<Option<Instant>>,
}

impl Pace {
    /// Takes the line for so many bytes, at so many kilobit a second; answers when they have passed.
    fn take(&self, bytes: usize, kbit_s: u32, now: Instant) -> Instant {
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let takes = Duration::from_micros(bytes as u64 * 8 * 1000 / u64::from(kbit_s));
        let passed = free_at.unwrap_or(now).max(now) + takes;
        *free_at = Some(passed);
        passed
    }

    /// The line has another speed from here on.
    pub(super) fn reset(&self) {
        *self.free_at.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

struct Chunk {
    bytes: Bytes,
    due: Instant,
    /// Whether the line was taken for it.
    paced: bool,
}

/// One direction of a connection.
#[derive(Default)]
pub(super) struct Way {
    chunks: VecDeque<Chunk>,
    size: usize,
    last_due: Option<Instant>,
    /// When the end of what is sent is due, once the sender has ended.
    end: Option<Instant>,
    /// The receiver was told of the end.
    ended: bool,
    /// The receiver doesn't take more now.
    blocked: bool,
}

impl Way {
    /// Whether more may be read for it.
    pub(super) fn has_room(&self) -> bool {
        self.size < UNDER_WAY && self.end.is_none() && !self.ended
    }

    /// Whether the end has arrived.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether writing is to be tried again when the socket takes more.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked
    }

    fn due(&mut self, now: Instant, delay: Duration) -> Instant {
        let due = self.last_due.map_or(now + delay, |last| last.max(now + delay));
        self.last_due = Some(due);
        due
    }

    /// Something was sent, and is under way for so long.
    pub(super) fn push(&mut self, bytes: &[u8], now: Instant, delay: Duration) {
        if !bytes.is_empty() && self.end.is_none() {
            let due = self.due(now, delay);
            self.size += bytes.len();
            self.chunks.push_back(Chunk {
                bytes: Bytes::copy_from_slice(bytes),
                due,
                paced: false,
            });
        }
    }

    /// The sender has ended.
    pub(super) fn end(&mut self, now: Instant, delay: Duration) {
        if self.end.is_none() {
            self.end = Some(self.due(now, delay));
        }
    }

    /// What is under way is lost, and nothing more will come.
    pub(super) fn abandon(&mut self) {
        *self = Self { ended: true, ..Self::default() };
    }

    /// When there is something to do.
    pub(super) fn next(&self) -> Option<Instant> {
        match self.chunks.front() {
            _ if self.blocked || self.ended => None,
            Some(chunk) => Some(chunk.due),
            None => self.end,
        }
    }

    /// The line's speed has changed: what waits for its turn goes now.
    pub(super) fn hurry(&mut self, now: Instant) {
        if let Some(chunk) = self.chunks.front_mut().filter(|chunk| chunk.paced) {
            chunk.due = chunk.due.min(now);
        }
    }

    /// Writes what is due, as far as the socket takes it, and tells what was written.
    ///
    /// # Errors
    ///
    /// When the receiver is gone.
    pub(super) fn write(
        &mut self,
        socket: &TcpStream,
        (pace, kbit_s): (&Pace, u32),
        now: Instant,
        mut wrote: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        self.blocked = false;
        while let Some(chunk) = self.chunks.front_mut().filter(|chunk| chunk.due <= now) {
            if kbit_s > 0 && !chunk.paced {
                let piece = (kbit_s as usize * PIECE.as_millis() as usize / 8).max(SMALLEST);
                let bytes = chunk.bytes.split_to(piece.min(chunk.bytes.len()));
                let due = pace.take(bytes.len(), kbit_s, now);
                if chunk.bytes.is_empty() {
                    self.chunks.pop_front();
                }
                self.chunks.push_front(Chunk { bytes, due, paced: true });
                continue;
            }
            match socket.try_write(&chunk.bytes) {
                Ok(size) => {
                    wrote(&chunk.bytes[..size]);
                    self.size -= size;
                    chunk.bytes.advance(size);
                    if chunk.bytes.is_empty() {
                        self.chunks.pop_front();
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.blocked = true;
                    return Ok(());
                }
                Err(e) => return Err(e),
            }
        }
        if self.chunks.is_empty() && !self.ended && self.end.is_some_and(|end| end <= now) {
            self.ended = true;
            // A receiver that has gone need not be told.
            let _ = SockRef::from(socket).shutdown(Shutdown::Write);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_line_is_taken_in_turns() {
        let (pace, now) = (Pace::default(), Instant::now());
        // 8 kbit/s is a byte a millisecond.
        assert_eq!(pace.take(100, 8, now), now + Duration::from_millis(100));
        assert_eq!(pace.take(50, 8, now), now + Duration::from_millis(150));
        let later = now + Duration::from_secs(1);
        assert_eq!(pace.take(10, 8, later), later + Duration::from_millis(10), "no credit");
    }

    #[test]
    fn what_is_sent_later_never_comes_earlier_and_what_waits_is_bounded() {
        let (mut way, now) = (Way::default(), Instant::now());
        way.push(b"slow", now, Duration::from_millis(500));
        way.push(b"quick", now, Duration::from_millis(1));
        assert_eq!(way.chunks[0].due, way.chunks[1].due);
        way.push(&vec![0; UNDER_WAY], now, Duration::ZERO);
        assert!(!way.has_room());
        way.end(now, Duration::ZERO);
        assert_eq!(way.end, Some(now + Duration::from_millis(500)));
    }
}
