//! The parent process: starts the workers, posts, keeps the time, and looks at what the server and
//! the generator itself take.

pub(crate) mod crew;
mod loads;
mod outcome;
mod poster;
mod window;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

use anyhow::{Context as _, Result, bail};
use mio::{Events, Poll, Token};

use self::{crew::Crew, outcome::Findings, poster::Poster};
use crate::{
    Dialect, Http, Load, Plan, Report,
    clock::{self, Alarm, MS, SECOND},
    dialect, files,
    marker::Marker,
    procfs::{self, Cpu, Memory},
    wire::{Job, Order, Work},
};

const ALARM: Token = Token(usize::MAX - 1);
const POSTER: Token = Token(usize::MAX - 2);

/// The most sockets of a process, and the most listeners that share them.
const SOCKETS: usize = 9_500;
const LISTENERS: usize = 50_000;
/// How many connections of a worker may be opening at a time: fewer than a server's backlog.
const OPENING: usize = 100;
/// How long all connections may take.
const PATIENCE: u64 = 180 * SECOND;
/// How often the server's threads are looked at, so that none ends unseen.
const LOOK: u64 = SECOND / 4;

/// Measures.
pub(crate) fn run(plan: &Plan) -> Result<Report> {
    dialect::check(plan)?;
    files::raise();
    let mut session = Session::new(plan)?;
    let findings = match plan.load {
        Load::Rate(_) | Load::Flat { .. } => session.deliver()?,
        Load::Idle => session.ask(Work::Listen, plan.listeners)?,
        Load::Polls { connections } => session.ask(Work::Poll, connections)?,
        Load::Posts { posters, .. } => session.ask(Work::Post, posters)?,
        Load::CatchUp { missed } => session.catch_up(missed)?,
    };
    Ok(findings.report(plan))
}

/// Where a base URL leads.
fn address(base: &str) -> Result<SocketAddr> {
    let Some(rest) = base.strip_prefix("http://") else {
        bail!("{base:?} is no http:// address; TLS is not spoken here");
    };
    let rest = rest.trim_end_matches('/');
    let rest = if rest.contains(':') { rest.to_owned() } else { format!("{rest}:80") };
    let found: Vec<_> =
        rest.to_socket_addrs().with_context(|| format!("{base:?} is not found"))?.collect();
    // Only the older protocol has many loopback addresses to come from.
    let found = found.iter().find(|address| address.is_ipv4()).or(found.first());
    found.copied().with_context(|| format!("{base:?} has no address"))
}

/// A run under way.
struct Session<'a> {
    plan: &'a Plan,
    /// What all workers' jobs have in common.
    job: Job,
    poll: Poll,
    events: Events,
    alarm: Alarm,
    crew: Crew,
    poster: Option<Poster>,
    server: Cpu,
    looked: u64,
    before: Memory,
}

/// What had been used at some time.
struct Sample {
    at: u64,
    server: u64,
    /// By each process of the generator, this one last.
    own: Vec<u64>,
    machine: (u64, u64),
    poster_delivered: u64,
}

impl<'a> Session<'a> {
    fn new(plan: &'a Plan) -> Result<Self> {
        let address = address(&plan.target.base)?;
        let before = Memory::of(&plan.pids)?;
        let poll = Poll::new()?;
        let alarm = Alarm::new(poll.registry(), ALARM)?;
        let tag = Marker::draw_tag();
        let room =
            plan.room.clone().unwrap_or_else(|| format!("bench-{}", String::from_utf8_lossy(&tag)));
        let tidings = plan.target.dialect == Dialect::Tidings;
        let start = if tidings { Some(poster::head(address, &room)?) } else { None };
        let job = Job {
            plan: plan.clone(),
            work: Work::Listen,
            address,
            source: None,
            tag,
            room,
            share: 0,
            start,
            first: 0,
            from: u64::MAX,
            keep_delays: true,
            opening: OPENING,
            // Only a window needs to know at once.
            tell_every: if matches!(plan.load, Load::Flat { .. }) { MS } else { 50 * MS },
        };
        Ok(Self {
            plan,
            job,
            poll,
            events: Events::with_capacity(64),
            alarm,
            crew: Crew::default(),
            poster: None,
            server: Cpu::of(plan.pids.clone()),
            looked: 0,
            before,
        })
    }

