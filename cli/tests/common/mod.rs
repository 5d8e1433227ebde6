//! What the terminal's tests have in common: the real binary as a server and as clients, in
//! processes of their own, each waited for by what it says and never by the clock.

#![allow(dead_code, reason = "each test program uses its part")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use nix::{sys::signal::Signal, unistd::Pid};
use tempfile::TempDir;
use tidings_client::{Read as Page, Server, Start};
use tidings_shared::{Message, Username};

/// How long anything may take. Reached only when something is broken.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The binary under test, in an environment that says nothing.
pub fn tidings(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.env_clear().args(arguments);
    command
}

/// A server process over a database file, which can be killed and started again at its address.
pub struct Serving {
    folder: TempDir,
    pub address: SocketAddr,
    child: Child,
}

impl Serving {
    /// Starts at a port of the system's choice.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with more arguments; they are not remembered for a restart.
    pub fn start_with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (child, address) = serve(&folder, "127.0.0.1:0", arguments);
        Self { folder, address, child }
    }

    /// A file that the server keeps beside its database.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// SIGKILL: no chance to say goodbye or to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
    }

    /// SIGTERM: as a person or a deployment stops it.
    pub fn stop(&mut self) {
        signal(self.child.id(), Signal::SIGTERM);
        let status = self.child.wait().expect("it can be waited for");
        assert!(status.success(), "a server that is asked to stop ends well: {status}");
    }

    /// Starts again, at the same address and over the same file.
    pub fn restart(&mut self) {
        let (child, address) = serve(&self.folder, &self.address.to_string(), &[]);
        assert_eq!(address, self.address);
        self.child = child;
    }

    /// A client's command, told where this server is.
    pub fn client(&self, arguments: &[&str]) -> Command {
        let mut command = tidings(arguments);
        command.env("TIDINGS_SERVER", self.address.to_string());
        command
    }

    /// All that people have said in a room, as a reader sees it.
    pub fn log(&self, room: &str) -> Vec<Message> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server: Server = self.address.to_string().parse().unwrap();
        runtime.block_on(async {
            let room = room.parse().unwrap();
            let mut log: Vec<Message> = Vec::new();
            let mut start = Start::Newest;
            loop {
                let page = server.page(&room, &Page::new(start, 1000)).await.unwrap();
                let Some(first) = page.messages.first() else { break };
                start = Start::Before(first.seq);
                log.splice(0..0, page.messages);
            }
            log.retain(|message| message.username != Username::server());
            log
        })
    }

    /// What `name` has said in a room, in the log's order.
    pub fn said(&self, room: &str, name: &str) -> Vec<String> {
        let log = self.log(room).into_iter().filter(|m| m.username.as_str() == name);
        log.map(|m| m.text.as_str().to_owned()).collect()
    }

    /// Waits until `name` has said this much in a room.
    pub fn until_said(&self, room: &str, name: &str, count: usize) {
        let began = Instant::now();
        while self.said(room, name).len() < count {
            assert!(began.elapsed() < PATIENCE, "{name} never said {count} messages");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Says something, by a process that has ended when this returns.
    pub fn say(&self, room: &str, name: &str, text: &str) {
        let arguments = ["post", "--room", room, "--name", name, "--give-up", "60s", text];
        let status = self.client(&arguments).status().unwrap();
        assert!(status.success(), "{name} could not say {text:?}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have been killed by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &TempDir, listen: &str, more: &[&str]) -> (Child, SocketAddr) {
    let store = format!("sqlite:{}", folder.path().join("tidings.db").display());
    let mut child = tidings(&["serve", "--listen", listen, "--store", &store, "--web", "none"])
        .args(more)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let lines = Lines::of([
        Box::new(child.stdout.take().unwrap()) as Box<dyn Read + Send>,
        Box::new(child.stderr.take().unwrap()),
    ]);
    let line = lines.until(|line| line.contains("listening on http"));
    let (_, rest) = line.split_once("://").unwrap();
    let address = rest.split_whitespace().next().unwrap();
    (child, address.parse().expect("an address"))
}

/// What a process says, a line at a time. Reads on whether or not anybody asks, so that nobody is
/// held up by a full pipe.
pub struct Lines(mpsc::Receiver<String>);

impl Lines {
    pub fn of(sources: impl IntoIterator<Item = Box<dyn Read + Send>>) -> Self {
        let (sender, lines) = mpsc::channel();
        for source in sources {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(source).lines().map_while(Result::ok) {
                    // The test may have heard enough.
                    let _ = sender.send(line);
                }
            });
        }
        Self(lines)
    }

    /// The next line; `None` when all was said.
    pub fn next(&self) -> Option<String> {
        match self.0.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("nothing more was said"),
        }
    }

    /// The first line that is looked for; those before it are passed over.
    pub fn until(&self, wanted: impl Fn(&str) -> bool) -> String {
        let mut passed = Vec::new();
        while let Some(line) = self.next() {
            if wanted(&line) {
                return line;
            }
            passed.push(line);
        }
        panic!("it ended without what was looked for, and said {passed:#?}")
    }

    /// The next so many lines.
    pub fn take(&self, count: usize) -> Vec<String> {
        (0..count).map(|n| self.next().unwrap_or_else(|| panic!("only {n} lines"))).collect()
    }

    /// Everything that is still said.
    pub fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }
}

