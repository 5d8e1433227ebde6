//! A worker process: its share of the connections, read by one thread, as cheaply as it goes. It is
//! told what to do on its stdin and answers on its stdout ([`crate::wire`]).

mod bulk;
mod context;
mod shared;
mod single;

use std::{
    io::{self, BufRead, Write},
    os::fd::{AsFd, AsRawFd},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use mio::{Events, Interest, Poll, Token, event::Event, unix::SourceFd};

use self::{bulk::Bulk, context::Context, shared::Shared, single::Single};
use crate::{
    Http, Load,
    clock::{self, MS},
    wire::{Job, Order, Outcome, Word, Work},
};

const ORDERS: Token = Token(usize::MAX - 1);
/// How much is read at a time: many messages, and still in the processor's cache.
const BUFFER: usize = 64 << 10;

/// Works until it is told to finish, or the parent is gone.
pub(crate) fn main() {
    if let Err(error) = work() {
        // If the parent is gone there is nobody to tell.
        let _ = say(&Word::Failed(format!("{error:#}")));
    }
}

fn say(word: &Word) -> Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    io::stdout().lock().write_all(&line).context("the parent is gone")
}

fn work() -> Result<()> {
    let mut line = String::new();
    // Not behind std's buffer from here on: it would hide orders from the poll.
    io::stdin().lock().read_line(&mut line).context("no job came")?;
    let job: Job = serde_json::from_str(&line).context("the job is not understood")?;
    crate::files::raise();
    Worker::new(job)?.run()
}

enum Link {
    Single(Single),
    Shared(Shared),
    Bulk(Bulk),
}

struct Worker {
    poll: Poll,
    links: Vec<Link>,
    /// How many links there will be, and how many of them are ready.
    wanted: usize,
    ready: usize,
    context: Context,
    orders: Vec<u8>,
    said_ready: bool,
    /// What was told last, and when.
    told: (u32, u64),
    told_at: u64,
}

impl Worker {
    fn new(job: Job) -> Result<Self> {
        let poll = Poll::new()?;
        let stdin = io::stdin();
        rustix::io::ioctl_fionbio(stdin.as_fd(), true)?;
        poll.registry().register(&mut SourceFd(&stdin.as_raw_fd()), ORDERS, Interest::READABLE)?;
        let wanted = match job.plan.way.http {
            Http::H2 if job.work == Work::Listen => job.share.div_ceil(job.plan.way.streams),
            _ => job.share,
        };
        let told = (job.first, 0);
        let context = Context::new(job);
        let links = Vec::with_capacity(wanted);
        Ok(Self {
            poll,
            links,
            wanted,
            ready: 0,
            context,
            orders: Vec::new(),
            said_ready: false,
            told,
            told_at: 0,
        })
    }

    fn run(mut self) -> Result<()> {
        let mut events = Events::with_capacity(1024);
        let mut buffer = vec![0; BUFFER];
        loop {
            self.open()?;
            self.context.now = clock::now();
            self.ask_what_is_due()?;
            let timeout = self.timeout()?;
            if let Err(error) = self.poll.poll(&mut events, timeout)
                && error.kind() != io::ErrorKind::Interrupted
            {
                return Err(error.into());
            }
            for event in &events {
                if event.token() != ORDERS {
                    self.event(event, &mut buffer)?;
                } else if let Some(total) = self.orders()? {
                    return say(&Word::Done(self.outcome(total)));
                }
            }
            if self.ready == self.wanted && !self.said_ready {
                self.said_ready = true;
                say(&Word::Ready)?;
            }
            if self.context.now >= self.told_at + self.context.job.tell_every {
                self.tell()?;
            }
        }
    }

    /// How long there may be nothing to do. What isn't told yet is told before a rest.
    fn timeout(&mut self) -> Result<Option<Duration>> {
        let mut timeout = self.context.next_due().map(|due| due.saturating_sub(self.context.now));
        if self.news().is_some() {
            let at = self.told_at + self.context.job.tell_every;
            // A word that may wait a millisecond is better told at once than by a timer.
            let wait = at.saturating_sub(self.context.now);
            if wait <= MS {
                self.tell()?;
            } else {
                timeout = Some(timeout.map_or(wait, |timeout| timeout.min(wait)));
            }
        }
        Ok(timeout.map(Duration::from_nanos))
    }

