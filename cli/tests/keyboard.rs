//! `tidings join` at a terminal, which here is a pseudo-terminal: typing, messages that come in
//! meanwhile, colours, and the terminal as it was found.

#![cfg(unix)]

mod common;

use std::{
    fs::File,
    io::{Read, Write},
    os::fd::OwnedFd,
    process::{Child, Command},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use common::{PATIENCE, Serving};
use nix::{
    pty::{Winsize, openpty},
    sys::termios::{LocalFlags, tcgetattr},
};

/// A client at a terminal.
struct Seated {
    child: Child,
    keyboard: File,
    screen: Arc<Mutex<Vec<u8>>>,
    terminal: OwnedFd,
}

impl Seated {
    fn start(mut command: Command) -> Self {
        let size = Winsize { ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).expect("a pseudo-terminal");
        let copy = || pty.slave.try_clone().unwrap();
        let child = command
            .env("TERM", "xterm-256color")
            .stdin(copy())
            .stdout(copy())
            .stderr(copy())
            .spawn()
            .expect("the client starts");
        let screen = Arc::new(Mutex::new(Vec::new()));
        let (mut output, shown) = (File::from(pty.master.try_clone().unwrap()), screen.clone());
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut part) {
                shown.lock().unwrap().extend_from_slice(&part[..count]);
            }
        });
        Self { child, keyboard: File::from(pty.master), screen, terminal: pty.slave }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// What the terminal was sent so far.
    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    /// Waits for something on the screen.
    fn until(&self, wanted: &str) {
        let began = Instant::now();
        while !self.screen().contains(wanted) {
            assert!(began.elapsed() < PATIENCE, "no {wanted:?} in {:?}", self.screen());
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait(&mut self) -> Option<i32> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("it never ended: {:?}", self.screen());
    }

    /// Whether the terminal shows what is typed, as it did before.
    fn is_as_found(&self) -> bool {
        let flags = tcgetattr(&self.terminal).unwrap().local_flags;
        flags.contains(LocalFlags::ICANON | LocalFlags::ECHO)
    }
}

impl Drop for Seated {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_typed_is_said_and_what_others_say_does_not_break_into_it() {
    let serving = Serving::start();
    let mut ana = Seated::start(serving.client(&["join", "--name", "ana"]));
    ana.until("connected to");
    ana.until("> ana: ");
    ana.press("half a sent");
    ana.until("half a sent");
    serving.say("lobby", "bia", "I interrupt");
    ana.until(": I interrupt");
    ana.press("ence\r");
    serving.until_said("lobby", "ana", 1);
    assert_eq!(serving.said("lobby", "ana"), ["half a sentence"]);
    // After the interruption the line stands there again, as far as it was typed.
    let screen = ana.screen();
    let (_, after) = screen.split_once(": I interrupt").unwrap();
    assert!(after.contains("half a sent"), "{after:?}");
    // Ctrl-D.
    ana.press("\u{4}");
    assert_eq!(ana.wait(), Some(0));
    assert!(ana.is_as_found());
}

#[test]
fn ctrl_c_ends_it_and_leaves_the_terminal_as_it_was() {
    let serving = Serving::start();
    let mut ana = Seated::start(serving.client(&["join", "--name", "ana"]));
    ana.until("> ana: ");
    ana.press("never sent\u{3}");
    assert_eq!(ana.wait(), Some(0));
    assert!(ana.is_as_found());
    assert!(serving.said("lobby", "ana").is_empty());
}

#[test]
fn names_are_coloured_at_a_terminal_unless_colours_are_unwanted() {
    let serving = Serving::start();
    serving.say("lobby", "bia", "oi");
    let coloured = Seated::start(serving.client(&["join", "--name", "ana"]));
    coloured.until(": oi");
    let screen = coloured.screen();
    assert!(screen.contains("bia\u{1b}[0m: oi"), "{screen:?}");
    let mut command = serving.client(&["join", "--name", "ana"]);
    command.env("NO_COLOR", "1");
    let plain = Seated::start(command);
    plain.until("> bia: oi");
}

#[test]
fn a_line_that_is_not_allowed_is_explained_at_once() {
    let serving = Serving::start();
    let mut ana = Seated::start(serving.client(&["join", "--name", "ana"]));
    ana.until("connected to");
    ana.until("> ana: ");
    ana.press(&format!("{}\r", "é".repeat(2049)));
    ana.until("not sent: text is 4,098 bytes; a message holds at most 4,096");
    ana.press("short\r");
    serving.until_said("lobby", "ana", 1);
    assert_eq!(serving.said("lobby", "ana"), ["short"]);
}

#[test]
fn a_terminal_whose_output_goes_to_a_file_is_read_line_by_line() {
    let serving = Serving::start();
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new("sh");
    // A shell redirects stdout, as a person would.
    command.env_clear().args([
        "-c",
        &format!("exec \"$0\" join --name ana > {}", file.path().display()),
        env!("CARGO_BIN_EXE_tidings"),
    ]);
    command.env("TIDINGS_SERVER", serving.address.to_string());
    let mut ana = Seated::start(command);
    ana.until("connected to");
    serving.say("lobby", "bia", "oi");
    ana.press("typed\n");
    serving.until_said("lobby", "ana", 1);
    ana.press("\u{4}");
    assert_eq!(ana.wait(), Some(0));
    let printed = std::fs::read_to_string(file.path()).unwrap();
    assert!(!printed.contains('\u{1b}') && !printed.contains("typed"), "{printed:?}");
}