/// A client that runs: what it says, and its keyboard.
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    pub out: Lines,
    pub err: Lines,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the client starts");
        let stdin = child.stdin.take();
        let out = Lines::of([Box::new(child.stdout.take().unwrap()) as Box<dyn Read + Send>]);
        let err = Lines::of([Box::new(child.stderr.take().unwrap()) as Box<dyn Read + Send>]);
        Self { child, stdin, out, err }
    }

    /// The same, and it has said that it is connected.
    pub fn connected(command: Command) -> Self {
        let running = Self::start(command);
        running.err.until(|line| line.starts_with("connected"));
        running
    }

    /// Ctrl-C, as the terminal sends it.
    pub fn interrupt(&self) {
        signal(self.child.id(), Signal::SIGINT);
    }

    /// Writes to its stdin.
    pub fn write(&mut self, text: &str) {
        self.stdin.as_mut().expect("its stdin is open").write_all(text.as_bytes()).unwrap();
    }

    /// Ends its input.
    pub fn end_input(&mut self) {
        self.stdin = None;
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if began.elapsed() > PATIENCE {
                // So that the panic tells what it said last.
                let _ = self.child.kill();
                panic!("it never ended; it said {:#?}", self.err.rest());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Gives it `input`, ends it, and waits: how it ended, what it printed, what it told.
    pub fn fed(command: Command, input: &str) -> (ExitStatus, Vec<String>, Vec<String>) {
        let mut running = Self::start(command);
        // It may end before it has read everything.
        let _ = running.stdin.as_mut().unwrap().write_all(input.as_bytes());
        running.end_input();
        let status = running.wait();
        (status, running.out.rest(), running.err.rest())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(process: u32, signal: Signal) {
    let process = Pid::from_raw(process.try_into().unwrap());
    nix::sys::signal::kill(process, signal).expect("it can be signalled");
}

/// The numbers in a range, a line each.
pub fn numbers(range: std::ops::RangeInclusive<usize>) -> String {
    range.map(|n| format!("{n}\n")).collect()
}

/// Whether these are the numbers from 1 to `count`, each once and in order; where they are not,
/// says the first place and not all of them.
#[track_caller]
pub fn assert_counted(said: &[String], count: usize, who: &str) {
    let wrong = said.iter().zip(1..).position(|(said, n)| *said != n.to_string());
    if let Some(place) = wrong {
        let from = place.saturating_sub(2);
        let about: Vec<_> = said.iter().skip(from).take(6).collect();
        panic!("{who}: after {place} in order comes {about:?} (from place {from})");
    }
    assert_eq!(said.len(), count, "{who}: how many were said");
}