    fn news(&self) -> Option<(u32, u64)> {
        let tally = &self.context.tally;
        (tally.received != self.told.1).then(|| (tally.complete(), tally.received))
    }

    fn tell(&mut self) -> Result<()> {
        if let Some(news) = self.news() {
            self.told = news;
            self.told_at = self.context.now;
            say(&Word::Progress { complete: news.0, received: news.1 })?;
        }
        Ok(())
    }

    /// Opens connections, so many at a time.
    fn open(&mut self) -> Result<()> {
        let job = &self.context.job;
        while self.links.len() < self.wanted && self.links.len() - self.ready < job.opening {
            let at = self.links.len();
            let registry = self.poll.registry();
            let wire = crate::socket::Wire::open(registry, Token(at), job.address, job.source)
                .with_context(|| {
                    format!("connection {} of {} can't be opened", at + 1, self.wanted)
                })?;
            let link = if job.plan.way.http == Http::H2 && job.work == Work::Listen {
                let first = at * job.plan.way.streams;
                let count = job.plan.way.streams.min(job.share - first);
                Link::Shared(Shared::new(wire, at, first..first + count))
            } else if let Load::Posts { in_flight: Some(window), .. } = job.plan.load {
                Link::Bulk(Bulk::new(wire, at, window))
            } else {
                Link::Single(Single::new(wire, at))
            };
            self.links.push(link);
        }
        Ok(())
    }

    fn event(&mut self, event: &Event, buffer: &mut [u8]) -> Result<()> {
        let at = event.token().0;
        let Some(link) = self.links.get_mut(at) else { return Ok(()) };
        let ended = event.is_read_closed() || event.is_error();
        let became_ready = match link {
            Link::Single(link) => link.event(&mut self.context, buffer, ended),
            Link::Shared(link) => link.event(&mut self.context, buffer, ended),
            Link::Bulk(link) => link.event(&mut self.context, buffer, ended),
        };
        self.ready += usize::from(became_ready?);
        Ok(())
    }

    fn ask_what_is_due(&mut self) -> Result<()> {
        while let Some((link, listener)) = self.context.due_now() {
            match &mut self.links[link] {
                Link::Single(link) => link.ask(&mut self.context)?,
                Link::Shared(link) => link.ask(&mut self.context, listener)?,
                Link::Bulk(link) => link.ask(&mut self.context)?,
            }
        }
        Ok(())
    }

    /// Obeys what has come; the number of messages if the end has.
    fn orders(&mut self) -> Result<Option<u32>> {
        let mut buffer = [0; 1024];
        loop {
            match rustix::io::read(io::stdin(), &mut buffer) {
                Ok(0) => bail!("the parent is gone"),
                Ok(n) => self.orders.extend_from_slice(&buffer[..n]),
                Err(rustix::io::Errno::AGAIN) => break,
                Err(error) => return Err(error.into()),
            }
        }
        while let Some(end) = memchr::memchr(b'\n', &self.orders) {
            let line: Vec<u8> = self.orders.drain(..=end).collect();
            match serde_json::from_slice(&line)? {
                Order::Measure { from, until } => {
                    self.context.measure(from, until);
                    say(&Word::Told)?;
                }
                Order::Finish { total } => return Ok(Some(total)),
            }
        }
        Ok(None)
    }

    fn outcome(&self, total: u32) -> Outcome {
        let (context, tally) = (&self.context, &self.context.tally);
        Outcome {
            received: tally.received,
            deliveries: tally.deliveries,
            lost: if context.job.work == Work::Listen { tally.lost(total) } else { 0 },
            twice: tally.twice,
            out_of_order: tally.out_of_order,
            last: tally.last,
            carried: context.carried,
            delays: tally.delays.pairs(),
            requests: context.requests,
            latencies: context.latencies.pairs(),
        }
    }
}
