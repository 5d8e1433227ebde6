//! One connection of a line: two sockets, and what is under way between them. It is one task, so
//! that what both directions must know of each other needs no lock.

mod pass;

use std::{future::pending, ops::ControlFlow, sync::Arc, time::Duration};

use socket2::SockRef;
use tokio::{
    io::Interest,
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{
    faults::Faults,
    line::{Conditions, Line, Weather},
    log::{Dir, Seen, What},
    parse::Parser,
    way::Way,
};

/// How many bytes are read at once.
const READ: usize = 16 << 10;
/// Where nothing else is to be done, this is looked at again after so long.
const SELDOM: Duration = Duration::from_secs(3600);
/// A connection.
pub(super) struct Carrier {
    line: Arc<Line>,
    number: u32,
    conditions: watch::Receiver<Conditions>,
    faults: Faults,
    era: u64,
    client: TcpStream,
    server: Option<TcpStream>,
    up: Way,
    down: Way,
    /// Of an answer, what a line that buffers holds back.
    held: Vec<u8>,
    requests: Parser,
    /// Reads answers as they are written to the client: what it sees is told.
    answers: Parser,
    /// Reads answers as they come from the server: it knows where one ends before it is written.
    ahead: Parser,
    /// When something passed last, either way.
    last: Instant,
    /// Nothing passes, and neither end is told.
    silent: bool,
}

/// Why it is over.
enum End {
    /// Both ends have ended.
    Done,
    /// The client has gone.
    Client,
    /// The server has gone, or can't be reached.
    Server,
    /// The line resets it, for this reason.
    Reset(&'static str),
    /// The line is closed.
    Line,
}

/// Whether it goes on.
type Goes = ControlFlow<End>;

impl Carrier {
    /// Carries what comes on `client`, the line's connection of that number.
    pub(super) fn new(
        line: Arc<Line>,
        client: TcpStream,
        number: u32,
        conditions: watch::Receiver<Conditions>,
    ) -> Self {
        Self {
            line,
            number,
            conditions,
            faults: Faults::default(),
            era: 0,
            client,
            server: None,
            up: Way::default(),
            down: Way::default(),
            held: Vec::new(),
            requests: Parser::new(Dir::Up),
            answers: Parser::new(Dir::Down),
            ahead: Parser::new(Dir::Down),
            last: Instant::now(),
            silent: false,
        }
    }

    /// Carries until it is over.
    pub(super) async fn run(mut self) {
        self.tell(Dir::Up, What::Open, "");
        let end = self.begin().await;
        let mut rest = Vec::new();
        self.requests.finish(&mut rest);
        self.tell_all(Dir::Up, rest);
        let mut rest = Vec::new();
        self.answers.finish(&mut rest);
        self.tell_all(Dir::Down, rest);
        let (dir, why) = match end {
            End::Done => (Dir::Down, "both ends have ended"),
            End::Client => (Dir::Up, "the client has gone"),
            End::Server => (Dir::Down, "the server has gone"),
            End::Reset(why) => (Dir::Down, why),
            End::Line => (Dir::Down, "the line is closed"),
        };
        self.tell(dir, What::Close, why);
        if matches!(end, End::Reset(_) | End::Server) {
            // What closes without lingering sends RST.
            let _ = SockRef::from(&self.client).set_linger(Some(Duration::ZERO));
        }
    }

    async fn begin(&mut self) -> End {
        let now = *self.conditions.borrow_and_update();
        (self.era, self.faults) = (now.era, now.faults);
        match now.weather {
            Weather::Cut => return End::Reset("reset: the line is cut"),
            Weather::Asleep => self.silent = true,
            Weather::Fair => {
                let connected = tokio::select! {
                    connected = TcpStream::connect(self.line.target) => connected,
                    () = self.line.closing.cancelled() => return End::Line,
                };
                let Ok(server) = connected else { return End::Server };
                for socket in [&self.client, &server] {
                    // Only the line itself delays anything.
                    let _ = socket.set_nodelay(true);
                }
                self.server = Some(server);
            }
        }
        let mut scratch = vec![0; READ];
        loop {
            if let ControlFlow::Break(end) = self.turn(&mut scratch) {
                return end;
            }
            if self.wait().await.is_break() {
                return End::Line;
            }
        }
    }

    /// Does all that can be done now.
    fn turn(&mut self, scratch: &mut [u8]) -> Goes {
        if self.conditions.has_changed().unwrap_or(false) {
            self.change()?;
        }
        self.look_at_idleness();
        self.write()?;
        if self.listens_to_client() {
            self.read_client(scratch)?;
        }
        if self.listens_to_server() {
            self.read_server(scratch)?;
        }
        // What was just read may be due.
        self.write()
    }

    /// Waits until there is something to do; breaks when the line is closed.
    async fn wait(&mut self) -> ControlFlow<()> {
        let alarm = self.alarm();
        let (from_client, from_server) = (self.listens_to_client(), self.listens_to_server());
        let server = self.server.as_ref();
        tokio::select! {
            _ = self.client.readable(), if from_client => {}
            _ = self.client.writable(), if self.down.is_blocked() => {}
            () = ready(server, Interest::READABLE), if from_server => {}
            () = ready(server, Interest::WRITABLE), if self.up.is_blocked() => {}
            _ = self.conditions.changed() => self.conditions.mark_changed(),
            () = sleep_until(alarm) => {}
            () = self.line.closing.cancelled() => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    /// Whoever sleeps still sends, into the void.
    fn listens_to_client(&self) -> bool {
        self.silent || self.up.has_room()
    }

    fn listens_to_server(&self) -> bool {
        !self.silent && self.server.is_some() && self.down.has_room()
    }

    /// When to look again, if nothing happens before.
    fn alarm(&self) -> Instant {
        let idle = self.faults.idle_drop().map(|after| self.last + after);
        let next = [self.up.next(), self.down.next(), idle].into_iter().flatten().min();
        next.filter(|_| !self.silent).unwrap_or_else(|| Instant::now() + SELDOM)
    }

    /// The line's conditions are others now.
    fn change(&mut self) -> Goes {
        let now = *self.conditions.borrow_and_update();
        if now.era != self.era {
            return Goes::Break(End::Reset(match now.weather {
                Weather::Cut => "reset: the line is cut",
                Weather::Fair | Weather::Asleep => "reset: it has slept",
            }));
        }
        self.faults = now.faults;
        if now.weather == Weather::Asleep {
            self.fall_silent();
        }
        let now = Instant::now();
        self.up.hurry(now);
        self.down.hurry(now);
        if !self.faults.buffering {
            self.let_go(now);
        }
        Goes::Continue(())
    }

    /// From here on nothing passes, and nobody is told. What is under way is lost.
    fn fall_silent(&mut self) {
        self.silent = true;
        self.held = Vec::new();
        (self.up, self.down) = (Way::default(), Way::default());
    }

    fn look_at_idleness(&mut self) {
        let Some(after) = self.faults.idle_drop().filter(|_| !self.silent) else { return };
        if self.last.elapsed() >= after {
            self.fall_silent();
            let why =
                format!("dropped after {} ms without a byte; nobody is told", after.as_millis());
            self.tell(Dir::Down, What::Fault, &why);
        }
    }

    fn tell(&self, dir: Dir, what: What, text: &str) {
        self.tell_all(dir, [Seen { what, text: text.into(), ..Seen::default() }]);
    }

    fn tell_all(&self, dir: Dir, seen: impl IntoIterator<Item = Seen>) {
        seen.into_iter().for_each(|seen| self.line.log.tell(self.number, dir, seen));
    }
}

/// Ends when the socket is ready for it; never where there is none.
async fn ready(socket: Option<&TcpStream>, interest: Interest) {
    match socket {
        Some(socket) => drop(socket.ready(interest).await),
        None => pending().await,
    }
}