    /// Starts workers that share so many connections.
    fn start(&mut self, job: &Job, count: usize) -> Result<()> {
        let single = job.plan.way.http == Http::H1 || job.work != Work::Listen;
        let a_process =
            if single { SOCKETS } else { LISTENERS.min(SOCKETS * job.plan.way.streams) };
        let processes = self.plan.processes.unwrap_or(1).max(count.div_ceil(a_process)).min(count);
        // Loopback has addresses in plenty, each with its own ports. A closed connection holds its
        // port for a minute, so every run comes from addresses that hardly any before it had.
        let [high, low] = fastrand::u16(..).to_be_bytes();
        for at in 0..processes {
            let number = (self.crew.len() % 250) as u8 + 2;
            let loopback = IpAddr::V4(Ipv4Addr::new(127, high, low, number));
            let is_loopback = job.address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST);
            let share = count / processes + usize::from(at < count % processes);
            let source = is_loopback.then_some(loopback);
            self.crew.start(self.poll.registry(), &Job { share, source, ..job.clone() })?;
            if self.plan.spread {
                self.crew.keep_last_to_a_core()?;
            }
        }
        Ok(())
    }

    /// Waits until all workers' connections are there.
    fn until_ready(&mut self) -> Result<()> {
        let began = clock::now();
        while !self.crew.ready() {
            if clock::now() > began + PATIENCE {
                bail!("not all connections were there after {} s", PATIENCE / SECOND);
            }
            self.turn(clock::now() + SECOND)?;
        }
        Ok(())
    }

    /// Connects the one who posts.
    fn open_poster(&mut self) -> Result<()> {
        let poster = Poster::open(self.poll.registry(), POSTER, &self.job)?;
        let began = clock::now();
        self.poster = Some(poster);
        while !self.poster.as_ref().is_some_and(Poster::is_open) {
            if clock::now() > began + 10 * SECOND {
                bail!("the server doesn't answer the connection that posts");
            }
            self.turn(clock::now() + SECOND)?;
        }
        Ok(())
    }

    /// Hears what there is to hear; if there is nothing, waits for it until `until`.
    fn turn(&mut self, until: u64) -> Result<()> {
        let now = clock::now();
        if now > self.looked + LOOK {
            self.looked = now;
            self.server.look();
        }
        if until > now {
            self.alarm.set(until)?;
            // The alarm ends it; the timeout is for the day when it doesn't.
            let timeout = std::time::Duration::from_nanos(until - now + 100 * MS);
            match self.poll.poll(&mut self.events, Some(timeout)) {
                Err(e) if e.kind() != std::io::ErrorKind::Interrupted => return Err(e.into()),
                _ => {}
            }
        } else {
            self.poll.poll(&mut self.events, Some(std::time::Duration::ZERO))?;
        }
        for event in &self.events {
            match event.token() {
                ALARM => {}
                POSTER => self.poster.as_mut().map_or(Ok(()), Poster::event)?,
                worker => self.crew.hear(worker)?,
            }
        }
        Ok(())
    }

    fn rest(&mut self, ns: u64) -> Result<()> {
        let end = clock::now() + ns;
        while clock::now() < end {
            self.turn(end)?;
        }
        Ok(())
    }

    /// Waits until the server's memory hardly changes any more, 5 s at most.
    fn settle(&mut self) -> Result<()> {
        if self.plan.load != Load::Idle {
            // A Tidings listener said where it begins; others may not be ones for a moment yet.
            let tidings = self.plan.target.dialect == Dialect::Tidings;
            return self.rest(if tidings { 50 * MS } else { 300 * MS });
        }
        let (mut last, mut calm) = (Memory::of(&self.plan.pids)?, 0);
        for _ in 0..20 {
            self.rest(250 * MS)?;
            let memory = Memory::of(&self.plan.pids)?;
            let still = memory.rss.abs_diff(last.rss) <= last.rss / 200;
            calm = if still { calm + 1 } else { 0 };
            last = memory;
            if calm == 3 {
                break;
            }
        }
        Ok(())
    }

    fn sample(&mut self) -> Sample {
        let mut pids = self.crew.pids();
        pids.push(std::process::id());
        Sample {
            at: clock::now(),
            server: self.server.sum(),
            own: Cpu::of(pids).look(),
            machine: procfs::machine(),
            poster_delivered: self.poster.as_ref().map_or(0, |poster| poster.delivered),
        }
    }

    /// Has all workers end, and gathers what they found.
    fn finish(&mut self, begin: Sample, end: Sample, connected: Memory) -> Result<Findings> {
        // Whatever comes twice may come late.
        self.rest(50 * MS)?;
        let total = self.poster.as_ref().map_or(0, |poster| poster.sent);
        self.crew.tell(Order::Finish { total })?;
        let began = clock::now();
        let outcomes = loop {
            if let Some(outcomes) = self.crew.outcomes() {
                break outcomes;
            }
            if clock::now() > began + 30 * SECOND {
                bail!("a worker doesn't say what it found");
            }
            self.turn(clock::now() + SECOND)?;
        };
        let memory = [self.before, connected, Memory::of(&self.plan.pids)?];
        Ok(Findings { begin, end, memory, outcomes, total, late: None, catch_up: None })
    }
}
